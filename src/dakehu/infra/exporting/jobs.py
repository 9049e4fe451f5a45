"""Exports too long for a request: a job writes the file, the store keeps it for a week.

register_source(ExportSource("reporting.revenue", _("Revenue"), build))     # in AppConfig.ready
job = export_start(actor=actor, source="reporting.revenue", form=Format.XLSX, month="202611")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.exporting.responses import Format, audited_chunks, file_name, format_of
from dakehu.infra.exporting.tables import Table
from dakehu.infra.files.api import file_store
from dakehu.infra.jobs.api import Run, job, start
from dakehu.infra.jobs.models import Job
from dakehu.kernel.errors import NotFound

PURPOSE = "export"
KEEP_DAYS = 7
MAX_BYTES = 2 * 2**30


@dataclass(frozen=True, slots=True)
class ExportSource:
    """A table that can be made in the background.

    `build(actor, params)` gates and gives the table; it is called in the worker, with the rights that the
    actor had when asking. `params` are what `export_start` was given, by way of JSON.
    """

    name: str
    title: str | Promise
    build: Callable[[Actor, Mapping[str, Any]], Table]


_sources: dict[str, ExportSource] = {}


def register_source(source: ExportSource) -> None:
    _sources[source.name] = source


def export_start(*, actor: Actor, source: str, form: Format, **params: Any) -> Job:
    """Have the table made as a file; the job's result leads to the download."""
    if source not in _sources:
        raise NotFound(noun="export", id=source)
    return start(actor, "exporting.export", source=source, form=str(form), params=params)


@job("exporting.export", title=gettext_lazy("Export"))
def _export(run: Run, source: str, form: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    table = _sources[source].build(run.actor, params)
    rows = 0

    def progress(done: int) -> None:
        nonlocal rows
        rows = done
        run.progress(done, max(done + 1, table.total or 0), str(table.title))

    kind = format_of(form)
    file = file_store(
        actor=run.actor,
        purpose=PURPOSE,
        name=file_name(table.title, kind),
        chunks=audited_chunks(run.actor, table, kind, progress),
    )
    run.progress(rows, rows, str(table.title))
    summary = _("%(rows)s rows, kept for %(days)s days") % {"rows": f"{rows:,}", "days": KEEP_DAYS}
    return {"summary": summary, "url": reverse("files-file-download", args=[file.pk]), "file": str(file.pk)}
