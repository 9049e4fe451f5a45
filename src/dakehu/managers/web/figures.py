"""One figure of a month: how its points came about, its year, its records, its source, appeals against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from dakehu.infra.files.api import file_response
from dakehu.infra.ui.api import (
    Button,
    Chart,
    Fact,
    FormPage,
    Kind,
    Series,
    Shape,
    actor_of,
    form_page,
    page,
)
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.domain.figures import figure_text
from dakehu.managers.domain.indicators import Code, Indicator, Source, Unit
from dakehu.managers.models import Appeal, MonthFigure
from dakehu.managers.naming import INDICATOR_WORDS, UNIT_WORDS, indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.evidence import Evidence, Records, records_of
from dakehu.managers.selectors.performance import (
    Line,
    MonthView,
    appeal_day,
    appeals_of,
    contract_get,
    entered_of,
    month_view,
    terms_of,
    year_figures,
)
from dakehu.managers.services.appeals import appeal_open
from dakehu.managers.services.entering import figure_enter
from dakehu.managers.web.performance_forms import AppealForm, FigureForm
from dakehu.managers.web.performance_words import (
    APPEALS,
    chart_kind,
    chart_value,
    code_in,
    figure_url,
    figure_words,
    fraction,
    hundredths,
    month_in,
    month_url,
)
from dakehu.managers.web.words import visit_url
from dakehu.organisation.api import dictionary_label

_MOST = 200
_P = PerformancePermission


@dataclass(frozen=True, slots=True)
class RecordRow:
    name: str
    url: str
    text: str
    text_url: str
    day: Any
    percent: int
    base: str
    amount: str


@page(_P.VIEW, methods=("GET",))
def figure_record(request: HttpRequest, pk: int, month: str, indicator: str) -> HttpResponse:
    actor = actor_of(request)
    view, line = _line(actor, pk, month, indicator)
    row, code = view.contract, line.term.code
    records = records_of(actor, line) if line.indicator.source is Source.COMPUTED else None
    appeals = appeals_of([line.figure]) if line.figure else []
    context = {
        "title": _("%(indicator)s, %(month)s") % {"indicator": indicator_name(code), "month": month},
        "note": row.manager.name,
        "back": (_("Month %(month)s") % {"month": month}, month_url(pk, month)),
        "definition": INDICATOR_WORDS[code].definition,
        "facts": _facts(view, line),
        "chart": _chart(view, line),
        "rows": [_row(line.indicator, each) for each in records.rows[:_MOST]] if records else [],
        "records": records,
        "more": max(0, len(records.rows) - _MOST) if records else 0,
        "unseen": _unseen(line.indicator, records) if records and records.unseen else "",
        "shows": _shows(code),
        "appeals": [(each, APPEALS[AppealState(each.state)], *_figures_of(line, each)) for each in appeals],
        "may_decide": actor.may(_P.DECIDE) and row.manager_id != actor.user_id,
        "buttons": [each for each in _buttons(actor, view, line, appeals) if actor.may(each.permission)],
    }
    return render(request, "managers/figure.html", context)


@page(_P.VIEW, methods=("GET",))
def figure_file(request: HttpRequest, pk: int, month: str, indicator: str) -> HttpResponseBase:
    """Every record behind the figure, as a workbook."""
    actor = actor_of(request)
    view, line = _line(actor, pk, month, indicator)
    records, unit = records_of(actor, line), line.indicator.unit
    is_count = _amount_unit(line.indicator) is Unit.COUNT
    amount = FileKind.INTEGER if is_count else FileKind.MONEY
    table = Table(
        noun="performance",
        title=_("%(indicator)s, %(month)s") % {"indicator": indicator_name(line.term.code), "month": month},
        columns=[
            Column(_("Customer")),
            Column(_("Account number")),
            Column(pgettext("performance", "What")),
            Column(pgettext("performance", "Day"), FileKind.DATE),
            Column(_("Share of credit, per cent"), FileKind.INTEGER),
            Column(_("Held against"), amount),
            Column(_("Counts"), amount),
        ],
        rows=(_file_row(line.indicator, each) for each in records.rows),
        filters=[
            (_("Manager"), view.contract.manager.name),
            (_("Month"), month),
            (pgettext("performance", "Figure"), figure_words(unit, line.measured.value)),
        ],
        notes=[str(INDICATOR_WORDS[line.term.code].definition)]
        + ([_unseen(line.indicator, records)] if records.unseen else []),
    )
    return stream_xlsx(actor, table)


@page(_P.ENTER, methods=("GET", "POST"))
def figure_edit(request: HttpRequest, pk: int, month: str, indicator: str) -> HttpResponse:
    """Enter a figure with its source."""
    actor, asked, code = actor_of(request), month_in(month), code_in(indicator)
    row = contract_get(actor, pk, _P.ENTER)
    term = next((each.term() for each in terms_of(row) if each.indicator == indicator), None)
    if term is None:
        raise NotFound(noun="indicator", id=indicator)
    unit = term.indicator.unit
    held = entered_of(row, asked).filter(indicator=indicator).first()
    initial: dict[str, Any] = {"version": 0}
    if held is not None:
        value = figure_text(unit, held.value, thousands=False)
        initial = {"value": value, "note": held.note, "version": held.version}
    form = FigureForm(request.POST or None, request.FILES or None, unit=unit, initial=initial)

    def save(values: dict[str, Any]) -> str:
        figure_enter(
            actor=actor,
            contract_id=pk,
            month=asked,
            code=code,
            entry=form.entry(),
            version=values["version"],
        )
        return month_url(pk, month)

    title = _("%(indicator)s of %(name)s, %(month)s") % {
        "indicator": indicator_name(code),
        "name": row.manager.name,
        "month": month,
    }
    note = str(INDICATOR_WORDS[code].definition)
    shown = FormPage(title, form, back=month_url(pk, month), note=note, done=_("Saved."), noun="performance")
    return form_page(request, shown, save)


@page(_P.VIEW, methods=("GET",))
def figure_document(request: HttpRequest, pk: int, month: str, indicator: str) -> HttpResponseBase:
    """The source document of an entered figure, to whoever sees the contract."""
    row = contract_get(actor_of(request), pk)
    held = entered_of(row, month_in(month)).filter(indicator=indicator).first()
    if held is None or held.document is None:
        raise NotFound(noun="file", id=indicator)
    return file_response(held.document)


@page(_P.ACCEPT, methods=("GET", "POST"))
def figure_appeal(request: HttpRequest, pk: int, month: str, indicator: str) -> HttpResponse:
    """The manager's appeal against a closed figure."""
    actor, asked, code = actor_of(request), month_in(month), code_in(indicator)
    view, line = _line(actor, pk, month, indicator)
    form = AppealForm(request.POST or None, unit=line.indicator.unit)

    def save(values: dict[str, Any]) -> str:
        appeal_open(
            actor=actor,
            contract_id=pk,
            month=asked,
            code=code,
            reason=values["reason"],
            wanted=form.wanted_figure(),
        )
        return figure_url(pk, month, indicator)

    title = _("Appeal: %(indicator)s, %(month)s") % {"indicator": indicator_name(code), "month": month}
    note = ""
    if view.result is not None:
        closed = figure_words(line.indicator.unit, line.measured.value)
        last = appeal_day(view.result).isoformat()
        note = _("Closed as %(figure)s; appeals to %(day)s.") % {"figure": closed, "day": last}
    back = figure_url(pk, month, indicator)
    shown = FormPage(title, form, back=back, note=note, submit=_("Appeal"), done=_("Your leader decides."))
    return form_page(request, shown, save)


