"""What the one-stop desk and the branches look for: what waits for whom, what is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from dakehu.infra.access.api import Actor
from dakehu.orders.domain.states import OPEN_ORDERS, OrderState, StepState
from dakehu.orders.models import ProductOrder, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import branch_of

Orders = QuerySet[ProductOrder]
SOON = timedelta(days=2)
_RUNNING = [OrderState.IN_PROGRESS, OrderState.ASSESSING_CANCELLATION]


def waiting_for(orders: Orders, actor: Actor) -> Orders:
    """Orders that wait for the actor: to be taken or judged by the desk, a step of the branch to be done.

    A step that someone has in hand waits for that one alone.
    """
    waiting = Q(pk__in=[])
    if actor.may(OrderPermission.TAKE):
        waiting |= Q(state__in=[OrderState.ACKNOWLEDGED, OrderState.ASSESSING_CANCELLATION])
    if actor.may(OrderPermission.WORK):
        steps = StepRun.objects.filter(order=OuterRef("pk"))
        own = Q(state=StepState.READY, work__org_path__startswith=branch_of(actor.scope.path))
        in_hand = Q(worker_id=actor.user_id, state__in=[StepState.WORKING, StepState.PAUSED])
        waiting |= Q(state=OrderState.IN_PROGRESS) & Q(Exists(steps.filter(own | in_hand)))
    return orders.filter(waiting)


def mine(orders: Orders, chosen: tuple[Actor, str]) -> Orders:
    """The filter "mine": waiting for the actor, or submitted by the actor."""
    actor, what = chosen
    return waiting_for(orders, actor) if what == "waiting" else orders.filter(requested_by=actor.user_id)


def with_branch(orders: Orders, path: str) -> Orders:
    """Orders in which the branch has unfinished work."""
    steps = StepRun.objects.filter(order=OuterRef("pk"), work__org_path=path)
    unfinished = steps.exclude(state__in=[StepState.DONE, StepState.DROPPED])
    return orders.filter(Exists(unfinished))


def overdue(orders: Orders, now: datetime) -> Orders:
    """Open orders past their due date; those that stand still for the customer's sake are none."""
    return orders.filter(state__in=_RUNNING, due_at__lt=now)


def due_first(orders: Orders, now: datetime) -> Orders:
    """Open orders due within two days."""
    return orders.filter(state__in=sorted(OPEN_ORDERS), due_at__gte=now, due_at__lt=now + SOON)
