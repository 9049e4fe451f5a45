"""What the voice directory is told."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from dakehu.centrex.selectors.publication import group_snapshots, line_snapshots, numbers_of_group
from dakehu.centrex.testing import GroupScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import SuspensionReason, line_cease, line_change, line_suspend, telephone_issue
from dakehu.numbering.testing import a_line
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def test_a_members_and_a_single_lines_snapshot(world: Scenario) -> None:
    scene = GroupScenario(world)
    member = scene.member(1, in_group_only=True, is_attendant=True)
    telephone_issue(actor=SYSTEM, line_id=member.line_id)
    line_suspend(actor=SYSTEM, line_id=member.line_id, reason=SuspensionReason.REQUEST)
    single = a_line(scene.customer, scene.numbers[2], rights_level="local", rights_special=False)
    line_change(
        actor=SYSTEM, line_id=single.pk, rights_level="international", rights_special=False, user_name=""
    )
    first, second = line_snapshots()
    assert first.username == scene.numbers[1]
    assert (len(first.ha1_md5), len(first.ha1_sha256)) == (32, 64)
    expected = {
        "public_number": scene.numbers[1],
        "area_code": "0351",
        "exchange": "TY01",
        "customer_id": scene.customer.pk,
        "kind": "fixed",
        "status": "suspended_request",
        "rights_level": "national",
        "rights_special": True,
        "in_group_only": True,
        "outgoing_restriction": False,
        "group_id": scene.group.pk,
        "short_number": "8001",
        "is_attendant": True,
    }
    assert {name: value for name, value in asdict(first).items() if name in expected} == expected
    assert (second.group_id, second.short_number, second.username) == (0, "", "")
    assert (second.rights_level, second.rights_special) == ("international", False)


def test_a_groups_snapshot_names_its_consoles(world: Scenario) -> None:
    scene = GroupScenario(world)
    scene.member(2, is_attendant=True)
    scene.member(1)
    scene.member(3, "1000", is_attendant=True)
    [group] = group_snapshots([scene.group.pk])
    assert group.attendants == (scene.numbers[3], scene.numbers[2])
    assert (group.gcn, group.exit_prefix, group.capacity) == (scene.numbers[99], "0", 3)
    assert numbers_of_group(scene.group.pk) == [scene.numbers[3], scene.numbers[1], scene.numbers[2]]
    assert list(group_snapshots([group.group_id + 1])) == []


def test_a_ceased_line_is_missing(world: Scenario) -> None:
    scene = GroupScenario(world)
    line = a_line(scene.customer, scene.numbers[1])
    assert len(list(line_snapshots([scene.numbers[1], scene.numbers[2]]))) == 1
    line_cease(actor=SYSTEM, line_id=line.pk)
    assert list(line_snapshots()) == []


def test_a_rebuild_takes_one_query_however_many_lines(
    world: Scenario, django_assert_num_queries: object
) -> None:
    scene = GroupScenario(world)
    for index in (1, 2, 3):
        scene.member(index)
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's context manager
        assert len(list(line_snapshots())) == 3
    with django_assert_num_queries(2):  # type: ignore[operator] # as above
        assert len(list(group_snapshots())) == 1
