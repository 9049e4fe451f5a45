"""KAM-02: the rules of periods, calendars, logs and the stream for calendar programs, as tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dakehu.kernel.clock import cst
from dakehu.managers.domain.frequency import DEFAULT_FREQUENCIES, period_end, period_start
from dakehu.managers.domain.ical import Entry, calendar_text
from dakehu.managers.domain.pages import Span, days_shown, later
from dakehu.managers.domain.visits import Place, PromiseDraft, VisitLog, VisitPlan, check_log, check_plan

pytestmark = pytest.mark.req("KAM-02")
NOW = cst(2026, 11, 26, 15)


@pytest.mark.parametrize(
    ("day", "months", "start", "end"),
    [
        (date(2026, 11, 26), 1, date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 31), 1, date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 11, 26), 3, date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), 3, date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 6, 30), 3, date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 6, 30), 2, date(2026, 5, 1), date(2026, 7, 1)),
        (date(2026, 6, 30), 12, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_is_of_the_calendar(day: date, months: int, start: date, end: date) -> None:
    assert (period_start(day, months), period_end(day, months)) == (start, end)


def test_the_handbooks_frequencies() -> None:
    wanted = {rule.grade: (rule.visits, rule.months) for rule in DEFAULT_FREQUENCIES}
    assert wanted == {1: (4, 1), 2: (2, 1), 3: (1, 1), 4: (1, 3)}


@pytest.mark.parametrize(
    ("span", "day", "first", "count"),
    [
        (Span.WEEK, date(2026, 11, 26), date(2026, 11, 23), 7),
        (Span.WEEK, date(2026, 11, 23), date(2026, 11, 23), 7),
        (Span.MONTH, date(2026, 11, 26), date(2026, 10, 26), 42),
        (Span.MONTH, date(2027, 2, 14), date(2027, 2, 1), 28),
        (Span.MONTH, date(2026, 12, 31), date(2026, 11, 30), 35),
    ],
)
def test_a_page_is_of_whole_weeks(span: Span, day: date, first: date, count: int) -> None:
    days = days_shown(span, day)
    assert (days[0], len(days), days[0].weekday(), days[-1].weekday()) == (first, count, 0, 6)
    assert day in days


@pytest.mark.parametrize(
    ("span", "steps", "found"),
    [
        (Span.WEEK, 1, date(2027, 1, 7)),
        (Span.WEEK, -1, date(2026, 12, 24)),
        (Span.MONTH, 1, date(2027, 1, 1)),
        (Span.MONTH, -12, date(2025, 12, 1)),
    ],
)
def test_pages_follow_each_other(span: Span, steps: int, found: date) -> None:
    assert later(span, date(2026, 12, 31), steps) == found


@pytest.mark.parametrize(
    ("minutes", "purpose", "codes"),
    [
        (60, "续约", []),
        (5, "续约", []),
        (720, "续约", []),
        (4, "续约", ["managers.visit_length_wrong"]),
        (721, "", ["managers.text_missing", "managers.visit_length_wrong"]),
    ],
)
def test_a_plan(minutes: int, purpose: str, codes: list[str]) -> None:
    assert [fault.code for fault in check_plan(VisitPlan(NOW, minutes, purpose))] == codes


@pytest.mark.parametrize(
    ("log", "faults"),
    [
        (VisitLog(NOW, "已谈妥"), []),
        (VisitLog(NOW, ""), [("managers.text_missing", "text")]),
        (VisitLog(cst(2026, 11, 26, 15, 1), "早了"), [("managers.visit_ahead", "visited_at")]),
        (
            VisitLog(NOW, "好", promises=(PromiseDraft("", date(2026, 12, 1), 2),)),
            [("managers.text_missing", "promise_2")],
        ),
        (
            VisitLog(NOW, "好", promises=(PromiseDraft("送方案", None, 3),)),
            [("managers.promise_day_missing", "due_3")],
        ),
        (VisitLog(NOW, "好", place=Place(Decimal("37.87"), Decimal("112.55"))), []),
        (
            VisitLog(NOW, "好", place=Place(Decimal(91), Decimal(112))),
            [("managers.place_wrong", "latitude")],
        ),
    ],
)
def test_a_log(log: VisitLog, faults: list[tuple[str, str]]) -> None:
    assert [(fault.code, fault.field) for fault in check_log(log, NOW)] == faults


def test_the_stream_for_calendar_programs() -> None:
    """RFC 5545: CRLF, UTC, escaped text, lines of at most 75 octets that join again to what they were."""
    long = "太原市迎泽区某某路某某大厦，三层; 东侧\\西侧," * 4
    text = calendar_text(
        "马晓燕",
        [
            Entry("visit-7@dakehu", cst(2026, 11, 27, 9, 30), 90, long, "续约\n带方案", "", 3),
            Entry("visit-8@dakehu", cst(2026, 11, 28, 9), 30, "甲", is_cancelled=True),
        ],
        NOW,
    )
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20261127T013000Z" in whole
    assert "DTEND:20261127T030000Z" in whole
    assert "SEQUENCE:3" in whole
    assert "DESCRIPTION:续约\\n带方案" in whole
    escaped = long.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}" in whole
    assert whole.count("STATUS:CANCELLED") == whole.count("STATUS:CONFIRMED") == 1
