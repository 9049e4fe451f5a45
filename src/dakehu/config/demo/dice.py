"""A small random source whose numbers depend on seed and index alone, on every machine and Python.

SplitMix64 (Steele, Lea, Flood 2014): starting one costs nothing, so that each customer has one of its own
and can be made without the ones before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Dice:
    """Throws for one thing: `Dice(seed, "customer", 17)`."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, stream: int, index: int = 0) -> None:
        self._state = _mixed(
            seed * 0xD1342543DE82EF95 + stream * 0xAF251AF3B0F025B5 + index * 0x2545F4914F6CDD1D
        )

    def number(self, below: int) -> int:
        """From 0 to `below` - 1."""
        self._state = (self._state + _GOLDEN) & _MASK
        return _mixed(self._state) % below

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.number(len(things))]

    def between(self, low: int, high: int) -> int:
        """From `low` to `high`, both included."""
        return low + self.number(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.number(100) < percent


def _mixed(value: int) -> int:
    value &= _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Weighted:
    """Draws among things with whole weights, by a table."""

    def __init__(self, weights: Sequence[int]) -> None:
        self._table = [place for place, weight in enumerate(weights) for _each in range(weight)]

    def draw(self, dice: Dice) -> int:
        return self._table[dice.number(len(self._table))]