def _line(actor: Actor, pk: int, month: str, indicator: str) -> tuple[MonthView, Line]:
    """The month and the line of an address, or `NotFound`."""
    view = month_view(contract_get(actor, pk), month_in(month))
    line = next((each for each in view.lines if each.term.code == indicator), None)
    if line is None:
        raise NotFound(noun="indicator", id=indicator)
    return view, line


def _facts(view: MonthView, line: Line) -> list[Fact]:
    unit, figure = line.indicator.unit, line.figure
    reached, points = fraction(line.reached), hundredths(line.points)
    facts = [
        Fact(_("Target"), figure_words(unit, line.target)),
        Fact(_("Achieved"), figure_words(unit, line.measured.value), note=_made_of(line)),
    ]
    if figure is not None and line.is_corrected:
        facts.append(Fact(_("Achieved at the close"), figure_words(unit, figure.first_value)))
    facts += [
        Fact(_("Achievement"), reached, Kind.PERCENT),
        Fact(_("Points"), points, Kind.NUMBER),
        Fact(_("Weight"), f"{line.term.weight}%"),
    ]
    if line.points is not None:
        facts.append(Fact(_("Adds to the score"), hundredths(line.points * line.term.weight // 100)))
    if line.entered is not None:
        row = line.entered
        document = reverse("managers-figure-document", args=[view.contract.pk, view.month, line.term.code])
        facts += [
            Fact(_("Source"), row.note),
            Fact(_("Source document"), row.document.name, url=document) if row.document else Fact("", ""),
            Fact(_("Entered on"), row.entered_at, Kind.MOMENT, note=row.entered_by),
        ]
    elif figure is not None and figure.note:
        facts.append(Fact(_("Source"), figure.note))
    return [fact for fact in facts if fact.label]


def _made_of(line: Line) -> str:
    """The parts of a share, in words; blank for a plain figure."""
    part, whole = line.measured.part, line.measured.whole
    if part is None or whole is None:
        return ""
    if line.term.code is Code.ARPU:
        return _("%(part)s yuan of %(count)s accounts") % {
            "part": figure_text(Unit.MONEY, part),
            "count": whole,
        }
    unit = _amount_unit(line.indicator)
    told = {"part": figure_text(unit, part), "whole": figure_text(unit, whole)}
    if line.term.code is Code.GROWTH:
        return _("%(part)s against %(whole)s") % told
    return _("%(part)s of %(whole)s") % told


def _chart(view: MonthView, line: Line) -> Chart:
    """Target and figure by month: closed months, and the one that is shown."""
    row, code, indicator = view.contract, line.term.code, line.indicator
    held = year_figures(row, code)
    targets = next((each.months for each in view.terms if each.code == code), (None,) * 12)
    months = [f"{row.year:04d}-{number:02d}" for number in range(1, 13)]
    values = {month: figure.value for month, figure in held.items()} | {view.month: line.measured.value}
    return Chart(
        title=indicator_name(code),
        shape=Shape.BAR,
        categories=months,
        series=[
            Series(_("Target"), [chart_value(indicator, target) for target in targets]),
            Series(_("Achieved"), [chart_value(indicator, values.get(month)) for month in months]),
        ],
        unit=UNIT_WORDS[indicator.unit],
        period=str(row.year),
        as_of=now(),
        kind=chart_kind(indicator),
        height_px=220,
        category_label=_("Month"),
    )


def _amount_unit(indicator: Indicator) -> Unit:
    """What the records are counted in: money, unless they are visits or promises."""
    return Unit.COUNT if indicator.code in (Code.VISITS, Code.PROMISES) else Unit.MONEY


def _shows(code: Code) -> dict[str, bool]:
    """Which columns the records have."""
    return {
        "text": code in (Code.NEW_PRODUCTS, Code.VISITS, Code.PROMISES),
        "day": code in (Code.CHURN, Code.VISITS, Code.PROMISES),
        "percent": code not in (Code.VISITS, Code.PROMISES),
        "base": code in (Code.GROWTH, Code.CHURN),
    }


def _text(indicator: Indicator, each: Evidence) -> str:
    text = each.piece.text
    if indicator.code is not Code.NEW_PRODUCTS:
        return text
    category, _sign, product = text.partition("|")
    return " · ".join(filter(None, (dictionary_label("product_category", category), product)))


def _row(indicator: Indicator, each: Evidence) -> RecordRow:
    piece, unit = each.piece, _amount_unit(indicator)
    amount = figure_text(unit, piece.amount)
    if indicator.code is Code.PROMISES:
        amount = pgettext("promise", "Kept") if piece.amount else _("Not kept by the day")
    return RecordRow(
        name=each.customer.name,
        url=reverse("customers-customer-record", args=[each.customer.pk]),
        text=_text(indicator, each),
        text_url=visit_url(piece.visit) if piece.visit else "",
        day=piece.day,
        percent=piece.percent,
        base=figure_text(unit, piece.base),
        amount=amount,
    )


def _file_row(indicator: Indicator, each: Evidence) -> list[object]:
    piece = each.piece
    return [
        each.customer.name,
        each.customer.code,
        _text(indicator, each),
        piece.day,
        piece.percent,
        piece.base,
        piece.amount,
    ]


def _unseen(indicator: Indicator, records: Records) -> str:
    amount = figure_text(_amount_unit(indicator), records.unseen_amount)
    told = {"count": records.unseen, "amount": amount}
    return _("%(count)s more records of accounts outside your view, together %(amount)s.") % told


def _figures_of(line: Line, appeal: Appeal) -> tuple[str, str]:
    unit = line.indicator.unit
    return figure_words(unit, appeal.wanted), figure_words(unit, appeal.corrected)


def _buttons(actor: Actor, view: MonthView, line: Line, appeals: Sequence[Appeal]) -> list[Button]:
    row, args = view.contract, [view.contract.pk, view.month, str(line.term.code)]
    is_own, runs = row.manager_id == actor.user_id, row.state == ContractState.IN_FORCE
    is_entered = line.indicator.source is Source.ENTERED
    buttons = []
    if is_entered and view.result is None and runs and not is_own:
        enter = reverse("managers-figure-enter", args=args)
        buttons.append(Button(_("Enter the figure"), enter, "pencil", _P.ENTER, is_primary=True))
    if is_own and runs and _may_appeal(view, line.figure, appeals):
        appeal = reverse("managers-figure-appeal", args=args)
        buttons.append(Button(_("Appeal"), appeal, "message-report", _P.ACCEPT))
    if not is_entered:
        export = reverse("managers-figure-export", args=args)
        label = pgettext("performance", "Records to Excel")
        buttons.append(Button(label, export, "file-spreadsheet", _P.VIEW))
    return buttons


def _may_appeal(view: MonthView, figure: MonthFigure | None, appeals: Sequence[Appeal]) -> bool:
    if figure is None or view.result is None or day_of(now()) > appeal_day(view.result):
        return False
    return all(each.state != AppealState.OPEN for each in appeals)
