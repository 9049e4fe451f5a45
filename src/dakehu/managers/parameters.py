"""The clocks and limits of performance contracts that an administrator changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.parameters.api import Parameter

_GROUP = _("Performance contracts")
APPEAL_DAYS = Parameter(
    "performance.appeal_days",
    _GROUP,
    _("Days for an appeal after a month is closed"),
    7,
    _("days"),
    0,
    90,
    _("Counted from the day after the close; 0: on the day of the close alone."),
)
WEIGHT_LEAST = Parameter(
    "performance.weight_least", _GROUP, _("Least weight of an indicator"), 10, _("per cent"), 1, 50
)
WEIGHT_MOST = Parameter(
    "performance.weight_most", _GROUP, _("Most weight of an indicator"), 30, _("per cent"), 10, 100
)
FLOOR = Parameter(
    "performance.floor",
    _GROUP,
    _("No points below this achievement"),
    60,
    _("per cent"),
    0,
    100,
    _("A contract keeps what held when it was proposed."),
)
CAP = Parameter(
    "performance.cap",
    _GROUP,
    _("Most points of one indicator"),
    120,
    _("per cent"),
    100,
    200,
    _("A contract keeps what held when it was proposed."),
)
PARAMETERS = (APPEAL_DAYS, WEIGHT_LEAST, WEIGHT_MOST, FLOOR, CAP)
