"""Figures of indicators as people type and read them: "12.5万" of money, "8.5" per cent, "92.4" points."""

from __future__ import annotations

import re

from dakehu.kernel.clock import Month, MonthInvalid
from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import parse_yuan, yuan
from dakehu.kernel.text import clean_code, number_from
from dakehu.managers.domain.indicators import Unit

_MOST = 10**6
_MOST_PIECES = 10**7
MOST_FEN = 10**14


class FigureInvalid(DomainError):
    """The text is no figure of the unit. Data: `text`."""

    code = "managers.figure_invalid"


def parse_figure(unit: Unit, text: str, *, field: str | None = None) -> int:
    """The figure in its smallest unit; raises `FigureInvalid` or the errors of money."""
    if unit is Unit.MONEY:
        fen = parse_yuan(text, field=field)
        if abs(fen) > MOST_FEN:
            raise FigureInvalid(field=field, text=text)
        return fen
    number = number_from(text.rstrip("%％ ") if unit is not Unit.COUNT else text)
    scale, most = (1, _MOST_PIECES) if unit is Unit.COUNT else (100, _MOST)
    lowest = 0 if unit is Unit.COUNT else -most + 1
    if number is None or not lowest <= number < most or number * scale != int(number * scale):
        raise FigureInvalid(field=field, text=text)
    return int(number * scale)


def figure_text(unit: Unit, value: int | None, *, thousands: bool = True) -> str:
    """The figure as it is typed and shown, without its unit; blank for none."""
    if value is None:
        return ""
    if unit is Unit.COUNT:
        return f"{value:,}" if thousands else str(value)
    return yuan(value, thousands=thousands)


_MONTH = re.compile(r"(?P<year>20\d{2}|21\d{2})[-/.年]?(?P<month>0[1-9]|1[0-2]|[1-9])月?", re.ASCII)


def read_month(text: str, *, field: str | None = None) -> Month:
    """ "2026-11" of 2026-11, 202611, 2026/11 or 2026年11月; raises `MonthInvalid`."""
    match = _MONTH.fullmatch(clean_code(text))
    if match is None:
        raise MonthInvalid(field=field, text=text)
    return Month(f"{match['year']}-{int(match['month']):02d}")
