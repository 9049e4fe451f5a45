"""Two desks at one group (needs PostgreSQL's row locks)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from dakehu.centrex.domain.group import Member
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.services.groups import group_create
from dakehu.centrex.services.members import MemberPlan, member_add
from dakehu.centrex.testing import GroupScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.errors import DomainError
from dakehu.numbering.api import Line, NumberState, PublicNumber
from dakehu.organisation.testing import Scenario

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the tests' SQLite lives in memory, in one connection"
    ),
]


@pytest.fixture
def scene(transactional_db: None) -> GroupScenario:
    return GroupScenario(Scenario())


def attempt(write: Callable[[], object]) -> str:
    """Empty when it was done, else the error's code."""
    try:
        write()
    except DomainError as error:
        return error.code
    finally:
        connection.close()
    return ""


@pytest.mark.req("CTX-02", "CTX-11")
def test_the_last_place_goes_to_one(scene: GroupScenario) -> None:
    scene.member(1)
    scene.member(2)

    def join(index: int) -> str:
        plan = MemberPlan(scene.group.pk, Member(scene.numbers[index], f"80{index:02d}"))
        return attempt(lambda: member_add(actor=SYSTEM, plan=plan))

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(join, range(10, 18)))
    assert outcomes == ["", *["centrex.group_full"] * 7]
    assert CentrexMember.objects.count() == Line.objects.count() == 3


@pytest.mark.req("CTX-13")
def test_a_short_number_goes_to_one(scene: GroupScenario) -> None:
    _ = scene.group

    def join(index: int) -> str:
        plan = MemberPlan(scene.group.pk, Member(scene.numbers[index], "8000"))
        return attempt(lambda: member_add(actor=SYSTEM, plan=plan))

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(join, range(10, 18)))
    assert outcomes == ["", *["centrex.short_number_taken"] * 7]


@pytest.mark.req("CTX-10", "CTX-17")
def test_one_name_and_one_search_number_make_one_group(scene: GroupScenario) -> None:
    plans = [scene.plan(gcn=scene.numbers[90 + turn]) for turn in range(4)]
    plans += [scene.plan(name=f"第{turn}群", gcn=scene.numbers[80]) for turn in range(4)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda plan: attempt(lambda: group_create(actor=SYSTEM, plan=plan)), plans))
    assert outcomes[:4].count("") == 1
    assert outcomes[4:].count("") == 1
    assert CentrexGroup.objects.count() == 2
    assert PublicNumber.objects.filter(state=NumberState.BLOCKED).count() == 2
