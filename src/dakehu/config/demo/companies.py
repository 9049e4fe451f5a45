"""Invented customers, each made from its index alone: name, codes, place, revenue, contacts.

Blocks of `GROUP` indexes hold one group of companies with its branches in other cities, and single customers
after them, so that a customer's parent always has a smaller index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dakehu.config.demo.dice import Dice, Weighted
from dakehu.config.demo.geography import CITIES, STREETS, City
from dakehu.config.demo.names import brand_and_business, person
from dakehu.customers.api import Grade

GROUP = 40
MONTHS = 24
_BRANCHES_AT_MOST = 4
_STREAM, _REVENUE, _CODES = 1, 2, 3
_BASE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_DAY = datetime(2020, 1, 6, 2, tzinfo=UTC)
_DAYS = 2500
_CITY = Weighted([city.share for city in CITIES])
_GRADES = (
    # percent, grade, yuan a month from, to
    (1, Grade.SPECIAL, 100_000, 600_000),
    (4, Grade.FIRST, 30_000, 99_000),
    (11, Grade.SECOND, 10_000, 29_900),
    (24, Grade.THIRD, 3_000, 9_900),
    (60, Grade.SMALL, 80, 2_950),
)
_GRADE = Weighted([percent for percent, *_rest in _GRADES])
_POSTS = (
    ("总经理", "decides"),
    ("办公室主任", "influences"),
    ("信息中心主任", "technical"),
    ("财务经理", "pays"),
    ("行政主管", "handles"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """One invented customer; `parent` is the index of its group."""

    index: int
    name: str
    credit_code: str
    trade: str
    section: str
    grade: Grade
    status: str
    city: int
    parent: int | None
    monthly_revenue_fen: int
    address: str
    phone: str
    created_at: datetime
    contacts: tuple[tuple[str, str, str, str], ...]
    """Name, post, role, telephone."""


def company(seed: int, index: int) -> Company:
    """The customer of that index; the same for ever."""
    dice = Dice(seed, _STREAM, index)
    group, place = divmod(index, GROUP)
    first = group * GROUP
    branches = branches_of(seed, first)
    is_branch = 0 < place <= branches
    number = first if is_branch else index
    brand, business = brand_and_business(number)
    city = (home_of(seed, first) + place) % len(CITIES) if is_branch else home_of(seed, index)
    name = _name(brand, business.ending, CITIES[city], is_group=place == 0, is_branch=is_branch)
    rank, low, high = _spend(dice, is_head=place == 0)
    return Company(
        index=index,
        name=name,
        credit_code=credit_code(seed, index, CITIES[city]),
        trade=business.trade,
        section=business.section,
        grade=rank,
        status=_status(dice),
        city=city,
        parent=first if is_branch else None,
        monthly_revenue_fen=dice.between(low, high) * 100 + dice.number(100),
        address=f"山西省{CITIES[city].full_name}{dice.one_of(STREETS)}{dice.between(1, 288)}号",
        phone=f"{CITIES[city].area_code}-{dice.between(2, 8)}{dice.number(1_000_000):06d}",
        created_at=_FIRST_DAY + timedelta(days=dice.number(_DAYS), minutes=dice.number(480)),
        contacts=_contacts(dice),
    )


def branches_of(seed: int, first: int) -> int:
    """How many branches the group at index `first` has."""
    return Dice(seed, _STREAM + 10, first).between(1, _BRANCHES_AT_MOST)


def home_of(seed: int, index: int) -> int:
    """The city that a customer is from."""
    return _CITY.draw(Dice(seed, _STREAM + 20, index))


def revenue_months(seed: int, index: int, average_fen: int, months: int = MONTHS) -> list[int]:
    """Fen for each of the last `months`: a trend and a season of its own around the average."""
    dice = Dice(seed, _REVENUE, index)
    trend = dice.between(-12, 18)  # per cent over the whole time
    season = dice.number(12)
    return [
        average_fen
        * (1000 + trend * 10 * (2 * month - months) // (2 * months) + _SEASON[(month + season) % 12])
        * dice.between(940, 1060)
        // 1_000_000
        for month in range(months)
    ]


_SEASON = (0, -30, 10, 20, 25, 15, 0, -10, 5, 20, 35, 60)  # per mille


def credit_code(seed: int, index: int, city: City) -> str:
    """A valid code: authority, kind, city, an organisation code that begins with MAD, check digit."""
    number = (index * 7_654_321 + seed) % len(_BASE) ** 5
    signs = ""
    for _place in range(5):
        number, sign = divmod(number, len(_BASE))
        signs = _BASE[sign] + signs
    body = f"91{city.division}00MAD{signs}"
    body += _organisation_check(body[8:])
    total = sum(_BASE.index(sign) * weight for sign, weight in zip(body, _weights(), strict=True))
    return body + _BASE[(31 - total % 31) % 31]


@lru_cache(maxsize=1)
def _weights() -> tuple[int, ...]:
    """GB 32100: powers of three modulo 31."""
    return tuple(pow(3, place, 31) for place in range(17))


def _organisation_check(code: str) -> str:
    """GB 11714: the ninth character of an organisation code; letters count from A = 10."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(code, _ORGANISATION_WEIGHTS, strict=True))
    digit = (11 - total % 11) % 11
    return "X" if digit == 10 else str(digit)


def _name(brand: str, ending: str, city: City, *, is_group: bool, is_branch: bool) -> str:
    if is_group or is_branch:
        line = ending.replace("股份有限公司", "").replace("有限公司", "") if "有限公司" in ending else "控股"
        group = f"山西{brand}{line}集团"
        return f"{group}{city.name}分公司" if is_branch else f"{group}有限公司"
    return f"{city.name}{brand}{ending}"


def _spend(dice: Dice, *, is_head: bool) -> tuple[Grade, int, int]:
    _percent, grade, low, high = _GRADES[_GRADE.draw(dice)]
    if is_head and grade > Grade.SECOND:
        _percent, grade, low, high = _GRADES[dice.number(2)]
    return grade, low, high


def _status(dice: Dice) -> str:
    drawn = dice.number(100)
    return "active" if drawn < 82 else "prospect" if drawn < 94 else "lost"


def _contacts(dice: Dice) -> tuple[tuple[str, str, str, str], ...]:
    count = 1 + dice.number(2)
    start = dice.number(len(_POSTS))
    found = []
    for place in range(count):
        post, role = _POSTS[(start + place) % len(_POSTS)]
        found.append((person(dice), post, role, f"199{dice.number(100_000_000):08d}"))
    return tuple(found)
