"""Reading the calendar, and adding a year to it.

A year that was pasted stands in place of the library's. `working_calendar` costs one small query: it asks
which years are stored since when, and builds the calendar anew only when that has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.workdays.library import Days, library_years
from dakehu.infra.workdays.models import CalendarYear
from dakehu.infra.workdays.permissions import Permission
from dakehu.kernel.errors import Conflict
from dakehu.kernel.holidaynotice import HolidayNotice, parse_notice
from dakehu.kernel.workcalendar import WorkingCalendar

_Stored = tuple[tuple[int, datetime], ...]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One year as the calendar has it. `version` is 0 while the year is the library's, or nobody's."""

    year: int
    holidays: Days
    workdays: Days
    version: int = 0
    notice: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.holidays)


def working_calendar() -> WorkingCalendar:
    """Monday to Friday in office hours, with every known year's holidays and made-up working days."""
    return _built(tuple(CalendarYear.objects.order_by("year").values_list("year", "changed_at")))


def years_known() -> list[int]:
    """The years whose holidays are known, in order."""
    return sorted({*library_years(), *CalendarYear.objects.values_list("year", flat=True)})


def year_plan(actor: Actor, year: int) -> YearPlan:
    """The year's days off and made-up working days; empty for a year that nobody has announced."""
    require(actor, Permission.HOLIDAY_VIEW)
    stored = CalendarYear.objects.filter(year=year).first()
    if stored is not None:
        return _plan(stored)
    holidays, workdays = library_years().get(year, ({}, {}))
    return YearPlan(year, holidays, workdays)


def notice_preview(actor: Actor, year: int, text: str) -> YearPlan:
    """What the notice would make of the year; raises the errors of `kernel.holidaynotice`."""
    require(actor, Permission.HOLIDAY_CHANGE)
    notice = parse_notice(text, year)
    return YearPlan(year, _named(notice, "holidays"), _named(notice, "made_up"), notice=text)


def year_from_notice(*, actor: Actor, year: int, text: str, version: int) -> YearPlan:
    """Store the year as the notice has it; `version` is that of the `year_plan` looked at before."""
    plan = notice_preview(actor, year, text)
    with transaction.atomic():
        known = CalendarYear.objects.select_for_update().filter(year=year).first()
        current = known.version if known else 0
        if current != version:
            raise Conflict(noun="calendar", version=current, current={})
        row = CalendarYear(year=year, notice=text, changed_at=now(), version=version + 1)
        row.holidays = {day.isoformat(): name for day, name in plan.holidays.items()}
        row.workdays = {day.isoformat(): name for day, name in plan.workdays.items()}
        row.save(force_insert=known is None)
        before = {"holidays": known.holidays, "workdays": known.workdays} if known else {}
        after = {"holidays": row.holidays, "workdays": row.workdays}
        record(actor, "calendar.year_set", Change("calendar", year, str(year), before, after))
        publish("calendar.changed", key=year)
    return _plan(row)


@lru_cache(maxsize=2)
def _built(versions: _Stored) -> WorkingCalendar:
    stored = dict(versions)
    plans = [_plan(row) for row in CalendarYear.objects.filter(year__in=stored)]
    plans += [YearPlan(year, *days) for year, days in library_years().items() if year not in stored]
    return WorkingCalendar().with_days(
        holidays=[day for plan in plans for day in plan.holidays],
        made_up=[day for plan in plans for day in plan.workdays],
    )


def _plan(row: CalendarYear) -> YearPlan:
    holidays = {date.fromisoformat(day): name for day, name in row.holidays.items()}
    workdays = {date.fromisoformat(day): name for day, name in row.workdays.items()}
    return YearPlan(row.year, holidays, workdays, row.version, row.notice)


def _named(notice: HolidayNotice, kind: str) -> Days:
    return {day: festival.name for festival in notice.festivals for day in sorted(getattr(festival, kind))}
