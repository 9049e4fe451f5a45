"""A customer's group with its numbers, for tests."""

from __future__ import annotations

from functools import cached_property

from dakehu.centrex.domain.group import CallRights, Member, RightsLevel
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.services.groups import GroupPlan, group_create
from dakehu.centrex.services.members import MemberPlan, member_add
from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import Exchange
from dakehu.numbering.testing import a_block, a_customer, an_exchange
from dakehu.organisation.testing import Scenario


class GroupScenario:
    """An S1240 in Taiyuan with the numbers 8880000 to 8880099; a group of three at most, 0 out, console 9."""

    def __init__(self, world: Scenario) -> None:
        self.world = world

    @cached_property
    def exchange(self) -> Exchange:
        return an_exchange(self.world.taiyuan, "TY01", name="府西街局")

    @cached_property
    def numbers(self) -> list[str]:
        return a_block(self.exchange)

    @cached_property
    def customer(self) -> Customer:
        return a_customer(self.world, name="太原晋源机械有限公司")

    def plan(self, **fields: object) -> GroupPlan:
        """The group's plan, with some of it changed."""
        values: dict[str, object] = {
            "customer_id": self.customer.pk,
            "exchange": self.exchange.code,
            "name": "晋源机械",
            "exit_prefix": "0",
            "attendant_prefix": "9",
            "short_length": 4,
            "capacity": 3,
            "gcn": self.numbers[99],
            **fields,
        }
        return GroupPlan(**values)  # type: ignore[arg-type] # a test's own values

    @cached_property
    def group(self) -> CentrexGroup:
        return group_create(actor=SYSTEM, plan=self.plan())

    def member(self, index: int, short_number: str = "", **fields: object) -> CentrexMember:
        """The number of that index, opened and made a member; by default 8001 for 1, 8002 for 2 …"""
        value = Member(
            self.numbers[index],
            short_number or f"80{index:02d}",
            CallRights(RightsLevel.NATIONAL),
            **fields,  # type: ignore[arg-type] # a test's own values
        )
        return member_add(actor=SYSTEM, plan=MemberPlan(self.group.pk, value))
