"""Which row holds the headings, and which heading means which column.

People put titles above their tables, change the order, add stars and notes in brackets. A heading is folded
to its letters; then it is looked up among names and aliases, and only what is left is compared by likeness.
A likeness never takes a heading that another column claims by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from dakehu.kernel.text import clean_code

ALIKE = 84.0
"""The least likeness (0 to 100) that matches; two candidates nearer than `APART` to each other don't."""
APART = 6.0
_NOTES = re.compile(r"[(\[{（【《<][^)\]}）】》>]*[)\]}）】》>]")
_SIGNS = re.compile(r"[\W_]+")
_FEW = 2


@dataclass(frozen=True, slots=True)
class Known:
    """A column as headings may name it: `names` in every language, the column's own first."""

    field: str
    names: Sequence[str]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Where each field's cells stand. `alike` fields were matched by likeness, `torn` by several headings."""

    places: Mapping[str, int]
    alike: frozenset[str] = frozenset()
    torn: frozenset[str] = frozenset()

    def missing(self, columns: Sequence[Known]) -> list[str]:
        """Required fields without a place."""
        return [column.field for column in columns if column.required and column.field not in self.places]


def fold_heading(heading: str) -> str:
    """A heading without notes in brackets, stars, blanks, signs and case; never empty for a non-blank one."""
    bare = _NOTES.sub("", heading)
    return _letters(bare) or _letters(heading)


def fingerprint(headings: Sequence[str]) -> str:
    """One value for the same headings in the same order."""
    return hashlib.sha256("\n".join(map(fold_heading, headings)).encode()).hexdigest()


def match_headings(headings: Sequence[str], columns: Sequence[Known]) -> Match:
    """By name first, then by likeness."""
    named = _names(columns)
    places: dict[str, int] = {}
    torn: set[str] = set()
    open_places: dict[int, str] = {}
    for place, heading in enumerate(headings):
        folded = fold_heading(heading)
        if not folded:
            continue
        field = named.get(folded)
        if field is None:
            open_places[place] = folded
        elif field in places:
            torn.add(field)
        else:
            places[field] = place
    alike = _by_likeness(open_places, [column for column in columns if column.field not in places])
    return Match({**places, **alike}, frozenset(alike), frozenset(torn))


def find_heading_row(rows: Sequence[Sequence[str]], columns: Sequence[Known]) -> int:
    """The index of the row with the most headings known by name; failing those, the first with two cells."""
    named = _names(columns)
    best, most = -1, 0
    for index, row in enumerate(rows):
        found = len({named.get(fold_heading(cell)) for cell in row} - {None})
        if found > most:
            best, most = index, found
    if most >= min(_FEW, len(columns)):
        return best
    alike = [len(match_headings(row, columns).places) for row in rows]
    if alike and max(alike) >= _FEW:
        return alike.index(max(alike))
    if best >= 0:
        return best
    filled = [index for index, row in enumerate(rows) if sum(1 for cell in row if cell) >= _FEW]
    return filled[0] if filled else 0


def _letters(text: str) -> str:
    return _SIGNS.sub("", clean_code(text)).casefold()


def _names(columns: Sequence[Known]) -> dict[str, str]:
    named: dict[str, str] = {}
    for column in columns:
        for name in column.names:
            named.setdefault(fold_heading(name), column.field)
    return named


def _by_likeness(open_places: Mapping[int, str], columns: Sequence[Known]) -> dict[str, int]:
    """The best pairs above `ALIKE`, each place and field once; none where two are about as like."""
    scores = sorted(
        (
            (max(fuzz.ratio(folded, fold_heading(name)) for name in column.names), column.field, place)
            for place, folded in open_places.items()
            for column in columns
        ),
        reverse=True,
    )
    taken: dict[str, int] = {}
    for score, field, place in scores:
        if score < ALIKE:
            break
        if field in taken or place in taken.values():
            continue
        rivals = [s for s, f, p in scores if (p == place) != (f == field) and s > score - APART]
        if not rivals:
            taken[field] = place
    return taken
