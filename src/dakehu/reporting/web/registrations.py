"""Where this chapter hangs into the frame."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Chapter,
    Chart,
    Kind,
    NavItem,
    Panel,
    Part,
    Series,
    Shape,
    Tile,
    TileBody,
    Words,
    chart_tile,
    register_nav,
    register_panel,
    register_tile,
    register_words,
)
from dakehu.kernel.clock import month_add, month_of, months_between
from dakehu.reporting.domain.query import ReportQuery
from dakehu.reporting.permissions import ReportPermission

_TILE_MONTHS = 12


def register() -> None:
    view, chapter = ReportPermission.VIEW, Chapter.STATISTICS
    register_nav(
        NavItem(chapter, _("Calls, minutes and charges"), "reporting-calls-report", view, "chart-bar", 10),
        NavItem(chapter, _("Revenue"), "reporting-revenue-report", view, "chart-line", 20),
    )
    register_panel(
        Panel(
            "customer", "revenue", _("Revenue in Statistics"), "reporting-revenue-panel", view, 50, Part.WORTH
        )
    )
    register_tile(
        Tile(
            "revenue",
            _("Revenue"),
            revenue_tile,
            view,
            order=60,
            width=8,
            url_name="reporting-revenue-report",
        )
    )
    register_words(Words("report", _("Reports")))
    register_words(Words("revenue", _("Billed revenue"), actions={"revenue.write": _("loaded revenue")}))


def revenue_tile(actor: Actor) -> TileBody:
    """Revenue of the last twelve months in the actor's scope, as a line."""
    from dakehu.reporting.selectors.report import (
        report_run,  # the lake's libraries load with the first report
    )

    last = month_of(now())
    first = month_add(last, 1 - _TILE_MONTHS)
    found = report_run(actor, ReportQuery("revenue", "month", first, last))
    known = {row.key: row.values["revenue"] for row in found.rows}
    months = months_between(first, last)
    return chart_tile(
        Chart(
            title=_("Revenue"),
            shape=Shape.LINE,
            categories=list(months),
            series=[Series(_("Revenue"), [known.get(month) for month in months])],
            unit=_("10,000 yuan"),
            period=f"{first} – {last}",
            as_of=found.as_of or now(),
            kind=Kind.WAN,
            height_px=200,
            category_label=_("Month"),
        )
    )
