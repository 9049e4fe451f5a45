"""From a cell's text to a value, as forgiving as is safe.

A parser takes text that is not blank and returns a value or raises a `DomainError`; the kit adds the field.
Each function here makes one. What Excel does to text is known to them: full-width digits, invisible
characters, long numbers rounded to 9.14E+17, days as serial numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from dakehu.infra.importing.domain.faults import (
    ChoiceUnknown,
    DateAmbiguous,
    DateInvalid,
    FormInvalid,
    NumberInvalid,
    NumberOutOfRange,
    NumberRounded,
    TextTooLong,
)
from dakehu.kernel.clock import month_of
from dakehu.kernel.money import parse_yuan
from dakehu.kernel.text import clean_code, clean_line, clean_name, fold_width, number_from

V = TypeVar("V")
Parser = Callable[[str], object]

_ROUNDED = re.compile(r"[-+]?\d(?:\.\d+)?[eE]\+?\d+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"|年(?P<month_zh>\d{1,2})月(?P<day_zh>\d{1,2})[日号]?)(?:[T ].*)?"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_AMBIGUOUS = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTH = re.compile(r"(?P<year>20\d{2})[-/.年]?(?P<month>0[1-9]|1[0-2]|[1-9])月?", re.ASCII)
_DAY_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # May 1927 to 2099: other five-digit numbers are no days
_YES = frozenset({"是", "有", "对", "√", "✓", "y", "yes", "true", "1", "t"})
_NO = frozenset({"否", "无", "没有", "不", "×", "x", "n", "no", "false", "0", "f"})


def text(limit: int = 200) -> Parser:
    """One line of at most `limit` characters."""

    def parse(raw: str) -> str:
        return _limited(clean_line(raw), limit)

    return parse


def name(limit: int = 120) -> Parser:
    """A name, without the signs that copying leaves at its ends."""

    def parse(raw: str) -> str:
        return _limited(clean_name(raw), limit)

    return parse


def code(limit: int = 64, *, form: str = "", upper: bool = True) -> Parser:
    """An identifier: folded, without blanks; `form` is a regular expression for the whole of it."""
    pattern = re.compile(form) if form else None

    def parse(raw: str) -> str:
        value = clean_code(raw)
        refuse_rounded(value)
        value = value.upper() if upper else value
        if pattern and not pattern.fullmatch(value):
            raise FormInvalid(text=raw)
        return _limited(value, limit)

    return parse


def checked(first: Parser, rule: Callable[[str], object]) -> Parser:
    """`first`, then the app's own rule on its text: a check digit, a telephone number."""

    def parse(raw: str) -> object:
        value = first(raw)
        return rule(value) if isinstance(value, str) else value

    return parse


def choice(choices: Mapping[str, V]) -> Callable[[str], V]:
    """One of a list of words; several words may mean the same. The first of each is offered in messages."""
    known = {_folded(word): value for word, value in choices.items()}
    first: dict[str, str] = {}
    for word, value in choices.items():
        first.setdefault(repr(value), word)
    offered = list(first.values())

    def parse(raw: str) -> V:
        try:
            return known[_folded(raw)]
        except KeyError:
            raise ChoiceUnknown(text=raw, choices=offered) from None

    return parse


def yes_no() -> Parser:
    def parse(raw: str) -> bool:
        word = _folded(raw)
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise ChoiceUnknown(text=raw, choices=["是", "否"])

    return parse


def yuan() -> Parser:
    """Money in yuan, as whole fen."""

    def parse(raw: str) -> int:
        return parse_yuan(raw)

    return parse


def integer(lowest: int | None = None, highest: int | None = None) -> Parser:
    def parse(raw: str) -> int:
        value = _decimal(raw)
        if value != value.to_integral_value():
            raise NumberInvalid(text=raw)
        _check_range(value, raw, lowest, highest)
        return int(value)

    return parse


def decimal(lowest: int | None = None, highest: int | None = None) -> Parser:
    def parse(raw: str) -> Decimal:
        value = _decimal(raw)
        _check_range(value, raw, lowest, highest)
        return value

    return parse


def email(limit: int = 254) -> Parser:
    def parse(raw: str) -> str:
        value = clean_code(raw)
        if not _EMAIL.fullmatch(value):
            raise FormInvalid(text=raw)
        return _limited(value, limit)

    return parse


def day() -> Callable[[str], date]:
    """A day in any unmistakable writing: 2026-01-05, 2026/1/5, 2026.1.5, 2026年1月5日, 20260105, 46027."""
    return parse_day


def parse_day(raw: str) -> date:
    value = re.sub(r"\s*([年月日号/.-])\s*", r"\1", clean_line(fold_width(raw)))
    if match := _YEAR_FIRST.fullmatch(value):
        return _date(raw, match["year"], match["month"] or match["month_zh"], match["day"] or match["day_zh"])
    if match := _COMPACT.fullmatch(value):
        return _date(raw, match["year"], match["month"], match["day"])
    if _SERIAL.fullmatch(value) and _FIRST_SERIAL <= (serial := int(value.partition(".")[0])) <= _LAST_SERIAL:
        return _DAY_ZERO + timedelta(days=serial)
    if _AMBIGUOUS.fullmatch(value):
        raise DateAmbiguous(text=raw)
    raise DateInvalid(text=raw)


def month() -> Parser:
    """A month as "2026-10", of 2026-10, 202610, 2026/10, 2026年10月, or any day of it (Excel makes days)."""
    return parse_month


def parse_month(raw: str) -> str:
    if match := _MONTH.fullmatch(clean_code(raw)):
        return f"{match['year']}-{int(match['month']):02d}"
    return month_of(parse_day(raw))


def refuse_rounded(value: str) -> None:
    """Raise `NumberRounded` for what Excel makes of a long number typed as a number."""
    if _ROUNDED.fullmatch(value):
        raise NumberRounded(text=value)


def one_of(parsers: Iterable[Parser]) -> Parser:
    """The first parser that accepts the text; the last one's fault when none does."""
    *first, last = parsers

    def parse(raw: str) -> object:
        for parser in first:
            try:
                return parser(raw)
            except (FormInvalid, ChoiceUnknown, NumberInvalid, DateInvalid):
                continue
        return last(raw)

    return parse


def _limited(value: str, limit: int) -> str:
    if len(value) > limit:
        raise TextTooLong(limit=limit, length=len(value))
    return value


def _folded(raw: str) -> str:
    return clean_code(raw).casefold()


def _decimal(raw: str) -> Decimal:
    number = number_from(raw, percent=True)
    if number is None:
        raise NumberInvalid(text=raw)
    return number


def _check_range(value: Decimal, raw: str, lowest: int | None, highest: int | None) -> None:
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        shown = ["" if border is None else str(border) for border in (lowest, highest)]
        raise NumberOutOfRange(text=raw, lowest=shown[0] or "−∞", highest=shown[1] or "∞")


def _date(raw: str, year: str, month: str, day_: str) -> date:
    try:
        value = date(int(year), int(month), int(day_))
    except ValueError:
        raise DateInvalid(text=raw) from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise DateInvalid(text=raw)
    return value
