"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class UsagePermission(StrEnum):
    VIEW = "usage.view"


class TariffPermission(StrEnum):
    VIEW = "tariff.view"
    PUBLISH = "tariff.publish"


LABELS = {
    UsagePermission.VIEW: _("See calls and their charges"),
    TariffPermission.VIEW: _("See tariffs"),
    TariffPermission.PUBLISH: _("Publish tariffs"),
}
