"""Two desks at one VPN (needs PostgreSQL's row locks)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from dakehu.centrex.api import CentrexMember, Member, member_add
from dakehu.centrex.api import MemberPlan as GroupMemberPlan
from dakehu.centrex.testing import GroupScenario
from dakehu.enterprise_vpn.models import MemberRow
from dakehu.enterprise_vpn.services.members import MemberPlan, vpn_members_add
from dakehu.enterprise_vpn.services.vpns import vpn_create
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.errors import DomainError
from dakehu.numbering.testing import a_line
from dakehu.organisation.testing import Scenario

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the tests' SQLite lives in memory, in one connection"
    ),
]


def attempt(write: Callable[[], object]) -> str:
    """Empty when it was done, else the error's code."""
    try:
        write()
    except DomainError as error:
        return error.code
    finally:
        connection.close()
    return ""


@pytest.mark.req("VPN-02")
def test_a_short_number_goes_to_one(transactional_db: None) -> None:
    scene = VpnScenario(Scenario())
    vpn = scene.vpn
    numbers = scene.taiyuan[10:18]
    for number in numbers:
        scene.line(number)

    def join(number: str) -> str:
        plans = [MemberPlan(number, "61001")]
        return attempt(lambda: vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=plans))

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(join, numbers))
    assert outcomes == ["", *["vpn.short_number_taken"] * 7]


@pytest.mark.req("VPN-01")
def test_a_line_joins_one_vpn(transactional_db: None) -> None:
    scene = VpnScenario(Scenario())
    vpns = [
        vpn_create(actor=SYSTEM, customer_id=scene.customer.pk, plan=scene.plan(name=f"专网{number}"))
        for number in range(6)
    ]
    line = scene.line(scene.taiyuan[1])
    plans = [MemberPlan(line.public_number_id, "61001")]
    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(
            pool.map(
                lambda vpn: attempt(lambda: vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=plans)), vpns
            )
        )
    assert outcomes == ["", *["vpn.line_in_vpn"] * 5]


@pytest.mark.req("VPN-01")
def test_a_line_joins_a_vpn_as_a_single_one_or_a_centrex_group(transactional_db: None) -> None:
    group = GroupScenario(Scenario())
    vpn = vpn_create(
        actor=SYSTEM, customer_id=group.customer.pk, plan=VpnScenario(group.world).plan(name="全省专网")
    )
    lines = [a_line(group.customer, number).public_number_id for number in group.numbers[10:13]]
    joins = [
        write
        for number in lines
        for write in (
            lambda number=number: vpn_members_add(
                actor=SYSTEM, vpn_id=vpn.pk, plans=[MemberPlan(number, f"61{number[-3:]}")]
            ),
            lambda number=number: member_add(
                actor=SYSTEM, plan=GroupMemberPlan(group.group.pk, Member(number, f"8{number[-3:]}"))
            ),
        )
    ]
    _ = group.group
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, joins))
    assert outcomes.count("") == 3
    assert MemberRow.objects.count() + CentrexMember.objects.count() == 3
