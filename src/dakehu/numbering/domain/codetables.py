"""Feature codes of a tenant: a group or a VPN may have other digits for some features than the nation has.

A feature that is moved leaves its national digits, so that a code never means two things. The shape stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from dakehu.kernel.errors import DomainError
from dakehu.numbering.domain.featurecodes import CODES, Feature

Moved = tuple[tuple[str, str], ...]
"""Features by name with their digits in place of the national ones."""
_DIGITS = frozenset("0123456789")


class CodesInvalid(DomainError):
    """The table of feature codes can't be so. Data: `why`, `value`."""

    code = "numbering.codes_invalid"


@lru_cache(maxsize=1024)
def table(moved: Moved) -> Mapping[str, Feature]:
    """Feature by digits. Names that are no features (any more) are passed over."""
    if not moved:
        return CODES
    own = {name: digits for name, digits in moved if name in set(Feature)}
    kept = {digits: feature for digits, feature in CODES.items() if feature not in own}
    return MappingProxyType({**kept, **{digits: Feature(name) for name, digits in own.items()}})


def clashes(moved: Moved) -> list[tuple[str, str, str]]:
    """The moved features whose digits another feature has: name, digits, name of the other."""
    own = dict(moved)
    taken = {digits: str(feature) for digits, feature in CODES.items() if str(feature) not in own}
    found = []
    for name, digits in moved:
        if digits in taken:
            found.append((name, digits, taken[digits]))
        taken.setdefault(digits, name)
    return found


def check_codes(moved: Moved) -> list[DomainError]:
    """The faults of a tenant's table, none being good."""
    faults: list[DomainError] = [
        CodesInvalid(field="codes", why="feature", value=name)
        for name, _digits in moved
        if name not in set(Feature)
    ]
    faults += [
        CodesInvalid(field="codes", why="digits", value=digits)
        for _name, digits in moved
        if len(digits) not in {2, 3} or not _DIGITS.issuperset(digits)
    ]
    names = [name for name, _digits in moved]
    if len(set(names)) < len(names):
        faults.append(CodesInvalid(field="codes", why="twice", value=len(names)))
    elif not faults and len(table(moved)) < len(CODES):
        faults.append(CodesInvalid(field="codes", why="taken", value=len(CODES) - len(table(moved))))
    return faults
