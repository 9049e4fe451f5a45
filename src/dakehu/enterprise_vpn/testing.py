"""A customer's VPN over two cities, for tests."""

from __future__ import annotations

from functools import cached_property

from dakehu.customers.api import Customer
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.services.members import MemberPlan, vpn_members_add
from dakehu.enterprise_vpn.services.vpns import VpnPlan, vpn_create
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import Line
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario


class VpnScenario:
    """Exchanges TY01 and DT01 with the numbers 8880000 to 8880099 each; a VPN of five digits, 9 out."""

    def __init__(self, world: Scenario) -> None:
        self.world = world

    @cached_property
    def taiyuan(self) -> list[str]:
        return a_block(an_exchange(self.world.taiyuan, "TY01"))

    @cached_property
    def datong(self) -> list[str]:
        return a_block(an_exchange(self.world.datong, "DT01", area_code="0352"))

    @cached_property
    def customer(self) -> Customer:
        return a_customer(self.world, name="晋源机械有限公司")

    def plan(self, **fields: object) -> VpnPlan:
        """The VPN's plan, with some of it changed."""
        values = {
            "name": "晋源全省专网",
            "short_length": 5,
            "exit_prefix": "9",
            "attendant": "60000",
            **fields,
        }
        return VpnPlan(**values)  # type: ignore[arg-type] # a test's own values

    @cached_property
    def vpn(self) -> EnterpriseVpn:
        return vpn_create(actor=SYSTEM, customer_id=self.customer.pk, plan=self.plan())

    def line(self, number: str, **fields: object) -> Line:
        """The customer's line on the number."""
        return a_line(self.customer, number, **fields)

    def member(self, number: str, short_number: str, **fields: object) -> MemberRow:
        """The customer's new line on the number, made a member."""
        self.line(number)
        plan = MemberPlan(number, short_number, **fields)  # type: ignore[arg-type] # a test's own values
        return vpn_members_add(actor=SYSTEM, vpn_id=self.vpn.pk, plans=[plan])[0]
