"""Charts: raw values in, the same figures in picture and table, unit, period and age stated."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from dakehu.infra.ui.api import Chart, Kind, Series, Shape

AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def _chart(kind: Kind, *values: float | Decimal | None, title: str = "Revenue") -> Chart:
    series = [Series("This year", values)]
    return Chart(title, Shape.LINE, ["一月", "二月"], series, "万元", "2026", AT, kind)


@pytest.mark.parametrize(
    ("kind", "raw", "drawn", "said"),
    [
        (Kind.NUMBER, 1234, 1234, "1,234"),
        (Kind.MONEY, 123_456, 1234.56, "1,234.56"),
        (Kind.WAN, 123_456_789, 123.456789, "123.46"),
        (Kind.PERCENT, Decimal("0.1234"), 12.34, "12.3%"),
        (Kind.MONEY, None, None, ""),
        (Kind.MONEY, 0, 0.0, "0.00"),
    ],
)
def test_picture_and_table_say_the_same(
    kind: Kind, raw: float | Decimal | None, drawn: float | None, said: str
) -> None:
    chart = _chart(kind, raw, 1)
    assert chart.data["series"][0]["values"][0] == drawn
    assert chart.table[0] == ("一月", [said])


def test_unit_period_and_age_are_stated_and_nothing_breaks_out() -> None:
    chart = _chart(Kind.WAN, 1, 2, title="</script><script>alert(1)</script>")
    with override("en"):
        drawn = render_to_string("ui/tiles/chart.html", {"chart": chart})
    assert "万元 · 2026 · as of 2026-11-23 00:30" in drawn
    assert "<script>alert" not in drawn
    assert drawn.count("</script>") == 1


def test_a_chart_without_figures_says_so() -> None:
    with override("en"):
        drawn = render_to_string("ui/tiles/chart.html", {"chart": _chart(Kind.MONEY, None, 0)})
    assert "no figures" in drawn
    assert "data-chart=" not in drawn
