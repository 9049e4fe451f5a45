"""A month of a performance contract: its table and chart, its close, its file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.exporting.api import Column, Table, stream_xlsx
from dakehu.infra.exporting.api import Kind as FileKind
from dakehu.infra.ui.api import (
    Badge,
    Button,
    Chart,
    Figure,
    FormPage,
    Kind,
    Series,
    Shape,
    actor_of,
    form_page,
    go_to,
    page,
)
from dakehu.kernel.clock import month_add, month_of
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.domain.contracts import months_assessed
from dakehu.managers.models import Contract
from dakehu.managers.naming import INDICATOR_WORDS, UNIT_WORDS, indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import (
    Line,
    MonthView,
    appeal_day,
    appeals_of,
    contract_get,
    month_view,
)
from dakehu.managers.services.months import month_close, month_reopen
from dakehu.managers.web.performance_forms import ReasonForm
from dakehu.managers.web.performance_words import (
    CLOSED,
    CORRECTED,
    MISSING,
    NO_BASE,
    OPEN,
    RUNNING,
    UNDER_APPEAL,
    contract_url,
    figure_url,
    figure_words,
    fraction,
    hundredths,
    month_in,
    month_url,
)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as the table shows it; the first figure stands beside a corrected one."""

    name: str
    definition: str
    url: str
    weight: int
    target: str
    value: str
    first_value: str
    reached: Decimal | None
    points: Decimal | None
    badge: Badge | None


