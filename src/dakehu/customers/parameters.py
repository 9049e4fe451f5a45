"""Thresholds of customer files that administrators set, with their history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.churn import QUIET_DAYS, SLOPE_MONTHS
from dakehu.infra.parameters.api import Parameter

_QUALITY, _CHURN, _ENDING = _("Data quality"), _("Churn warnings"), _("What comes up")

LEAST_SCORE = Parameter(
    "customers.quality_least_score",
    _QUALITY,
    _("Owners are reminded of accounts with a score below"),
    60,
    _("points"),
    0,
    100,
    _("Every account is judged anew after a change."),
)
QUIET = Parameter(
    "customers.churn_quiet_days",
    _CHURN,
    _("An account is left alone after its warning was closed"),
    QUIET_DAYS,
    _("days"),
    0,
    730,
)
SLOPE = Parameter(
    "customers.churn_slope_months",
    _CHURN,
    _("The trend of spending is taken over"),
    SLOPE_MONTHS,
    _("months"),
    3,
    24,
)
EARLIER = Parameter(
    "customers.churn_earlier_months",
    _CHURN,
    _("A product is gone that was billed in the months before"),
    3,
    _("months"),
    1,
    12,
)
CONTRACT_ENDS = Parameter(
    "customers.contract_end_days",
    _ENDING,
    _("Contracts that end are shown ahead"),
    90,
    _("days"),
    1,
    730,
)
BIRTHDAY_AHEAD = Parameter(
    "customers.birthday_days", _ENDING, _("Birthdays are shown ahead"), 14, _("days"), 1, 90
)
PARAMETERS = (LEAST_SCORE, QUIET, SLOPE, EARLIER, CONTRACT_ENDS, BIRTHDAY_AHEAD)
