"""Days, hours and groups of numbers in lines of text, read and written in the reader's language.

    周一至周五 08:00-18:00 0351*,03558880001        Mon-Fri 08:00-18:00 0351*,03558880001

A number with a star is a beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import time

from django.utils.translation import get_language

from dakehu.kernel.numbers import parse_public
from dakehu.kernel.periods import Callers, Period

_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = {name.casefold(): place for names in (_DAYS_ZH, _DAYS_EN) for place, name in enumerate(names, 1)}
_HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2})[-–~至]([0-9]{1,2}:[0-9]{2})")
_SPAN = re.compile(r"(.+?)[-–~至](.+)")
_COMMAS = re.compile(r"[,，、]")


def is_chinese() -> bool:
    """Whether the reader's language is."""
    return (get_language() or "").startswith("zh")


def hours_from(word: str) -> tuple[time, time] | None:
    """ "08:00-18:00"; None for what is no hours. Raises ValueError for a time that there is not."""
    found = _HOURS.fullmatch(word)
    return (_clock(found.group(1)), _clock(found.group(2))) if found is not None else None


def hours_text(period: Period) -> str:
    """Empty for the whole day."""
    return "" if period.begins == period.ends else f"{period.begins:%H:%M}-{period.ends:%H:%M}"


def _clock(text: str) -> time:
    hour, _colon, minute = text.partition(":")
    return time(int(hour) % 24, int(minute))


def days_from(word: str) -> frozenset[int]:
    """ "Mon-Fri", "周一至周五", "Sat,Sun". Raises ValueError."""
    days = set[int]()
    for part in _COMMAS.split(word):
        span = _SPAN.fullmatch(part)
        first, last = (_day(span.group(1)), _day(span.group(2))) if span else (_day(part), _day(part))
        days.update(range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)])
    return frozenset(days)


def _day(text: str) -> int:
    day = _DAYS.get(text.casefold())
    if day is None:
        raise ValueError(text)
    return day


def days_text(days: Sequence[int]) -> list[str]:
    """The days as words; none for all."""
    names = _DAYS_ZH if is_chinese() else _DAYS_EN
    if not days:
        return []
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return [f"{names[days[0] - 1]}{'至' if is_chinese() else '-'}{names[days[-1] - 1]}"]
    return [",".join(names[day - 1] for day in days)]


def callers_from_text(text: str, *, in_full: bool) -> Callers:
    """Numbers by commas, beginnings with a star; `in_full` are kept in national form. Raises ValueError,
    `NumberInvalid`."""
    parts = [part for part in _COMMAS.split(text) if part]
    if not parts or not all(part.removesuffix("*").lstrip("+").isdecimal() for part in parts):
        raise ValueError(text)
    whole = [part for part in parts if not part.endswith("*")]
    numbers = frozenset(parse_public(part) if in_full else part for part in whole)
    return Callers(numbers, tuple(part[:-1] for part in parts if part.endswith("*")))


def callers_text(group: Callers) -> str:
    """What `callers_from_text` reads."""
    return ",".join(_number_texts(group))


def _number_texts(group: Callers) -> Iterator[str]:
    yield from sorted(group.numbers)
    yield from (f"{prefix}*" for prefix in group.prefixes)
