"""What calls cost: tables and properties, no database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.charging.domain.rates import Rate, TariffTable, check_rates, tariff_on
from dakehu.charging.seed import FIRST_RATES
from dakehu.kernel.money import Hao
from dakehu.kernel.numbers import CallClass

TABLE = TariffTable(1, date(2024, 1, 1), FIRST_RATES)


@pytest.mark.req("LIN-05")
@pytest.mark.parametrize(
    ("call_class", "talk_ms", "fen"),
    [
        (CallClass.IN_GROUP, 3_600_000, 0),
        (CallClass.LOCAL, 0, 0),
        (CallClass.LOCAL, 1, 22),
        (CallClass.LOCAL, 180_000, 22),
        (CallClass.LOCAL, 180_001, 33),
        (CallClass.LOCAL, 300_000, 44),
        (CallClass.NATIONAL, 1, 7),
        (CallClass.NATIONAL, 6_000, 7),
        (CallClass.NATIONAL, 60_000, 70),
        (CallClass.INTERNATIONAL, 61_000, 880),
        (CallClass.EMERGENCY, 600_000, 0),
        (None, 0, 0),
    ],
)
def test_what_a_call_costs(call_class: CallClass | None, talk_ms: int, fen: int) -> None:
    assert TABLE.charge(call_class, talk_ms) == fen


@given(
    st.builds(Rate, st.integers(0, 600), st.integers(0, 10**6), st.integers(1, 600), st.integers(0, 10**6)),
    st.integers(0, 10**8),
    st.integers(0, 10**6),
)
def test_a_longer_call_never_costs_less(rate: Rate, talk_ms: int, more_ms: int) -> None:
    assert 0 <= rate.charge(talk_ms) <= rate.charge(talk_ms + more_ms)


def test_the_tariff_of_the_day() -> None:
    later = TariffTable(2, date(2026, 1, 1), FIRST_RATES)
    assert [
        tariff_on(day, [TABLE, later]).id
        for day in (date(2023, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))
    ] == [1, 1, 2, 2]


def test_a_tariff_prices_every_class() -> None:
    rates = dict(FIRST_RATES)
    del rates[CallClass.NATIONAL]
    rates[CallClass.LOCAL] = Rate(0, Hao(0), 0, Hao(-1))
    assert [fault.code for fault in check_rates(rates)] == ["charging.rate_missing", "charging.rate_invalid"]
