"""The list of orders, whole or of one customer."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Action,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Kind,
    ListSpec,
)
from dakehu.kernel.text import clean_line
from dakehu.orders.domain.states import OPEN_ORDERS, OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.desk import due_first, mine, overdue, with_branch
from dakehu.orders.selectors.orders import orders_for, with_work
from dakehu.orders.selectors.whereabouts import whereabouts
from dakehu.orders.web.words import ORDER_STATES, STEPS, ClockBar, calendar, clock_bar
from dakehu.organisation.api import OrgUnit, Permission

LATE, SOON = "late", "open"


def _orders(actor: Actor) -> QuerySet[ProductOrder]:
    return with_work(orders_for(actor)).prefetch_related("items__offering")


def _clock(order: ProductOrder) -> ClockBar | None:
    return clock_bar(whereabouts(order, calendar(), now()).reading, calendar())


def holder_of(order: ProductOrder) -> str:
    """Who has the order in hand: branch and step, in a few words."""
    if order.stage is OrderState.ACKNOWLEDGED:
        return str(_("One-stop desk"))
    places = whereabouts(order, calendar(), now()).held
    return " · ".join(
        " ".join([place.step.work.unit.short_name, str(STEPS[place.kind]), place.step.worker_name]).strip()
        for place in places
    )


def _products(order: ProductOrder) -> str:
    """What is ordered: the first product, and how many items more."""
    items = list(order.items.all())
    first = str(items[0].offering) if items else ""
    return f"{first} +{len(items) - 1}" if len(items) > 1 else first


def search(orders: QuerySet[ProductOrder], text: str) -> QuerySet[ProductOrder]:
    text = clean_line(text)
    return orders.filter(Q(number__startswith=text) | Q(customer__name__icontains=text) | Q(external_id=text))


def _branches(actor: Actor) -> list[tuple[str, str]]:
    cities = OrgUnit.objects.filter(level=OrgUnit.Level.CITY)
    if actor.may(Permission.UNIT_VIEW):
        return [(unit.path, unit.short_name) for unit in visible(cities, actor, Permission.UNIT_VIEW)]
    return []


class _MineField(forms.ChoiceField):
    """The choices of "mine", with the actor bound to the value that `apply` gets."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        choices = [("", _("Mine")), ("waiting", _("Waiting for me")), ("submitted", _("Submitted by me"))]
        super().__init__(choices=choices)

    def clean(self, value: object) -> object:
        chosen = super().clean(value)
        return (self.actor, chosen) if chosen else ""


COLUMNS: list[Column[ProductOrder]] = [
    Column("number", _("Order"), Kind.LINK, sort="number", width="9rem"),
    Column("customer__name", _("Customer")),
    Column("products", _("Products"), value=_products),
    Column("state", _("State"), Kind.STATE, states=ORDER_STATES, width="8rem"),
    Column("holder", _("In whose hands"), value=holder_of),
    Column("clock", _("Working time"), value=_clock, width="13rem"),
    Column("due_at", _("Due"), Kind.DATE, width="7rem"),
    Column("order_date", _("Submitted"), Kind.MOMENT, sort="order_date", width="9rem"),
    Column("requested_name", _("Submitted by"), shown=False),
    Column("clock_class", _("Class"), shown=False),
    Column("channel", pgettext_lazy("order", "Channel"), shown=False),
    Column("external_id", _("External id"), Kind.CODE, shown=False),
]

ORDERS: ListSpec[ProductOrder] = ListSpec(
    name="orders.order",
    title=_("Orders"),
    permission=OrderPermission.VIEW,
    queryset=_orders,
    columns=COLUMNS,
    sort="-order_date",
    filters=[
        CustomFilter(
            "mine",
            _("Mine"),
            field=_MineField,
            apply=mine,
        ),
        ChoiceFilter(
            "state", _("State"), choices=[(str(k), b.label) for k, b in ORDER_STATES.items()], many=True
        ),
        CustomFilter(
            "branch",
            _("Branch"),
            field=lambda actor: forms.ChoiceField(choices=[("", _("Branch")), *_branches(actor)]),
            apply=with_branch,
        ),
        CustomFilter(
            "clock",
            _("Clock"),
            field=lambda _actor: forms.ChoiceField(
                choices=[("", _("Clock")), (LATE, _("Overdue")), (SOON, _("Due within two days"))]
            ),
            apply=lambda rows, value: overdue(rows, now()) if value == LATE else due_first(rows, now()),
        ),
        DateFilter("order_date", _("Submitted"), quick=False),
        ChoiceFilter("clock_class", _("Class"), choices=[(c, c) for c in "ABCD"], quick=False),
    ],
    search=search,
    search_hint=_("Number or customer"),
    row_url=lambda order: reverse("orders-order-record", args=[order.pk]),
    row_class=lambda order: "is-late" if _is_late(order) else "",
    actions=[
        Action(_("New order"), "orders-draft-new", OrderPermission.SUBMIT, icon="plus", is_primary=True)
    ],
    empty=EmptyState(
        title=_("No orders yet"),
        text=_("An order is taken here once and done by all branches concerned."),
        icon="clipboard-list",
        actions=[Action(_("New order"), "orders-draft-new", OrderPermission.SUBMIT, is_primary=True)],
    ),
    scoped=False,
    noun="order",
    template="orders/list.html",
)


def _is_late(order: ProductOrder) -> bool:
    return bool(order.due_at and order.stage in OPEN_ORDERS and order.due_at < now())


def orders_of(customer_id: int) -> ListSpec[ProductOrder]:
    """The orders of one customer, for the panel on its record."""
    return replace(
        ORDERS,
        name="orders.customer_order",
        queryset=lambda actor: _orders(actor).filter(customer_id=customer_id),
        columns=[column for column in COLUMNS if column.key != "customer__name"],
        filters=[each for each in ORDERS.filters if each.name == "state"],
        actions=[],
        page_size=15,
    )
