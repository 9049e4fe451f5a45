"""When backups are made by themselves, and how many are kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.parameters.api import Parameter

_GROUP = _("Backups")
EVERY_HOURS = Parameter(
    "backups.every_hours", _GROUP, _("Backup every"), 24, _("hours"), 0, 24 * 7, _("0: none by itself.")
)
HOUR = Parameter("backups.hour", _GROUP, _("Backups begin at"), 2, _("o'clock"), 0, 23)
KEEP_DAYS = Parameter("backups.keep_days", _GROUP, _("Days that keep a backup"), 7, _("days"), 1, 366)
KEEP_WEEKS = Parameter("backups.keep_weeks", _GROUP, _("Weeks that keep a backup"), 5, _("weeks"), 0, 104)
KEEP_MONTHS = Parameter(
    "backups.keep_months", _GROUP, _("Months that keep a backup"), 12, _("months"), 0, 120
)
PARAMETERS = (EVERY_HOURS, HOUR, KEEP_DAYS, KEEP_WEEKS, KEEP_MONTHS)
