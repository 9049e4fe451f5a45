"""From figures to points, and from points to a month's score; whole numbers throughout.

A figure without a base (growth of accounts that had no revenue a year ago) and a month without a target are
not assessed: their weight falls to the others in proportion, so that nobody gains or loses by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dakehu.kernel.money import divide_half_up
from dakehu.managers.domain.indicators import FULL, Compare, Indicator


@dataclass(frozen=True, slots=True)
class Limits:
    """Achievement below `floor` brings no points; `cap` is the most that one indicator brings."""

    floor: int
    cap: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """An indicator's weight in per cent and its points; None where it was not assessed."""

    weight: int
    points: int | None


def ratio(part: int, whole: int) -> int | None:
    """`part` of `whole` in hundredths of a per cent; None without a whole."""
    return divide_half_up(part * FULL, whole) if whole > 0 else None


def achievement(indicator: Indicator, value: int, target: int) -> int:
    """How far the target was reached, in hundredths of a per cent; never below nil.

    A target of nil or less is reached by any figure that is at least as good, and else not at all; DISTANCE
    knows no such edge.
    """
    if indicator.compare is Compare.DISTANCE:
        return max(0, FULL + divide_half_up((value - target) * indicator.per_point, 100))
    if target <= 0:
        is_met = value <= target if indicator.compare is Compare.LESS else value >= target
        return FULL if is_met else 0
    share = divide_half_up(value * FULL, target)
    return max(0, 2 * FULL - share if indicator.compare is Compare.LESS else share)


def points(indicator: Indicator, reached: int, limits: Limits) -> int:
    """The points of an achievement by the indicator's table, within the limits."""
    if reached < limits.floor:
        return 0
    return min(limits.cap, indicator.scale.points(reached))


def score(found: Iterable[Weighed]) -> int | None:
    """The weighted points of what was assessed, in hundredths of a point (10,000: 100.00), or None."""
    assessed = [(each.weight, each.points) for each in found if each.points is not None]
    weights = sum(weight for weight, _points in assessed)
    if not weights:
        return None
    return divide_half_up(sum(weight * each for weight, each in assessed), weights)


def mean(scores: Iterable[int]) -> int | None:
    """A year's score: every closed month counts alike."""
    found = list(scores)
    return divide_half_up(sum(found), len(found)) if found else None
