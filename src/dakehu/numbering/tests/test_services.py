"""Blocks, reservations, lines: what a write does, whom it lets, what it tells."""

from __future__ import annotations

from datetime import timedelta
from hashlib import md5, sha256

import pytest
from django.conf import settings

from dakehu.catalogue.api import ItemContext, offering_get, validate_characteristics
from dakehu.catalogue.seed import seed as seed_catalogue
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.numbering.domain.errors import (
    BlockOverlaps,
    ExchangeCodeTaken,
    ExchangeNotOfCity,
    HolderMissing,
    NotEnoughNumbers,
    NumberNotFree,
    OtherAreaCode,
    ReservedForOther,
)
from dakehu.numbering.domain.lines import LineKind, LineStatus, SuspensionReason
from dakehu.numbering.domain.numbers import BlockReason, NumberState
from dakehu.numbering.models import Exchange, Line, PublicNumber, SipAccount
from dakehu.numbering.selectors.lines import line_by_number, line_get, lines_for
from dakehu.numbering.selectors.numbers import FreeNumbers, exchanges_for, number_counts, numbers_free
from dakehu.numbering.services.exchanges import ExchangePlan, block_create, exchange_create
from dakehu.numbering.services.lines import (
    LINE_CHANGED,
    LineOpening,
    line_cease,
    line_change,
    line_open,
    line_resume,
    line_suspend,
)
from dakehu.numbering.services.numbers import (
    Wanted,
    number_block,
    number_release,
    number_unblock,
    numbers_cancel,
    numbers_reserve,
    numbers_upkeep,
)
from dakehu.numbering.services.telephones import telephone_issue
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(world: Scenario) -> Exchange:
    return an_exchange(world.taiyuan, "TY01")


@pytest.fixture
def numbers(exchange: Exchange) -> list[str]:
    return a_block(exchange)


def state(number: str) -> str:
    return PublicNumber.objects.get(pk=number).state


def test_an_exchange_stands_in_its_city(world: Scenario, exchange: Exchange) -> None:
    plan = ExchangePlan("ty01", "府西局", "S1240", "351", world.taiyuan.pk)
    with pytest.raises(ExchangeCodeTaken):
        exchange_create(actor=SYSTEM, plan=plan)
    with pytest.raises(ExchangeNotOfCity):
        exchange_create(actor=SYSTEM, plan=ExchangePlan("X", "x", "S1240", "0352", world.taiyuan.pk))
    with pytest.raises(NotFound):
        exchange_create(actor=SYSTEM, plan=ExchangePlan("X", "x", "ABACUS", "0351", world.taiyuan.pk))
    with pytest.raises(NotAllowed):
        exchange_create(actor=world.manager, plan=plan)
    elsewhere = world.actor_with("exchange.change", unit=world.datong)
    with pytest.raises(NotFound):
        exchange_create(actor=elsewhere, plan=ExchangePlan("X", "x", "S1240", "0351", world.taiyuan.pk))


def test_whoever_works_in_a_city_sees_its_exchanges_and_no_others(
    world: Scenario, exchange: Exchange
) -> None:
    datong = an_exchange(world.datong, "DT01")
    assert list(exchanges_for(world.manager)) == [exchange]
    assert list(exchanges_for(world.neighbour)) == [datong]
    assert list(exchanges_for(world.auditor)) == [exchange, datong]


def test_a_block_gives_free_numbers_once(exchange: Exchange, numbers: list[str]) -> None:
    assert len(numbers) == 100
    assert number_counts(exchange) == {state: 100 if state == "free" else 0 for state in NumberState}
    for first, last in (("8880099", "8880100"), ("8870000", "8880000"), ("8880050", "8880051")):
        with pytest.raises(BlockOverlaps):
            block_create(actor=SYSTEM, exchange_id=exchange.pk, first=first, last=last)
    with pytest.raises(OtherAreaCode):
        block_create(actor=SYSTEM, exchange_id=exchange.pk, first="03528880000", last="03528880001")


