"""What this chapter tells on a customer's timeline and visit brief beside the file's own trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.briefing import BriefLine, BriefSection, register_brief
from dakehu.customers.domain.churn import LIVE, WarningState, evidence_from
from dakehu.customers.models import ChurnWarning, CompetitorLine, Customer, OwnershipDispute, RosterEntry
from dakehu.customers.permissions import Permission, RosterPermission
from dakehu.customers.selectors.churn import warnings_for
from dakehu.customers.selectors.quality import faults_of
from dakehu.customers.selectors.revenue import billed_month, monthly_totals
from dakehu.customers.signals import evidence_words
from dakehu.customers.subjects import subject_label
from dakehu.customers.web.rosterwords import DISPUTE_BADGES, STATES
from dakehu.customers.web.worth_words import WARNING_BADGES
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import Badge, TimelineEvent, Tone, register_timeline
from dakehu.kernel.clock import day_start, month_add, months_between
from dakehu.kernel.money import yuan
from dakehu.organisation.api import dictionary_label

_EVENTS, _LINES, _MONTHS = 50, 5, 6


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_timeline("customer", "warnings", warning_events, gettext_lazy("Churn warnings"))
    register_timeline("customer", "roster", roster_events, gettext_lazy("Named-account list"))
    register_timeline("customer", "disputes", dispute_events, gettext_lazy("Ownership disputes"))
    view = Permission.VIEW
    register_brief(
        BriefSection("churn", gettext_lazy("Churn warnings"), _warnings, view, order=5),
        BriefSection("revenue", pgettext_lazy("customer", "Revenue"), _revenue, view, order=8),
        BriefSection("rivals", gettext_lazy("Competitors' lines"), _rivals, view, order=40),
        BriefSection("faults", gettext_lazy("Missing in the file"), _faults, view, order=60),
    )


def warning_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """When warnings were raised, on which evidence, and with what they were closed."""
    if not actor.may(Permission.VIEW):
        return
    for row in warnings_for(actor).filter(customer_id=customer_id).order_by("-pk")[:_EVENTS]:
        url = reverse("customers-warning-record", args=[row.pk])
        text = _("Warning of churn: %(why)s") % {"why": _why(row)}
        yield TimelineEvent(row.raised_at, text, "", "bell", Tone.WARN, url)
        if row.closed_at is not None:
            badge = WARNING_BADGES[row.state]
            text = _("Warning closed, %(state)s: %(outcome)s") % {
                "state": badge.label,
                "outcome": row.outcome,
            }
            by = row.owner.name if row.owner else ""
            yield TimelineEvent(row.closed_at, text, by, "bell-off", badge.tone, url)


def roster_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """Applications for the named-account list, and from when until when each entry was in force."""
    if not actor.may(RosterPermission.VIEW):
        return
    rows = visible(RosterEntry.objects.select_related("owner"), actor, RosterPermission.VIEW)
    for row in rows.filter(customer_id=customer_id).order_by("-pk")[:_EVENTS]:
        url, who = reverse("customers-roster-record", args=[row.pk]), row.owner.name
        text = _("Named-account list: applied for, owner %(name)s") % {"name": who}
        yield TimelineEvent(row.applied_at, text, "", "list-check", Tone.INFO, url)
        if row.since is not None:
            text = _("Named-account list: in force, owner %(name)s") % {"name": who}
            yield TimelineEvent(day_start(row.since), text, "", "check", Tone.GOOD, url)
        if row.until is not None:
            badge = STATES[row.state]
            text = _("Named-account list: %(state)s, owner %(name)s") % {"state": badge.label, "name": who}
            yield TimelineEvent(day_start(row.until), text, "", "logout", badge.tone, url)


def dispute_events(actor: Actor, customer_id: str) -> Iterable[TimelineEvent]:
    """Cases about the account's owner: opened, and with which end."""
    if not actor.may(RosterPermission.VIEW):
        return
    cases = OwnershipDispute.objects.select_related("opened_by", "decided_by", "awarded_to")
    rows = visible(cases, actor, RosterPermission.VIEW).filter(customer_id=customer_id)
    for row in rows.order_by("-pk")[:_EVENTS]:
        url = reverse("customers-dispute-record", args=[row.pk])
        by = row.opened_by.name if row.opened_by else ""
        yield TimelineEvent(row.opened_at, _("Ownership disputed"), by, "scale", Tone.WARN, url)
        if row.decided_at is not None:
            badge = DISPUTE_BADGES[row.state]
            name = row.awarded_to.name if row.awarded_to else "–"
            text = _("Dispute %(state)s: belongs to %(name)s") % {"state": badge.label, "name": name}
            decider = row.decided_by.name if row.decided_by else ""
            yield TimelineEvent(row.decided_at, text, decider, "gavel", badge.tone, url)


def _why(row: ChurnWarning) -> str:
    return _("; ").join(evidence_words(evidence_from(each)) for each in row.evidence)


def _warnings(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    live = warnings_for(actor).filter(customer=customer, state__in=[str(state) for state in LIVE])
    return [
        BriefLine(
            evidence_words(evidence_from(each)),
            reverse("customers-warning-record", args=[row.pk]),
            badge=WARNING_BADGES[WarningState(row.state)],
        )
        for row in live[:1]
        for each in row.evidence
    ]


def _revenue(_actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    """The last months' totals, the latest first; the caller sees the customer."""
    last = billed_month()
    if last is None:
        return []
    months = months_between(month_add(last, 1 - _MONTHS), last)
    totals = monthly_totals([customer.pk], months).get(customer.pk, {})
    return list(_months(months, totals)) if totals else []


def _months(months: Sequence[str], totals: dict[str, int]) -> Iterator[BriefLine]:
    text = " · ".join(f"{month[5:]} {yuan(totals.get(month, 0))}" for month in months)
    first, last = totals.get(months[0], 0), totals.get(months[-1], 0)
    badge = None
    if first > 0:
        change = (last - first) * 100 // first
        badge = Badge(f"{change:+d}%", Tone.BAD if change < 0 else Tone.GOOD)
    yield BriefLine(text, badge=badge)


def _rivals(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    rows = visible(CompetitorLine.objects.filter(customer=customer), actor, Permission.VIEW)
    return [
        BriefLine(
            f"{dictionary_label('rival_operator', row.operator)} {row.product} × {row.count}",
            note=_("until %(day)s") % {"day": row.ends_on} if row.ends_on else "",
        )
        for row in rows.order_by("-pk")[:_LINES]
    ]


def _faults(actor: Actor, customer: Customer) -> Sequence[BriefLine]:
    url = f"{reverse('customers-customer-record', args=[customer.pk])}?tab=quality"
    faults = faults_of(actor, customer)[:_LINES]
    labels = _(", ").join(str(subject_label(each.subject)) for each in faults)
    return [BriefLine(labels, url)] if faults else []
