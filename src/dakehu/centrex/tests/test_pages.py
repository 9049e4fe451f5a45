"""Pages of groups and members: what they show, what they refuse and how."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.centrex.models import CentrexMember
from dakehu.centrex.selectors.facts import name_key
from dakehu.centrex.testing import GroupScenario
from dakehu.centrex.web.registrations import find_groups
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.registry import words_of
from dakehu.numbering.api import SuspensionReason, line_suspend, telephone_issue
from dakehu.numbering.testing import a_line
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> GroupScenario:
    return GroupScenario(world)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    """A provisioning engineer's browser."""
    client.force_login(world.user("provisioning_engineer"))
    return client


def shown(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return str(response.content.decode())


def joining(scene: GroupScenario, **fields: str) -> dict[str, str]:
    values = {"public_number": "8880001", "short_number": "8001", "line_kind": "fixed"}
    return {**values, "rights_level": "national", "user_name": "总机", **fields}


@pytest.mark.req("CTX-01", "CTX-12")
def test_a_groups_page_tells_members_rights_states_and_telephones(desk: Client, scene: GroupScenario) -> None:
    member = scene.member(1, is_attendant=True)
    telephone_issue(actor=SYSTEM, line_id=member.line_id)
    other = scene.member(2, in_group_only=True)
    line_suspend(actor=SYSTEM, line_id=other.line_id, reason=SuspensionReason.ARREARS)
    url = reverse("centrex-group-record", args=[scene.group.pk])
    page = shown(desk, url)
    for text in (
        "晋源机械",
        "8001",
        "8002",
        scene.numbers[1],
        "欠停",
        "网内通信",
        "话务台",
        "国内长途",
        "GCN号",
    ):
        assert text in page
    assert '<meter min="0" max="3" value="2">' in page
    order = shown(desk, url, tab="work-order")
    for text in (
        f"GCN号: {scene.numbers[99]}",
        "最大用户容量: 3",
        "出群字冠: 0",
        "话务台字冠: 9",
        "短号位长: 4",
    ):
        assert text in order
    tree = shown(desk, url, tab="tree")
    assert "拨9：话务台" in tree


def test_the_list_finds_by_group_customer_and_search_number(desk: Client, scene: GroupScenario) -> None:
    _ = scene.group
    url = reverse("centrex-group-list")
    for text in ("晋源", "太原晋源机械", scene.numbers[99]):
        assert "晋源机械" in shown(desk, url, q=text)
    assert "晋源机械</a>" not in shown(desk, url, q="无此群")
    hits = find_groups(scene.world.manager, "晋源", 5)
    assert [hit.label for hit in hits] == ["晋源机械"]
    assert find_groups(scene.world.neighbour, "晋源", 5) == []


def test_a_name_is_found_as_wide_as_it_was_typed(desk: Client, scene: GroupScenario) -> None:
    group = scene.group
    group.name, group.name_key = "晋源（一期）", name_key("晋源（一期）")
    group.save()
    for text in ("晋源（一期）", "晋源(一期)"):
        assert "晋源（一期）</a>" in shown(desk, reverse("centrex-group-list"), q=text)


def test_a_line_joins_by_its_local_number(desk: Client, scene: GroupScenario) -> None:
    url = reverse("centrex-member-create", args=[scene.group.pk])
    response = desk.post(url, joining(scene, public_number="８８８０００１"))
    assert response.status_code == 302
    member = CentrexMember.objects.get()
    assert (member.short_number, member.line.public_number_id, member.line.user_name) == (
        "8001",
        scene.numbers[1],
        "总机",
    )


@pytest.mark.req("CTX-13", "CTX-15", "CTX-19")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"short_number": "0001"}, "首位与出群字冠0相同"),
        ({"short_number": "9001"}, "首位与话务台字冠9相同"),
        ({"short_number": "8880001"}, "7位短号须在开户前另下人工单"),
        ({"short_number": "801"}, "须为4位"),
        ({"in_group_only": "on", "outgoing_restriction": "on"}, "不能共存"),
        ({"public_number": "12"}, "不是电话号码"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    desk: Client, scene: GroupScenario, fields: dict[str, str], sentence: str
) -> None:
    url = reverse("centrex-member-create", args=[scene.group.pk])
    response = desk.post(url, joining(scene, **fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert 'value="总机"' in page
    assert not CentrexMember.objects.exists()


@pytest.mark.req("CTX-05")
def test_the_short_number_is_proposed(desk: Client, scene: GroupScenario) -> None:
    _ = scene.numbers
    url = reverse("centrex-member-proposal", args=[scene.group.pk])
    assert desk.get(url, {"public_number": "8888002"}).json() == {"short_number": "8002"}
    assert desk.get(url, {"public_number": "88"}).json() == {"short_number": ""}
    form = shown(desk, reverse("centrex-member-create", args=[scene.group.pk]), public_number="8888002")
    assert 'value="8002"' in form
    asked = {"HX-Request": "true"}
    proposed = desk.get(url, {"public_number": "8888002", "short_number": ""}, headers=asked).content.decode()
    assert 'value="8002"' in proposed
    kept = desk.get(url, {"public_number": "8888002", "short_number": "8123"}, headers=asked).content.decode()
    assert 'value="8123"' in kept


def test_two_browsers_change_one_member(desk: Client, scene: GroupScenario) -> None:
    member = scene.member(1)
    url = reverse("centrex-member-change", args=[member.pk])
    values = {"version": "1", "short_number": "8001", "rights_level": "local"}
    assert desk.post(url, values).status_code == 302
    response = desk.post(url, {**values, "rights_level": "international"})
    assert response.status_code == 409
    member.refresh_from_db()
    assert member.rights_level == "local"


def test_a_customers_voice_services(client: Client, scene: GroupScenario) -> None:
    scene.member(1)
    single = a_line(scene.customer, scene.numbers[5])
    client.force_login(scene.world.manager_user)
    panel = shown(client, reverse("centrex-customer-panel", args=[scene.customer.pk]))
    assert "晋源机械" in panel
    assert single.public_number_id in panel
    assert scene.numbers[1] not in panel
    line = shown(client, reverse("centrex-line-panel", args=[single.pk]))
    assert "未加入虚拟网群" in line


def test_pages_cost_a_fixed_number_of_queries(
    desk: Client, scene: GroupScenario, django_assert_max_num_queries: Any
) -> None:
    for index in (1, 2, 3):
        scene.member(index)
    url = reverse("centrex-group-record", args=[scene.group.pk])
    desk.get(url)
    with django_assert_max_num_queries(12):
        desk.get(url)
    with django_assert_max_num_queries(14):
        desk.get(reverse("centrex-group-list"))


def test_every_action_has_its_words() -> None:
    words = words_of("group")
    assert {"group.create", "group.add_member", "group.change_member"} <= set(words.actions)
