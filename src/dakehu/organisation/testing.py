"""A province for tests: units, people by role, actors, made when first asked for.

    def test_…(world: Scenario) -> None:
        customer_create(actor=world.manager, …)

`world` is a pytest fixture of every test (`conftest.py` of the project loads this module).
"""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import Any

import pytest

from dakehu.infra.access.api import SEGMENT, Actor, Scope
from dakehu.organisation.models import OrgUnit, Role, User
from dakehu.organisation.seed import seed
from dakehu.organisation.selectors.actors import actor_for

PASSWORD = "correct-horse-42"  # for tests alone
_serial = count(1)


def unit_under(parent: OrgUnit, name: str = "", **fields: Any) -> OrgUnit:
    """A unit below `parent`, with the next free path."""
    last = OrgUnit.objects.filter(parent=parent).order_by("path").last()
    segment = int(last.path[-SEGMENT:]) + 1 if last else 1
    name = name or f"单位{next(_serial)}"
    return OrgUnit.objects.create(
        parent=parent,
        level=parent.level + 1,
        path=f"{parent.path}{segment:0{SEGMENT}d}",
        name=name,
        **{"short_name": name, **fields},
    )


class Scenario:
    """Shanxi with two cities: Taiyuan (a county with two teams) and Datong (one with one); seeded roles."""

    @cached_property
    def province(self) -> OrgUnit:
        seed()
        return OrgUnit.objects.get(path="0001")

    @cached_property
    def taiyuan(self) -> OrgUnit:
        return unit_under(self.province, "太原市分公司", short_name="太原", area_code="0351")

    @cached_property
    def datong(self) -> OrgUnit:
        _ = self.taiyuan  # so that paths are the same in every test
        return unit_under(self.province, "大同市分公司", short_name="大同", area_code="0352")

    @cached_property
    def county(self) -> OrgUnit:
        return unit_under(self.taiyuan, "迎泽区大客户中心", short_name="迎泽")

    @cached_property
    def team(self) -> OrgUnit:
        return unit_under(self.county, "迎泽一组")

    @cached_property
    def other_team(self) -> OrgUnit:
        _ = self.team
        return unit_under(self.county, "迎泽二组")

    @cached_property
    def datong_team(self) -> OrgUnit:
        return unit_under(unit_under(self.datong, "平城区大客户中心", short_name="平城"), "平城一组")

    def user(self, *roles: str, unit: OrgUnit | None = None, **fields: Any) -> User:
        """A new user with these roles, by default in the Taiyuan team, who signs in with `PASSWORD`."""
        unit, number = unit or self.team, next(_serial)
        named = {"username": f"user{number}", "name": f"员工{number}", "password": PASSWORD, **fields}
        user = User.objects.create_user(org_unit=unit, **named)
        user.roles.set(Role.objects.filter(code__in=roles))
        return user

    def actor(self, *roles: str, unit: OrgUnit | None = None, **fields: Any) -> Actor:
        """A new user's actor."""
        return actor_for(self.user(*roles, unit=unit, **fields))

    def actor_with(self, *permissions: str, unit: OrgUnit | None = None) -> Actor:
        """An actor with just these rights over the unit's subtree (by default Taiyuan's), without a row."""
        unit = unit or self.taiyuan
        return Actor(None, "tester", frozenset(map(str, permissions)), Scope(unit.path), unit.path)

    @cached_property
    def manager_user(self) -> User:
        return self.user("account_manager", username="manager", name="王晓明")

    @cached_property
    def neighbour_user(self) -> User:
        return self.user("account_manager", unit=self.datong_team, username="neighbour", name="李建国")

    @cached_property
    def auditor_user(self) -> User:
        return self.user("auditor", unit=self.province, username="auditor", name="赵敏")

    @cached_property
    def administrator_user(self) -> User:
        return self.user("administrator", unit=self.province, username="administrator", name="陈静")

    @property
    def manager(self) -> Actor:
        return actor_for(self.manager_user)

    @property
    def neighbour(self) -> Actor:
        return actor_for(self.neighbour_user)

    @property
    def auditor(self) -> Actor:
        return actor_for(self.auditor_user)

    @property
    def administrator(self) -> Actor:
        return actor_for(self.administrator_user)


@pytest.fixture
def world(db: None) -> Scenario:
    return Scenario()
