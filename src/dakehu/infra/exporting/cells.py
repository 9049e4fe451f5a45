"""Values of Python in the form that each kind of column has in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from dakehu.infra.exporting.tables import Kind

_DAY_ZERO = date(1899, 12, 30)  # Excel's day 0, as it counts from March 1900 on
_CHINA = timedelta(hours=8)
_DAY_S = 86_400
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; a longer one goes as text

Form = Callable[[object], str | None]
"""Gives a number as text, or None where the value is no number and is to be written as text."""


def china_time(moment: datetime) -> datetime:
    """The naive China Standard Time of an aware instant."""
    return moment.astimezone(UTC).replace(tzinfo=None) + _CHINA if moment.tzinfo else moment


def as_text(value: object) -> str:
    """How a value reads where the file has no type for it."""
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{china_time(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(map(as_text, value))
    return str(value)


def plain_number(value: object) -> str | None:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value) if abs(value) < _EXACT else None
    if isinstance(value, float):
        return repr(value) if value - value == 0 else None
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else None
    return None


def yuan_number(value: object) -> str | None:
    """Whole fen as yuan with two decimals."""
    if isinstance(value, bool) or not isinstance(value, int):
        return plain_number(value)
    whole, part = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{part:02d}"


def serial_number(value: object) -> str | None:
    """Excel's number for a day or an instant; None before its calendar begins."""
    if isinstance(value, datetime):
        local = china_time(value)
        days = (local.date() - _DAY_ZERO).days
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f"{days + seconds / _DAY_S:.9f}" if days > 60 else None
    if isinstance(value, date):
        days = (value - _DAY_ZERO).days
        return str(days) if days > 60 else None
    return None


def _no_number(_value: object) -> None:
    return None


IN_WORKBOOK: Mapping[Kind, Form] = {
    Kind.TEXT: _no_number,
    Kind.YES_NO: _no_number,
    Kind.INTEGER: plain_number,
    Kind.DECIMAL: plain_number,
    Kind.PERCENT: plain_number,
    Kind.MONEY: yuan_number,
    Kind.DATE: serial_number,
    Kind.MOMENT: serial_number,
}
IN_CSV: Mapping[Kind, Form] = {**IN_WORKBOOK, Kind.DATE: _no_number, Kind.MOMENT: _no_number}
