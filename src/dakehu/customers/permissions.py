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
    MERGE = "customer.merge"
    QUALITY_RULES = "customer.quality_rules"


class RosterPermission(StrEnum):
    """What one may do with the named-account list."""

    VIEW = "roster.view"
    APPLY = "roster.apply"
    REVIEW = "roster.review"
    APPROVE = "roster.approve"
    RULES = "roster.rules"


LABELS = {
    Permission.VIEW: _("See customer files"),
    Permission.CREATE: _("Open customer files"),
    Permission.CHANGE: _("Change customer files"),
    Permission.ASSIGN: _("Assign accounts to managers"),
    Permission.IMPORT: _("Import customers"),
    Permission.EXPORT: _("Take customer lists to Excel"),
    RosterPermission.VIEW: _("See the named-account list and who owned an account when"),
    RosterPermission.APPLY: _("Apply for named accounts, ask to leave, and open disputes"),
    RosterPermission.REVIEW: _("Review applications for named accounts"),
    RosterPermission.APPROVE: _("Approve named accounts and decide disputes"),
    RosterPermission.RULES: _("Set the days after which named accounts are reclaimed"),
    Permission.LOAD_REVENUE: _("Load billed revenue of customers"),
    Permission.GRADING: _("Set rules of grading and churn warning"),
    Permission.WARNING: _("Work on churn warnings"),
    Permission.MERGE: _("Merge duplicate customers"),
    Permission.QUALITY_RULES: _("Set rules of data entry"),
}
