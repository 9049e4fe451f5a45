"""Which unit and roles the groups of the provider or the directory bring: read from a JSON file.

    {"unit": "太原市分公司", "follow": true,
     "groups": [{"group": "kam-yingze", "unit": "太原/迎泽", "roles": ["account_manager"]}]}

Units are named from below the province downwards; `unit` on top is for who is in no group with a unit. A
group is named in full or, where it is a directory's, by its first value (`kam-yingze` for
`cn=kam-yingze,ou=…`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dakehu.organisation.domain.errors import MappingUnreadable


@dataclass(frozen=True, slots=True)
class GroupRule:
    group: str
    unit: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMap:
    """`follow`: roles and unit are set anew at each sign-in of who has no password here."""

    unit: str = ""
    follow: bool = False
    rules: tuple[GroupRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person's groups bring. An empty `unit`: nothing says where they work."""

    unit: str
    roles: frozenset[str] = frozenset()


def read_map(text: str) -> GroupMap:
    """Raises `MappingUnreadable`."""
    try:
        raw = json.loads(text)
        rules = tuple(_rule(each) for each in raw.get("groups", []))
        return GroupMap(_string(raw.get("unit", "")), raw.get("follow", False) is True, rules)
    except (ValueError, TypeError, AttributeError, KeyError) as fault:
        raise MappingUnreadable(reason=str(fault)) from None


def grant_for(groups: tuple[str, ...], mapping: GroupMap) -> Grant:
    """The unit of the first rule that has one and fits, and the roles of all that fit."""
    names = {name for group in groups for name in (group.casefold(), first_value(group).casefold())}
    fitting = [rule for rule in mapping.rules if rule.group.casefold() in names]
    unit = next((rule.unit for rule in fitting if rule.unit), mapping.unit)
    return Grant(unit, frozenset(role for rule in fitting for role in rule.roles))


def first_value(group: str) -> str:
    """`cn=kam-yingze,ou=groups,…` → `kam-yingze`; anything else as it is."""
    head, is_named, rest = group.partition("=")
    return rest.partition(",")[0] if is_named and head.isalnum() else group


def _rule(raw: Any) -> GroupRule:
    return GroupRule(
        _string(raw["group"]), _string(raw.get("unit", "")), tuple(map(_string, raw.get("roles", [])))
    )


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
