"""Data quality as figures: the tab of an account, the board of units and managers with its export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.parameters import LEAST_SCORE
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.quality import (
    Ranked,
    Sums,
    fault_counts,
    faults_of,
    quality_of,
    ranked_managers,
    ranked_units,
    reminders_open,
    total_of,
    trend,
    unit_in_view,
    units_above,
)
from dakehu.customers.subjects import subject_label
from dakehu.customers.web.qualitywords import KINDS, score_badge, tenths
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.exporting.api import Column, Table, format_of, stream
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.parameters.api import value_of
from dakehu.infra.ui.api import (
    Chart,
    Figure,
    Kind,
    Series,
    Shape,
    TileBody,
    TileRow,
    actor_of,
    page,
    rows_tile,
)
from dakehu.kernel.clock import Month, month_add, month_of, months_between
from dakehu.organisation.api import OrgUnit

_MONTHS, _RANKED, _TILE_ROWS = 12, 20, 6
_BOARD = "customers-quality-board"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a ranking as it is drawn."""

    place: int
    name: str
    note: str
    link: str
    accounts: str
    mean: str
    poor: str
    width: int


@page(Permission.VIEW, methods=("GET",))
def quality_panel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The account's score with its faults, and where each of them is mended."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    found = quality_of(actor, customer)
    context = {
        "customer": customer,
        "quality": found,
        "badge": score_badge(found.score, value_of(LEAST_SCORE)) if found else None,
        "faults": [
            (KINDS[row.kind], subject_label(row.subject), row.gain) for row in faults_of(actor, customer)
        ],
        "may_fill": actor.may(Permission.CHANGE),
        "fill": f"{reverse('customers-fill-list')}?{urlencode({'customer': pk})}",
    }
    return render(request, "customers/quality_panel.html", context)


@page(Permission.VIEW, methods=("GET",))
def quality_board(request: HttpRequest) -> HttpResponseBase:
    """Mean scores below a unit: its units and managers ranked, its faults, its months."""
    actor = actor_of(request)
    path = unit_in_view(actor, request.GET.get("unit", ""))
    if "_export" in request.GET:
        return _export(actor, path, request.GET["_export"], request.GET.get("of", ""))
    total, units, managers = total_of(actor, path), ranked_units(actor, path), ranked_managers(actor, path)
    worst_first = request.GET.get("order") == "worst"
    months = _months()
    context = {
        "title": _("Data quality"),
        "unit": path,
        "crumbs": [
            (name, "" if each == path else _address(unit=each)) for each, name in units_above(actor, path)
        ],
        "figures": _figures(total),
        "units": _rows(units, worst_first, lambda row: _unit_link(row, path)),
        "managers": _rows(managers, worst_first, lambda row: _manager_link(row, path))[:_RANKED],
        "more_managers": max(len(managers) - _RANKED, 0),
        "faults": _faults(actor, path, total),
        "chart": _chart(trend(actor, path, months), months),
        "worst_first": worst_first,
        "export": _address(unit=path, _export="xlsx"),
        "turned": _address(unit=path, **({} if worst_first else {"order": "worst"})),
        "may_export": actor.may(Permission.EXPORT),
        "may_rule": actor.may(Permission.QUALITY_RULES),
    }
    return render(request, "customers/quality_board.html", context)


def reminders_tile(actor: Actor) -> TileBody:
    """One's own accounts whose files are poor, as tasks."""
    found = reminders_open(actor, actor.user_id)[:_TILE_ROWS] if actor.user_id is not None else []
    rows = [
        TileRow(
            row.customer.name,
            f"{reverse('customers-fill-list')}?{urlencode({'customer': row.customer_id})}",
            badge=score_badge(row.score, value_of(LEAST_SCORE)),
        )
        for row in found
    ]
    return rows_tile(rows, empty=_("The files of your accounts are well filled in."))


