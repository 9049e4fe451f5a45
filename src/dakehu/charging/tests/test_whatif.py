"""What would happen if: asked on a page, answered by the deciding code, and nobody's secrets told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dakehu.centrex.api import group_snapshots, line_snapshots
from dakehu.centrex.testing import GroupScenario
from dakehu.charging.models import Usage
from dakehu.charging.seed import seed
from dakehu.charging.tests.routes import _usage
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.periods import Period
from dakehu.numbering.api import Bound, Follow, OneNumber, Services, line_one_number_set, line_services_set
from dakehu.numbering.testing import a_customer, a_line
from dakehu.organisation.testing import Scenario
from dakehu.switch.directory import DirectoryWriter
from dakehu.switch.directory.entries import Entry
from dakehu.switchd.publisher import group_entry, line_entry

pytestmark = pytest.mark.django_db
PAGE = "/what-if/"


class Town:
    """A group of two members with a customer of Taiyuan, and a line of a customer of Datong."""

    def __init__(self, world: Scenario, home: Path) -> None:
        seed()
        self._home = home
        self.scenario = GroupScenario(world)
        self.anna = self.scenario.member(1).line
        self.bo = self.scenario.member(2).line
        stranger = a_customer(world, world.datong_team, "大同陌生人有限公司")
        self.stranger = a_line(stranger, self.scenario.numbers[50])

    def publish(self) -> None:
        with DirectoryWriter(self._home / "directory.lmdb") as writer:
            entries: list[Entry] = [*map(group_entry, group_snapshots()), *map(line_entry, line_snapshots())]
            writer.rebuild(lambda: entries)


@pytest.fixture
def town(world: Scenario, settings: Settings, tmp_path: Path) -> Town:
    settings.HOME = tmp_path
    return Town(world, tmp_path)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.manager_user)
    return client


def query(line: Any, dialled: str, state: str = "idle", at: str = "2026-11-23T12:00") -> dict[str, str]:
    return {"calling": line.public_number_id, "dialled": dialled, "at": at, "state": state}


def asked(desk: Client, town: Town, dialled: str, state: str = "idle", **more: Any) -> str:
    town.publish()
    answer = desk.get(PAGE, query(town.anna, dialled, state, **more))
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode().partition('data-testid="what-if"')[2]


@pytest.mark.req("CTX-03", "CTX-16")
def test_a_short_number_rings_and_the_trace_is_in_both_languages(desk: Client, town: Town) -> None:
    body = asked(desk, town, "8002")
    assert town.bo.public_number_id in body
    assert "8001" in body
    assert "所拨为虚拟网群内短号" in body
    assert "The digits are a short number of the Centrex group." in body


@pytest.mark.req("VPN-05", "LIN-05")
def test_forwarding_and_who_pays_for_it(desk: Client, town: Town) -> None:
    services = Services(forward_busy="0" + town.stranger.public_number_id[4:])
    line_services_set(actor=SYSTEM, line_id=town.bo.pk, services=services)
    body = asked(desk, town, "8002", "busy")
    assert "VPN-05" in body
    assert f"由 {town.bo.public_number_id} 付费" in body
    # the target is another customer's line, of which the group knows only what it has set
    assert "其他客户的线路" in body


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("busy", "您拨打的用户正忙"),
        ("no_answer", "暂时无人接听"),
        ("away", "暂时无法接通"),
        ("absent", "您拨打的用户不在"),
    ],
)
def test_what_the_caller_hears(desk: Client, town: Town, state: str, words: str) -> None:
    assert words in asked(desk, town, "8002", state)


def test_a_strangers_line_keeps_its_secrets(desk: Client, town: Town, world: Scenario) -> None:
    """Nothing in the answer tells a line that forwards and has bound numbers from one that does not."""
    public = "0" + town.stranger.public_number_id[4:]
    plain = asked(desk, town, public)
    assert "您无权查看" in plain
    line_services_set(
        actor=SYSTEM, line_id=town.stranger.pk, services=Services(forward_always=town.bo.public_number_id)
    )
    assert asked(desk, town, public) == plain
    line_services_set(actor=SYSTEM, line_id=town.stranger.pk, services=Services())
    service = OneNumber(Follow.IN_TURN, (Bound(town.bo.public_number_id),))
    line_one_number_set(actor=SYSTEM, line_id=town.stranger.pk, service=service)
    assert asked(desk, town, public) == plain
    client = Client()
    client.force_login(world.administrator_user)
    assert "IN-04" in asked(client, town, public)


def test_a_line_outside_ones_scope_cannot_be_asked_for(desk: Client, town: Town) -> None:
    town.publish()
    answer = desk.get(PAGE, query(town.stranger, town.bo.public_number_id))
    assert answer.status_code == 422
    assert 'data-testid="what-if"' not in answer.content.decode()


def test_the_moment_counts(desk: Client, town: Town) -> None:
    sundays = Period(weekdays=frozenset({7}))
    service = OneNumber(Follow.TOGETHER, (Bound(town.anna.public_number_id[:4] + "8880003", 20, sundays),))
    a_line(town.scenario.customer, town.scenario.numbers[3])
    line_one_number_set(actor=SYSTEM, line_id=town.bo.pk, service=service)
    assert "IN-02" not in asked(desk, town, "8002", at="2026-11-23T12:00")
    assert "IN-02" in asked(desk, town, "8002", at="2026-11-29T12:00")


def test_numbers_that_take_turns_stand_in_a_row(desk: Client, town: Town) -> None:
    numbers = town.scenario.numbers[10:17]
    for number in numbers:
        a_line(town.scenario.customer, number)
    service = OneNumber(Follow.IN_TURN, tuple(map(Bound, numbers)))
    line_one_number_set(actor=SYSTEM, line_id=town.bo.pk, service=service)
    body = asked(desk, town, "8002")
    assert [body.count(f"<b>{number}</b>") for number in numbers] == [1] * 7
    assert "无人接听时（振铃 20 秒后）、无法接通时" in body


@pytest.mark.parametrize("is_there", [True, False])
def test_a_line_that_is_not_published_and_no_directory_at_all(
    desk: Client, town: Town, is_there: bool
) -> None:
    if is_there:
        town.publish()
    late = a_line(town.scenario.customer, town.scenario.numbers[4])
    answer = desk.get(PAGE, query(late, "8002"))
    assert answer.status_code == 422
    assert ("不在语音目录" if is_there else "语音目录尚未建立") in answer.content.decode()
    assert late.public_number_id in answer.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"at": "yesterday"}, {"state": "asleep"}, {"calling": ""}, {"dialled": "1" * 65}]
)
def test_wrong_questions_come_back(desk: Client, town: Town, wrong: dict[str, str]) -> None:
    town.publish()
    assert desk.get(PAGE, {**query(town.anna, "8002"), **wrong}).status_code == 422


def test_an_address_without_moment_and_state_asks_of_a_free_line_now(desk: Client, town: Town) -> None:
    town.publish()
    answer = desk.get(PAGE, {"calling": town.anna.public_number_id, "dialled": "8002"})
    assert answer.status_code == 200
    assert "answer" in answer.context


def test_any_digits_are_answered(desk: Client, town: Town) -> None:
    for dialled in (
        "",
        "9",
        "*57*8002#",
        "*55*0700#",
        "*11#",
        "*13#",
        "110",
        "013912345678",
        "+44",
        "*#",
        "☎",
    ):
        assert asked(desk, town, dialled)


def test_queries(desk: Client, town: Town) -> None:
    asked(desk, town, "8002")
    address = f"{PAGE}?calling={town.anna.public_number_id}&dialled=8002&at=2026-11-23T12:00&state=idle"
    assert_page_queries(desk, address, 8)


def test_a_call_is_asked_again(desk: Client, world: Scenario) -> None:
    usage = Usage.objects.get(pk=_usage(world)["pk"])
    body = desk.get(reverse("charging-usage-record", args=[usage.pk])).content.decode()
    assert "/what-if/?calling=03512345678&amp;dialled=8002&amp;at=" in body


def test_the_panel_of_a_line_asks_for_that_line(desk: Client, town: Town) -> None:
    body = desk.get(reverse("charging-what-if-panel", args=[town.anna.pk])).content.decode()
    assert f'value="{town.anna.public_number_id}"' in body
    assert desk.get(reverse("charging-what-if-panel", args=[town.stranger.pk])).status_code == 404
