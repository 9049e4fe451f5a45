"""What an account manager's performance contract may weigh (业绩合同), each thing declared once.

Figures are whole numbers in the smallest unit of their kind: fen, hundredths of a per cent, hundredths of a
point, or pieces. An indicator's table turns achievement (how far the target was reached) into points; both
are hundredths of a per cent, so that 10,000 is a target reached and full points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dakehu.kernel.money import divide_half_up

FULL = 10_000
"""A target reached; full points."""


class Unit(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    COUNT = "count"


class Source(StrEnum):
    """Where a figure comes from: from what the system holds, or from a person with a source to show."""

    COMPUTED = "computed"
    ENTERED = "entered"


class Compare(StrEnum):
    """How a figure is held against its target.

    MORE: figure ÷ target. LESS: what is spared, 200 % − figure ÷ target. DISTANCE: 100 % and so much more or
    less for each percentage point beside the target, for figures that may be nil or negative.
    """

    MORE = "more"
    LESS = "less"
    DISTANCE = "distance"


class Code(StrEnum):
    REVENUE = "revenue"
    GROWTH = "growth"
    COST = "cost"
    ARPU = "arpu"
    CHURN = "churn"
    NEW_PRODUCTS = "new_products"
    FORECAST = "forecast"
    SATISFACTION = "satisfaction"
    VISITS = "visits"
    PROMISES = "promises"


@dataclass(frozen=True, slots=True)
class Scale:
    """A table of achievement and points, both in hundredths of a per cent, rising; straight between rows."""

    rows: tuple[tuple[int, int], ...]

    def points(self, achievement: int) -> int:
        """Before the first row the first points, behind the last row the last."""
        before = self.rows[0]
        for row in self.rows:
            if achievement <= row[0]:
                break
            before = row
        else:
            return before[1]
        width = row[0] - before[0]
        if width <= 0:
            return row[1]
        return before[1] + divide_half_up((achievement - before[0]) * (row[1] - before[1]), width)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is weighed. `adds_up`: a year's figure is the sum of its months'.

    `per_point` belongs to DISTANCE: hundredths of a per cent of achievement for a percentage point.
    """

    code: Code
    unit: Unit
    source: Source
    compare: Compare
    scale: Scale
    adds_up: bool = False
    per_point: int = 0


_STRAIGHT = Scale(((0, 0), (FULL, FULL), (15_000, 15_000)))
_STRICT = Scale(((8_000, 0), (9_000, 6_000), (FULL, FULL), (11_000, 12_000)))
"""For what lies near its target in every month: a satisfaction of 80 % of the target is a failure."""
_COMPUTED, _ENTERED = Source.COMPUTED, Source.ENTERED

_DECLARED = (
    Indicator(Code.REVENUE, Unit.MONEY, _COMPUTED, Compare.MORE, _STRAIGHT, adds_up=True),
    Indicator(Code.GROWTH, Unit.PERCENT, _COMPUTED, Compare.DISTANCE, _STRAIGHT, per_point=500),
    Indicator(Code.COST, Unit.MONEY, _ENTERED, Compare.LESS, _STRAIGHT, adds_up=True),
    Indicator(Code.ARPU, Unit.MONEY, _COMPUTED, Compare.MORE, _STRAIGHT),
    Indicator(Code.CHURN, Unit.PERCENT, _COMPUTED, Compare.LESS, _STRAIGHT),
    Indicator(Code.NEW_PRODUCTS, Unit.MONEY, _COMPUTED, Compare.MORE, _STRAIGHT, adds_up=True),
    Indicator(Code.FORECAST, Unit.PERCENT, _ENTERED, Compare.MORE, _STRICT),
    Indicator(Code.SATISFACTION, Unit.POINTS, _ENTERED, Compare.MORE, _STRICT),
    Indicator(Code.VISITS, Unit.COUNT, _COMPUTED, Compare.MORE, _STRAIGHT, adds_up=True),
    Indicator(Code.PROMISES, Unit.PERCENT, _COMPUTED, Compare.MORE, _STRICT),
)
INDICATORS: Mapping[Code, Indicator] = {each.code: each for each in _DECLARED}
