"""Rated calls hang on customers: when two files are merged they go to the survivor (KAM-03)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.charging.models import Usage
from dakehu.customers.api import Hanging, register_hanging


def register() -> None:
    register_hanging(Hanging("usages", _("Calls and charges"), Usage))
