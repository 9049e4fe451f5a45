from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.workdays.api import (
    notice_preview,
    working_calendar,
    year_from_notice,
    year_plan,
    years_known,
)
from dakehu.infra.workdays.library import library_years
from dakehu.kernel.clock import cst
from dakehu.kernel.errors import Conflict, NotAllowed
from dakehu.kernel.holidaynotice import NoticeEmpty, NoticeOtherYear

pytestmark = pytest.mark.django_db

# Laid out as the yearly notice is; the days are this test's own.
NOTICE_2031 = """
国务院办公厅关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月22日（周三）至28日（周二）放假调休，共7天。1月19日（周日）、2月1日（周六）上班。
三、国庆节：10月1日（周三）至7日（周二）放假调休，共7天。10月11日（周六）上班。
"""
READER = Actor(1, "读者", frozenset({"holiday.view"}))
STEWARD = Actor(2, "管理员", frozenset({"holiday.view", "holiday.change"}))


def test_the_library_brings_the_years_up_to_this_one() -> None:
    calendar = working_calendar()
    assert years_known() == list(library_years())
    assert {2020, 2025, 2026} <= set(years_known())
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))  # a Saturday worked for the National Day
    assert year_plan(READER, 2026).holidays[date(2026, 2, 17)] == "春节"


def test_an_unknown_year_is_plain_weeks() -> None:
    assert not year_plan(READER, 2031).is_known
    assert working_calendar().is_working_day(date(2031, 10, 1))


def test_a_pasted_notice_adds_its_year() -> None:
    before = working_calendar()
    plan = year_from_notice(actor=STEWARD, year=2031, text=NOTICE_2031, version=0)

    assert plan.holidays[date(2031, 1, 22)] == "春节"
    assert plan == year_plan(READER, 2031)
    after = working_calendar()
    assert before.is_working_day(date(2031, 10, 1))
    assert not after.is_working_day(date(2031, 10, 1))
    assert after.is_working_day(date(2031, 10, 11))
    assert 2031 in years_known()
    # From Monday 2031-09-29: 30 September, 8 to 11 October (the Saturday is worked), 13, 14, 15.
    assert after.deadline(cst(2031, 9, 29, 9), 8).date() == date(2031, 10, 15)
    assert OutboxEvent.objects.get().topic == "calendar.changed"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.actor_name) == ("calendar.year_set", "2031", "管理员")
    assert entry.changes["workdays"][1]["2031-10-11"] == "国庆节"


def test_a_second_notice_replaces_the_first() -> None:
    year_from_notice(actor=STEWARD, year=2031, text=NOTICE_2031, version=0)
    shorter = "元旦：1月1日放假1天。"
    with pytest.raises(Conflict):
        year_from_notice(actor=STEWARD, year=2031, text=shorter, version=0)
    year_from_notice(actor=STEWARD, year=2031, text=shorter, version=1)
    assert working_calendar().is_working_day(date(2031, 10, 1))
    assert not working_calendar().is_working_day(date(2031, 1, 1))


def test_a_pasted_year_stands_in_place_of_the_librarys() -> None:
    year_from_notice(actor=STEWARD, year=2026, text="元旦：1月1日放假1天。", version=0)
    assert working_calendar().is_working_day(date(2026, 10, 1))
    assert not working_calendar().is_working_day(date(2025, 10, 1))


def test_a_preview_stores_nothing() -> None:
    assert notice_preview(STEWARD, 2031, NOTICE_2031).workdays[date(2031, 2, 1)] == "春节"
    assert not year_plan(READER, 2031).is_known


def test_faulty_notices_and_readers_are_refused() -> None:
    with pytest.raises(NoticeOtherYear):
        notice_preview(STEWARD, 2032, NOTICE_2031)
    with pytest.raises(NoticeEmpty):
        year_from_notice(actor=SYSTEM, year=2031, text="你好", version=0)
    with pytest.raises(NotAllowed):
        year_from_notice(actor=READER, year=2031, text=NOTICE_2031, version=0)
    with pytest.raises(NotAllowed):
        year_plan(Actor(3, "外人"), 2026)


def test_the_calendar_costs_one_query_while_nothing_changes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    working_calendar()
    with django_assert_num_queries(1):
        working_calendar()
