"""Grades, reasons, signals and warnings in the words of the trade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.customers.domain.churn import Evidence, WarningEvent, WarningState
from dakehu.customers.domain.grading import Reason, Rule, RuleKind
from dakehu.customers.web.words import grade_label
from dakehu.infra.ui.api import Badge, Tone, Words
from dakehu.kernel.money import yuan
from dakehu.organisation.api import User, dictionary_label

RULE_KINDS = {
    RuleKind.REVENUE: gettext_lazy("Yearly average monthly revenue"),
    RuleKind.TRADE: gettext_lazy("Trade"),
    RuleKind.HEAD: gettext_lazy("Head of a group"),
}
WARNING_BADGES: Mapping[str, Badge] = {
    WarningState.OPEN: Badge(pgettext_lazy("warning", "Open"), Tone.BAD, "alert-triangle"),
    WarningState.IN_HAND: Badge(pgettext_lazy("warning", "In hand"), Tone.WARN, "player-play"),
    WarningState.SAVED: Badge(pgettext_lazy("warning", "Saved"), Tone.GOOD, "heart-handshake"),
    WarningState.LOST: Badge(pgettext_lazy("warning", "Lost"), Tone.QUIET, "user-minus"),
    WarningState.FALSE_ALARM: Badge(pgettext_lazy("warning", "False alarm"), Tone.QUIET, "bell-off"),
}
WARNING_MOVES = {
    WarningEvent.TAKE: (gettext_lazy("Take in hand"), "player-play"),
    WarningEvent.SAVE: (gettext_lazy("The customer stays"), "heart-handshake"),
    WarningEvent.LOSE: (gettext_lazy("The customer is lost"), "user-minus"),
    WarningEvent.DISMISS: (gettext_lazy("False alarm"), "bell-off"),
}


def reason_words(reason: Reason) -> str:
    """Why a grade is earned, as a sentence."""
    grade = grade_label(int(reason.grade))
    match reason.kind:
        case RuleKind.REVENUE:
            return _("%(grade)s: brings %(revenue)s yuan a month on average, from %(least)s on") % {
                "grade": grade, "revenue": yuan(reason.revenue_fen), "least": yuan(reason.least_fen),
            }  # fmt: skip
        case RuleKind.TRADE:
            trade = dictionary_label("trade", reason.trade)
            return _("%(grade)s: by its trade, %(trade)s") % {"grade": grade, "trade": trade}
        case RuleKind.HEAD:
            return _("%(grade)s: head of a group with branches on file") % {"grade": grade}
        case RuleKind.HAND:
            note = reason.note or _("no reason was given")
            return _("%(grade)s: set by hand (%(note)s)") % {"grade": grade, "note": note}


def rule_words(rule: Rule) -> str:
    """What the rule asks, in a few words."""
    match rule.kind:
        case RuleKind.REVENUE:
            return _("at least %(least)s yuan") % {"least": yuan(rule.least_fen)}
        case RuleKind.TRADE:
            return dictionary_label("trade", rule.trade)
        case _:
            return _("has branches and no parent on file")


def spend_words(evidence: Evidence) -> str:
    """Of a falling trend of revenue."""
    facts = evidence.facts
    return _(
        "Spending falls by %(percent)s%% on the trend of %(months)s months: %(before)s yuan in %(first)s, "
        "%(after)s yuan in %(last)s"
    ) % {
        "percent": evidence.value, "months": facts.get("months", 6),
        "first": facts["first"], "last": facts["last"],
        "before": yuan(facts["from_fen"]), "after": yuan(facts["to_fen"]),
    }  # fmt: skip


def gone_words(evidence: Evidence) -> str:
    """Of product categories that are no longer billed."""
    facts = evidence.facts
    names = _(", ").join(dictionary_label("product_category", each) for each in facts["categories"])
    return _("Not billed any more in %(month)s: %(products)s, %(fen)s yuan a month before") % {
        "month": facts["last"], "products": names, "fen": yuan(facts["fen"]),
    }  # fmt: skip


def ending_words(evidence: Evidence) -> str:
    """Of our contracts that end soon."""
    facts = evidence.facts
    return _("Contracts that end: %(numbers)s, the first on %(day)s") % {
        "numbers": _(", ").join(facts["numbers"]), "day": facts["first"],
    }  # fmt: skip


def _state(value: object) -> str:
    badge = WARNING_BADGES.get(str(value))
    return str(badge.label) if badge else str(value)


def _user(value: Any) -> str:
    row = User.objects.filter(pk=value).first() if value else None
    return row.name if row else ""


WARNING_WORDS = Words(
    "churnwarning",
    gettext_lazy("Churn warning"),
    fields={
        "state": gettext_lazy("State"),
        "owner_id": gettext_lazy("Who looks after it"),
        "outcome": gettext_lazy("Outcome"),
    },
    actions={
        "churnwarning.raise": gettext_lazy("raised the warning"),
        "churnwarning.take": gettext_lazy("took the warning in hand"),
        "churnwarning.save": gettext_lazy("closed it: the customer stays"),
        "churnwarning.lose": gettext_lazy("closed it: the customer is lost"),
        "churnwarning.dismiss": gettext_lazy("closed it as a false alarm"),
    },
    shown={"state": _state, "owner_id": _user},
    url=lambda pk: reverse("customers-warning-record", args=[pk]),
)
RULE_WORDS = Words(
    "graderule",
    gettext_lazy("Grading rule"),
    fields={
        "kind": gettext_lazy("Kind of rule"),
        "grade": gettext_lazy("Grade"),
        "least_fen": gettext_lazy("Least monthly revenue, yuan"),
        "trade": gettext_lazy("Trade"),
        "is_active": gettext_lazy("In force"),
    },
    actions={
        "graderule.create": gettext_lazy("made the grading rule"),
        "graderule.change": gettext_lazy("changed the grading rule"),
        "graderule.remove": gettext_lazy("removed the grading rule"),
    },
    shown={
        "kind": lambda value: str(RULE_KINDS.get(RuleKind(value), value)),
        "grade": grade_label,
        "least_fen": lambda value: yuan(int(value)),
        "trade": lambda value: dictionary_label("trade", value) if value else "",
    },
)
THRESHOLD_WORDS = Words(
    "churnthreshold",
    gettext_lazy("Threshold of churn warning"),
    fields={"value": gettext_lazy("Warns from"), "is_active": gettext_lazy("In force")},
    actions={"churnthreshold.set": gettext_lazy("set the threshold")},
)
CUSTOMER_WORDS = Words(
    "customer",
    "",
    fields={"hand_grade": gettext_lazy("Grade by hand"), "hand_reason": gettext_lazy("Reason of the grade")},
    actions={"customer.revenue": gettext_lazy("loaded revenue")},
    shown={"hand_grade": lambda value: grade_label(value) if value else ""},
)
