"""A new order in three steps: customer and product, the form, the review.

The form asks every rule as one types (`draft_check`): the answer is the form again, with what can be proposed
filled in and each fault beside its field; the browser morphs it in without touching the field being typed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.catalogue.api import ProductOffering, ProductPrice, offering_get, offerings_orderable
from dakehu.customers.api import Customer, customer_get
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import actor_of, go_to, page
from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.services.checking import CheckedOrder
from dakehu.orders.services.submission import order_submit
from dakehu.orders.web.drafts import Draft, new_draft, typed_draft
from dakehu.orders.web.facts import facts_of
from dakehu.orders.web.forms import ChooseForm, draw
from dakehu.organisation.api import localised

CHOOSE, FILL, REVIEW = range(1, 4)


@page(OrderPermission.SUBMIT, methods=("GET",))
def order_new(request: HttpRequest) -> HttpResponse:
    """Which customer, which product: both chosen."""
    actor = actor_of(request)
    offerings = list(offerings_orderable(actor))
    asked = "offering" in request.GET
    initial = {
        "customer": request.GET.get("customer", ""),
        "offering": offerings[0].code if offerings else "",
    }
    form = ChooseForm(request.GET if asked else None, initial=initial, offerings=offerings)
    if asked and form.is_valid():
        query = QueryDict(mutable=True)
        query["customer"] = form.cleaned_data["customer"]
        return go_to(
            request,
            f"{reverse('orders-draft-form', args=[form.cleaned_data['offering']])}?{query.urlencode()}",
        )
    products = [
        (each, localised(each.specification.description, each.specification.description_en))
        for each in offerings
    ]
    context = {"form": form, "products": products, "title": _("New order"), "stage": CHOOSE}
    return render(request, "orders/new.html", context, status=422 if asked else 200)


@page(OrderPermission.SUBMIT, methods=("GET", "POST"))
def order_draft(request: HttpRequest, offering: str) -> HttpResponse:
    """The form, its review, and the submission."""
    actor, customer, product = _about(request, offering)
    if request.method != "POST":
        return _form(request, new_draft(actor, customer, product), {})
    draft = typed_draft(actor, customer, product, request.POST)
    stage = request.POST.get("stage", "review")
    if stage == "edit":
        return _form(request, draft, {})
    checked, faults = draft.asked(patient=False)
    if faults:
        return _form(request, draft, faults, status=422)
    if stage != "submit":
        return _review(request, draft, checked)
    try:
        submitted = order_submit(actor=actor, request=draft.request())
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:  # someone was quicker between review and submission
        leaves = error.faults if isinstance(error, Invalid) else [error]
        return _form(request, draft, draft.placed(leaves, patient=False), status=422)
    messages.success(request, _("Order %(number)s is submitted.") % {"number": submitted.order.number})
    return go_to(request, reverse("orders-order-record", args=[submitted.order.pk]))


@page(OrderPermission.SUBMIT, methods=("POST",))
def draft_check(request: HttpRequest, offering: str) -> HttpResponse:
    """The form again as one types: proposals, faults, added and removed rows."""
    actor, customer, product = _about(request, offering)
    draft = typed_draft(actor, customer, product, request.POST)
    removed = request.POST.get("remove", "")
    if removed in draft.rows:
        draft.rows.remove(removed)
    draft.complete()
    if "add" in request.POST:
        count = request.POST.get("count", "1")
        draft.add_rows(int(count) if count.isdigit() and len(count) < 4 else 1)
    _checked, faults = draft.asked(patient=True)
    return render(request, "orders/draft_body.html", _context(draft, faults))


def _about(request: HttpRequest, offering: str) -> tuple[Actor, Customer, ProductOffering]:
    actor = actor_of(request)
    given = request.POST.get("customer") or request.GET.get("customer", "")
    return actor, customer_get(actor, given), offering_get(actor, offering)


def _form(
    request: HttpRequest, draft: Draft, faults: dict[str, list[str]], *, status: int = 200
) -> HttpResponse:
    return render(request, "orders/draft.html", _context(draft, faults), status=status)


def _context(draft: Draft, faults: dict[str, list[str]]) -> dict[str, object]:
    return {
        "draft": draft,
        "drawn": draw(draft, faults),
        "title": _("New order"),
        "stage": FILL,
        "may_add": draft.exchange is not None,
        "needs_group": bool(draft.layout.lifted == ("group",) and not draft.groups),
    }


@dataclass(frozen=True, slots=True)
class _Total:
    """Prices of one kind, summed up: `months` is 0 for what is paid once."""

    label: str
    count: int
    fen: int
    months: int


def _review(request: HttpRequest, draft: Draft, checked: CheckedOrder) -> HttpResponse:
    days = max(item.offering.clock_class.working_days for item in checked.items)
    context = {
        "draft": draft,
        "checked": checked,
        "items": [(item, facts_of(item.offering, item.values)) for item in checked.items],
        "title": _("New order"),
        "stage": REVIEW,
        "totals": _totals(checked),
        "kept": [(key, value) for key, values in draft.data.lists() for value in values if _is_kept(key)],
        "days": days,
        "due": working_calendar().deadline(now(), days),
    }
    return render(request, "orders/review.html", context)


def _is_kept(key: str) -> bool:
    return key not in {"csrfmiddlewaretoken", "stage"}


def _totals(checked: CheckedOrder) -> list[_Total]:
    found: dict[tuple[str, int, int], int] = {}
    for item in checked.items:
        for price in item.offering.prices.all():
            if price.kind != ProductPrice.Kind.USAGE:
                key = (str(price), price.amount_fen, price.months)
                found[key] = found.get(key, 0) + 1
    return [_Total(label, count, fen * count, months) for (label, fen, months), count in found.items()]
