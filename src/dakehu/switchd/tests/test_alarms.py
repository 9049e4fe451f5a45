"""Alarms on a line's page: what telephones set is seen, what pages set rings, neither undoes the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.clock import CST
from dakehu.numbering.api import Line, SuspensionReason, line_suspend
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario
from dakehu.switch.callcontrol import WishKind
from dakehu.switch.wishes import Kept, Wishes, next_time

pytestmark = [pytest.mark.django_db, pytest.mark.req("CTX-07")]


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def line(world: Scenario) -> Line:
    return a_line(a_customer(world), a_block(an_exchange(world.taiyuan))[1])


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("provisioning_engineer"))
    return client


@contextmanager
def telephones(home: Path) -> Iterator[Wishes]:
    """As the voice process has the file."""
    with closing(Wishes(home / "wishes.lmdb")) as wishes:
        yield wishes


def test_an_alarm_set_at_the_telephone_is_seen_and_ended(desk: Client, line: Line, home: Path) -> None:
    panel = reverse("switchd-alarm-panel", args=[line.pk])
    assert "未设置闹钟" in desk.get(panel).content.decode()
    due_ms = next_time((7, 0), int(now().timestamp() * 1000))
    with telephones(home) as wishes:
        wishes.put(Kept(WishKind.ALARM, line.public_number_id, due_ms))
    at = datetime.fromtimestamp(due_ms / 1000, CST)
    assert f"{at:%Y-%m-%d} 07:00" in desk.get(panel).content.decode()
    address = reverse("switchd-alarm", args=[line.pk])
    assert 'value="07:00"' in desk.get(address).content.decode()
    # without having seen it nobody ends it
    assert desk.post(address, {"version": "0", "at": ""}).status_code == 409
    assert desk.post(address, {"version": str(due_ms), "at": ""}).status_code == 302
    with telephones(home) as wishes:
        assert wishes.get(WishKind.ALARM, line.public_number_id) is None
    assert AuditEntry.objects.filter(action="line.set_alarm").count() == 1


def test_an_alarm_set_on_the_page_is_due_in_the_voice_process(desk: Client, line: Line, home: Path) -> None:
    answer = desk.post(reverse("switchd-alarm", args=[line.pk]), {"version": "0", "at": "06:30"})
    assert answer.status_code == 302
    due_ms = next_time((6, 30), int(now().timestamp() * 1000))
    with telephones(home) as wishes:
        assert [kept.number for kept in wishes.due(due_ms)] == [line.public_number_id]
    assert "06:30" in desk.get(reverse("numbering-line-record", args=[line.pk])).content.decode()


def test_a_line_that_takes_no_calls_is_not_woken(desk: Client, line: Line) -> None:
    line_suspend(actor=SYSTEM, line_id=line.pk, reason=SuspensionReason.REQUEST)
    answer = desk.post(reverse("switchd-alarm", args=[line.pk]), {"version": "0", "at": "06:30"})
    assert answer.status_code == 422
    assert "请先复机" in answer.content.decode()


def test_what_is_no_time_of_day_comes_back(desk: Client, line: Line) -> None:
    answer = desk.post(reverse("switchd-alarm", args=[line.pk]), {"version": "0", "at": "25:00"})
    assert answer.status_code == 422
    assert "25:00" in answer.content.decode()


def test_queries(desk: Client, line: Line) -> None:
    assert_page_queries(desk, reverse("switchd-alarm-panel", args=[line.pk]), 5)
