"""Indicators in the words of the trade: name, definition (口径) and unit, for pages and for errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.managers.domain.indicators import Code, Unit


@dataclass(frozen=True, slots=True)
class Named:
    name: str | Promise
    definition: str | Promise


INDICATOR_WORDS: dict[Code, Named] = {
    Code.REVENUE: Named(
        pgettext_lazy("indicator", "Revenue"),
        gettext_lazy(
            "Billed in the month, after tax, of the accounts that were the manager's on the month's last "
            "day, each by the manager's share of its credit."
        ),
    ),
    Code.GROWTH: Named(
        pgettext_lazy("indicator", "Revenue growth"),
        gettext_lazy(
            "Revenue of the month against the same month of last year, of the same accounts, whoever owned "
            "them then. Each percentage point beside the target is five of achievement."
        ),
    ),
    Code.COST: Named(
        pgettext_lazy("indicator", "Cost"),
        gettext_lazy("Cost of sales and service booked to the manager in the month, as entered."),
    ),
    Code.ARPU: Named(
        pgettext_lazy("indicator", "ARPU"),
        gettext_lazy("Revenue of the month, divided by the accounts that were billed anything in it."),
    ),
    Code.CHURN: Named(
        pgettext_lazy("indicator", "Churn"),
        gettext_lazy(
            "Monthly revenue of accounts confirmed as lost in the month, of that of all the manager's "
            "accounts; both by the average of the three months before."
        ),
    ),
    Code.NEW_PRODUCTS: Named(
        pgettext_lazy("indicator", "New-product growth"),
        gettext_lazy("Revenue of the month from products that count as new in it."),
    ),
    Code.FORECAST: Named(
        pgettext_lazy("indicator", "Forecast accuracy"),
        gettext_lazy("How near the forecast of the month's sales came to what was sold, as entered."),
    ),
    Code.SATISFACTION: Named(
        pgettext_lazy("indicator", "Satisfaction"),
        gettext_lazy("Points of the customers' satisfaction survey, as entered."),
    ),
    Code.VISITS: Named(
        pgettext_lazy("indicator", "Visits"),
        gettext_lazy("Visits paid and logged by the manager in the month."),
    ),
    Code.PROMISES: Named(
        pgettext_lazy("indicator", "Promises kept"),
        gettext_lazy(
            "Of the manager's promises due in the month, those kept by the promised day; waived ones "
            "don't count."
        ),
    ),
}
UNIT_WORDS: dict[Unit, str | Promise] = {
    Unit.MONEY: pgettext_lazy("indicator's unit", "yuan"),
    Unit.PERCENT: "%",
    Unit.POINTS: pgettext_lazy("indicator's unit", "points"),
    Unit.COUNT: pgettext_lazy("indicator's unit", "times"),
}


def indicator_name(code: object) -> str:
    """The indicator's name in the active language; the code itself where it is none of ours."""
    known = INDICATOR_WORDS.get(Code(str(code))) if code in set(Code) else None
    return str(known.name) if known else str(code)


def indicator_names(codes: Iterable[Code]) -> str:
    return _(", ").join(indicator_name(code) for code in codes)
