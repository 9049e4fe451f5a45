"""Charts: figures with unit, period and age, drawn by ECharts, with their table one click away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from dakehu.infra.ui.lists.columns import Kind, plain

Text = str | Promise


class Shape(StrEnum):
    """A trend is a line, a comparison or a share is a bar."""

    LINE = "line"
    BAR = "bar"
    """Upright: few categories, or months."""
    ROWS = "rows"
    """Lying: names of customers or units, longest bar on top."""
    STACK = "stack"
    """Upright, parts on each other."""
    SHARE = "share"
    """One lying bar of parts that make a whole."""


@dataclass(frozen=True, slots=True)
class Series:
    """One run of values, one for each category; None where there is none."""

    name: Text
    values: Sequence[int | float | Decimal | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `kind` is that of the values (money comes in fen); `unit` is said in words beside the title.

    `period` says of which time the figures are, `as_of` how old they are. `links` are addresses by
    category: a click on a bar or point goes there.
    """

    title: Text
    shape: Shape
    categories: Sequence[Text]
    series: Sequence[Series]
    unit: Text
    period: Text
    as_of: datetime
    kind: Kind = Kind.NUMBER
    height_px: int = 280
    links: Sequence[str] = ()
    category_label: Text = ""

    @property
    def dom_id(self) -> str:
        return f"chart-{abs(hash((str(self.title), self.shape, str(self.period)))):x}"

    @property
    def canvas_px(self) -> int:
        """One bar needs no height."""
        return 96 if self.shape is Shape.SHARE else self.height_px

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def as_of_text(self) -> str:
        return f"{timezone.localtime(self.as_of):%Y-%m-%d %H:%M}"

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The same figures as rows: category, then each series' value in words."""
        return [
            (str(category), [plain(self.kind, series.values[at]) for series in self.series])
            for at, category in enumerate(self.categories)
        ]

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws from."""
        return {
            "shape": str(self.shape),
            "title": str(self.title),
            "unit": str(self.unit),
            "period": str(self.period),
            "asOf": self.as_of_text,
            "categories": [str(category) for category in self.categories],
            "series": [
                {"name": str(series.name), "values": [self._scaled(value) for value in series.values]}
                for series in self.series
            ],
            "decimals": {Kind.MONEY: 2, Kind.WAN: 2, Kind.PERCENT: 1}.get(self.kind, 0),
            "suffix": "%" if self.kind is Kind.PERCENT else "",
            "links": list(self.links),
        }

    def _scaled(self, value: float | Decimal | None) -> float | int | None:
        if value is None:
            return None
        divisor = {Kind.MONEY: 100, Kind.WAN: 1_000_000}.get(self.kind)
        if divisor:
            return float(Decimal(str(value)) / divisor)
        if self.kind is Kind.PERCENT:
            return float(Decimal(str(value)) * 100)
        return float(value) if isinstance(value, Decimal) else value
