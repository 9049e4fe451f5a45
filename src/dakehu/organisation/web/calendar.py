"""The working calendar: a year as a picture, and a year read from its notice."""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.clock import now
from dakehu.infra.errors import message_for
from dakehu.infra.ui.api import actor_of, go_to, mark, page
from dakehu.infra.workdays.api import (
    Permission,
    YearPlan,
    notice_preview,
    year_from_notice,
    year_plan,
    years_known,
)
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import Conflict, DomainError
from dakehu.organisation.web.forms import NoticeForm


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picture. `kind` is "work", "weekend", "holiday" or "made-up"; `name` its festival."""

    day: date
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Day | None]]
    worked: int


def picture(plan: YearPlan) -> list[Month]:
    """The year's twelve months in weeks that begin on Monday."""
    return [_month(plan, month) for month in range(1, 13)]


def _month(plan: YearPlan, month: int) -> Month:
    rows = [
        [_day(plan, date(plan.year, month, number)) if number else None for number in week]
        for week in weeks.Calendar().monthdayscalendar(plan.year, month)
    ]
    worked = sum(day is not None and day.kind in {"work", "made-up"} for row in rows for day in row)
    return Month(date(plan.year, month, 1), rows, worked)


def _day(plan: YearPlan, day: date) -> Day:
    if day in plan.workdays:
        return Day(day, "made-up", plan.workdays[day])
    if day in plan.holidays:
        return Day(day, "holiday", plan.holidays[day])
    return Day(day, "weekend" if day.weekday() >= weeks.SATURDAY else "work")


@page(Permission.HOLIDAY_VIEW, methods=("GET",))
def calendar_year(request: HttpRequest, year: int = 0) -> HttpResponse:
    actor, this_year = actor_of(request), day_of(now()).year
    year = year if 1950 < year < 2200 else this_year
    plan, months = year_plan(actor, year), []
    months = picture(plan)
    context = {
        "title": _("Working calendar"),
        "plan": plan,
        "months": months,
        "worked": sum(month.worked for month in months),
        "years": sorted({*years_known(), this_year, this_year + 1, year}, reverse=True),
        "may_change": actor.may(Permission.HOLIDAY_CHANGE),
    }
    return render(request, "organisation/calendar.html", context)


@page(Permission.HOLIDAY_CHANGE, methods=("GET", "POST"))
def calendar_notice(request: HttpRequest, year: int) -> HttpResponse:
    """Paste the notice, look at what it says, then confirm: three steps of one address."""
    actor = actor_of(request)
    known = year_plan(actor, year)
    initial = {"text": known.notice, "version": known.version}
    form, plan, status = NoticeForm(request.POST or None, initial=initial), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            text, version = form.cleaned_data["text"], form.cleaned_data["version"] or 0
            try:
                plan = notice_preview(actor, year, text)
                status = 200
                if request.POST.get("step") == "save":
                    year_from_notice(actor=actor, year=year, text=text, version=version)
                    messages.success(request, _("The year %(year)s is in the calendar.") % {"year": year})
                    return go_to(request, reverse("organisation-calendar-year", args=[year]))
            except Conflict as conflict:
                status = 409
                form.add_error(None, message_for(conflict))
            except DomainError as error:
                status = 422
                mark(form, error)
    context = {
        "title": _("Notice of %(year)s") % {"year": year},
        "year": year,
        "form": form,
        "plan": plan,
        "months": picture(plan) if plan else [],
    }
    return render(request, "organisation/calendar_notice.html", context, status=status)
