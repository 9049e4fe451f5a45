"""Orders for tests, as a province has them: a customer, an exchange with numbers, people of each role."""

from __future__ import annotations

from functools import cached_property

from dakehu.catalogue.seed import seed
from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor
from dakehu.numbering.api import Exchange
from dakehu.numbering.testing import a_block, a_customer, an_exchange
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.requests import ItemRequest, OrderRequest
from dakehu.orders.models import ProductOrder, StepRun
from dakehu.orders.services.handling import order_take
from dakehu.orders.services.steps import step_finish, step_start
from dakehu.orders.services.submission import order_submit
from dakehu.organisation.testing import Scenario


class OrderScenario:
    """A customer of the Taiyuan team; an S1240 in Taiyuan with 8880000 … 8880099; desk and engineers."""

    def __init__(self, world: Scenario) -> None:
        self.world = world
        _ = world.province
        seed()

    @cached_property
    def exchange(self) -> Exchange:
        return an_exchange(self.world.taiyuan, "TY01", name="府西街局")

    @cached_property
    def numbers(self) -> list[str]:
        return a_block(self.exchange)

    @cached_property
    def datong_exchange(self) -> Exchange:
        return an_exchange(self.world.datong, "DT01", name="御河局")

    @cached_property
    def datong_numbers(self) -> list[str]:
        return a_block(self.datong_exchange, "2880000", "2880019")

    @cached_property
    def customer(self) -> Customer:
        return a_customer(self.world, name="太原晋源机械有限公司")

    @cached_property
    def manager(self) -> Actor:
        return self.world.manager

    @cached_property
    def desk(self) -> Actor:
        return self.world.actor("one_stop_desk", unit=self.world.taiyuan, name="受理员")

    @cached_property
    def engineer(self) -> Actor:
        return self.world.actor("provisioning_engineer", unit=self.world.taiyuan, name="调度员")

    @cached_property
    def datong_engineer(self) -> Actor:
        return self.world.actor("provisioning_engineer", unit=self.world.datong, name="大同调度员")

    def group_item(self, *members: ItemRequest, **values: object) -> ItemRequest:
        """A group with exit 0, console 9, at most ten members; `values` change its characteristics."""
        given: dict[str, object] = {
            "exchange": self.exchange.code,
            "name": "晋源机械",
            "exit_prefix": "0",
            "attendant_prefix": "9",
            "short_length": 4,
            "capacity": 10,
            "gcn": self.numbers[99],
        }
        return ItemRequest("centrex-group", {**given, **values}, children=members)

    def member_item(self, index: int, short_number: str = "", **values: object) -> ItemRequest:
        """The number of that index, by default as 8001 for 1, 8002 for 2 …"""
        given = {"public_number": self.numbers[index], "short_number": short_number or f"80{index:02d}"}
        return ItemRequest("centrex-member", {**given, **values})

    def line_item(self, index: int) -> ItemRequest:
        given = {"exchange": self.exchange.code, "public_number": self.numbers[index]}
        return ItemRequest("single-line", given)

    def request(self, *items: ItemRequest, **fields: object) -> OrderRequest:
        """By default a group of three members."""
        wanted = items or (self.group_item(*(self.member_item(n) for n in (1, 2, 3))),)
        return OrderRequest(self.customer.pk, wanted, **fields)  # type: ignore[arg-type] # a test's own values

    def submitted(self, *items: ItemRequest, **fields: object) -> ProductOrder:
        return order_submit(actor=self.manager, request=self.request(*items, **fields)).order

    def taken(self, *items: ItemRequest) -> ProductOrder:
        return order_take(actor=self.desk, order_id=self.submitted(*items).pk)

    def work(self, order: ProductOrder, *, until: StepKind | None = None) -> None:
        """Do every step that is ready, over and over, up to the first of the kind `until`."""
        while step := self.ready(order, without=until):
            actor = self.datong_engineer if step.work.org_path == self.world.datong.path else self.engineer
            step_start(actor=actor, step_id=step.pk)
            step_finish(actor=actor, step_id=step.pk, record="完成")

    def ready(self, order: ProductOrder, *, without: StepKind | None = None) -> StepRun | None:
        ready = StepRun.objects.filter(order=order, state="ready").select_related("work")
        return ready.exclude(kind=without).first() if without else ready.first()

    def completed(self, *items: ItemRequest) -> ProductOrder:
        order = self.taken(*items)
        self.work(order)
        return ProductOrder.objects.get(pk=order.pk)
