"""All that happened to a customer, on a tab, by kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.infra.ui.api import (
    TimelineKind,
    actor_of,
    is_fragment,
    page,
    target_id,
    timeline,
    timeline_labels,
)

_NOUN = "customer"
_OWN: dict[str, tuple[str | Promise, TimelineKind]] = {
    "file": (pgettext_lazy("customer", "File"), TimelineKind(("customer.",))),
    "contacts": (_("Contacts"), TimelineKind(("contact.",))),
    "competitors": (_("Competitors' lines"), TimelineKind(("competitor_line.",))),
    "equipment": (_("Equipment on site"), TimelineKind(("equipment.",))),
    "papers": (_("Contracts and documents"), TimelineKind(("agreement.", "document."))),
}


def kinds() -> dict[str, tuple[str | Promise, TimelineKind]]:
    """The kinds one may choose: this chapter's own, then those that higher chapters tell."""
    told = {name: (label, TimelineKind(sources=(name,))) for name, label in timeline_labels(_NOUN).items()}
    return {**_OWN, **told}


@page(Permission.VIEW, methods=("GET",))
def history_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest entries, of one kind if `kind` names it, or the older ones `_before` an entry."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    choices = kinds()
    chosen = request.GET.get("kind", "")
    kind = choices[chosen][1] if chosen in choices else None
    entries = timeline(actor, _NOUN, str(customer.pk), before=request.GET.get("_before", ""), kind=kind)
    context = {
        "customer": customer,
        "timeline": entries,
        "chosen": chosen if kind else "",
        "kinds": [(name, label) for name, (label, _kind) in choices.items()],
    }
    only_entries = is_fragment(request) and target_id(request) == "history-more"
    return render(request, f"customers/{'history_entries' if only_entries else 'history'}.html", context)
