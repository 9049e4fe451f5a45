"""The tab of a customer's revenue: by month and product, against last month and last year; its export."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.revenue import RevenueView, revenue_of, revenue_view
from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.exporting.api import Column, Table, format_of, stream
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.ui.api import Chart, Figure, Kind, Series, Shape, actor_of, page
from dakehu.organisation.api import dictionary_label

_SERIES = 7


@page(Permission.VIEW, methods=("GET",))
def revenue_panel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Figures, chart and table; `_export` gives every row on file as a workbook."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    if "_export" in request.GET:
        return _export(actor, customer, request.GET["_export"])
    view = revenue_view(actor, customer)
    context = {
        "customer": customer,
        "figures": _figures(view) if view else [],
        "chart": _chart(view) if view else None,
        "may_export": actor.may(Permission.EXPORT),
        "may_load": actor.may(Permission.LOAD_REVENUE),
    }
    return render(request, "customers/revenue_panel.html", context)


def _figures(view: RevenueView) -> Sequence[Figure]:
    found, unit = view.figures, _("yuan")
    latest = _("%(month)s, against the month before") % {"month": found.month}
    return [
        Figure(_("Last billed month"), found.amount, Kind.MONEY, unit, latest, _growth(found.month_on_month)),
        Figure(_("Month before"), found.last_month, Kind.MONEY, unit),
        Figure(
            _("Same month last year"), found.last_year, Kind.MONEY, unit, _("and the change since"),
            _growth(found.year_on_year),
        ),
        Figure(
            _("Year to date"), found.year_to_date, Kind.MONEY, unit,
            _("against the same months of the year before"), _growth(found.year_to_date_change),
        ),
    ]  # fmt: skip


def _growth(fraction: Fraction | None) -> float | None:
    return None if fraction is None else float(fraction)


def _chart(view: RevenueView) -> Chart:
    """Months upright, products on each other; beyond the palette the smallest ones together."""
    named = list(view.by_category.items())
    first, rest = (named, []) if len(named) <= _SERIES else (named[: _SERIES - 1], named[_SERIES - 1 :])
    series = [
        Series(dictionary_label("product_category", category), [fen.get(month) for month in view.months])
        for category, fen in first
    ]
    if rest:
        sums = [sum(fen.get(month, 0) for _category, fen in rest) for month in view.months]
        series.append(Series(_("All others"), sums))
    return Chart(
        title=_("Revenue by month and product"),
        shape=Shape.STACK,
        categories=list(view.months),
        series=series,
        unit=_("yuan"),
        period=f"{view.months[0]} – {view.months[-1]}",
        as_of=now(),
        kind=Kind.MONEY,
        category_label=_("Month"),
    )


def _export(actor: Actor, customer: Customer, form: str) -> HttpResponseBase:
    require(actor, Permission.EXPORT)
    rows = revenue_of(actor, customer)
    table = Table(
        noun="customer",
        title=_("Revenue of %(name)s") % {"name": customer.name},
        columns=[
            Column(_("Month")),
            Column(_("Product category")),
            Column(_("Product")),
            Column(_("Revenue (yuan)"), FileKind.MONEY),
        ],
        rows=(
            (row.month, dictionary_label("product_category", row.category), row.product, row.amount_fen)
            for row in rows.iterator(2000)
        ),
        filters=[(_("Account number"), customer.code)],
    )
    return stream(actor, table, format_of(form))
