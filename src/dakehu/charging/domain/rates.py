"""Rates by class of call.

A rate charges a first period as a whole and every further unit begun: the local call of the fixed network
is "3 minutes for 0.22 yuan, then 0.11 yuan a minute", long distance "0.07 yuan for each 6 seconds". Only
the caller pays (LIN-05); what is not answered costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import Fen, Hao, fen_from_hao
from dakehu.kernel.numbers import CallClass


class RateMissing(DomainError):
    """A tariff must say what each class of call costs. Data: `classes`."""

    code = "charging.rate_missing"


class RateInvalid(DomainError):
    """A rate has a period of no length or a negative price. Data: `call_class`."""

    code = "charging.rate_invalid"


class TariffNotNew(DomainError):
    """A tariff starts on a later day than today: what has been rated stays as it was. Data: `day`."""

    code = "charging.tariff_not_new"


@dataclass(frozen=True, slots=True)
class Rate:
    """`first_s` seconds for `first_hao`, then `unit_hao` for each `unit_s` begun; prices in 1/10,000 yuan."""

    first_s: int
    first_hao: Hao
    unit_s: int
    unit_hao: Hao

    @property
    def is_free(self) -> bool:
        return not (self.first_hao or self.unit_hao)

    def charge(self, talk_ms: int) -> Fen:
        """What a call of this length costs; a second begun counts whole."""
        if talk_ms <= 0:
            return Fen(0)
        seconds = -(-talk_ms // 1000)
        further = max(0, seconds - self.first_s)
        return fen_from_hao(Hao(self.first_hao + -(-further // self.unit_s) * self.unit_hao))


@dataclass(frozen=True, slots=True)
class TariffTable:
    """A tariff in force from the start of a day (China) until the next one's."""

    id: int
    effective_from: date
    rates: Mapping[CallClass, Rate]

    def charge(self, call_class: CallClass | None, talk_ms: int) -> Fen:
        """The charge; a call that led nowhere has no class and costs nothing."""
        return self.rates[call_class].charge(talk_ms) if call_class else Fen(0)


def check_rates(rates: Mapping[CallClass, Rate]) -> list[DomainError]:
    """Every fault of a tariff to be published."""
    missing = [str(call_class) for call_class in CallClass if call_class not in rates]
    faults: list[DomainError] = [RateMissing(classes=missing)] if missing else []
    faults += [
        RateInvalid(field=str(call_class), call_class=str(call_class))
        for call_class, rate in rates.items()
        if rate.unit_s < 1 or rate.first_s < 0 or rate.first_hao < 0 or rate.unit_hao < 0
    ]
    return faults


def tariff_on(day: date, tariffs: Sequence[TariffTable]) -> TariffTable:
    """The tariff in force on `day`, of tariffs by their first day; the earliest for days before it."""
    current = tariffs[0]
    for tariff in tariffs:
        if tariff.effective_from <= day:
            current = tariff
    return current