def test_chosen_numbers_are_reserved_all_or_none(
    world: Scenario, exchange: Exchange, numbers: list[str]
) -> None:
    wanted = Wanted(exchange.pk, (numbers[3], numbers[1]))
    assert numbers_reserve(actor=world.manager, wanted=wanted, holder="order:1") == [numbers[1], numbers[3]]
    assert numbers_reserve(actor=world.manager, wanted=wanted, holder="order:1") == [numbers[1], numbers[3]]
    with pytest.raises(Invalid) as caught:
        numbers_reserve(
            actor=world.manager,
            wanted=Wanted(exchange.pk, (numbers[1], numbers[2], "03519999999")),
            holder="order:2",
        )
    assert [fault.code for fault in caught.value.faults] == ["domain.not_found", NumberNotFree.code]
    assert state(numbers[2]) == NumberState.FREE
    assert AuditEntry.objects.filter(action="number.reserve").count() == 2
    with pytest.raises(HolderMissing):
        numbers_reserve(actor=world.manager, wanted=wanted, holder="")
    with pytest.raises(NotFound):
        numbers_reserve(actor=world.neighbour, wanted=Wanted(exchange.pk, (numbers[5],)), holder="order:3")


def test_any_numbers_are_reserved_and_given_back(
    world: Scenario, exchange: Exchange, numbers: list[str]
) -> None:
    first = numbers_reserve(actor=world.manager, wanted=Wanted(exchange.pk, count=3), holder="order:1")
    second = numbers_reserve(actor=world.manager, wanted=Wanted(exchange.pk, count=3), holder="order:2")
    assert not set(first) & set(second)
    with pytest.raises(NotEnoughNumbers) as caught:
        numbers_reserve(actor=world.manager, wanted=Wanted(exchange.pk, count=95), holder="order:3")
    assert caught.value.data["found"] == 94
    assert numbers_cancel(actor=world.manager, holder="order:1", numbers=first[:1]) == 1
    assert numbers_cancel(actor=world.manager, holder="order:1") == 2
    assert numbers_cancel(actor=world.manager, holder="order:1") == 0
    assert number_counts(exchange)["reserved"] == 3


@pytest.mark.req("CTX-10")
def test_a_blocked_number_serves_no_line_until_it_is_unblocked(world: Scenario, numbers: list[str]) -> None:
    customer = a_customer(world)
    number_block(actor=SYSTEM, number=numbers[0], reason=BlockReason.GCN)
    with pytest.raises(IllegalMove):
        a_line(customer, numbers[0])
    number_unblock(actor=SYSTEM, number=numbers[0])
    assert a_line(customer, numbers[0]).public_number_id == numbers[0]
    with pytest.raises(IllegalMove):
        number_block(actor=SYSTEM, number=numbers[0])


@pytest.mark.req("LIN-01")
@pytest.mark.parametrize("kind", LineKind)
def test_a_line_belongs_to_exchange_area_and_customer(
    world: Scenario, exchange: Exchange, numbers: list[str], kind: LineKind
) -> None:
    customer = a_customer(world)
    line = line_get(world.manager, a_line(customer, numbers[0], kind=kind).pk)
    assert (line.kind, line.exchange, line.exchange.area_code, line.customer) == (
        kind,
        exchange,
        "0351",
        customer,
    )
    assert state(numbers[0]) == NumberState.ASSIGNED
    event = OutboxEvent.objects.get(topic=LINE_CHANGED)
    assert event.payload["number"] == numbers[0]
    assert AuditEntry.objects.filter(action="line.create", object_id=str(line.pk)).exists()


def test_a_number_serves_one_line(world: Scenario, exchange: Exchange, numbers: list[str]) -> None:
    customer = a_customer(world)
    a_line(customer, numbers[0])
    with pytest.raises(IllegalMove):
        a_line(customer, numbers[0])
    numbers_reserve(actor=SYSTEM, wanted=Wanted(exchange.pk, (numbers[1],)), holder="order:1")
    with pytest.raises(ReservedForOther):
        a_line(customer, numbers[1])
    a_line(customer, numbers[1], holder="order:1")
    assert PublicNumber.objects.get(pk=numbers[1]).holder == ""


