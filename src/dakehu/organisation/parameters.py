"""The organisation's parameters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.parameters.api import Parameter

SIGHT_MINUTES = Parameter(
    "organisation.sight_minutes",
    _("Accounts"),
    _("Seeing pages as somebody else ends after"),
    30,
    _("minutes"),
    1,
    480,
)
_SIGN_ON = _("Single sign-on")
COMPARE_HOUR = Parameter(
    "organisation.compare_hour",
    _SIGN_ON,
    _("People are compared with the directory at"),
    3,
    _("o'clock"),
    0,
    23,
)
LOCK_PERCENT = Parameter(
    "organisation.lock_percent",
    _SIGN_ON,
    _("People gone from the directory, locked at once at most"),
    5,
    "%",
    0,
    100,
    _("If more are missing, nobody is locked: the directory's answer may be wrong. One may always be."),
)
PARAMETERS = (SIGHT_MINUTES, COMPARE_HOUR, LOCK_PERCENT)
