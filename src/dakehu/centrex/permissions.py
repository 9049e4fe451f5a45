"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class GroupPermission(StrEnum):
    VIEW = "group.view"
    CHANGE = "group.change"


LABELS = {
    GroupPermission.VIEW: _("See Centrex groups"),
    GroupPermission.CHANGE: _("Make Centrex groups and change their members"),
}