def test_lines_are_seen_and_changed_by_those_who_see_the_customer(
    world: Scenario, numbers: list[str]
) -> None:
    line = a_line(a_customer(world), numbers[0])
    assert list(lines_for(world.manager)) == [line]
    assert list(lines_for(world.neighbour)) == []
    assert line_by_number(world.manager, numbers[0]) == line
    with pytest.raises(NotFound):
        line_by_number(world.neighbour, numbers[0])
    with pytest.raises(NotAllowed):
        line_suspend(actor=world.manager, line_id=line.pk, reason=SuspensionReason.ARREARS)
    engineer = world.actor("provisioning_engineer", unit=world.datong)
    with pytest.raises(NotFound):
        line_suspend(actor=engineer, line_id=line.pk, reason=SuspensionReason.ARREARS)
    opening = LineOpening(numbers[1], line.customer_id)
    with pytest.raises(NotFound):
        line_open(actor=engineer, opening=opening)
    assert state(numbers[1]) == NumberState.FREE


@pytest.mark.req("LIN-06")
@pytest.mark.parametrize("reason", SuspensionReason)
def test_a_line_is_suspended_and_resumed(
    world: Scenario, numbers: list[str], reason: SuspensionReason
) -> None:
    line = a_line(a_customer(world), numbers[0])
    suspended = line_suspend(actor=SYSTEM, line_id=line.pk, reason=reason)
    assert suspended.status == f"suspended_{reason}"
    with pytest.raises(IllegalMove):
        line_suspend(actor=SYSTEM, line_id=line.pk, reason=SuspensionReason.REQUEST)
    assert line_resume(actor=SYSTEM, line_id=line.pk).status == LineStatus.ACTIVE
    statuses = (
        OutboxEvent.objects.filter(topic=LINE_CHANGED)
        .order_by("pk")
        .values_list("payload__status", flat=True)
    )
    assert list(statuses) == ["active", f"suspended_{reason}", "active"]


def test_a_ceased_lines_number_rests_and_comes_back(world: Scenario, numbers: list[str]) -> None:
    customer = a_customer(world)
    line = a_line(customer, numbers[0])
    telephone_issue(actor=SYSTEM, line_id=line.pk)
    line_cease(actor=SYSTEM, line_id=line.pk)
    assert state(numbers[0]) == NumberState.QUARANTINED
    assert not SipAccount.objects.exists()
    assert list(lines_for(world.manager)) == []
    assert list(lines_for(world.manager, ceased=True)) == [line]
    numbers_upkeep(SYSTEM)
    assert state(numbers[0]) == NumberState.QUARANTINED
    PublicNumber.objects.filter(pk=numbers[0]).update(free_from=now().date() - timedelta(days=1))
    numbers_upkeep(SYSTEM)
    assert state(numbers[0]) == NumberState.FREE
    assert a_line(customer, numbers[0]).pk != line.pk
    assert Line.objects.filter(public_number=numbers[0]).count() == 2


def test_a_number_without_line_cannot_be_released(numbers: list[str]) -> None:
    with pytest.raises(IllegalMove):
        number_release(actor=SYSTEM, number=numbers[0])


def test_a_reservation_lapses(world: Scenario, exchange: Exchange, numbers: list[str]) -> None:
    soon = now() + timedelta(seconds=-1)
    numbers_reserve(actor=SYSTEM, wanted=Wanted(exchange.pk, (numbers[0],)), holder="order:1", until=soon)
    numbers_reserve(actor=SYSTEM, wanted=Wanted(exchange.pk, (numbers[1],)), holder="order:1")
    numbers_upkeep(SYSTEM)
    assert [state(numbers[0]), state(numbers[1])] == [NumberState.FREE, NumberState.RESERVED]


