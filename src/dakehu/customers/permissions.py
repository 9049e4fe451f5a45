"""What one may do with customer files."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    VIEW = "customer.view"
    CREATE = "customer.create"
    CHANGE = "customer.change"
    ASSIGN = "customer.assign"
    IMPORT = "customer.import"
    EXPORT = "customer.export"
    LOAD_REVENUE = "customer.load_revenue"
    GRADING = "customer.grading"
    WARNING = "customer.warning"


LABELS = {
    Permission.VIEW: _("See customer files"),
    Permission.CREATE: _("Open customer files"),
    Permission.CHANGE: _("Change customer files"),
    Permission.ASSIGN: _("Assign accounts to managers"),
    Permission.IMPORT: _("Import customers"),
    Permission.EXPORT: _("Take customer lists to Excel"),
    Permission.LOAD_REVENUE: _("Load billed revenue of customers"),
    Permission.GRADING: _("Set rules of grading and churn warning"),
    Permission.WARNING: _("Work on churn warnings"),
}
