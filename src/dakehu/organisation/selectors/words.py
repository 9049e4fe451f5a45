"""From the words of a spreadsheet of users to units, roles and known accounts, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dakehu.infra.access.api import SEGMENT, Actor, visible
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code
from dakehu.organisation.domain.importing import (
    RoleUnknown,
    SeveralUnits,
    UnitUnknown,
    UserRow,
    role_names,
)
from dakehu.organisation.models import OrgUnit, Role, User
from dakehu.organisation.permissions import Permission

_NAMED = 3


@dataclass(frozen=True, slots=True)
class UserWords:
    """What the words of one batch of rows mean to the actor."""

    units: Mapping[str, Mapping[int, str]]
    roles: Mapping[str, Role]
    known: Mapping[str, User]
    by_mobile: Mapping[str, User]
    own_unit: int | None

    @classmethod
    def of(cls, actor: Actor, rows: Sequence[UserRow]) -> UserWords:
        units = list(visible(OrgUnit.objects.filter(is_open=True), actor, Permission.USER_CHANGE))
        people = User.objects.select_related("org_unit").prefetch_related("roles")
        mobiles = {row.mobile for row in rows if row.mobile}
        shown = visible(people.filter(mobile__in=mobiles), actor, Permission.USER_CHANGE)
        return cls(
            units=_unit_words(units),
            roles={_fold(word): role for role in Role.objects.all() for word in _names(role)},
            known={user.username: user for user in people.filter(username__in={r.username for r in rows})},
            by_mobile={user.mobile: user for user in shown},
            own_unit=next((unit.pk for unit in units if unit.path == actor.org_path), None),
        )

    def unit(self, text: str, faults: list[DomainError]) -> int | None:
        """The unit's id; None with a fault. A blank means the unit the actor works in."""
        if not text and self.own_unit is not None:
            return self.own_unit
        meant = self.units.get(_fold(text), {})
        if len(meant) == 1:
            return next(iter(meant))
        others = sorted(meant.values())[:_NAMED]
        several = SeveralUnits(field="unit", text=text, others=others)
        faults.append(several if meant else UnitUnknown(field="unit", text=text))
        return None

    def roles_of(self, text: str, faults: list[DomainError]) -> list[Role]:
        found = []
        for name in role_names(text):
            role = self.roles.get(_fold(name))
            if role is None:
                faults.append(RoleUnknown(field="roles", text=name))
            else:
                found.append(role)
        return found


def _fold(text: str) -> str:
    return clean_code(text).casefold().replace("(", "（").replace(")", "）")


def _names(role: Role) -> set[str]:
    return {role.code, role.name, role.name_en} - {""}


def _unit_words(units: Sequence[OrgUnit]) -> Mapping[str, Mapping[int, str]]:
    """Each unit by its path's digits, its name, its short name, and its line from the city down."""
    by_path = {unit.path: unit for unit in units}
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for unit in units:
        ends = range(2 * SEGMENT, len(unit.path) + 1, SEGMENT)
        line = [by_path[unit.path[:end]] for end in ends if unit.path[:end] in by_path]
        shown = unit_line(line) or unit.name
        names = {unit.path, unit.name, unit.short_name, shown, "/".join(each.name for each in line)}
        for word in names - {""}:
            found[_fold(word)][unit.pk] = shown
    return found


def unit_line(line: Sequence[OrgUnit]) -> str:
    """太原/迎泽/迎泽一组: as it is written in spreadsheets."""
    return "/".join(unit.short_name for unit in line)
