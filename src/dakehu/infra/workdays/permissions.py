from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    HOLIDAY_VIEW = "holiday.view"
    HOLIDAY_CHANGE = "holiday.change"


LABELS: dict[Permission, str | Promise] = {
    Permission.HOLIDAY_VIEW: _("See the working calendar"),
    Permission.HOLIDAY_CHANGE: _("Change the working calendar"),
}
MESSAGES: dict[str, str | Promise] = {
    "holidays.notice_not_understood": _(
        "This line of the notice could not be understood: “%(line)s”. Compare it with the published text."
    ),
    "holidays.notice_empty": _("The text names no festival. Paste the whole notice of the State Council."),
    "holidays.notice_other_year": _("This is the notice of %(found)s, not of %(year)s."),
    "holidays.notice_weekday_wrong": _("%(day)s is no such weekday: “%(line)s”. Check year and text."),
    "holidays.notice_count_wrong": _(
        "“%(line)s” counts %(said)s days but names %(found)s. Compare it with the published text."
    ),
}
