"""Who decides at a customer's: attitudes, the reporting lines among its contacts, and the map drawn of them.

Theory of operation. A contact names at most one other contact of the same customer as the one they report
to; the lines are a forest, since a line that would close a circle is refused. The map is laid out like an
organisation chart: each person without anybody below takes the next column, whoever leads stands over the
middle of those below, a level lower for each step down the line. Units are columns and levels; the page
turns them into pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Attitude(StrEnum):
    """How a contact stands to us."""

    ADVOCATE = "advocate"
    FRIENDLY = "friendly"
    NEUTRAL = "neutral"
    RESERVED = "reserved"
    OPPOSED = "opposed"


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the map sees them; `leader` is the id of the contact they report to."""

    id: int
    leader: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person stands: `column` of the middle (halves occur), `level` from 0."""

    id: int
    column: float
    level: int


@dataclass(frozen=True, slots=True)
class DecisionMap:
    """The spots in the order of the people given, and the lines as pairs of ids: leader, led."""

    spots: tuple[Spot, ...]
    lines: tuple[tuple[int, int], ...]
    columns: int
    levels: int


def leads_back(person: int, leader: int | None, leaders: Mapping[int, int | None]) -> bool:
    """Whether `person` reporting to `leader` would close a circle over the lines there are."""
    at, seen = leader, set[int]()
    while at is not None and at not in seen:
        if at == person:
            return True
        seen.add(at)
        at = leaders.get(at)
    return False


def lay_out(people: Sequence[Person]) -> DecisionMap:
    """The map of these people; a leader who is not among them, or a circle, counts as no leader."""
    known = {person.id for person in people}
    leaders: dict[int, int | None] = {}
    for person in people:
        leader = person.leader if person.leader in known else None
        leaders[person.id] = None if leads_back(person.id, leader, leaders) else leader
    below: dict[int | None, list[int]] = defaultdict(list)
    for person in people:
        below[leaders[person.id]].append(person.id)
    spots, columns = _spots(below)
    lines = tuple((leader, pk) for pk in leaders if (leader := leaders[pk]) is not None)
    ordered = tuple(spots[person.id] for person in people)
    return DecisionMap(ordered, lines, columns, 1 + max((spot.level for spot in ordered), default=-1))


def _spots(below: Mapping[int | None, Sequence[int]]) -> tuple[dict[int, Spot], int]:
    """Each person's spot, and the number of columns; whoever leads comes after those they lead."""
    spots: dict[int, Spot] = {}
    columns = 0
    stack = [(pk, 0, False) for pk in reversed(below.get(None, ()))]
    while stack:
        pk, level, is_done = stack.pop()
        led = below.get(pk, ())
        if led and not is_done:
            stack.append((pk, level, True))
            stack += [(each, level + 1, False) for each in reversed(led)]
        elif led:
            spots[pk] = Spot(pk, (spots[led[0]].column + spots[led[-1]].column) / 2, level)
        else:
            spots[pk] = Spot(pk, float(columns), level)
            columns += 1
    return spots, columns
