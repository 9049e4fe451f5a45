"""Entered figures of performance contracts from a spreadsheet: a row for each manager, month, indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.importing.api import (
    Duplicate,
    Finding,
    ImportColumn,
    ImportSpec,
    Made,
    Outcome,
    parsers,
    register_import,
)
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import DomainError
from dakehu.managers.domain.contract_states import ContractState
from dakehu.managers.domain.figures import figure_text, parse_figure
from dakehu.managers.domain.indicators import INDICATORS, Code, Source
from dakehu.managers.domain.performance_errors import (
    ContractUnknown,
    FigureOnFile,
    IndicatorUnknown,
    MonthIsClosed,
    MonthNotAssessed,
    OwnContract,
)
from dakehu.managers.models import Contract, EnteredFigure, MonthResult
from dakehu.managers.naming import indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.services.entering import Entry, figure_enter, figures_take_back

NAME = "performance-figures"
_ENTERED = [code for code, each in INDICATORS.items() if each.source is Source.ENTERED]
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the file; `month` is "2026-10"."""

    manager: str
    month: str
    indicator: str
    value: str
    note: str

    def keys(self) -> Mapping[str, str]:
        return {"manager": f"{self.manager}|{self.month}|{self.indicator}"}


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as what it means; `held` is the figure on file that it would replace."""

    contract_id: int
    month: Month
    code: Code
    value: int
    held: EnteredFigure | None


COLUMNS = [
    ImportColumn(
        "manager", _("Manager"), parsers.text(80), aliases=("客户经理", "姓名", "登录名", "工号", "Name"),
        required=True, example="m001", note=_("Sign-in name or full name."),
    ),
    ImportColumn(
        "month", _("Month"), parsers.month(), aliases=("月份", "账期", "考核月份"), required=True,
        example="2026-10",
    ),
    ImportColumn(
        "indicator", _("Indicator"), parsers.text(40), aliases=("指标", "考核指标"), required=True,
        note=_("Cost, forecast accuracy or satisfaction; the others are computed."),
    ),
    ImportColumn(
        "value", pgettext_lazy("performance", "Figure"), parsers.text(30), aliases=("数值", "完成值", "实绩"),
        required=True, example="92.5",
    ),
    ImportColumn(
        "note", _("Source"), parsers.text(400), aliases=("来源", "数据来源", "依据"), required=True,
        example="三季度满意度调查报告",
    ),
]  # fmt: skip


def check(actor: Actor, rows: Sequence[FigureRow]) -> list[Finding]:
    """Faults with their columns, and figures that are on file already."""
    return [Finding(faults, _duplicates(read)) for read, faults in _read(actor, rows)]


def commit(actor: Actor, rows: Sequence[FigureRow], wanted: Sequence[bool]) -> list[Outcome]:
    """Enter the rows that are free of faults; a figure on file gives way where that was meant."""
    require(actor, PerformancePermission.ENTER)
    outcomes: list[Outcome] = []
    for row, (read, faults), meant in zip(rows, _read(actor, rows), wanted, strict=True):
        if read is None or (read.held is not None and not meant):
            outcomes.append(Finding(faults, _duplicates(read)))
            continue
        try:
            made = figure_enter(
                actor=actor,
                contract_id=read.contract_id,
                month=read.month,
                code=read.code,
                entry=Entry(read.value, row.note),
            )
        except DomainError as error:
            outcomes.append(error)
        else:
            outcomes.append(Made(str(made.pk), made.version))
    return outcomes


def undo(actor: Actor, made: Sequence[Made]) -> list[DomainError | None]:
    return figures_take_back(actor=actor, versions=[(int(each.object_id), each.version) for each in made])


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_import(
        ImportSpec(
            name=NAME,
            noun="performance",
            title=pgettext_lazy("import", "Figures of performance contracts"),
            permission=PerformancePermission.ENTER,
            columns=COLUMNS,
            draft=FigureRow,
            check=check,
            commit=commit,
            undo=undo,
            keys=FigureRow.keys,
            unique=frozenset({"manager"}),
            list_url="managers-contract-list",
        )
    )


def _duplicates(read: _Read | None) -> list[Duplicate]:
    if read is None or read.held is None:
        return []
    figure = figure_text(INDICATORS[read.code].unit, read.held.value)
    return [Duplicate(FigureOnFile(field="value", figure=figure))]


def _read(actor: Actor, rows: Sequence[FigureRow]) -> list[tuple[_Read | None, list[DomainError]]]:
    """Each row as what it means, or None with its faults. Five queries for any number of rows."""
    contracts = _contracts(actor, rows)
    ids = {each.pk for found in contracts.values() for each in found}
    months = {row.month for row in rows}
    closed = set(
        MonthResult.objects.filter(contract__in=ids, month__in=months, is_current=True).values_list(
            "contract_id", "month"
        )
    )
    held = {
        (row.contract_id, row.month, row.indicator): row
        for row in EnteredFigure.objects.filter(contract__in=ids, month__in=months)
    }
    return [_row(actor, row, contracts, closed, held) for row in rows]


def _contracts(actor: Actor, rows: Sequence[FigureRow]) -> Mapping[tuple[str, int], list[Contract]]:
    """Contracts in force of the actor's view by (name or sign-in name, year)."""
    names = {row.manager for row in rows}
    years = {int(row.month[:4]) for row in rows}
    wanted = Contract.objects.filter(
        Q(manager__username__in=names) | Q(manager__name__in=names),
        state=ContractState.IN_FORCE,
        year__in=years,
    )
    seen = visible(wanted, actor, PerformancePermission.ENTER)
    found: dict[tuple[str, int], list[Contract]] = defaultdict(list)
    for row in seen.select_related("manager").prefetch_related("terms"):
        for name in {row.manager.username, row.manager.name}:
            found[name, row.year].append(row)
    return found


def _row(
    actor: Actor,
    row: FigureRow,
    contracts: Mapping[tuple[str, int], list[Contract]],
    closed: set[tuple[int, str]],
    held: Mapping[_Key, EnteredFigure],
) -> tuple[_Read | None, list[DomainError]]:
    faults: list[DomainError] = []
    named = contracts.get((row.manager, int(row.month[:4])), [])
    code, value = _code(row.indicator), None
    if len(named) != 1:
        faults.append(ContractUnknown(field="manager", text=row.manager))
    elif named[0].manager_id == actor.user_id:
        faults.append(OwnContract(field="manager"))
    if code is None:
        faults.append(IndicatorUnknown(field="indicator", text=row.indicator))
    else:
        try:
            value = parse_figure(INDICATORS[code].unit, row.value, field="value")
        except DomainError as error:
            faults.append(error)
    if faults or code is None or value is None:
        return None, faults
    contract, month = named[0], Month(row.month)
    targets = [term.term().target(month) for term in contract.terms.all() if term.indicator == str(code)]
    if not targets or targets[0] is None:
        return None, [MonthNotAssessed(field="month", month=month)]
    if (contract.pk, month) in closed:
        return None, [MonthIsClosed(field="month", month=month)]
    return _Read(contract.pk, month, code, value, held.get((contract.pk, month, str(code)))), []


def _code(text: str) -> Code | None:
    """An entered indicator by its name in either language, or its code."""
    wanted = text.strip().lower()
    for code in _ENTERED:
        names = {str(code)}
        for language in ("zh-hans", "en"):
            with override(language):
                names.add(indicator_name(code).lower())
        if wanted in names:
            return code
    return None
