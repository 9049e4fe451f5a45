"""The calendar of visits: week and month; moving by mouse or keys; the address for calendar programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import actor_of, go_to, page
from dakehu.kernel.clock import CST, day_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.ical import Entry, calendar_text
from dakehu.managers.domain.pages import Span, days_shown, later
from dakehu.managers.domain.states import VisitState
from dakehu.managers.models import Visit
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.files import person_in_view
from dakehu.managers.selectors.visits import feed_of, feed_visits, visits_between
from dakehu.managers.services.feeds import feed_open, feed_revoke
from dakehu.managers.services.visits import visit_move
from dakehu.managers.web.forms import day_from, number_from
from dakehu.managers.web.words import VISITS


@dataclass(slots=True)
class Slot:
    """A visit in the calendar; `may_move` while it is one's own and lies ahead."""

    visit: Visit
    time: str
    tone: str
    label: str
    may_move: bool


@dataclass(slots=True)
class Day:
    day: date
    is_today: bool
    is_outside: bool
    slots: list[Slot] = field(default_factory=list)


@page(Permission.VISIT_VIEW, methods=("GET",))
def visit_calendar(request: HttpRequest) -> HttpResponse:
    """One's own visits, or those of a manager in one's view (`manager`, a user id)."""
    actor, today = actor_of(request), day_of(now())
    span = Span(request.GET["span"]) if request.GET.get("span") in set(Span) else Span.WEEK
    shown = day_from(request.GET.get("day", ""), today)
    if not 2000 <= shown.year <= 2199:
        shown = today
    manager_id = number_from(request.GET.get("manager", "")) or actor.user_id or 0
    person = person_in_view(actor, manager_id, Permission.VISIT_VIEW)
    if person is None:
        raise NotFound(noun="manager", id=str(manager_id))
    whose = {} if manager_id == actor.user_id else {"manager": str(manager_id)}
    context = {
        "title": person.name if whose else _("My visits"),
        "days": _days(actor, manager_id, span, shown, today),
        "span": str(span),
        "shown": shown,
        "today": today,
        "heading": _heading(span, shown),
        "links": {
            "previous": _link(span, later(span, shown, -1), whose),
            "next": _link(span, later(span, shown), whose),
            "today": _link(span, today, whose),
            "week": _link(Span.WEEK, shown, whose),
            "month": _link(Span.MONTH, shown, whose),
        },
        "may_plan": actor.may(Permission.VISIT_PLAN),
        "is_own": not whose,
    }
    return render(request, "managers/calendar.html", context)


@page(Permission.VISIT_PLAN, methods=("POST",))
def visit_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a visit on another day: dropped there, or by the keyboard."""
    sent, today = request.POST, day_of(now())
    day = day_from(sent.get("day", ""), today)
    version = number_from(sent.get("version", ""))
    visit_move(actor=actor_of(request), visit_id=pk, version=version, day=day)
    messages.success(request, _("Moved to %(day)s.") % {"day": day.isoformat()})
    span = Span(sent["span"]) if sent.get("span") in set(Span) else Span.WEEK
    return go_to(request, f"{_link(span, day, {})}#visit-{pk}")


@page(Permission.VISIT_PLAN, methods=("GET", "POST"))
def visit_feed(request: HttpRequest) -> HttpResponse:
    """Open the calendar's address: it is shown this once; opening again closes the earlier one."""
    actor = actor_of(request)
    address = ""
    if request.method == "POST":
        secret = feed_open(actor=actor)
        address = request.build_absolute_uri(reverse("managers-calendar-ical", args=[secret]))
    context = {
        "title": _("Visits in your own calendar"),
        "address": address,
        "feed": feed_of(actor.user_id or 0),
        "back": (_("Calendar"), reverse("managers-calendar")),
    }
    return render(request, "managers/feed.html", context)


@page(Permission.VISIT_PLAN, methods=("POST",))
def visit_feed_end(request: HttpRequest) -> HttpResponse:
    feed_revoke(actor=actor_of(request))
    messages.success(request, _("The address is closed."))
    return go_to(request, reverse("managers-calendar-feed"))


@require_GET
@never_cache
def ical(request: HttpRequest, secret: str) -> HttpResponse:
    """The stream itself: calendar programs cannot sign in, so the secret in the address is the gate."""
    moment = now()
    try:
        user, visits = feed_visits(secret, moment)
    except NotFound:
        raise Http404 from None
    text = calendar_text(user.name, (_entry(request, each) for each in visits), moment)
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _entry(request: HttpRequest, visit: Visit) -> Entry:
    return Entry(
        key=f"visit-{visit.pk}@{request.get_host().partition(':')[0]}",
        starts_at=visit.starts_at,
        minutes=visit.minutes,
        summary=visit.customer.name,
        description=visit.purpose,
        place=visit.customer.address,
        sequence=visit.version,
        is_cancelled=visit.state == VisitState.CANCELLED,
    )


def _days(actor: Actor, manager_id: int, span: Span, shown: date, today: date) -> list[Day]:
    days = days_shown(span, shown)
    cells = {day: Day(day, day == today, span is Span.MONTH and day.month != shown.month) for day in days}
    for visit in visits_between(actor, manager_id, days):
        local = visit.starts_at.astimezone(CST)
        badge = VISITS[VisitState(visit.state)]
        may_move = visit.state == VisitState.PLANNED and visit.manager_id == actor.user_id
        may_move = may_move and actor.may(Permission.VISIT_PLAN)
        slot = Slot(visit, f"{local:%H:%M}", str(badge.tone), str(badge.label), may_move)
        cells[local.date()].slots.append(slot)
    return list(cells.values())


def _heading(span: Span, shown: date) -> str:
    if span is Span.MONTH:
        return f"{shown:%Y-%m}"
    days = days_shown(span, shown)
    return f"{days[0]:%Y-%m-%d} – {days[-1]:%m-%d}"


def _link(span: Span, day: date, whose: dict[str, str]) -> str:
    query = urlencode({"span": str(span), "day": day.isoformat(), **whose})
    return f"{reverse('managers-calendar')}?{query}"
