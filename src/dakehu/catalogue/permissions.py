"""The rights of this chapter."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class OfferingPermission(StrEnum):
    VIEW = "offering.view"


LABELS = {OfferingPermission.VIEW: _("See products and their prices")}
