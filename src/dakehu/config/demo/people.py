"""The organisation and its people: eleven cities, their counties and teams, 600 managers, named sign-ins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from dakehu.config.demo.accounts import DEMO_PASSWORD, SIGN_INS, SignIn
from dakehu.config.demo.dice import Dice
from dakehu.config.demo.geography import CITIES
from dakehu.config.demo.names import person
from dakehu.customers.api import Customer, customers_assign_owner
from dakehu.infra.access.api import SEGMENT, SYSTEM
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.organisation.api import OrgUnit, Post, Role, User

MANAGERS = 600
MANAGERS_ACCOUNTS = 40
_TEAMS = ("一组", "二组", "三组")
_STREAM = 4
_DIRECTORS = {
    "阳泉": "yangquan", "长治": "changzhi", "晋城": "jincheng", "朔州": "shuozhou", "晋中": "jinzhong",
    "运城": "yuncheng", "忻州": "xinzhou", "临汾": "linfen", "吕梁": "lvliang",
}  # fmt: skip


@dataclass(slots=True)
class Province:
    """What the rest of the demonstration is placed in. `teams` and `managers` are by city, by team."""

    cities: list[OrgUnit] = field(default_factory=list)
    teams: list[list[OrgUnit]] = field(default_factory=list)
    managers: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    users: dict[str, User] = field(default_factory=dict)


def make_people(seed: int) -> Province:
    """Units, named sign-ins and managers; every demonstration user has the one known password."""
    province = Province()
    root = OrgUnit.objects.get(level=OrgUnit.Level.PROVINCE)
    units = _make_units(province, root)
    # One hash for all: making 600 would take half a minute, and the password is no secret here.
    password = make_password(DEMO_PASSWORD)
    roles = {role.code: role for role in Role.objects.all()}
    posts = {post.code: post for post in Post.objects.all()}
    for sign_in in (*SIGN_INS, *_directors()):
        user = User(username=sign_in.username, name=sign_in.name, org_unit=units[sign_in.place])
        user.password, user.post = password, posts[sign_in.post]
        _save(user, roles[sign_in.role])
        province.users[user.username] = user
        if sign_in.role == "account_manager":
            province.managers[user.org_unit_id].append(user)
    teams = [team for city in province.teams for team in city]
    for number in range(MANAGERS - 1):
        team = teams[number % len(teams)]
        user = User(username=f"m{number + 1:03d}", org_unit=team, password=password)
        user.name = person(Dice(seed, _STREAM, number))
        is_leader = number < len(teams)
        code = "team_leader" if is_leader else "account_manager"
        user.post = posts[code]
        _save(user, roles[code])
        province.managers[team.pk].append(user)
    return province


def _make_units(province: Province, root: OrgUnit) -> dict[tuple[str, ...], OrgUnit]:
    """All units by their short names from the city down; the province's key is empty."""
    made: dict[tuple[str, ...], OrgUnit] = {(): root}
    for place, city in enumerate(CITIES):
        unit = _unit(root, OrgUnit.Level.CITY, f"{city.full_name}分公司", city.name, city.area_code)
        made[(city.name,)] = unit
        province.cities.append(unit)
        province.teams.append([])
        for county in city.counties:
            centre = _unit(unit, OrgUnit.Level.COUNTY, f"{county}大客户中心", county)
            made[city.name, county] = centre
            for team in _TEAMS if place == 0 else _TEAMS[:2]:
                below = _unit(centre, OrgUnit.Level.TEAM, f"{county}{team}", f"{county}{team}")
                made[city.name, county, team] = below
                province.teams[place].append(below)
    return made


def _unit(parent: OrgUnit, level: OrgUnit.Level, name: str, short_name: str, area_code: str = "") -> OrgUnit:
    last = OrgUnit.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    number = int(last[-SEGMENT:]) + 1 if last else 1
    return OrgUnit.objects.create(
        parent=parent,
        level=level,
        path=f"{parent.path}{number:0{SEGMENT}d}",
        name=name,
        short_name=short_name,
        area_code=area_code,
    )


def _directors() -> list[SignIn]:
    return [
        SignIn(
            username, person(Dice(0, _STREAM + 1, place)), "centre_director", "centre_director", (city,), ""
        )
        for place, (city, username) in enumerate(_DIRECTORS.items())
    ]


def _save(user: User, role: Role) -> None:
    user.place(user.org_unit.path)
    user.save()
    user.roles.add(role)


def give_accounts(province: Province) -> None:
    """Let the sign-in "manager" own a page of accounts, so that there is something to look at."""
    manager = province.users["manager"]
    best = Customer.objects.filter(org_path=manager.org_path).order_by("-monthly_revenue_fen", "pk")
    ids = list(best.values_list("pk", flat=True)[:MANAGERS_ACCOUNTS])
    since = date(day_of(now()).year - 1, 1, 1)  # so that the assessment of past months finds them
    customers_assign_owner(actor=SYSTEM, customer_ids=ids, owner_id=manager.pk, since=since)
