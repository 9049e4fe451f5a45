"""Bound numbers and the password of calls by form: a line of text a number, nothing lost, nothing shown."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.errors import DomainError
from dakehu.kernel.periods import Callers, Period
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.passwords import proves
from dakehu.numbering.models import Line, LineOneNumber, LineServices
from dakehu.numbering.services.onenumber import line_one_number_set
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.numbering.web.onenumber import bound_from, bound_text
from dakehu.organisation.testing import Scenario

FULL = Bound(
    "8002",
    25,
    Period(time(8), time(18), frozenset({1, 2, 3, 4, 5})),
    Callers(frozenset({"03558880001"}), ("0351",)),
)


@pytest.mark.req("IN-03", "IN-04")
@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("8002", Bound("8002")),
        ("8002 30秒", Bound("8002", 30)),
        ("１３９１２３４５６７８ 30s", Bound("13912345678", 30)),
        ("8002 25秒 周一至周五 08:00-18:00 主叫 03558880001,0351*", FULL),
        ("8002 25s Mon-Fri 08:00-18:00 from 03558880001,0351*", FULL),
        ("8002 Sat,Sun", Bound("8002", period=Period(weekdays=frozenset({6, 7})))),
        ("8002 22:00-06:00", Bound("8002", period=Period(time(22), time(6)))),
    ],
)
def test_a_bound_number_as_a_line_and_back(text: str, bound: Bound) -> None:
    assert bound_from(text) == bound
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert bound_from(bound_text(bound)) == bound


@pytest.mark.parametrize("text", ["8002 someday", "8002 主叫", "8002 08:00-9:00 10:00-11:00"])
def test_an_unreadable_line(text: str) -> None:
    with pytest.raises((DomainError, ValueError)):
        bound_from(text)


@pytest.fixture
def line(world: Scenario) -> Line:
    return a_line(a_customer(world), a_block(an_exchange(world.taiyuan))[1])


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("provisioning_engineer"))
    return client


def typed(**changes: str) -> dict[str, Any]:
    fields = {"version": "0", "follow": "in_turn", "rings_self": "on", "self_ring_s": "15"}
    return {**fields, "bound": "8002 25秒 周一至周五\n13912345678"} | changes


@pytest.mark.django_db
@pytest.mark.req("IN-02", "IN-03", "IN-04", "VPN-19")
def test_bound_numbers_by_form(desk: Client, line: Line) -> None:
    address = reverse("numbering-line-one-number", args=[line.pk])
    assert desk.post(address, typed()).status_code == 302
    row = LineOneNumber.objects.get(line=line)
    weekdays = Period(weekdays=frozenset({1, 2, 3, 4, 5}))
    bound = (Bound("8002", 25, weekdays), Bound("13912345678"))
    assert row.value() == OneNumber(Follow.IN_TURN, bound, self_ring_s=15)
    shown = desk.get(reverse("numbering-line-record", args=[line.pk]), {"tab": "services"}).content.decode()
    assert "8002 25秒 周一至周五" in shown
    assert "本机" in shown
    form = desk.get(address).content.decode()
    assert "8002 25秒 周一至周五" in form
    off = desk.post(address, typed(version=str(row.version), follow="off"))
    assert off.status_code == 302
    assert not LineOneNumber.objects.exists()
    trail = desk.get(reverse("numbering-line-record", args=[line.pk])).content.decode()
    assert "13912345678" in trail


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bound": ""}, "一号通"),
        ({"bound": "8002\n8002"}, "8002"),
        ({"bound": "8002 何时"}, "1: 8002 何时"),
        ({"self_ring_s": "3"}, "5 至 60"),
        ({"bound": "\n".join(f"80{n:02d}" for n in range(8))}, "一号通"),
        ({"follow": "sideways"}, "follow"),
    ],
)
def test_a_wrong_form_comes_back_with_all_that_was_typed(
    desk: Client, line: Line, changes: dict[str, str], words: str
) -> None:
    answer = desk.post(reverse("numbering-line-one-number", args=[line.pk]), typed(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert all(text in answer.content.decode() for text in typed(**changes)["bound"].splitlines())
    assert not LineOneNumber.objects.exists()


@pytest.mark.django_db
def test_what_others_saved_meanwhile_is_shown_and_not_lost(desk: Client, line: Line) -> None:
    service = OneNumber(Follow.TOGETHER, (FULL,))
    line_one_number_set(actor=SYSTEM, line_id=line.pk, service=service)
    address = reverse("numbering-line-one-number", args=[line.pk])
    answer = desk.post(address, typed())
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "8002 25秒 周一至周五 08:00-18:00 主叫 03558880001,0351*" in body
    assert LineOneNumber.objects.get().value() == service
    version = str(LineOneNumber.objects.get().version)
    assert desk.post(address, typed(version=version)).status_code == 302


@pytest.mark.django_db
@pytest.mark.req("VPN-13")
def test_the_password_of_calls_by_form(desk: Client, line: Line) -> None:
    address = reverse("numbering-line-call-password", args=[line.pk])
    assert desk.post(address, {"version": "0", "password": "471147"}).status_code == 302
    row = LineServices.objects.get(line=line)
    assert proves(row.vpn_key, line.public_number_id, "471147")
    page = desk.get(reverse("numbering-line-record", args=[line.pk]), {"tab": "services"}).content.decode()
    assert "已设置密码" in page
    assert "471147" not in page
    assert "471147" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert desk.post(address, {"version": "0", "password": ""}).status_code == 409
    for wrong in ("12", "abcd", "1234567"):
        answer = desk.post(address, {"version": str(row.version), "password": wrong})
        assert answer.status_code == 422
    assert desk.post(address, {"version": str(row.version), "password": ""}).status_code == 302
    assert LineServices.objects.get(line=line).vpn_key == ""


@pytest.mark.django_db
def test_queries(desk: Client, line: Line) -> None:
    line_one_number_set(actor=SYSTEM, line_id=line.pk, service=OneNumber(Follow.TOGETHER, (FULL,)))
    assert_page_queries(desk, f"{reverse('numbering-line-record', args=[line.pk])}?tab=services", 8)
    assert_page_queries(desk, reverse("numbering-line-one-number", args=[line.pk]), 6)
