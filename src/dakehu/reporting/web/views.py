"""Report pages: one view for every subject, made from its declaration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.customers.api import customer_get
from dakehu.infra.access.api import require
from dakehu.infra.clock import now
from dakehu.infra.errors import message_for
from dakehu.infra.exporting.api import Column, Table, format_of, stream
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.ui.api import Chart, Kind, Series, Shape, actor_of, page
from dakehu.infra.ui.lists.columns import plain
from dakehu.kernel.clock import Month, month_add, month_first, month_last, month_of, months_between
from dakehu.reporting.declarations import SUBJECTS, Measure, Subject, Unit
from dakehu.reporting.domain.query import PAGE, ReportQuery
from dakehu.reporting.permissions import ReportPermission
from dakehu.reporting.selectors.report import Report, Row, report_run
from dakehu.reporting.web.asking import Asked, asked

_CHARTED = 20
_REVENUE_MONTHS = 24
_KINDS = {unit: Kind.MONEY if unit is Unit.FEN else Kind.NUMBER for unit in Unit}
_FILE_KINDS = {
    Unit.COUNT: FileKind.INTEGER,
    Unit.ACCOUNTS: FileKind.INTEGER,
    Unit.MINUTES: FileKind.INTEGER,
    Unit.FEN: FileKind.MONEY,
    Unit.PERCENT: FileKind.DECIMAL,
}


def unit_words(unit: Unit) -> str:
    return {
        Unit.COUNT: _("number"),
        Unit.ACCOUNTS: _("accounts"),
        Unit.MINUTES: _("minutes"),
        Unit.FEN: _("yuan"),
        Unit.PERCENT: "%",
    }[unit]


@page(ReportPermission.VIEW, methods=("GET",))
def report(request: HttpRequest, subject: str) -> HttpResponseBase:
    """Figures of a subject by one dimension: chart, table, drilling, Excel."""
    about = SUBJECTS[subject]
    ask = asked(about, request.GET)
    if "_export" in request.GET:
        return _export(request, about, ask)
    found = report_run(actor_of(request), ask.query)
    context = {
        "title": about.title,
        "report": found,
        "ask": ask,
        "fault": message_for(ask.fault) if ask.fault else "",
        "chart": _chart(about, ask, found),
        "heads": _heads(about, ask),
        "rows": [_drawn(about, ask, row) for row in found.rows],
        "totals": [_shown(measure, found.totals.get(measure.name)) for measure in about.measures],
        "chips": _chips(about, ask),
        "dimensions": about.dimensions,
        "measures": [(measure, unit_words(measure.unit)) for measure in about.measures],
        "export": ask.link(_export="xlsx") if actor_of(request).may(ReportPermission.EXPORT) else "",
        **_paging(ask, found),
    }
    return render(request, "reporting/report.html", context)


@page(ReportPermission.VIEW, methods=("GET",))
def customer_revenue(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a customer's record: revenue by month."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    last = month_of(now())
    query = ReportQuery(
        "revenue", "month", month_add(last, 1 - _REVENUE_MONTHS), last, where={"customer": customer.pk}
    )
    found = report_run(actor, query)
    ask = Asked(query, "revenue")
    link = reverse("reporting-revenue-report") + ask.link(by="product")
    context = {"chart": _chart(SUBJECTS["revenue"], ask, found), "link": link}
    return render(request, "reporting/customer_panel.html", context)


def _chart(about: Subject, ask: Asked, found: Report) -> Chart:
    """A line over months, whole ones without gaps; lying bars of the first rows for anything else."""
    measure = about.measure(ask.chart) or about.measures[0]
    rows = found.rows
    if ask.query.by == "month":
        known = {row.key: row.values[measure.name] for row in rows}
        months = months_between(ask.query.first, ask.query.last)
        categories = [str(month) for month in months]
        values, links = [known.get(month) for month in months], []
    else:
        rows = rows[:_CHARTED]
        categories = [row.label for row in rows]
        values = [row.values[measure.name] for row in rows]
        links = [_drill(about, ask, row) for row in rows]
    return Chart(
        title=measure.label,
        shape=Shape.LINE if ask.query.by == "month" else Shape.ROWS,
        categories=categories,
        series=[Series(measure.label, values)],
        unit=unit_words(measure.unit),
        period=f"{ask.query.first} – {ask.query.last}",
        as_of=found.as_of or now(),
        kind=_KINDS[measure.unit],
        links=links if all(links) else [],
        category_label=found.dimension.label,
    )


def _heads(about: Subject, ask: Asked) -> list[dict[str, Any]]:
    dimension = about.dimension(ask.query.by)
    columns = [("key", dimension.label if dimension else "", "", "")]
    columns += [(m.name, m.label, unit_words(m.unit), str(m.definition)) for m in about.measures]
    heads = []
    for name, label, unit, definition in columns:
        is_current = ask.query.sort.removeprefix("-") == name
        falling = ask.query.sort.startswith("-")
        turned = name if is_current and falling else f"-{name}"
        way = ("down" if falling else "up") if is_current else ""
        heads.append(
            {
                "label": label,
                "unit": unit,
                "definition": definition,
                "link": ask.link(sort=turned),
                "way": way,
            }
        )
    return heads


def _drawn(about: Subject, ask: Asked, row: Row) -> dict[str, Any]:
    return {
        "label": row.label or _("Not known"),
        "link": _drill(about, ask, row),
        "values": [_shown(measure, row.values[measure.name]) for measure in about.measures],
    }


def _shown(measure: Measure, value: float | None) -> str:
    return plain(_KINDS[measure.unit], value) or "–"


def _drill(about: Subject, ask: Asked, row: Row) -> str:
    """Where a row leads: to the next dimension not yet fixed, and at the end to the calls themselves."""
    if row.key is None:
        return ""
    by = ask.query.by
    fixed = {*ask.query.where, by}
    further = next((name for name in about.drill if name not in fixed), None)
    if further is not None:
        return ask.link(**{by: row.key, "by": further, "sort": None})
    return _calls_link(ask, by, row.key) if about.name == "calls" else ""


def _calls_link(ask: Asked, by: str, key: Any) -> str:
    where = {**ask.query.where, by: key}
    first, last = (Month(str(where.get("month", month))) for month in (ask.query.first, ask.query.last))
    days = f"began_at_min={month_first(first)}&began_at_max={month_last(last)}"
    parts = [f"{name}={where[name]}" for name in ("customer", "call_class") if name in where]
    return reverse("charging-usage-list") + "?" + "&".join([days, *parts])


def _chips(about: Subject, ask: Asked) -> list[dict[str, str]]:
    chips = []
    for name, key in ask.query.where.items():
        dimension = about.dimension(name)
        if dimension is not None:
            words = dimension.words([key])
            link = ask.link(**{name: None})
            chips.append({"label": str(dimension.label), "value": words.get(key, str(key)), "link": link})
    return chips


def _paging(ask: Asked, found: Report) -> dict[str, Any]:
    at, count = ask.query.offset // PAGE + 1, found.row_count
    return {
        "previous": ask.link(page=at - 1) if at > 1 else "",
        "next": ask.link(page=at + 1) if at * PAGE < count else "",
    }


def _export(request: HttpRequest, about: Subject, ask: Asked) -> HttpResponseBase:
    actor = actor_of(request)
    require(actor, ReportPermission.EXPORT)
    found = report_run(actor, replace(ask.query, limit=None, offset=0))
    columns = [Column(str(found.dimension.label))]
    columns += [Column(f"{m.label} ({unit_words(m.unit)})", _FILE_KINDS[m.unit]) for m in about.measures]
    table = Table(
        noun="report",
        title=str(about.title),
        columns=columns,
        rows=([row.label, *(row.values[m.name] for m in about.measures)] for row in found.rows),
        filters=[(_("Period"), f"{ask.query.first} – {ask.query.last}")]
        + [(chip["label"], chip["value"]) for chip in _chips(about, ask)],
        total=found.row_count,
        notes=[f"{m.label}: {m.definition}" for m in about.measures],
    )
    return stream(actor, table, format_of(request.GET["_export"]))
