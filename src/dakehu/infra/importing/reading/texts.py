"""A cell's value as text, in one spelling whatever kind of file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from dakehu.kernel.text import clean_text

MAX_CELL = 4_000
"""Longer text is cut one sign beyond, so that a column's own limit refuses it."""
_LONGEST = 4 * MAX_CELL
_EXACT = 1e15


def text_of(value: object) -> str:
    """Whole numbers without a point, other numbers with up to fifteen digits, days as 2026-01-05.

    A number with more digits than a spreadsheet keeps comes out as 9.11401051e+17, which the parsers of
    codes refuse with the reason.
    """
    if isinstance(value, str):
        return clean_text(value[:_LONGEST]).strip()[: MAX_CELL + 1]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def texts_of(row: Sequence[object], width: int) -> list[str]:
    """The row's cells as text, without the blank ones at its end."""
    cells = [text_of(value) if value != "" else "" for value in row[:width]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _number(value: float) -> str:
    if abs(value) < _EXACT and value == int(value):
        return str(int(value))
    return format(value, ".15g")
