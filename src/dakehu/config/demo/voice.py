"""Exchanges with their numbers, Centrex groups and telephones, made through the services like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dakehu.centrex.api import (
    CallRights,
    CentrexGroup,
    GroupPlan,
    Member,
    MemberPlan,
    RightsLevel,
    group_create,
    member_add,
)
from dakehu.config.demo.accounts import DEMO_GROUP, TELEPHONES
from dakehu.config.demo.companies import credit_code
from dakehu.config.demo.dice import Dice
from dakehu.config.demo.geography import CITIES
from dakehu.config.demo.names import person
from dakehu.config.demo.people import Province
from dakehu.customers.api import (
    ContactDraft,
    Customer,
    CustomerDraft,
    CustomerStatus,
    contact_create,
    customer_create,
)
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import (
    ExchangePlan,
    block_create,
    exchange_create,
    line_by_number,
    telephone_issue,
    webphone_give,
)
from dakehu.organisation.api import actor_for

_STREAM = 6
_LETTERS = ("TY", "DT", "YQ", "CZ", "JC", "SZ", "JZ", "YC", "XZ", "LF", "LL")
_KINDS = ("CC08", "5ESS", "EWSD", "SOFTSWITCH", "AXE10", "ZXJ10", "IMS")
_FIRST_BLOCK = ("8208000", "8208999")
_BLOCK = ("8208000", "8208299")
_SECOND_BLOCK = ("7015000", "7015099")
_MEMBERS = 4
_POSTS = ("前台", "经理室", "财务室", "办公室")


@dataclass(frozen=True, slots=True)
class Station:
    """A telephone of the demonstration, as its calls are made up later."""

    number: str
    short_number: str
    customer_id: int
    group_id: int
    area_code: str


def make_voice(province: Province, seed: int, known: Customer) -> list[Station]:
    """Two exchanges a city, the known group in Taiyuan, and a group for the largest account of each city."""
    for place, city in enumerate(province.cities):
        _exchange(city.pk, f"{_LETTERS[place]}01", f"{CITIES[place].name}府西街局", "S1240", place)
        _exchange(
            city.pk, f"{_LETTERS[place]}02", f"{CITIES[place].name}新城局", _KINDS[place % len(_KINDS)], place
        )
    stations = _known_group(known)
    for username, telephone in zip(("desk", "manager"), TELEPHONES[1:], strict=True):
        line = line_by_number(SYSTEM, telephone.username)
        webphone_give(actor=SYSTEM, line_id=line.pk, user_id=province.users[username].pk)
    for place, city in enumerate(province.cities):
        largest = Customer.objects.filter(org_city=city.path).order_by("-monthly_revenue_fen", "pk").first()
        if largest is not None:
            stations += _group(largest, place, seed)
    return stations


def _exchange(city_id: int, code: str, name: str, kind: str, place: int) -> None:
    plan = ExchangePlan(code, name, kind, CITIES[place].area_code, city_id)
    exchange = exchange_create(actor=SYSTEM, plan=plan)
    is_first = code.endswith("01")
    first, last = _SECOND_BLOCK if not is_first else _FIRST_BLOCK if place == 0 else _BLOCK
    block_create(actor=SYSTEM, exchange_id=exchange.pk, first=first, last=last)


def make_known_customer(province: Province, seed: int, index: int) -> Customer:
    """The account whose telephones and passwords everyone knows, in the hands of the known manager."""
    manager = province.users["manager"]
    actor = actor_for(manager)
    draft = CustomerDraft(
        name="晋阳云图科技有限公司（演示）",
        org_unit_id=manager.org_unit_id,
        credit_code=credit_code(seed, index, CITIES[0]),
        section="I",
        trade="technology",
        status=CustomerStatus.ACTIVE,
        monthly_revenue_fen=1_280_000,
        phone="0351-8208001",
        website="yuntu.example.cn",
        address="山西省太原市云帆路1号",
        remark="演示数据：虚构单位。电话 8001、8002、8003 的账号密码在启动时给出。",
    )
    customer = customer_create(actor=actor, draft=draft)
    for name, post, role in (("周云帆", "总经理", "decides"), ("吴小图", "信息中心主任", "technical")):
        contact = ContactDraft(name=name, post=post, role=role, phone="0351-8208001")
        contact_create(actor=actor, customer_id=customer.pk, draft=contact)
    return customer


def _known_group(customer: Customer) -> list[Station]:
    group = _make(customer, "TY01", DEMO_GROUP, "03518208999")
    stations = []
    for telephone in TELEPHONES:
        member = Member(telephone.username, telephone.short_number, CallRights(RightsLevel.INTERNATIONAL))
        stations.append(_station(group, member, telephone.name.split()[0], telephone.password))
    return stations


def _group(customer: Customer, place: int, seed: int) -> list[Station]:
    area = CITIES[place].area_code
    # In Taiyuan the first hundred numbers are the known group's.
    numbers = [f"{area}82081{at:02d}" for at in range(_MEMBERS)]
    group = _make(customer, f"{_LETTERS[place]}01", f"{customer.name[:12]}总机群", f"{area}8208199")
    stations = []
    for at, number in enumerate(numbers):
        level = RightsLevel.NATIONAL if at % 3 else RightsLevel.LOCAL
        member = Member(number, number[-4:], CallRights(level))
        name = f"{_POSTS[at]} {person(Dice(seed, _STREAM, place * 100 + at))}"
        stations.append(_station(group, member, name, f"phone-{number[-4:]}-demo"))
    return stations


def _make(customer: Customer, exchange: str, name: str, gcn: str) -> CentrexGroup:
    plan = GroupPlan(
        customer_id=customer.pk,
        exchange=exchange,
        name=name,
        exit_prefix="0",
        attendant_prefix="9",
        short_length=4,
        capacity=50,
        gcn=gcn,
    )
    return group_create(actor=SYSTEM, plan=plan)


def _station(group: CentrexGroup, member: Member, user_name: str, password: str) -> Station:
    added = member_add(actor=SYSTEM, plan=MemberPlan(group.pk, member, user_name=user_name))
    telephone_issue(actor=SYSTEM, line_id=added.line_id, password=password)
    area = group.exchange.area_code
    return Station(member.public_number, member.short_number, group.customer_id, group.pk, area)


def by_group(stations: Sequence[Station]) -> dict[int, list[Station]]:
    found: dict[int, list[Station]] = {}
    for station in stations:
        found.setdefault(station.group_id, []).append(station)
    return found
