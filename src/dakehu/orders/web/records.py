"""The order's page: where it is in one look, what it asks for, its telephones, and what can be done now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import Button, Fact, Figure, Kind, Record, Tab, actor_of, page, record_page
from dakehu.kernel.errors import NotFound
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.states import ORDER_STATES, STEP_STATES, OrderEvent, OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import orders_for, with_items, with_work, works_for
from dakehu.orders.selectors.telephones import lines_of
from dakehu.orders.selectors.whereabouts import StepPlace, Whereabouts, whereabouts
from dakehu.orders.web import words
from dakehu.orders.web.acts import ORDER_ACTS, STEP_ACTS, Act
from dakehu.orders.web.facts import facts_of
from dakehu.orders.web.lists import holder_of


@page(OrderPermission.VIEW, methods=("GET",))
def order_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One order."""
    actor = actor_of(request)
    order = with_items(with_work(orders_for(actor)), characteristics=True).filter(pk=pk).first()
    if order is None:
        raise NotFound(noun="order", id=str(pk))
    where = whereabouts(order, words.calendar(), now())
    return record_page(request, _record(actor, order, where))


def _record(actor: Actor, order: ProductOrder, where: Whereabouts) -> Record:
    return Record(
        noun="order",
        object_id=order.pk,
        title=_("Order %(number)s") % {"number": order.number},
        subtitle=order.customer.name,
        badges=[words.ORDER_STATES[order.state]],
        figures=_figures(order, where),
        tabs=_tabs(actor, order, where),
        buttons=_buttons(actor, order, where),
        back=(_("Orders"), reverse("orders-order-list")),
        warning=_warning(order),
    )


def _figures(order: ProductOrder, where: Whereabouts) -> list[Figure]:
    bar = words.clock_bar(where.reading, words.calendar())
    return [
        Figure(_("In whose hands"), holder_of(order) or None),
        Figure(_("Working time"), bar),
        Figure(_("Due"), order.due_at, Kind.DATE, note=_class_note(order)),
        Figure(_("Items"), len(order.items.all()), Kind.NUMBER),
    ]


def _class_note(order: ProductOrder) -> str:
    given = {"code": order.clock_class, "days": order.allowed_days}
    return _("class %(code)s, %(days)s working days") % given


def _warning(order: ProductOrder) -> str:
    if order.stage is OrderState.ASSESSING_CANCELLATION:
        return _("Cancellation was asked for: %(reason)s") % {"reason": order.reason}
    return order.reason if order.stage in {OrderState.REJECTED, OrderState.CANCELLED} else ""


def _tabs(actor: Actor, order: ProductOrder, where: Whereabouts) -> list[Tab]:
    items = _items(order)
    tabs = [
        Tab("progress", _("Where it is"), "orders/progress.html", _progress(actor, order, where)),
        Tab("items", _("Products"), "orders/items.html", {"items": items, "facts": _facts(order)}),
    ]
    if order.stage is OrderState.COMPLETED:
        lines = lines_of(order)
        context = {
            "order": order,
            "lines": lines,
            "may_issue": actor.may(OrderPermission.SECRET),
            "any_without": any(not hasattr(line, "sip_account") for line in lines),
            "server": f"{settings.SIP_HOST}:{settings.SIP_PORT}",
            "realm": settings.SIP_REALM,
        }
        tabs.insert(
            0, Tab("telephones", _("Telephones"), "orders/telephones.html", context, count=len(lines))
        )
    return tabs


def _progress(actor: Actor, order: ProductOrder, where: Whereabouts) -> dict[str, Any]:
    branches = [
        {
            "unit": branch.work.unit,
            "role": words.ROLES[branch.work.role],
            "steps": [_step(actor, order, place) for place in branch.steps],
        }
        for branch in where.branches
    ]
    stopped = where.stopped_by
    return {
        "order": order,
        "branches": branches,
        "sentence": _sentence(order, where),
        "stopped": stopped,
        "stopped_why": words.REASONS[stopped.reason] if stopped else "",
        "pauses": [
            {
                "pause": pause,
                "why": words.REASONS[pause.reason],
                "step": words.STEPS[pause.step.kind] if pause.step else _("Whole order"),
            }
            for pause in where.past
        ],
    }


