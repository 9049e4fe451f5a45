"""Columns: what of a row is shown, how, and how it is written into a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dakehu.infra.ui.badges import Badge
from dakehu.kernel.money import wan_yuan, yuan

M = TypeVar("M", bound=Model)


class Kind(StrEnum):
    """What a column's values are."""

    TEXT = "text"
    CODE = "code"
    """An identifier or a telephone number: tabular figures, never broken."""
    NUMBER = "number"
    MONEY = "money"
    """Whole fen; shown in yuan with two decimals."""
    WAN = "wan"
    """Whole fen; shown in 万元: the column's label states the unit."""
    PERCENT = "percent"
    """A fraction: 0.25 is shown as 25.0%."""
    GROWTH = "growth"
    """A fraction against an earlier period, with an arrow: red up, green down."""
    DATE = "date"
    MOMENT = "moment"
    STATE = "state"
    """A value that `states` maps to a `Badge`."""
    YES_NO = "yes_no"
    LINK = "link"
    """Text that leads to the row's page (or to `url`)."""


RIGHT = frozenset({Kind.NUMBER, Kind.MONEY, Kind.WAN, Kind.PERCENT, Kind.GROWTH})
_NONE = "–"
_ARROWS = {"up": "arrow-up", "down": "arrow-down", "flat": "minus"}


@dataclass(frozen=True)  # without slots: `Column[Row](…)` would fail on Python 3.11
class Column(Generic[M]):
    """One column of a list.

    `key` names it in addresses and is the path its value is read by ("owner__name"), unless `value` gives
    the value. `sort` is the ORM path to order by; empty: not sortable. `shown` False keeps it for those who
    choose it. `url` makes the cell a link. `width` is a CSS width for columns that would else waste room.
    """

    key: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    sort: str = ""
    value: Callable[[M], Any] | None = None
    url: Callable[[M], str] | None = None
    states: Mapping[Any, Badge] = field(default_factory=dict)
    shown: bool = True
    width: str = ""
    help: str | Promise = ""

    @property
    def is_right(self) -> bool:
        return self.kind in RIGHT

    def value_of(self, row: M) -> Any:
        return self.value(row) if self.value else follow(row, self.key)

    def text(self, row: M) -> str:
        """The value as plain words."""
        return plain(self.kind, self.value_of(row), self.states)

    def html(self, row: M, row_url: str = "") -> SafeString:
        """The content of the cell."""
        value = self.value_of(row)
        if value is None or value == "":
            return format_html('<span class="dk-none">{}</span>', _NONE)
        shown = marked_up(self.kind, value, self.states)
        url = self.url(row) if self.url else (row_url if self.kind is Kind.LINK else "")
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown


def follow(row: Any, path: str) -> Any:
    """The value at an ORM path such as "owner__name"; None where a step is missing."""
    for step in path.split("__"):
        row = getattr(row, step, None)
        if row is None:
            return None
    return row


def plain(kind: Kind, value: Any, states: Mapping[Any, Badge] | None = None) -> str:
    """A value as people write it, without markup."""
    if value is None or value == "":
        return ""
    if kind is Kind.STATE:
        badge = (states or {}).get(str(value))
        return str(badge.label) if badge else str(value)
    return _WORDS.get(kind, str)(value)


def marked_up(kind: Kind, value: Any, states: Mapping[Any, Badge] | None = None) -> SafeString:
    """A value as it stands in a cell or beside a label."""
    match kind:
        case Kind.STATE:
            badge = (states or {}).get(str(value))
            return badge.__html__() if badge else conditional_escape(value)
        case Kind.MOMENT:
            return format_html('<time datetime="{}">{}</time>', value.isoformat(), plain(kind, value))
        case Kind.GROWTH:
            return growth(value)
        case Kind.YES_NO:
            icon = "check" if value else "minus"
            return format_html('<i class="ti ti-{}" aria-hidden="true"></i> {}', icon, plain(kind, value))
        case Kind.CODE:
            return format_html('<span class="dk-code">{}</span>', value)
        case _:
            return conditional_escape(value if hasattr(value, "__html__") else plain(kind, value))


def growth(fraction: Any) -> SafeString:
    """A change against an earlier period: an arrow beside the figure, red for more and green for less."""
    change = Decimal(str(fraction))
    way = "up" if change > 0 else "down" if change < 0 else "flat"
    return format_html(
        '<span class="dk-growth dk-growth-{}"><i class="ti ti-{}" aria-hidden="true"></i>{}</span>',
        way,
        _ARROWS[way],
        f"{abs(change):.1%}",
    )


def _percent(value: Any) -> str:
    return f"{Decimal(str(value)):.1%}"


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


_WORDS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: lambda value: f"{value:,}",
    Kind.MONEY: yuan,
    Kind.WAN: wan_yuan,
    Kind.PERCENT: _percent,
    Kind.GROWTH: _percent,
    Kind.DATE: lambda value: f"{_day(value):%Y-%m-%d}",
    Kind.MOMENT: lambda value: f"{timezone.localtime(value):%Y-%m-%d %H:%M}",
    Kind.YES_NO: lambda value: _("Yes") if value else _("No"),
}
