"""How calls read: their classes, ends and length."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.ui.api import Badge, Tone
from dakehu.kernel.numbers import CallClass
from dakehu.switch.records import EndCause

CLASSES: dict[str, str | Promise] = {
    CallClass.IN_GROUP: gettext_lazy("In-group"),
    CallClass.IN_VPN: gettext_lazy("Within the VPN"),
    CallClass.LOCAL: gettext_lazy("Local"),
    CallClass.NATIONAL: gettext_lazy("National long-distance"),
    CallClass.INTERNATIONAL: gettext_lazy("International"),
    CallClass.SPECIAL: gettext_lazy("Special services"),
    CallClass.EMERGENCY: gettext_lazy("Emergency"),
}
CAUSES = {
    EndCause.COMPLETED: Badge(gettext_lazy("Completed"), Tone.GOOD),
    EndCause.BARRED: Badge(gettext_lazy("Barred"), Tone.BAD),
    EndCause.UNKNOWN_NUMBER: Badge(gettext_lazy("Unknown number"), Tone.WARN),
    EndCause.NO_ROUTE: Badge(gettext_lazy("No route"), Tone.WARN),
    EndCause.UNREACHABLE: Badge(gettext_lazy("Not reachable"), Tone.WARN),
    EndCause.BUSY: Badge(gettext_lazy("Busy"), Tone.NEUTRAL),
    EndCause.NO_ANSWER: Badge(gettext_lazy("No answer"), Tone.NEUTRAL),
    EndCause.CANCELLED: Badge(gettext_lazy("Caller gave up"), Tone.NEUTRAL),
    EndCause.REFUSED: Badge(gettext_lazy("Refused"), Tone.NEUTRAL),
    EndCause.OVERLOADED: Badge(gettext_lazy("Overloaded"), Tone.BAD),
    EndCause.INTERRUPTED: Badge(gettext_lazy("Interrupted"), Tone.BAD),
    EndCause.LOST: Badge(gettext_lazy("Telephone lost"), Tone.BAD),
    EndCause.FAILED: Badge(gettext_lazy("Failed"), Tone.BAD),
}


def talk(talk_ms: int) -> str:
    """Talk time as people read it: "1:05" or "1:02:09"; empty for a call that was not answered."""
    if not talk_ms:
        return ""
    minutes, seconds = divmod(-(-talk_ms // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def class_label(call_class: str) -> str:
    return str(CLASSES.get(call_class) or _("Led nowhere"))