@page(PerformancePermission.VIEW, methods=("GET",))
def month_record(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    actor = actor_of(request)
    view = month_view(contract_get(actor, pk), month_in(month))
    row = view.contract
    appealed = {
        appeal.figure_id
        for appeal in appeals_of([line.figure for line in view.lines if line.figure])
        if appeal.state == AppealState.OPEN
    }
    context = {
        "title": _("%(name)s: %(month)s") % {"name": row.manager.name, "month": month},
        "back": (_("Contract %(year)s") % {"year": row.year}, contract_url(pk)),
        "badge": _badge(view),
        "figures": _figures(view),
        "rows": [_row(view, line, appealed) for line in view.lines],
        "chart": _chart(view),
        "note": _note(view),
        "buttons": [each for each in _buttons(actor, view) if actor.may(each.permission)],
        "links": _links(row, view),
    }
    return render(request, "managers/month.html", context)


@page(PerformancePermission.CLOSE, methods=("POST",))
def month_end(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    month_close(actor=actor_of(request), contract_id=pk, month=month_in(month))
    messages.success(request, _("%(month)s is closed.") % {"month": month})
    return go_to(request, month_url(pk, month))


@page(PerformancePermission.REOPEN, methods=("GET", "POST"))
def month_open_again(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    actor, asked = actor_of(request), month_in(month)
    row = contract_get(actor, pk, PerformancePermission.REOPEN)
    form = ReasonForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        month_reopen(actor=actor, contract_id=pk, month=asked, reason=values["reason"])
        return month_url(pk, month)

    title = _("Open %(month)s of %(name)s again") % {"month": month, "name": row.manager.name}
    note = _("The closed figures stay on file; the next close makes new ones.")
    shown = FormPage(
        title, form, back=month_url(pk, month), note=note, submit=_("Open again"), done=_("Open.")
    )
    return form_page(request, shown, save)


@page(PerformancePermission.VIEW, methods=("GET",))
def month_file(request: HttpRequest, pk: int, month: str) -> HttpResponseBase:
    """The month's table as a workbook."""
    actor = actor_of(request)
    view = month_view(contract_get(actor, pk), month_in(month))
    row = view.contract
    score = hundredths(view.score)
    table = Table(
        noun="performance",
        title=_("%(name)s: %(month)s") % {"name": row.manager.name, "month": month},
        columns=[
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("Weight, per cent"), FileKind.INTEGER),
            Column(_("Target"), FileKind.DECIMAL),
            Column(_("Achieved"), FileKind.DECIMAL),
            Column(_("First achieved"), FileKind.DECIMAL),
            Column(_("Achievement"), FileKind.PERCENT),
            Column(_("Points"), FileKind.DECIMAL),
            Column(_("Definition"), width=60),
        ],
        rows=[_file_row(line) for line in view.lines],
        filters=[
            (_("Manager"), row.manager.name),
            (_("Unit"), row.manager.org_unit.name),
            (_("Month"), month),
            (pgettext("performance", "Score"), "" if score is None else str(score)),
            (pgettext("month", "State"), str(_badge(view).label)),
        ],
    )
    return stream_xlsx(actor, table)


def _file_row(line: Line) -> list[object]:
    indicator = line.indicator
    figure = line.figure
    first = figure.first_value if figure else line.measured.value
    shown = [_file_value(line, value) for value in (line.target, line.measured.value, first)]
    return [
        indicator_name(indicator.code),
        str(UNIT_WORDS[indicator.unit]),
        line.term.weight,
        *shown,
        fraction(line.reached),
        hundredths(line.points),
        str(INDICATOR_WORDS[indicator.code].definition),
    ]


def _file_value(line: Line, value: int | None) -> Decimal | int | None:
    return value if line.indicator.unit == "count" else hundredths(value)


def _row(view: MonthView, line: Line, appealed: set[int]) -> LineRow:
    indicator, figure = line.indicator, line.figure
    first = figure.first_value if figure and line.is_corrected else None
    return LineRow(
        name=indicator_name(indicator.code),
        definition=str(INDICATOR_WORDS[indicator.code].definition),
        url=figure_url(view.contract.pk, view.month, str(indicator.code)),
        weight=line.term.weight,
        target=figure_words(indicator.unit, line.target),
        value=figure_words(indicator.unit, line.measured.value),
        first_value=figure_words(indicator.unit, first) if line.is_corrected else "",
        reached=fraction(line.reached),
        points=hundredths(line.points),
        badge=_line_badge(line, appealed),
    )


def _line_badge(line: Line, appealed: set[int]) -> Badge | None:
    if line.is_missing:
        return MISSING
    if line.figure is not None and line.figure.pk in appealed:
        return UNDER_APPEAL
    if line.is_corrected:
        return CORRECTED
    return NO_BASE if line.measured.value is None else None


def _badge(view: MonthView) -> Badge:
    if view.result is not None:
        return CLOSED
    return RUNNING if view.month >= month_of(now()) else OPEN


def _note(view: MonthView) -> str:
    if view.result is None:
        return _("Provisional: by the data of this moment. The close freezes it.")
    last = appeal_day(view.result).isoformat()
    return _("Closed by %(name)s; appeals to %(day)s.") % {"name": view.result.closed_by, "day": last}


def _figures(view: MonthView) -> list[Figure]:
    label = pgettext("performance", "Score") if view.result else _("Score as of now")
    figures = [Figure(label, hundredths(view.score), unit=_("points"))]
    result = view.result
    if result is not None:
        if result.first_score != result.score:
            figures.append(Figure(_("Score at the close"), hundredths(result.first_score)))
        figures.append(Figure(pgettext("month", "Closed on"), result.closed_at, Kind.MOMENT))
    else:
        figures.append(Figure(_("To be entered"), len(view.missing), Kind.NUMBER))
    return figures


def _chart(view: MonthView) -> Chart:
    """Target and achieved by indicator; units differ, so both are shares of the target."""
    return Chart(
        title=_("Target and achieved"),
        shape=Shape.BAR,
        categories=[indicator_name(line.indicator.code) for line in view.lines],
        series=[
            Series(_("Target"), [Decimal(1) for _line in view.lines]),
            Series(_("Achieved"), [fraction(line.reached) for line in view.lines]),
        ],
        unit=_("per cent of the target"),
        period=view.month,
        as_of=view.result.closed_at if view.result else now(),
        kind=Kind.PERCENT,
        links=[figure_url(view.contract.pk, view.month, str(line.indicator.code)) for line in view.lines],
        category_label=_("Indicator"),
    )


def _buttons(actor: Actor, view: MonthView) -> list[Button]:
    row, month = view.contract, view.month
    buttons = []
    if row.state == ContractState.IN_FORCE and row.manager_id != actor.user_id:
        if view.result is not None:
            address = reverse("managers-month-reopen", args=[row.pk, month])
            buttons.append(
                Button(_("Open again"), address, "lock-open", PerformancePermission.REOPEN, dialog=True)
            )
        elif month < month_of(now()):
            buttons.append(
                Button(
                    _("Close the month"),
                    reverse("managers-month-close", args=[row.pk, month]),
                    "lock",
                    PerformancePermission.CLOSE,
                    is_primary=True,
                    post=True,
                    question=_("Freeze figures and points of %(month)s?") % {"month": month},
                )
            )
    address = reverse("managers-month-export", args=[row.pk, month])
    buttons.append(
        Button(
            pgettext("performance", "Export to Excel"),
            address,
            "file-spreadsheet",
            PerformancePermission.VIEW,
        )
    )
    return buttons


def _links(row: Contract, view: MonthView) -> dict[str, str]:
    """The months before and after, where they are assessed and have begun."""
    assessed = months_assessed(view.terms, row.year)
    around = {"previous": month_add(view.month, -1), "next": month_add(view.month, 1)}
    return {
        name: month_url(row.pk, month)
        for name, month in around.items()
        if month in assessed and month <= month_of(now())
    }
