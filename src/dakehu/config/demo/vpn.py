"""The known account's enterprise VPN: its Centrex group in Taiyuan and single lines in two cities."""

from __future__ import annotations

from dakehu.centrex.api import CentrexGroup
from dakehu.config.demo.accounts import DEMO_VPN, TELEPHONES, VPN_LEAD, VPN_TELEPHONES
from dakehu.customers.api import Customer
from dakehu.enterprise_vpn.api import (
    AttendantKind,
    MemberChange,
    MemberPlan,
    MemberRow,
    VpnPlan,
    closed_group_create,
    vpn_attendant_login,
    vpn_create,
    vpn_group_add,
    vpn_member_change,
    vpn_members_add,
)
from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import LineKind, LineOpening, line_open, telephone_issue

_CLOSED = (("03518208204", "太原财务专线"), ("03528208204", "大同财务专线"))
_ATTENDANT = "60000"


def make_vpn(customer: Customer) -> None:
    """A VPN of five digits over TY01 and DT01: 9 leads out, 60000 is the reception, two lines are closed."""
    reception = TELEPHONES[0].username
    plan = VpnPlan(DEMO_VPN, 5, exit_prefix="9", attendant=_ATTENDANT, main_number=reception)
    vpn = vpn_create(actor=SYSTEM, customer_id=customer.pk, plan=plan)
    closed = closed_group_create(actor=SYSTEM, vpn_id=vpn.pk, name="财务闭合群")
    group = CentrexGroup.objects.get(customer=customer)
    vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.pk, lead=VPN_LEAD)
    for number, name, kind in _single_lines():
        opening = LineOpening(number, customer.pk, kind=kind, user_name=name)
        line_open(actor=SYSTEM, opening=opening)
    barred = frozenset({CallClass.INTERNATIONAL})
    plans = [MemberPlan(phone.username, phone.short_number, barred) for phone in VPN_TELEPHONES]
    plans += [
        MemberPlan(number, f"{VPN_LEAD}{at}{number[-3:]}", closed_group_id=closed.pk)
        for at, (number, _name) in enumerate(_CLOSED, start=1)
    ]
    vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=plans)
    for phone in VPN_TELEPHONES:
        member = MemberRow.objects.get(line__public_number_id=phone.username)
        telephone_issue(actor=SYSTEM, line_id=member.line_id, password=phone.password)
    desk = MemberRow.objects.get(line__public_number_id=reception)
    change = MemberChange(desk.version, desk.short_number, attendant=AttendantKind.OUT_GROUP)
    vpn_member_change(actor=SYSTEM, member_id=desk.pk, change=change)
    vpn_attendant_login(actor=SYSTEM, member_id=desk.pk, logged_in=True)


def _single_lines() -> list[tuple[str, str, LineKind]]:
    office, mobile = VPN_TELEPHONES
    return [
        (office.username, office.name.split()[0], LineKind.FIXED),
        (mobile.username, mobile.name.split()[0], LineKind.WIRELESS),
        *((number, name, LineKind.FIXED) for number, name in _CLOSED),
    ]
