"""The list of one's imports."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.access import batches_for
from dakehu.infra.importing.models import ImportBatch
from dakehu.infra.importing.specs import known_specs, specs_for
from dakehu.infra.importing.web.words import BATCH_BADGES
from dakehu.infra.ui.api import ChoiceFilter, Column, DateFilter, EmptyState, Kind, ListSpec, list_view

_STATES = {str(state): badge for state, badge in BATCH_BADGES.items()}


def batch_url(batch: ImportBatch) -> str:
    return reverse("importing-batch-record", args=[batch.pk])


def _spec_title(batch: ImportBatch) -> str:
    spec = known_specs().get(batch.spec)
    return str(spec.title) if spec else batch.spec


def _spec_choices(actor: Actor) -> list[tuple[str, str | Promise]]:
    return [(spec.name, spec.title) for spec in specs_for(actor)]


def _search(rows: QuerySet[ImportBatch], text: str) -> QuerySet[ImportBatch]:
    return rows.filter(file_name__icontains=text)


IMPORTS = ListSpec[ImportBatch](
    name="importing.batch",
    title=_("Imports"),
    queryset=batches_for,
    scoped=False,
    noun="import",
    columns=[
        Column("file_name", pgettext_lazy("import", "File"), Kind.LINK),
        Column("spec", pgettext_lazy("import", "Kind"), value=_spec_title),
        Column("state", _("State"), Kind.STATE, states=_STATES),
        Column("rows", _("Rows"), Kind.NUMBER),
        Column("committed", _("Imported rows"), Kind.NUMBER),
        Column("faulty", _("Faulty rows"), Kind.NUMBER),
        Column("duplicate", _("Duplicates"), Kind.NUMBER),
        Column("owner_name", pgettext_lazy("import", "By")),
        Column("created_at", _("Uploaded"), Kind.MOMENT, sort="id"),
    ],
    sort="-created_at",
    filters=[
        ChoiceFilter("spec", pgettext_lazy("import", "Kind"), choices=_spec_choices),
        ChoiceFilter("state", _("State"), choices=[(state, badge.label) for state, badge in _STATES.items()]),
        DateFilter("created_at", _("Uploaded")),
    ],
    search=_search,
    search_hint=_("Name of the file"),
    row_url=batch_url,
    empty=EmptyState(
        _("No imports yet"),
        _("An import begins in the list of what you want to bring in, by its button “Import”."),
        "file-import",
    ),
)
batch_list = list_view(IMPORTS)
