"""Many ask for the same numbers at once; each number is given once (needs PostgreSQL's row locks)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.errors import DomainError
from dakehu.numbering.domain.passwords import proves
from dakehu.numbering.domain.services import Services
from dakehu.numbering.models import Line, LineServices, PublicNumber
from dakehu.numbering.services.lines import LineOpening, line_open
from dakehu.numbering.services.numbers import Wanted, numbers_reserve
from dakehu.numbering.services.supplementary import line_call_password_set, line_services_set
from dakehu.numbering.testing import a_block, a_customer, an_exchange
from dakehu.organisation.testing import Scenario

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the tests' SQLite lives in memory, in one connection"
    ),
]
ORDERS = 24
EACH = 5


def test_any_numbers_are_never_given_twice(transactional_db: None) -> None:
    world = Scenario()
    exchange = an_exchange(world.taiyuan)
    a_block(exchange, "8880000", "8880099")

    def reserve(order: int) -> list[str]:
        try:
            wanted = Wanted(exchange.pk, count=EACH)
            return numbers_reserve(actor=SYSTEM, wanted=wanted, holder=f"order:{order}")
        except DomainError:
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        given = [number for numbers in pool.map(reserve, range(ORDERS)) for number in numbers]
    assert max(Counter(given).values()) == 1
    held = Counter(PublicNumber.objects.exclude(holder="").values_list("holder", flat=True))
    assert set(held.values()) == {EACH}
    assert sum(held.values()) == len(given)
    # Skipping locked rows may turn an order away at the edge, never more than those in flight.
    assert len(given) >= 100 - 12 * EACH


def test_chosen_numbers_go_to_one_whatever_their_order(transactional_db: None) -> None:
    world = Scenario()
    exchange = an_exchange(world.taiyuan)
    numbers = a_block(exchange, "8880000", "8880009")

    def reserve(order: int) -> bool:
        chosen = numbers if order % 2 else numbers[::-1]
        try:
            numbers_reserve(actor=SYSTEM, wanted=Wanted(exchange.pk, chosen), holder=f"order:{order}")
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(reserve, range(ORDERS)))
    assert sum(won) == 1
    assert set(PublicNumber.objects.values_list("holder", flat=True)) == {f"order:{won.index(True)}"}


def test_setting_a_password_undoes_no_service_set_meanwhile(transactional_db: None) -> None:
    world = Scenario()
    [number, *_rest] = a_block(an_exchange(world.taiyuan), "8880000", "8880009")
    line = line_open(actor=SYSTEM, opening=LineOpening(number, a_customer(world).pk))

    def set_password() -> None:
        try:
            line_call_password_set(actor=SYSTEM, line_id=line.pk, password="471147")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            line_services_set(actor=SYSTEM, line_id=line.pk, services=Services(hotline="110"))
            waiting = pool.submit(set_password)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)  # it waits for the line, which is ours until the end of the block
        waiting.result(timeout=10)
    kept = LineServices.objects.get(line=line)
    assert (kept.hotline, proves(kept.vpn_key, number, "471147")) == ("110", True)


def test_one_line_per_number(transactional_db: None) -> None:
    world = Scenario()
    [number, *_rest] = a_block(an_exchange(world.taiyuan), "8880000", "8880009")
    customer = a_customer(world)

    def open_line(_turn: int) -> bool:
        try:
            line_open(actor=SYSTEM, opening=LineOpening(number, customer.pk))
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(open_line, range(8))) == 1
    assert Line.objects.count() == 1
