"""Grades by yearly average monthly revenue (特, 一, 二, 三, 小微); thresholds are data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from dakehu.kernel.money import FEN_PER_YUAN


class Grade(IntEnum):
    """The lower the number, the higher the grade: lists sort by it."""

    SPECIAL = 1
    FIRST = 2
    SECOND = 3
    THIRD = 4
    SMALL = 5

    @property
    def entry(self) -> str:
        """The grade's code in the dictionary "customer_grade"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class GradeThreshold:
    """The least monthly revenue, in fen, that earns the grade."""

    grade: Grade
    least_fen: int


DEFAULT_THRESHOLDS = (
    GradeThreshold(Grade.SPECIAL, 100_000 * FEN_PER_YUAN),
    GradeThreshold(Grade.FIRST, 30_000 * FEN_PER_YUAN),
    GradeThreshold(Grade.SECOND, 10_000 * FEN_PER_YUAN),
    GradeThreshold(Grade.THIRD, 3_000 * FEN_PER_YUAN),
)
"""What a new installation starts with; administrators change the rows, not this."""


def grade_by_revenue(monthly_revenue_fen: int, thresholds: Iterable[GradeThreshold]) -> Grade:
    """The highest grade that the revenue earns; SMALL when it earns none."""
    earned = [t.grade for t in thresholds if monthly_revenue_fen >= t.least_fen]
    return min(earned, default=Grade.SMALL)