def _figures(total: Sums) -> Sequence[Figure]:
    least = value_of(LEAST_SCORE)
    return [
        Figure(_("Mean score"), tenths(total.mean_tenths), unit=_("of 100")),
        Figure(pgettext("quality", "Accounts"), total.accounts, Kind.NUMBER),
        Figure(_("Below %(least)s points") % {"least": least}, total.poor, Kind.NUMBER),
        Figure(_("Share below"), total.poor / total.accounts if total.accounts else None, Kind.PERCENT),
    ]


def _rows(found: Sequence[Ranked], worst_first: bool, link: object) -> list[_Row]:
    rows = [
        _Row(
            each.place,
            each.name or _("Nobody's"),
            each.note,
            link(each) if callable(link) else "",
            f"{each.sums.accounts:,}",
            tenths(each.sums.mean_tenths),
            f"{each.sums.poor:,}",
            (each.sums.mean_tenths or 0) // 10,
        )
        for each in found
    ]
    return rows[::-1] if worst_first else rows


def _unit_link(row: Ranked, path: str) -> str:
    """A unit opens into its own; one that has none below it, into its accounts."""
    return _accounts(unit=row.key) if row.key == path else _address(unit=row.key)


def _manager_link(row: Ranked, path: str) -> str:
    return _accounts(unit=path, **({"owner": row.key} if row.key else {"whose": "nobody"}))


def _faults(actor: Actor, path: str, total: Sums) -> list[tuple[str, str, str, int]]:
    return [
        (
            subject_label(name),
            _accounts(unit=path, fault=name),
            f"{count:,}",
            count * 100 // max(total.accounts, 1),
        )
        for name, count in fault_counts(actor, path)
    ]


def _months() -> list[Month]:
    last = month_of(now())
    return months_between(month_add(last, 1 - _MONTHS), last)


def _chart(found: object, months: Sequence[Month]) -> Chart:
    known: dict[str, Sums] = dict(found) if isinstance(found, dict) else {}
    means = [known[month].mean_tenths if month in known else None for month in months]
    return Chart(
        title=_("Mean score by month"),
        shape=Shape.LINE,
        categories=[str(month) for month in months],
        series=[Series(_("Mean score"), [None if mean is None else mean / 10 for mean in means])],
        unit=_("points"),
        period=f"{months[0]} – {months[-1]}",
        as_of=now(),
        kind=Kind.NUMBER,
        category_label=_("Month"),
    )


def _export(actor: Actor, path: str, form: str, of: str) -> HttpResponseBase:
    """The ranking of managers as a file, or with `of=units` that of units."""
    require(actor, Permission.EXPORT)
    is_units = of == "units"
    ranked = ranked_units(actor, path) if is_units else ranked_managers(actor, path)
    unit = OrgUnit.objects.filter(path=path).values_list("name", flat=True).first() or ""
    table = Table(
        noun="customer_quality",
        title=_("Ranking of units by data quality") if is_units else _("Ranking of managers by data quality"),
        columns=[
            Column(pgettext("ranking", "Place"), FileKind.INTEGER),
            Column(_("Unit") if is_units else _("Account manager")),
            *([] if is_units else [Column(_("Unit"))]),
            Column(_("Mean score"), FileKind.DECIMAL),
            Column(pgettext("quality", "Accounts"), FileKind.INTEGER),
            Column(_("Below the bound"), FileKind.INTEGER),
        ],
        rows=_exported(ranked, is_units),
        filters=[(_("Unit"), unit), (_("Bound"), str(value_of(LEAST_SCORE)))],
        total=len(ranked),
    )
    return stream(actor, table, format_of(form))


def _exported(ranked: Sequence[Ranked], is_units: bool) -> Iterator[Sequence[object]]:
    for row in ranked:
        notes = [] if is_units else [row.note]
        mean = (row.sums.mean_tenths or 0) / 10
        yield (row.place, row.name or _("Nobody's"), *notes, mean, row.sums.accounts, row.sums.poor)


def _address(**query: str) -> str:
    return f"{reverse(_BOARD)}?{urlencode(query)}"


def _accounts(**query: str) -> str:
    return f"{reverse('customers-quality-list')}?{urlencode(query)}"


def account_url(customer_id: int) -> str:
    return f"{url_of(customer_id)}?tab=quality"