def _sentence(order: ProductOrder, where: Whereabouts) -> str:
    """Where it is, in one sentence."""
    if order.stage is OrderState.ACKNOWLEDGED:
        return _("It waits for the one-stop desk to take it.")
    if not where.held:
        return str(words.ORDER_STATES[order.state].label)
    place = where.held[0]
    given = {"branch": place.step.work.unit.name, "step": words.STEPS[place.kind]}
    if place.step.worker_name:
        told = _("%(who)s of %(branch)s has “%(step)s” in hand.") % {**given, "who": place.step.worker_name}
    else:
        told = _("“%(step)s” waits for %(branch)s to begin it.") % given
    bar = words.clock_bar(place.reading, words.calendar())
    burnt = _("Working time of the step: %(clock)s.") % {"clock": bar}
    return f"{told} {burnt}" if bar else told


def _step(actor: Actor, order: ProductOrder, place: StepPlace) -> dict[str, Any]:
    step = place.step
    may = order.stage is OrderState.IN_PROGRESS and works_for(actor, step.work.org_path)
    buttons = [
        _button(act, "orders-step-act", step.pk, {})
        for act in STEP_ACTS
        if may and actor.may(act.permission) and set(act.events) & set(STEP_STATES.events(place.stage))
    ]
    if place.kind is StepKind.CONSTRUCTION:
        buttons.append(_sheet_button(order))
    stopped = place.stopped_by
    return {
        "step": step,
        "stage": str(place.stage),
        "label": words.STEPS[place.kind],
        "badge": words.STEP_STATES[place.stage],
        "bar": words.clock_bar(place.reading, words.calendar()),
        "buttons": buttons,
        "why": words.REASONS[stopped.reason] if stopped else "",
        "stopped": stopped,
    }


def _buttons(actor: Actor, order: ProductOrder, where: Whereabouts) -> list[Button]:
    """The moves that the order's table allows and the actor may make; urging while someone holds it."""
    allowed = set(ORDER_STATES.events(order.stage))
    if order.steps.all() and any(place.stage != "done" for b in where.branches for place in b.steps):
        allowed.discard(OrderEvent.COMPLETE)
    version = {"version": order.version}
    buttons = [
        _button(act, "orders-order-act", order.pk, version)
        for act in ORDER_ACTS
        if actor.may(act.permission) and (set(act.events) & allowed or (act.name == "urge" and where.held))
    ]
    return [*buttons, _sheet_button(order)]


def _sheet_button(order: ProductOrder) -> Button:
    """The printed work order: with the order, and where it is worked by."""
    return Button(_("Work order"), reverse("orders-order-sheet", args=[order.pk]), icon="printer")


def _button(act: Act, url_name: str, pk: int, fields: dict[str, Any]) -> Button:
    return Button(
        label=act.label,
        url=reverse(url_name, args=[pk, act.name]),
        icon=act.icon,
        permission=act.permission,
        is_primary=act.is_primary,
        is_dangerous=act.is_dangerous,
        post=act.form is None,
        dialog=act.form is not None,
        question=act.question,
        fields=fields,
    )


def _items(order: ProductOrder) -> list[dict[str, Any]]:
    """Each item with its characteristics in the catalogue's words."""
    return [
        {"item": item, "facts": facts_of(item.offering, item.characteristics)} for item in order.items.all()
    ]


def _facts(order: ProductOrder) -> list[Fact]:
    customer = reverse("customers-customer-record", args=[order.customer_id])
    return [
        Fact(_("Customer"), order.customer.name, url=customer),
        Fact(_("Submitted"), order.order_date, Kind.MOMENT, note=order.requested_name),
        Fact(_("Channel"), str(words.CHANNELS.get(order.channel, order.channel))),
        Fact(_("Wished date"), order.requested_completion, Kind.DATE),
        Fact(_("Description"), order.description),
        Fact(_("External id"), order.external_id, Kind.CODE),
    ]
