"""What states, steps and reasons are called, and how a clock looks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.ui.api import Badge, Tone
from dakehu.infra.workdays.api import working_calendar
from dakehu.kernel.workcalendar import WorkingCalendar
from dakehu.orders.domain.clocks import ClockColour, Reading
from dakehu.orders.domain.decomposition import BranchRole, StepKind
from dakehu.orders.domain.states import OrderState, PauseReason, StepState

_FRESH_S = 10

ORDER_STATES: dict[str, Badge] = {
    OrderState.ACKNOWLEDGED: Badge(pgettext_lazy("order", "Submitted"), Tone.WARN, "inbox"),
    OrderState.REJECTED: Badge(pgettext_lazy("order", "Rejected"), Tone.BAD),
    OrderState.PENDING: Badge(pgettext_lazy("order", "Waits for the customer"), Tone.WARN, "user-question"),
    OrderState.HELD: Badge(pgettext_lazy("order", "Held"), Tone.WARN, "player-pause"),
    OrderState.IN_PROGRESS: Badge(pgettext_lazy("order", "In progress"), Tone.INFO),
    OrderState.ASSESSING_CANCELLATION: Badge(
        pgettext_lazy("order", "Cancellation asked"), Tone.WARN, "help-circle"
    ),
    OrderState.PENDING_CANCELLATION: Badge(pgettext_lazy("order", "Being cancelled"), Tone.WARN),
    OrderState.CANCELLED: Badge(pgettext_lazy("order", "Cancelled"), Tone.QUIET),
    OrderState.PARTIAL: Badge(pgettext_lazy("order", "Completed in part"), Tone.WARN),
    OrderState.FAILED: Badge(pgettext_lazy("order", "Failed"), Tone.BAD),
    OrderState.COMPLETED: Badge(pgettext_lazy("order", "Completed"), Tone.GOOD),
}
STEP_STATES: dict[str, Badge] = {
    StepState.WAITING: Badge(pgettext_lazy("step", "Not yet its turn"), Tone.QUIET, "clock"),
    StepState.READY: Badge(pgettext_lazy("step", "To be begun"), Tone.WARN, "bell"),
    StepState.WORKING: Badge(pgettext_lazy("step", "In hand"), Tone.INFO),
    StepState.PAUSED: Badge(pgettext_lazy("step", "Paused"), Tone.WARN, "player-pause"),
    StepState.DONE: Badge(pgettext_lazy("step", "Done"), Tone.GOOD),
    StepState.DROPPED: Badge(pgettext_lazy("step", "Dropped"), Tone.QUIET),
}
STEPS: dict[str, str | Promise] = {
    StepKind.SURVEY: pgettext_lazy("step", "Survey"),
    StepKind.RESOURCE: pgettext_lazy("step", "Resources"),
    StepKind.CONSTRUCTION: pgettext_lazy("step", "Construction"),
    StepKind.TEST: pgettext_lazy("step", "Local test"),
    StepKind.END_TO_END_TEST: pgettext_lazy("step", "End-to-end test"),
    StepKind.SIGN_OFF: pgettext_lazy("step", "Customer signs"),
}
ROLES: dict[str, str | Promise] = {
    BranchRole.LEAD: gettext_lazy("Lead branch"),
    BranchRole.ASSIST: gettext_lazy("Assisting branch"),
}
REASONS: dict[str, str | Promise] = {
    PauseReason.CUSTOMER_NOT_READY: gettext_lazy("The customer is not ready"),
    PauseReason.CUSTOMER_CHANGES: gettext_lazy("The customer changes the order"),
    PauseReason.FORCE_MAJEURE: gettext_lazy("Force majeure"),
    PauseReason.MATERIAL_MISSING: gettext_lazy("Material is missing"),
    PauseReason.RESOURCE_MISSING: gettext_lazy("Resources are missing"),
    PauseReason.OTHER_BRANCH: gettext_lazy("Another branch must act first"),
}
CHANNELS: dict[str, str | Promise] = {
    "desk": gettext_lazy("One-stop desk"),
    "api": gettext_lazy("Open API"),
}


@dataclass(frozen=True, slots=True)
class ClockBar:
    """A clock as a bar with its words: burnt of allowed, in working days."""

    reading: Reading
    seconds_per_day: int

    @property
    def words(self) -> str:
        given = {"burnt": self._days(self.reading.burnt_s), "allowed": self._days(self.reading.allowed_s)}
        return _("%(burnt)s of %(allowed)s days") % given

    @property
    def note(self) -> str:
        """What the colour says, in a word; nothing while all is well."""
        if self.reading.colour is ClockColour.OVERDUE:
            return _("overdue")
        if not self.reading.running and not self.reading.finished:
            return _("stands still")
        return _("nearly due") if self.reading.colour is ClockColour.WARNING else ""

    def _days(self, seconds: int) -> str:
        return f"{seconds / self.seconds_per_day:.1f}".removesuffix(".0")

    def __str__(self) -> str:
        return f"{self.words} ({self.note})" if self.note else self.words

    def __html__(self) -> SafeString:
        return self.html

    @property
    def html(self) -> SafeString:
        """The same for templates, which would take the words."""
        return format_html(
            '<span class="ord-clock ord-clock-{}"><span class="ord-bar" aria-hidden="true">'
            '<i style="width:{}%"></i></span><span>{}</span>{}</span>',
            self.reading.colour,
            min(self.reading.percent, 100),
            self.words,
            format_html(" <b>{}</b>", self.note) if self.note else "",
        )


def clock_bar(reading: Reading | None, calendar: WorkingCalendar) -> ClockBar | None:
    return ClockBar(reading, calendar.seconds_per_day) if reading else None


def calendar() -> WorkingCalendar:
    """The working calendar, read anew every few seconds: a list asks for it once a row."""
    return _calendar(int(time.monotonic()) // _FRESH_S)


@lru_cache(maxsize=1)
def _calendar(_period: int) -> WorkingCalendar:
    return working_calendar()
