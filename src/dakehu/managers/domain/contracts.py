"""A performance contract's terms: up to eight indicators, each 10–30 %, together 100 %, a target per month.

A target of None says that the indicator is not assessed in that month (satisfaction is asked once a quarter),
or that the contract had not begun. Where months add up to the year, typed months must do so, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dakehu.kernel.errors import DomainError
from dakehu.managers.domain.indicators import INDICATORS, Code, Compare, Indicator

MONTHS = 12
MOST_INDICATORS = 8
WHOLE = 100
FIRST_YEAR, LAST_YEAR = 2000, 2199

Targets = tuple[int | None, ...]
"""Twelve, January first."""


class WeightOutOfRange(DomainError):
    """An indicator's weight lies outside the range. Data: `least`, `most`."""

    code = "managers.weight_out_of_range"


class WeightsNotWhole(DomainError):
    """The weights don't make 100 % together. Data: `sum`."""

    code = "managers.weights_not_whole"


class IndicatorTwice(DomainError):
    """An indicator stands in the contract twice."""

    code = "managers.indicator_twice"


class IndicatorsTooMany(DomainError):
    """More than eight indicators: the known failure of such contracts. Data: `most`."""

    code = "managers.indicators_too_many"


class TargetMissing(DomainError):
    """An indicator without a target cannot be assessed."""

    code = "managers.target_missing"


class TargetNegative(DomainError):
    """Such a target makes no sense of this indicator."""

    code = "managers.target_negative"


class MonthsDoNotAddUp(DomainError):
    """The months' targets make another sum than the year's. Data: `sum`, `year`."""

    code = "managers.months_do_not_add_up"


class YearInvalid(DomainError):
    """No such year, or the first month is none. Data: `least`, `most`."""

    code = "managers.year_invalid"


@dataclass(frozen=True, slots=True)
class Term:
    """One indicator of a contract: its weight in per cent, the year's target and the months'."""

    code: Code
    weight: int
    year_target: int
    months: Targets

    @property
    def indicator(self) -> Indicator:
        return INDICATORS[self.code]

    def target(self, month: str) -> int | None:
        """The target of a month such as "2026-11"."""
        return self.months[int(month[5:]) - 1]


@dataclass(frozen=True, slots=True)
class WeightRange:
    least: int
    most: int


def even_months(indicator: Indicator, year_target: int, first_month: int = 1) -> Targets:
    """The year's target over the months from `first_month` on.

    What adds up is divided so that the sum is exact, the remainder going to the last months one each;
    anything else is the same target in each month.
    """
    count = MONTHS - first_month + 1
    before: Targets = (None,) * (first_month - 1)
    if not indicator.adds_up:
        return (*before, *([year_target] * count))
    each, rest = divmod(year_target, count)
    return (*before, *(each + (place >= count - rest) for place in range(count)))


def check_months(indicator: Indicator, year_target: int, months: Sequence[int | None]) -> list[DomainError]:
    """Every fault of typed months; the field is `month_<number>`, or `months` of all together."""
    faults: list[DomainError] = [
        TargetNegative(field=f"month_{number}")
        for number, target in enumerate(months, 1)
        if target is not None and target < 0 and indicator.compare is not Compare.DISTANCE
    ]
    given = [target for target in months if target is not None]
    if not given:
        faults.append(TargetMissing(field="month_1"))
    elif indicator.adds_up and sum(given) != year_target:
        faults.append(MonthsDoNotAddUp(field="months", sum=sum(given), year=year_target))
    return faults


def check_terms(terms: Sequence[Term], weights: WeightRange, places: Mapping[int, int]) -> list[DomainError]:
    """Every fault of a contract's terms together.

    `places` gives the form's row of each term: faults name the field `weight_<row>`, `indicator_<row>`,
    `target_<row>`.
    """
    faults: list[DomainError] = []
    seen = Counter(term.code for term in terms)
    for number, term in enumerate(terms):
        row = places.get(number, number + 1)
        if not weights.least <= term.weight <= weights.most:
            fault = WeightOutOfRange(field=f"weight_{row}", least=weights.least, most=weights.most)
            faults.append(fault)
        if seen[term.code] > 1:
            faults.append(IndicatorTwice(field=f"indicator_{row}"))
        if term.year_target < 0 and term.indicator.compare is not Compare.DISTANCE:
            faults.append(TargetNegative(field=f"target_{row}"))
    if len(terms) > MOST_INDICATORS:
        faults.append(IndicatorsTooMany(most=MOST_INDICATORS))
    total = sum(term.weight for term in terms)
    if total != WHOLE:
        faults.append(WeightsNotWhole(sum=total))
    return faults


def check_year(year: int, first_month: int) -> list[DomainError]:
    faults: list[DomainError] = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        faults.append(YearInvalid(field="year", least=FIRST_YEAR, most=LAST_YEAR))
    if not 1 <= first_month <= MONTHS:
        faults.append(YearInvalid(field="first_month", least=1, most=MONTHS))
    return faults


def months_assessed(terms: Sequence[Term], year: int) -> list[str]:
    """The months of the year in which any indicator has a target, as "2026-01"."""
    return [
        f"{year:04d}-{number:02d}"
        for number in range(1, MONTHS + 1)
        if any(term.months[number - 1] is not None for term in terms)
    ]
