"""A few orders in every stage, so that desk, clocks and timelines have something to show."""

from __future__ import annotations

from dataclasses import replace

from dakehu.config.demo.people import Province
from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.orders.api import (
    ItemRequest,
    OrderRequest,
    ProductOrder,
    order_submit,
    order_take,
    step_finish,
    step_start,
)
from dakehu.organisation.api import actor_for

_WAITING, _UNDER_WAY, _DONE = 2, 3, 4
_FIRST = 8208300


def make_orders(province: Province) -> None:
    """Orders of the known manager's accounts: some waiting for the desk, some under way, some done."""
    manager, desk = (actor_for(province.users[name]) for name in ("manager", "desk"))
    engineer = replace(SYSTEM, name=province.users["engineer"].name, user_id=province.users["engineer"].pk)
    accounts = list(Customer.objects.filter(owner=province.users["manager"]).order_by("pk")[:9])
    count = _WAITING + _UNDER_WAY + _DONE
    for number in range(count if accounts else 0):
        customer = accounts[number % len(accounts)]
        line = {"exchange": "TY01", "public_number": f"0351{_FIRST + number}"}
        request = OrderRequest(customer.pk, (ItemRequest("single-line", line),), description="新装电话一部")
        order = order_submit(actor=manager, request=request).order
        if number >= _WAITING:
            order_take(actor=desk, order_id=order.pk)
            _work(engineer, order, finish=number >= _WAITING + _UNDER_WAY, steps=number - _WAITING)


def _work(engineer: Actor, order: ProductOrder, *, finish: bool, steps: int) -> None:
    """Start and finish the open steps one after the other: all of them, or the first few."""
    done = 0
    while finish or done < steps:
        step = order.steps.filter(state="ready").order_by("pk").first()
        if step is None:
            return
        step_start(actor=engineer, step_id=step.pk)
        step_finish(actor=engineer, step_id=step.pk, record="完成")
        done += 1
