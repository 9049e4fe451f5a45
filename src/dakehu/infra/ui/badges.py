"""States as people see them: a word, an icon and a tone; never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Tone(StrEnum):
    """What a colour means. The style sheet gives each its shade for light and dark."""

    NEUTRAL = "neutral"
    INFO = "info"
    """Under way."""
    GOOD = "good"
    WARN = "warn"
    """Wants attention."""
    BAD = "bad"
    QUIET = "quiet"
    """Over, and no longer of interest."""


_ICONS = {
    Tone.NEUTRAL: "circle",
    Tone.INFO: "progress",
    Tone.GOOD: "circle-check",
    Tone.WARN: "alert-triangle",
    Tone.BAD: "circle-x",
    Tone.QUIET: "circle-minus",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state's word, tone and icon (a name from Tabler Icons, without `ti-`; each tone has a usual one)."""

    label: str | Promise
    tone: Tone = Tone.NEUTRAL
    icon: str = ""

    def __html__(self) -> SafeString:
        return format_html(
            '<span class="dk-badge dk-tone-{}"><i class="ti ti-{}" aria-hidden="true"></i>{}</span>',
            self.tone,
            self.icon or _ICONS[self.tone],
            self.label,
        )

    def __str__(self) -> str:
        return self.__html__()
