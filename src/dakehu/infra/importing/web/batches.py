"""One import: its page in every state, and the steps a person takes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.errors import faults_of
from dakehu.infra.exporting.api import Column, Table, stream_xlsx
from dakehu.infra.importing.access import access_batch
from dakehu.infra.importing.domain.states import AT_WORK, BATCH_STATES, STAGED, BatchEvent, BatchState
from dakehu.infra.importing.evaluation import decode_cells
from dakehu.infra.importing.models import ImportBatch
from dakehu.infra.importing.selectors import job_of, kept_rows, rows_to_mend
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.mapping import import_map, import_set_heading_row
from dakehu.infra.importing.services.mending import import_choose
from dakehu.infra.importing.services.settling import import_cancel, import_settled
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.services.uploading import import_discard, import_reread
from dakehu.infra.importing.specs import spec_of
from dakehu.infra.importing.web.rows import rows_context
from dakehu.infra.importing.web.shown import (
    column_letter,
    file_headings,
    mapped_columns,
    problem_of,
    reasons,
    shown_kept,
    unread_headings,
)
from dakehu.infra.importing.web.words import BATCH_BADGES
from dakehu.infra.ui.api import Figure, Kind, actor_of, go_to, is_fragment, page
from dakehu.infra.ui.jobs import JOB_STATES
from dakehu.kernel.errors import DomainError, NotFound


@page(methods=("GET",))
def batch_record(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = import_settled(access_batch(actor_of(request), pk))
    if request.GET.get("part") == "head":
        return render(request, "importing/fragments/head.html", _context(request, batch))
    mapping = batch.mapping if batch.state == BatchState.MAPPING or "map" in request.GET else None
    return _answer(request, batch, mapping=mapping)


@page(methods=("POST",))
def batch_map(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the mapping of the form; where it is faulty, show the form with it again."""
    actor = actor_of(request)
    batch = access_batch(actor, pk)
    chosen = {column.field: request.POST.get(column.field, "") for column in spec_of(batch.spec).columns}
    mapping = {field: int(place) for field, place in chosen.items() if place.isdecimal()}
    try:
        import_map(actor=actor, batch_id=pk, mapping=mapping)
    except NotFound:
        raise
    except DomainError as error:
        sentences = [sentence for _field, sentence in faults_of(error)]
        return _answer(request, batch, mapping=mapping, sentences=sentences, status=422)
    return _back(request, pk)


@page(methods=("POST",))
def batch_heading(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another sheet, or another row of it for the headings."""
    actor, batch = actor_of(request), access_batch(actor_of(request), pk)
    sheet, number = request.POST.get("sheet", ""), request.POST.get("row", "")
    if sheet.isdecimal() and int(sheet) != batch.sheet:
        import_reread(actor=actor, batch_id=pk, sheet=int(sheet))
    elif number.isdecimal():
        import_set_heading_row(actor=actor, batch_id=pk, number=int(number))
    return _back(request, pk)


@page(methods=("POST",))
def batch_act(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """The buttons of the page; each is one service."""
    actor = actor_of(request)
    if verb == "commit":
        import_commit(actor=actor, batch_id=pk, repeat_meant="repeat_meant" in request.POST)
    elif verb == "undo":
        import_undo(actor=actor, batch_id=pk)
    elif verb == "cancel":
        import_cancel(actor=actor, batch_id=pk)
    elif verb == "retry":
        import_reread(actor=actor, batch_id=pk)
    elif verb == "discard":
        import_discard(actor=actor, batch_id=pk)
    elif verb in {"want", "skip"}:
        import_choose(actor=actor, batch_id=pk, wanted=verb == "want")
    else:
        raise NotFound(noun="import", id=str(pk))
    return _back(request, pk)


@page(methods=("GET",))
def batch_mendable(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that stay out, as a workbook with a column of reasons; mended there it can be imported."""
    actor = actor_of(request)
    batch = access_batch(actor, pk)
    spec = spec_of(batch.spec)
    headings = [heading or column_letter(place) for place, heading in enumerate(batch.headings)]
    width = len(headings)
    table = Table(
        noun=spec.noun,
        title=_("Rows to mend: %(file)s") % {"file": batch.file_name},
        columns=[Column(pgettext("import", "Row")), *map(Column, headings), Column(_("Reason"), width=60)],
        rows=(
            [row.number, *(decode_cells(row.cells) + [""] * width)[:width], "；".join(reasons(spec, row))]
            for row in rows_to_mend(batch)
        ),
    )
    return stream_xlsx(actor, table)


def _answer(
    request: HttpRequest,
    batch: ImportBatch,
    *,
    mapping: Mapping[str, int] | None = None,
    sentences: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, batch)
    if mapping is not None and context["mine"]:
        context["map"] = {
            "columns": mapped_columns(batch, mapping),
            "headings": file_headings(batch),
            "sentences": sentences or [],
            "head": next((sheet["head"] for sheet in batch.sheets if sheet["index"] == batch.sheet), []),
        }
    elif batch.state in STAGED:
        context |= rows_context(request, batch)
    name = "importing/fragments/batch.html" if is_fragment(request) else "importing/batch.html"
    return render(request, name, context, status=status)


def _context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    actor, spec, state = actor_of(request), spec_of(batch.spec), BatchState(batch.state)
    job = job_of(batch) if state in AT_WORK else None
    mine = batch.owner_id == actor.user_id
    return {
        "title": batch.file_name,
        "back": (_("Imports"), reverse("importing-batch-list")),
        "note": f"{spec.title} · {batch.owner_name}",
        "batch": batch,
        "spec": spec,
        "badge": BATCH_BADGES[state],
        "mine": mine,
        "job": job,
        "job_badge": JOB_STATES[job.state] if job else None,
        "problem": problem_of(batch),
        "unread": unread_headings(batch) if state == BatchState.READY else [],
        "figures": _figures(batch),
        "may": {event.value: mine and BATCH_STATES.allows(state, event) for event in BatchEvent},
        "kept": shown_kept(spec, kept_rows(batch)) if batch.kept else [],
        "list_url": reverse(spec.list_url) if spec.list_url else "",
    }


def _figures(batch: ImportBatch) -> list[Figure]:
    figures = [Figure(_("Rows"), batch.rows, Kind.NUMBER)]
    counts = (
        (_("Good rows"), batch.good),
        (_("Faulty rows"), batch.faulty),
        (_("Duplicates"), batch.duplicate),
        (_("Imported rows"), batch.committed),
        (_("Refused rows"), batch.refused),
        (_("Rows taken back"), batch.undone),
        (_("Rows that stay"), batch.kept),
    )
    always = 3 if batch.state == BatchState.READY else 0
    shown = [(label, count) for place, (label, count) in enumerate(counts) if count or place < always]
    return figures + [Figure(label, count, Kind.NUMBER) for label, count in shown]


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return go_to(request, reverse("importing-batch-record", args=[pk]))
