"""Bulk actions: ask, then do it row by row, and say of each row that could not be done why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dakehu.infra.access.api import require
from dakehu.infra.errors import faults_of
from dakehu.infra.ui.lists.page import Listing
from dakehu.infra.ui.lists.spec import BulkAction
from dakehu.infra.ui.requests import with_event
from dakehu.kernel.errors import DomainError, NotFound

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row; `fault` is empty when it was done."""

    label: str
    fault: str = ""


def answer(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The dialog of a bulk action, or what came of it."""
    action = next((each for each in listing.spec.bulk if each.name == request.GET.get("_bulk")), None)
    if action is None:
        raise NotFound(noun="bulk action", id=request.GET.get("_bulk", ""))
    if action.permission:
        require(listing.actor, action.permission)
    rows = _chosen(request, listing)
    confirmed = request.POST.get("_step") == "run"
    form = action.form(request.POST if confirmed else None) if action.form else None
    context = {"action": action, "rows": rows, "form": form, "base": request.get_full_path()}
    if not confirmed or (form is not None and not form.is_valid()):
        context["question"] = str(action.question) % {"count": len(rows)} if action.question else ""
        return render(request, "ui/fragments/bulk_ask.html", context)
    outcomes = [_done(listing, action, row, form.cleaned_data if form else {}) for row in rows]
    failed = [outcome for outcome in outcomes if outcome.fault]
    context |= {"failed": failed, "done": len(outcomes) - len(failed)}
    response = render(request, "ui/fragments/bulk_done.html", context)
    with_event(response, **{"ui:list-changed": {"list": listing.spec.name}})
    return response


def _chosen(request: HttpRequest, listing: Listing) -> list[Any]:
    """The rows named in the request that the actor sees, in the list's order of parts."""
    keys = list(_keys(request, listing))
    return [row for part in listing.spec.parts(listing.actor) for row in part.filter(pk__in=keys)]


def _keys(request: HttpRequest, listing: Listing) -> Iterator[Any]:
    key = listing.parts[0].model._meta.pk
    for text in request.POST.getlist("pk")[:MOST_ROWS]:
        with suppress(ValidationError, ValueError):
            yield key.to_python(text) if key else text


def _done(listing: Listing, action: BulkAction[Any], row: Any, values: dict[str, Any]) -> Outcome:
    label = listing.columns[0].text(row)
    try:
        with transaction.atomic():
            action.run(listing.actor, row, values)
    except DomainError as error:
        return Outcome(label, " ".join(sentence for _field, sentence in faults_of(error)))
    return Outcome(label)
