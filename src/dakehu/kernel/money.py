"""Money in whole fen, tariffs in whole hao; never a float.

1 yuan (元) = 100 fen (分) = 10,000 hao (毫). A tariff needs the finer unit (0.0350 yuan for six seconds);
what is charged is fen, rounded half up once, at the end of the computation.
"""

from __future__ import annotations

from typing import NewType

from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import number_from

Fen = NewType("Fen", int)
Hao = NewType("Hao", int)

FEN_PER_YUAN = 100
HAO_PER_FEN = 100
_FEN_PER_WAN = 10_000 * FEN_PER_YUAN
_FEN_PER_YI = 100_000_000 * FEN_PER_YUAN


class AmountInvalid(DomainError):
    """The text is no amount of money. Data: `text`."""

    code = "money.amount_invalid"


class AmountTooFine(DomainError):
    """The amount has a fraction of a fen. Data: `text`."""

    code = "money.amount_too_fine"


def parse_yuan(text: str, *, field: str | None = None) -> Fen:
    """The fen of "1,234.50", "¥1234.5", "１２．５元", "1.5万元", "-3" or "(3)".

    Raises `AmountInvalid`, or `AmountTooFine` where the amount doesn't come out in whole fen.
    """
    amount = number_from(text, money=True)
    if amount is None:
        raise AmountInvalid(field=field, text=text)
    fen = amount * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise AmountTooFine(field=field, text=text)
    return Fen(int(fen))


def divide_half_up(dividend: int, divisor: int) -> int:
    """The quotient rounded to the nearest whole, a half away from zero; `divisor` is positive."""
    quotient = (2 * abs(dividend) + divisor) // (2 * divisor)
    return quotient if dividend >= 0 else -quotient


def fen_from_hao(hao: int) -> Fen:
    """Hao in fen, half up: what a computation in tariff units ends with."""
    return Fen(divide_half_up(hao, HAO_PER_FEN))


def charge(rate: Hao, units: int) -> Fen:
    """`units` at `rate` each (minutes, pieces, months), rounded once."""
    return fen_from_hao(rate * units)


def yuan(fen: int, *, thousands: bool = True) -> str:
    """Two decimals, as a bill shows it: "-1,234.50"."""
    whole, part = divmod(abs(fen), FEN_PER_YUAN)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{part:02d}" if thousands else f"{sign}{whole}.{part:02d}"


def wan_yuan(fen: int, decimals: int = 2) -> str:
    """In 万元 (ten thousand yuan), as statistics show it: the unit stands in the heading."""
    return _scaled(fen, _FEN_PER_WAN, decimals)


def yi_yuan(fen: int, decimals: int = 2) -> str:
    """In 亿元 (a hundred million yuan)."""
    return _scaled(fen, _FEN_PER_YI, decimals)


def _scaled(fen: int, unit: int, decimals: int) -> str:
    steps = 10**decimals
    scaled = divide_half_up(fen * steps, unit)
    whole, part = divmod(abs(scaled), steps)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}.{part:0{decimals}d}" if decimals else f"{sign}{whole:,}"
