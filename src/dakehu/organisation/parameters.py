"""The organisation's parameters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.parameters.api import Parameter

SIGHT_MINUTES = Parameter(
    "organisation.sight_minutes",
    _("Accounts"),
    _("Seeing pages as somebody else ends after"),
    30,
    _("minutes"),
    1,
    480,
)
PARAMETERS = (SIGHT_MINUTES,)
