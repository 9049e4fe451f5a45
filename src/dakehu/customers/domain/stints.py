"""Whose days of two accounts become one account's: the survivor's own, and the other's where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Stint:
    """One owner's days, from `since` to the day before `until`; without it they go on."""

    owner_id: int
    since: date
    until: date | None


def fill_gaps(own: Sequence[Stint], other: Iterable[Stint]) -> list[Stint]:
    """The parts of `other` on days of which `own` tells nothing, by their first day."""
    parts = [part for stint in other for part in _left_of(stint, own)]
    return sorted(parts, key=lambda part: part.since)


def _left_of(stint: Stint, taken: Iterable[Stint]) -> list[Stint]:
    left = [stint]
    for each in taken:
        left = [part for piece in left for part in _without(piece, each)]
    return left


def _without(piece: Stint, taken: Stint) -> list[Stint]:
    """What is left of the piece before and behind the days that are taken."""
    end = piece.until or date.max
    taken_end = taken.until or date.max
    parts = []
    if piece.since < taken.since:
        before = min(end, taken.since)
        parts.append(replace(piece, until=None if before == date.max else before))
    if taken_end < end:
        parts.append(replace(piece, since=max(piece.since, taken_end)))
    return parts
