"""Ring-back tones hang on customers: when two files are merged they go to the survivor (KAM-03)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.api import Hanging, register_hanging
from dakehu.ringback.models import OwnerTones, Tone


def register() -> None:
    register_hanging(
        Hanging("ringback_tones", _("Ring-back tones"), Tone),
        Hanging("ringback_owners", _("Ring-back settings"), OwnerTones),
    )
