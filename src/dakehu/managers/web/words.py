"""Managers, visits and hand-overs in the words of the trade."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.ui.api import Badge, Tone, Words
from dakehu.kernel.clock import CST
from dakehu.managers.domain.states import (
    HandOverState,
    PromiseEvent,
    PromiseState,
    VisitState,
)
from dakehu.managers.models import Credential
from dakehu.organisation.api import dictionary_label

VISITS = {
    VisitState.PLANNED: Badge(pgettext_lazy("visit", "Planned"), Tone.INFO, "calendar"),
    VisitState.LOGGED: Badge(pgettext_lazy("visit", "Logged"), Tone.GOOD, "notes"),
    VisitState.REVIEWED: Badge(pgettext_lazy("visit", "Commented"), Tone.GOOD, "message-check"),
    VisitState.CANCELLED: Badge(pgettext_lazy("visit", "Called off"), Tone.QUIET),
}
PROMISES = {
    PromiseState.OPEN: Badge(pgettext_lazy("promise", "Open"), Tone.INFO, "clock"),
    PromiseState.KEPT: Badge(pgettext_lazy("promise", "Kept"), Tone.GOOD, "check"),
    PromiseState.BROKEN: Badge(pgettext_lazy("promise", "Broken"), Tone.BAD, "x"),
    PromiseState.WAIVED: Badge(pgettext_lazy("promise", "Waived"), Tone.QUIET),
}
OUTCOMES = [
    (str(PromiseEvent.KEEP), _("Kept: it was done as promised")),
    (str(PromiseEvent.BREAK), _("Broken: it could not be done")),
    (str(PromiseEvent.WAIVE), _("Waived: the customer wants it no more")),
]
HAND_OVERS = {
    HandOverState.PROPOSED: Badge(pgettext_lazy("hand-over", "Proposed"), Tone.INFO),
    HandOverState.GIVEN: Badge(_("Signed by the giver"), Tone.INFO, "signature"),
    HandOverState.TAKEN: Badge(_("Signed by the taker"), Tone.INFO, "signature"),
    HandOverState.SIGNED: Badge(_("Waits for approval"), Tone.WARN, "clock"),
    HandOverState.APPROVED: Badge(pgettext_lazy("hand-over", "Moved"), Tone.GOOD, "check"),
    HandOverState.REFUSED: Badge(pgettext_lazy("hand-over", "Refused"), Tone.BAD),
    HandOverState.WITHDRAWN: Badge(pgettext_lazy("hand-over", "Withdrawn"), Tone.QUIET),
}
CREDENTIALS = {
    Credential.Kind.QUALIFICATION: pgettext_lazy("credential", "Qualification"),
    Credential.Kind.TRAINING: pgettext_lazy("credential", "Training"),
}


def manager_grade(code: object) -> str:
    """The dictionary's word for a manager's grade."""
    return dictionary_label("manager_grade", str(code)) if code else ""


def choices(badges: dict[Any, Badge]) -> list[tuple[str, str | Text]]:
    return [(str(state), badge.label) for state, badge in badges.items()]


def file_url(file_id: object) -> str:
    return reverse("managers-file-record", args=[file_id])


def visit_url(visit_id: object) -> str:
    return reverse("managers-visit-record", args=[visit_id])


def hand_over_url(hand_over_id: object) -> str:
    return reverse("managers-handover-record", args=[hand_over_id])


def _shown(badges: dict[Any, Badge]) -> Any:
    words = {str(state): badge.label for state, badge in badges.items()}
    return lambda value: str(words.get(str(value), value or ""))


def _moment(value: object) -> str:
    """A stored moment as an office clock shows it."""
    return f"{datetime.fromisoformat(str(value)).astimezone(CST):%Y-%m-%d %H:%M}" if value else ""


_EITHER: dict[Any, Badge] = {**VISITS, **PROMISES}
WORDS = (
    Words(
        "manager",
        _("Manager's file"),
        fields={
            "grade": pgettext_lazy("manager", "Grade"),
            "since": _("Manager since"),
            "languages": _("Languages"),
            "photo_id": pgettext_lazy("manager", "Photo"),
            "remark": pgettext_lazy("manager", "Remark"),
            "kind": pgettext_lazy("credential", "Kind"),
            "title": pgettext_lazy("credential", "Title"),
            "issuer": _("Issued or held by"),
            "first_on": pgettext_lazy("credential", "From"),
            "last_on": pgettext_lazy("credential", "To"),
            "hours": _("Hours"),
        },
        actions={
            "manager.create": pgettext_lazy("manager", "opened the file"),
            "manager.change": pgettext_lazy("manager", "changed the file"),
            "manager.photo": _("changed the photo"),
            "manager.credential_add": _("added a qualification or training"),
            "manager.credential_remove": _("removed a qualification or training"),
        },
        shown={"grade": manager_grade, "kind": lambda value: str(CREDENTIALS.get(value, value or ""))},
        url=file_url,
    ),
    Words(
        "visit",
        _("Visit"),
        fields={
            "state": pgettext_lazy("visit", "State"),
            "starts_at": pgettext_lazy("visit", "When"),
            "minutes": pgettext_lazy("visit", "Minutes"),
            "purpose": _("Purpose"),
            "log": _("Work log"),
            "photo_id": pgettext_lazy("visit", "Photo"),
            "comment": _("Leader's comment"),
            "text": _("Promise"),
            "due_on": _("Due on"),
            "outcome": _("Outcome"),
        },
        actions={
            "visit.plan": _("planned the visit"),
            "visit.move": _("changed the plan"),
            "visit.cancel": _("called the visit off"),
            "visit.log": _("logged the visit"),
            "visit.comment": _("commented on the visit"),
            "visit.promise_keep": _("kept a promise"),
            "visit.promise_break": _("reported a promise as broken"),
            "visit.promise_waive": _("waived a promise"),
            "visit.feed_open": _("opened a calendar address"),
            "visit.feed_revoke": _("closed the calendar address"),
        },
        shown={"state": _shown(_EITHER), "starts_at": _moment},
        url=visit_url,
    ),
    Words(
        "visit_rules",
        _("How often accounts are visited"),
        actions={"visit_rules.change": _("changed how often accounts are visited")},
    ),
    Words(
        "hand_over",
        _("Hand-over"),
        fields={
            "state": pgettext_lazy("hand-over", "State"),
            "accounts": _("Accounts"),
            "visits": _("Visits and promises"),
        },
        actions={
            "hand_over.propose": _("proposed the hand-over"),
            "hand_over.sign": _("signed"),
            "hand_over.approve": _("approved the hand-over"),
            "hand_over.refuse": _("refused the hand-over"),
            "hand_over.withdraw": _("withdrew the hand-over"),
        },
        shown={"state": _shown(HAND_OVERS)},
        url=hand_over_url,
    ),
)
