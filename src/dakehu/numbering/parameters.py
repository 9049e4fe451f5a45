"""How long numbers wait and rest."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.parameters.api import Parameter
from dakehu.numbering.domain.numbers import QUARANTINE_DAYS, RESERVATION_DAYS

_GROUP = _("Numbers")
RESERVED = Parameter(
    "numbering.reserved_days", _GROUP, _("A number stays reserved"), RESERVATION_DAYS, _("days"), 1, 366
)
RESTING = Parameter(
    "numbering.resting_days",
    _GROUP,
    _("A number rests after its line is closed"),
    QUARANTINE_DAYS,
    _("days"),
    0,
    730,
)
PARAMETERS = (RESERVED, RESTING)
