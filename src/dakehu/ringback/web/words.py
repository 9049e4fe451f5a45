"""Tones and their rules in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from dakehu.infra.ui.api import Badge, Tone
from dakehu.kernel.periods import Callers, Period, callers_from, period_from
from dakehu.ringback.domain.review import ToneState

STATES: Mapping[str, Badge] = {
    ToneState.UPLOADED: Badge(pgettext_lazy("tone", "Waits for review"), Tone.WARN, "clock"),
    ToneState.APPROVED: Badge(pgettext_lazy("tone", "Approved"), Tone.GOOD, "check"),
    ToneState.REFUSED: Badge(pgettext_lazy("tone", "Refused"), Tone.BAD, "x"),
    ToneState.WITHDRAWN: Badge(pgettext_lazy("tone", "Withdrawn"), Tone.QUIET, "archive"),
}
STATE_CHOICES = [(str(state), badge.label) for state, badge in STATES.items()]
DAYS: list[tuple[str, str | Promise]] = [
    ("1", pgettext_lazy("tone", "Mon")),
    ("2", pgettext_lazy("tone", "Tue")),
    ("3", pgettext_lazy("tone", "Wed")),
    ("4", pgettext_lazy("tone", "Thu")),
    ("5", pgettext_lazy("tone", "Fri")),
    ("6", pgettext_lazy("tone", "Sat")),
    ("7", pgettext_lazy("tone", "Sun")),
]
_NAMES = dict(DAYS)


def hours_text(periods: Iterable[Period]) -> str:
    """When a rule holds."""
    return "；".join(map(_period_text, periods)) or pgettext("tone", "at all times")


def callers_text(callers: Callers | None) -> str:
    """For whom a rule holds; what the form's field reads back, where it names somebody."""
    if callers is None:
        return pgettext("tone", "all callers")
    return numbers_text(callers)


def numbers_text(callers: Callers) -> str:
    return ",".join([*sorted(callers.numbers), *(f"{prefix}*" for prefix in callers.prefixes)])


def rules_shown(rows: Iterable[dict[str, Any]]) -> str:
    """Rules as the trail keeps them, in words."""
    return "；".join(
        " ".join(
            [
                str(row["tone"]),
                hours_text(map(period_from, row["periods"])),
                callers_text(callers_from(row["callers"]) if row["callers"] else None),
            ]
        )
        for row in rows
    )


def seconds_text(seconds: float) -> str:
    return str(_("%(seconds)s s") % {"seconds": f"{seconds:.1f}"})


def _period_text(period: Period) -> str:
    days = "、".join(str(_NAMES[str(day)]) for day in sorted(period.weekdays))
    hours = "" if period.begins == period.ends else f"{period.begins:%H:%M}–{period.ends:%H:%M}"
    return " ".join(filter(None, [days, hours])) or pgettext("tone", "at all times")
