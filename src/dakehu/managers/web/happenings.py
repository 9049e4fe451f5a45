"""What this chapter tells on a customer's timeline and visit brief: visits, promises, hand-overs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.api import (
    BriefLine,
    BriefSection,
    Customer,
    Evidence,
    Signal,
    register_brief,
    register_signal,
)
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import Badge, TimelineEvent, Tone, register_timeline
from dakehu.kernel.clock import CST
from dakehu.managers.domain.states import HandOverState, PromiseState, VisitState
from dakehu.managers.models import HandOver
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.due import MADE, measure_unvisited
from dakehu.managers.selectors.visits import promises_for, visits_for
from dakehu.managers.web.words import PROMISES, VISITS, hand_over_url, visit_url

_EVENTS, _LINES = 50, 3


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_timeline("customer", "visits", visit_events, gettext_lazy("Visits"))
    register_timeline("customer", "promises", promise_events, gettext_lazy("Promises"))
    register_timeline("customer", "hand_overs", hand_over_events, gettext_lazy("Hand-overs"))
    view = Permission.VISIT_VIEW
    register_brief(
        BriefSection("promises", gettext_lazy("Open promises"), _promises, view, order=10),
        BriefSection("visits", gettext_lazy("Last visits"), _visits, view, order=12),
    )
    register_signal(
        Signal(
            "not_visited",
            gettext_lazy("Not visited"),
            gettext_lazy("days without a visit"),
            90,
            measure_unvisited,
            _unvisited_words,
        )
    )


def visit_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """Visits paid, by whom and why."""
    if not actor.may(Permission.VISIT_VIEW):
        return
    rows = visits_for(actor).filter(customer_id=customer_id, state__in=[str(state) for state in MADE])
    for row in rows.order_by("-starts_at", "-pk")[:_EVENTS]:
        text = _("Visit: %(purpose)s") % {"purpose": row.purpose}
        yield TimelineEvent(row.starts_at, text, row.manager.name, "notes", Tone.INFO, visit_url(row.pk))


def promise_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """Promises that came to an end, and to which."""
    if not actor.may(Permission.VISIT_VIEW):
        return
    rows = promises_for(actor).filter(visit__customer_id=customer_id, closed_at__isnull=False)
    for row in rows.order_by("-closed_at", "-pk")[:_EVENTS]:
        badge = PROMISES[PromiseState(row.state)]
        text = _("Promise %(state)s: %(text)s") % {"state": badge.label, "text": row.text}
        if row.closed_at is not None:
            url = visit_url(row.visit_id)
            yield TimelineEvent(row.closed_at, text, row.keeper.name, "heart-handshake", badge.tone, url)


def hand_over_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """Hand-overs of the account that were approved, as far as the actor sees them."""
    if not actor.may(Permission.HAND_OVER_VIEW):
        return
    seen = visible(HandOver.objects.select_related("giver", "taker"), actor, Permission.HAND_OVER_VIEW)
    rows = seen.filter(items__customer_id=customer_id, state=HandOverState.APPROVED)
    for row in rows.order_by("-pk")[:_EVENTS]:
        names = {"giver": row.giver.name, "taker": row.taker.name}
        text = _("Handed over from %(giver)s to %(taker)s") % names
        if row.decided_at is not None:
            url = hand_over_url(row.pk)
            yield TimelineEvent(row.decided_at, text, row.decided_by, "user-share", Tone.INFO, url)


def _visits(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    rows = visits_for(actor).filter(customer=customer).exclude(state=VisitState.CANCELLED)
    return [
        BriefLine(
            row.purpose,
            visit_url(row.pk),
            f"{row.manager.name} {row.starts_at.astimezone(CST):%m-%d}",
            VISITS[VisitState(row.state)],
        )
        for row in rows.order_by("-starts_at", "-pk")[:_LINES]
    ]


def _promises(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    rows = promises_for(actor).filter(visit__customer=customer, state=PromiseState.OPEN)
    return [
        BriefLine(
            row.text,
            reverse("managers-promise-close", args=[row.pk]),
            row.keeper.name,
            Badge(row.due_on.isoformat(), Tone.WARN, "clock"),
        )
        for row in rows.order_by("due_on", "pk")[:_LINES]
    ]


def _unvisited_words(evidence: Evidence) -> str:
    last = evidence.facts.get("last")
    if not last:
        return _("Never visited in %(days)s days on file") % {"days": evidence.value}
    return _("Not visited for %(days)s days, last on %(day)s") % {"days": evidence.value, "day": last}
