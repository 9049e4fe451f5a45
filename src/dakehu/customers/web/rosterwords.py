"""The named-account list in the words of the trade: badges, labels, what the trail calls its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.roster import Criterion, EntryEvent, EntryState
from dakehu.infra.ui.api import Badge, Tone, Words
from dakehu.organisation.api import User

STATES: Mapping[str, Badge] = {
    EntryState.APPLIED: Badge(pgettext_lazy("roster", "Waits for review"), Tone.INFO, "hourglass"),
    EntryState.REVIEWED: Badge(pgettext_lazy("roster", "Waits for approval"), Tone.INFO, "checks"),
    EntryState.IN_FORCE: Badge(pgettext_lazy("roster", "In force"), Tone.GOOD, "check"),
    EntryState.WARNED: Badge(pgettext_lazy("roster", "Warned"), Tone.WARN, "alert-triangle"),
    EntryState.LEAVING: Badge(pgettext_lazy("roster", "Asked to leave"), Tone.WARN, "door-exit"),
    EntryState.ADJUSTED: Badge(pgettext_lazy("roster", "Adjusted"), Tone.QUIET, "replace"),
    EntryState.LEFT: Badge(pgettext_lazy("roster", "Left the list"), Tone.QUIET, "logout"),
    EntryState.RECLAIMED: Badge(pgettext_lazy("roster", "Reclaimed"), Tone.BAD, "arrow-back-up"),
    EntryState.REJECTED: Badge(pgettext_lazy("roster", "Rejected"), Tone.BAD, "x"),
    EntryState.WITHDRAWN: Badge(pgettext_lazy("roster", "Withdrawn"), Tone.QUIET, "archive"),
}
DISPUTE_BADGES: Mapping[str, Badge] = {
    DisputeState.OPEN: Badge(pgettext_lazy("dispute", "Open"), Tone.WARN, "scale"),
    DisputeState.DECIDED: Badge(pgettext_lazy("dispute", "Decided"), Tone.GOOD, "gavel"),
    DisputeState.WITHDRAWN: Badge(pgettext_lazy("dispute", "Withdrawn"), Tone.QUIET, "archive"),
}
CRITERIA: Mapping[str, str | Promise] = {
    Criterion.REVENUE: _("Monthly revenue reaches the line"),
    Criterion.KEY_TRADE: _("Party, government or key trade"),
    Criterion.STRATEGIC: _("Strategic customer"),
    Criterion.GROUP_BRANCH: _("Branch of a group customer"),
    Criterion.GROWTH: _("Customer of high growth"),
}
STEPS: Mapping[EntryEvent, tuple[str | Promise, str]] = {
    EntryEvent.REVIEW: (pgettext_lazy("roster", "Pass the review"), "check"),
    EntryEvent.APPROVE: (pgettext_lazy("roster", "Approve"), "checks"),
    EntryEvent.REJECT: (pgettext_lazy("roster", "Reject"), "x"),
    EntryEvent.WITHDRAW: (pgettext_lazy("roster", "Withdraw"), "archive"),
    EntryEvent.ASK_LEAVE: (pgettext_lazy("roster", "Ask to leave the list"), "door-exit"),
    EntryEvent.LEAVE: (pgettext_lazy("roster", "Confirm the leaving"), "logout"),
    EntryEvent.STAY: (pgettext_lazy("roster", "Keep on the list"), "arrow-back"),
}
DONE: Mapping[EntryEvent, str | Promise] = {
    EntryEvent.REVIEW: _("Reviewed. It waits for the director's approval now."),
    EntryEvent.APPROVE: _("Approved: in force from today."),
    EntryEvent.REJECT: _("Rejected. The applicant reads the reason."),
    EntryEvent.WITHDRAW: _("Withdrawn."),
    EntryEvent.ASK_LEAVE: _("Asked. It waits for the director's word."),
    EntryEvent.LEAVE: _("The account has left the list; its owner stays until somebody else is assigned."),
    EntryEvent.STAY: _("The account stays on the list."),
}


def state_choices() -> list[tuple[str, str | Promise]]:
    return [(str(state), badge.label) for state, badge in STATES.items()]


def criterion_choices() -> list[tuple[str, str | Promise]]:
    return [(str(criterion), label) for criterion, label in CRITERIA.items()]


def entry_url(entry_id: object) -> str:
    return reverse("customers-roster-record", args=[entry_id])


def dispute_url(dispute_id: object) -> str:
    return reverse("customers-dispute-record", args=[dispute_id])


def _person(value: object) -> str:
    row = User.objects.filter(pk=str(value)).first() if value else None
    return row.name if row else ""


def _label(of: Mapping[str, Any]) -> Any:
    return lambda value: str(getattr(of[value], "label", of[value])) if value in of else ""


_FIELDS = {
    "owner_id": _("Owner"),
    "criterion": _("Criterion"),
    "reason": _("Reason"),
    "state": _("State"),
    "since": _("From day"),
    "until": _("Until day"),
    "last_reason": _("Remark on the step"),
    "warned_on": _("Warned on"),
}
WORDS = Words(
    "roster",
    _("Named account"),
    fields=_FIELDS,
    actions={
        "roster.succeed": _("handed the entry over to the next manager"),
        "roster.apply": _("applied for the account"),
        "roster.review": _("passed the review"),
        "roster.approve": _("approved the entry"),
        "roster.reject": _("rejected the application"),
        "roster.withdraw": _("withdrew the application"),
        "roster.warn": _("warned: nobody looked after the account"),
        "roster.clear": _("took the warning back"),
        "roster.reclaim": _("returned the account to the pool"),
        "roster.replace": _("ended the entry by an adjustment"),
        "roster.ask_leave": _("asked that the account leave the list"),
        "roster.stay": _("kept the account on the list"),
        "roster.leave": _("took the account off the list"),
        "roster.award": _("put on the list by the decision of a dispute"),
    },
    shown={"owner_id": _person, "criterion": _label(CRITERIA), "state": _label(STATES)},
    url=entry_url,
)
DISPUTE_WORDS = Words(
    "dispute",
    _("Ownership dispute"),
    fields={
        "state": _("State"),
        "awarded_to_id": _("Awarded to"),
        "since": _("From day"),
        "decision": _("Decision"),
        "claimant": _("Claimant"),
        "evidence": _("Evidence"),
    },
    actions={
        "dispute.open": _("opened the dispute"),
        "dispute.claim": _("filed a claim"),
        "dispute.decide": _("decided the dispute"),
        "dispute.withdraw": _("closed the dispute without a decision"),
    },
    shown={"awarded_to_id": _person, "state": _label(DISPUTE_BADGES)},
    url=dispute_url,
)
RULE_WORDS = Words(
    "rosterrule",
    _("Rule of reclaiming"),
    fields={
        "idle_days": _("Days without visit or sale before the warning"),
        "grace_days": _("Days from the warning to the return"),
        "rest_days": _("Days the last owner cannot have it again"),
    },
    actions={"rosterrule.change": _("changed the rule of reclaiming")},
)
