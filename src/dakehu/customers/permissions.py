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
    MERGE = "customer.merge"


LABELS = {
    Permission.VIEW: _("See customer files"),
    Permission.CREATE: _("Open customer files"),
    Permission.CHANGE: _("Change customer files"),
    Permission.ASSIGN: _("Assign accounts to managers"),
    Permission.IMPORT: _("Import customers"),
    Permission.EXPORT: _("Take customer lists to Excel"),
    Permission.MERGE: _("Merge duplicate customers"),
}
