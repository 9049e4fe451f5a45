"""Which orders an actor sees: those of the own subtree, and those in which the own branch has work."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from dakehu.infra.access.api import CITY_DEPTH, SEGMENT, Actor, require
from dakehu.kernel.errors import NotFound
from dakehu.orders.models import BranchWork, OrderPause, ProductOrder, ProductOrderItem, StepRun
from dakehu.orders.permissions import OrderPermission


def orders_for(actor: Actor, permission: str = OrderPermission.VIEW) -> QuerySet[ProductOrder]:
    """The orders the actor may see with `permission`; raises `NotAllowed`.

    A branch that holds a part of an order sees the whole of it, but only those of its people who do such
    work: other cities' orders are nobody else's business.
    """
    require(actor, permission)
    condition = actor.scope.condition(ProductOrder.SCOPE)
    if not condition:
        return ProductOrder.objects.all()
    if actor.may(OrderPermission.WORK) and actor.scope.path:
        held = BranchWork.objects.filter(org_city=branch_of(actor.scope.path)).values("order")
        condition |= Q(pk__in=held)
    return ProductOrder.objects.filter(condition)


def order_get(actor: Actor, pk: Any, permission: str = OrderPermission.VIEW) -> ProductOrder:
    """The order, or `NotFound`."""
    return _one(orders_for(actor, permission).select_related("customer", "requested_by"), pk)


def order_locked(actor: Actor, pk: Any, permission: str) -> ProductOrder:
    """The order, its row locked until the transaction ends; every write on an order begins so."""
    return _one(orders_for(actor, permission).select_for_update(of=("self",)), pk)


def with_work(orders: QuerySet[ProductOrder]) -> QuerySet[ProductOrder]:
    """The orders with all that lists and clocks look at: a fixed number of queries for any page."""
    steps = StepRun.objects.select_related("work__unit").order_by("position")
    return orders.select_related("customer").prefetch_related(
        Prefetch("steps", queryset=steps), Prefetch("pauses", queryset=OrderPause.objects.order_by("id"))
    )


def with_items(orders: QuerySet[ProductOrder], *, characteristics: bool = False) -> QuerySet[ProductOrder]:
    """The orders with their items and what they sell; on request with the words of the characteristics."""
    items = ProductOrderItem.objects.select_related("offering__specification").order_by("id")
    if characteristics:
        items = items.prefetch_related("offering__specification__characteristics")
    return orders.select_related("customer").prefetch_related(Prefetch("items", queryset=items), "entries")


def branch_of(path: str) -> str:
    """The branch a unit belongs to: its city's company; the province is a branch of its own."""
    return path[: SEGMENT * CITY_DEPTH]


def works_for(actor: Actor, branch: str) -> bool:
    """Whether the actor does that branch's work: within its subtree, or with the whole of it in scope."""
    return actor.scope.contains(branch) or (bool(actor.scope.path) and actor.scope.path.startswith(branch))


def _one(orders: QuerySet[ProductOrder], pk: Any) -> ProductOrder:
    try:
        return orders.get(pk=pk)
    except (ProductOrder.DoesNotExist, ValueError, TypeError):
        raise NotFound(noun="order", id=str(pk)) from None
