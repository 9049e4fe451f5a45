"""What tiles of the workbench hold: figures, a few rows, a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from dakehu.infra.ui.badges import Badge
from dakehu.infra.ui.charts import Chart
from dakehu.infra.ui.records.record import Figure
from dakehu.infra.ui.registry import TileBody

Text = str | Promise


@dataclass(frozen=True, slots=True)
class TileRow:
    """A line in a tile: what it is, where it leads, when it is due."""

    label: str
    url: str = ""
    note: Text = ""
    badge: Badge | None = None


def figures_tile(*figures: Figure) -> TileBody:
    return TileBody("ui/tiles/figures.html", {"figures": figures})


def rows_tile(rows: Sequence[TileRow], *, empty: Text) -> TileBody:
    """A few rows; `empty` is said when there are none."""
    return TileBody("ui/tiles/rows.html", {"rows": rows, "empty": empty})


def chart_tile(chart: Chart) -> TileBody:
    return TileBody("ui/tiles/chart.html", {"chart": chart})
