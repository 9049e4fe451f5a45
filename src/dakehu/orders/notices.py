"""What people are told of orders: to be taken, urged, near the end of a step's clock (KAM-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from dakehu.infra.outbox.api import Event
from dakehu.infra.ui.api import Tone
from dakehu.notices.api import Draft, Kind, register_kind, register_sight, register_watch, sight_by
from dakehu.orders.domain.states import UNFINISHED, OrderState
from dakehu.orders.models import ProductOrder, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import orders_for
from dakehu.organisation.api import people_for

_AHEAD, _BEHIND, _MOST = timedelta(hours=4), timedelta(days=2), 500


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_sight("order", sight_by(orders_for, OrderPermission.VIEW))
    register_kind(
        Kind(
            "order.to_take", _("Order to take"), _("Order %(order)s of “%(customer)s” waits to be taken."),
            topics=("order.submitted",), make=_to_take, icon="clipboard-plus",
        ),
        Kind(
            "order.urged", _("Order urged"),
            _("%(by)s urges order %(order)s of “%(customer)s”."),
            topics=("order.urged",), make=_urged, icon="bell-ringing", tone=Tone.WARN,
            mail=True, urgent=True,
        ),
        Kind(
            "order.step_due", _("Order's clock near its end"),
            _("A step of order %(order)s of “%(customer)s” is due at %(due)s."),
            icon="clock-exclamation", tone=Tone.WARN, mail=True, urgent=True,
        ),
    )  # fmt: skip
    register_watch("order.step_due", steps_due)


def steps_due(at: datetime) -> Iterable[Draft]:
    """Unfinished steps whose clock ends within hours or has just ended; each due moment is told of once."""
    rows = StepRun.objects.filter(
        state__in=sorted(UNFINISHED),
        due_at__range=(at - _BEHIND, at + _AHEAD),
        order__state=OrderState.IN_PROGRESS,
    ).select_related("work", "order__customer")
    for step in rows.order_by("due_at", "pk")[:_MOST]:
        if step.due_at is not None:
            due = localtime(step.due_at)
            mark = f"{step.pk}:{due:%Y%m%d%H%M}"
            yield _about(step.order, _holders(step), mark, due=f"{due:%Y-%m-%d %H:%M}")


def _to_take(event: Event) -> Iterable[Draft]:
    order = ProductOrder.objects.select_related("customer").filter(pk=event.key).first()
    if order is not None and order.state == OrderState.ACKNOWLEDGED:
        yield _about(order, people_for(OrderPermission.TAKE, order.org_path))


def _urged(event: Event) -> Iterable[Draft]:
    rows = StepRun.objects.select_related("work", "order__customer")
    step = rows.filter(pk=event.payload["step"]).first()
    if step is not None:
        yield _about(step.order, _holders(step), f"{event.id}", by=event.payload["by"])


def _holders(step: StepRun) -> list[int]:
    """Who has the step in hand, or may take it in its branch."""
    return [step.worker_id] if step.worker_id else people_for(OrderPermission.WORK, step.work.org_path)


def _about(order: ProductOrder, people: list[int], mark: str = "", **facts: str) -> Draft:
    known = {"order": order.number, "customer": order.customer.name, **facts}
    url = reverse("orders-order-record", args=[order.pk])
    return Draft(people, known, "order", str(order.pk), url, order.org_path, mark)
