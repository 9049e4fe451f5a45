"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ReportPermission(StrEnum):
    VIEW = "report.view"
    EXPORT = "report.export"
    LOAD = "report.load"


LABELS = {
    ReportPermission.VIEW: _("See statistics"),
    ReportPermission.EXPORT: _("Take statistics to Excel"),
    ReportPermission.LOAD: _("Load billed revenue"),
}
