"""The rows of an import: pages of them, mending one, deciding on one duplicate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.importing.access import access_batch
from dakehu.infra.importing.domain.states import RowState
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.selectors import made_of, rows_page
from dakehu.infra.importing.services.mending import import_choose, import_mend
from dakehu.infra.importing.specs import spec_of
from dakehu.infra.importing.web.shown import ShownRow, mapped_fields, shown_rows
from dakehu.infra.ui.api import actor_of, page, toast, with_event
from dakehu.kernel.errors import NotFound

_FILTERS: dict[str, tuple[RowState, ...]] = {
    "faulty": (RowState.FAULTY, RowState.REFUSED),
    "duplicate": (RowState.DUPLICATE, RowState.WANTED),
    "good": (RowState.GOOD, RowState.COMMITTED),
    "all": (),
}


@page(methods=("GET",))
def row_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = access_batch(actor_of(request), pk)
    return render(request, "importing/fragments/rows.html", {"batch": batch, **rows_context(request, batch)})


@page(methods=("GET", "POST"))
def row_mend(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A row as a form in a dialog; saved, its line in the table is drawn anew."""
    actor = actor_of(request)
    batch = access_batch(actor, pk)
    if request.method != "POST":
        shown = _one(request, batch, number)
        return render(request, "importing/fragments/mend.html", {"batch": batch, "row": shown})
    cells = {field: request.POST[field] for field, _place in mapped_fields(batch) if field in request.POST}
    row = import_mend(actor=actor, batch_id=pk, number=number, cells=cells)
    response = render(
        request, "importing/fragments/row.html", {"batch": batch, "row": _one(request, batch, number)}
    )
    with_event(response, **{"ui:close-dialog": {}, "import:changed": {}})
    if row.state == RowState.GOOD:
        return toast(response, _("Row %(number)s is good now.") % {"number": number})
    return toast(response, _("Row %(number)s still needs a look.") % {"number": number}, "warn")


@page(methods=("POST",))
def row_choose(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    actor = actor_of(request)
    wanted = request.POST.get("wanted") == "1"
    batch = import_choose(actor=actor, batch_id=pk, wanted=wanted, numbers=[number])
    response = render(
        request, "importing/fragments/row.html", {"batch": batch, "row": _one(request, batch, number)}
    )
    return with_event(response, **{"import:changed": {}})


def rows_context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """A page of rows under the filter that the address names, and the other filters with their counts."""
    kind = request.GET.get("rows", "")
    if kind not in _FILTERS:
        kind = "faulty" if batch.faulty or batch.refused else "duplicate" if batch.duplicate else "all"
    places = {name: request.GET.get(name, "") for name in ("after", "before")}
    numbers = {name: int(text) for name, text in places.items() if text.isdecimal() and len(text) < 10}
    found = rows_page(batch, _FILTERS[kind], **numbers)
    mine = batch.owner_id == actor_of(request).user_id
    made = made_of(batch, [row.number for row in found.rows])
    spec = spec_of(batch.spec)
    return {
        "kind": kind,
        "filters": [
            ("faulty", pgettext("import rows", "Faulty"), batch.faulty + batch.refused),
            ("duplicate", pgettext("import rows", "Duplicates"), batch.duplicate),
            ("good", pgettext("import rows", "Good"), batch.good + batch.committed),
            ("all", pgettext("import rows", "All"), batch.rows),
        ],
        "heads": [spec.heading(field) for field, _place in mapped_fields(batch)],
        "rows": shown_rows(batch, found.rows, made, mine=mine),
        "page": found,
    }


def _one(request: HttpRequest, batch: ImportBatch, number: int) -> ShownRow:
    row = ImportRow.objects.filter(batch=batch, number=number).first()
    if row is None:
        raise NotFound(noun="import row", id=str(number))
    mine = batch.owner_id == actor_of(request).user_id
    return shown_rows(batch, [row], made_of(batch, [number]), mine=mine)[0]