def test_rights_of_a_single_line_are_set(world: Scenario, numbers: list[str]) -> None:
    line = a_line(a_customer(world), numbers[0])
    line_change(actor=SYSTEM, line_id=line.pk, rights_level="local", rights_special=False, user_name="王经理")
    line.refresh_from_db()
    assert (line.rights_level, line.rights_special, line.user_name, line.version) == (
        "local",
        False,
        "王经理",
        2,
    )


def test_a_telephones_password_is_shown_once_and_only_hashes_are_kept(
    world: Scenario, numbers: list[str]
) -> None:
    line = a_line(a_customer(world), numbers[0])
    first = telephone_issue(actor=SYSTEM, line_id=line.pk)
    second = telephone_issue(actor=SYSTEM, line_id=line.pk)
    assert first.password != second.password
    assert len(second.password) == 14
    account = SipAccount.objects.get(line=line)
    text = f"{numbers[0]}:{settings.SIP_REALM}:{second.password}".encode()
    assert account.ha1_md5 == md5(text, usedforsecurity=False).hexdigest()
    assert account.ha1_sha256 == sha256(text).hexdigest()
    written = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert second.password not in written
    assert account.ha1_md5 not in written
    with pytest.raises(NotAllowed):
        telephone_issue(actor=world.manager, line_id=line.pk)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"starts": "88800", "limit": 2}, ["8880000", "8880001"]),
        ({"starts": "8880", "after": "03518880001", "limit": 1}, ["8880002"]),
        ({"ends": "88"}, ["8880088"]),
        ({"ends": "8"}, [f"88800{tens}8" for tens in range(10)]),
        ({"pattern": "7?"}, [f"888007{unit}" for unit in range(10)]),
        ({"pattern": "5?5"}, []),
        ({"pattern": "0?5", "limit": 3}, ["8880005", "8880015", "8880025"]),
        ({"starts": "88801"}, []),
        ({"ends": "8", "after": "03518880078", "limit": 1}, ["8880088"]),
    ],
)
def test_free_numbers_are_proposed(
    world: Scenario, exchange: Exchange, numbers: list[str], wanted: dict[str, object], found: list[str]
) -> None:
    offered = numbers_free(world.manager, FreeNumbers(exchange.pk, **wanted))  # type: ignore[arg-type] # a table's row
    assert offered == [f"0351{local}" for local in found]


def test_only_free_numbers_are_proposed(world: Scenario, exchange: Exchange, numbers: list[str]) -> None:
    a_line(a_customer(world), numbers[0])
    number_block(actor=SYSTEM, number=numbers[1])
    offered = numbers_free(world.manager, FreeNumbers(exchange.pk, limit=1))
    assert offered == [numbers[2]]
    with pytest.raises(NotFound):
        numbers_free(world.neighbour, FreeNumbers(exchange.pk))


def test_a_single_line_is_checked_against_the_exchange(
    world: Scenario, exchange: Exchange, numbers: list[str]
) -> None:
    seed_catalogue()
    offering = offering_get(world.manager, "single-line")
    customer = a_customer(world)
    numbers_reserve(actor=SYSTEM, wanted=Wanted(exchange.pk, (numbers[1],)), holder="order:1")

    def faults(number: str, code: str = "TY01", **context: object) -> list[DomainError]:
        values = {"exchange": code, "public_number": number}
        item = ItemContext(world.manager, customer.pk, **context)  # type: ignore[arg-type] # a table's row
        return validate_characteristics(offering, values, item)

    assert faults(numbers[0]) == []
    assert faults(numbers[1], reserved_for="order:1") == []
    assert [fault.code for fault in faults(numbers[1])] == [NumberNotFree.code]
    assert [fault.code for fault in faults(numbers[0], "TY99")] == ["domain.not_found"]
    twice = faults(numbers[0], siblings=({"public_number": numbers[0]},))
    assert [fault.field for fault in twice] == ["public_number"]
