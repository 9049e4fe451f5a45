"""Figures that the system cannot know: entered by the statistician with their source, or by import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.files.api import file_store
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import Conflict, DomainError, NotFound
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.figures import figure_text
from dakehu.managers.domain.indicators import INDICATORS, Code, Source
from dakehu.managers.domain.performance_errors import (
    FigureComputed,
    MonthIsClosed,
    MonthNotAssessed,
    OwnContract,
    SourceMissing,
)
from dakehu.managers.models import Contract, EnteredFigure
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import terms_of
from dakehu.managers.services.contracts import contract_locked, label_of
from dakehu.managers.services.months import require_assessed
from dakehu.managers.services.visits import Photo

DOCUMENT = "managers.figure"
_ENTER = PerformancePermission.ENTER


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure in its smallest unit, with its source: a note, a document, or both."""

    value: int
    note: str = ""
    document: Photo | None = None


def figure_enter(
    *, actor: Actor, contract_id: int, month: Month, code: Code, entry: Entry, version: int | None = None
) -> EnteredFigure:
    """Enter a figure, or put it in the place of the one on file, whose `version` the actor has read.

    Without a version the figure on file is replaced whatever it is. The same figure once more is no change.
    Raises `FigureComputed`, `NotInForce`, `MonthNotAssessed`, `MonthIsClosed`, `SourceMissing`, `Conflict`.
    """
    if INDICATORS[code].source is not Source.ENTERED:
        raise FigureComputed(field="value")
    with transaction.atomic():
        contract = _open(actor, contract_id, month, code)
        row = EnteredFigure.objects.filter(contract=contract, month=month, indicator=str(code)).first()
        held = row.version if row else 0
        if version is not None and version != held:
            current = {"value": row.value, "note": row.note} if row else {}
            raise Conflict(noun="performance", version=held, current=current)
        before = {} if row is None else _shown(row)
        if row is None:
            row = EnteredFigure(contract=contract, month=month, indicator=str(code), version=0)
        note = clean_line(entry.note)[:400]
        if not note and not entry.document and not row.document_id:
            raise SourceMissing(field="note")
        row.value, row.note = entry.value, note
        if entry.document:
            row.document = file_store(
                actor=actor, purpose=DOCUMENT, name=entry.document.name, chunks=entry.document.chunks
            )
        elif before == _shown(row):
            return row
        row.version += 1
        row.entered_by, row.entered_at = actor.name[:80], now()
        row.save()
        record(actor, "performance.enter", _change(contract, before, _shown(row)))
    return row


def figures_take_back(*, actor: Actor, versions: Sequence[tuple[int, int]]) -> list[DomainError | None]:
    """Remove each (id, version) that is as it was entered, while the month is open; None each, or why."""
    with transaction.atomic():
        ids = [pk for pk, _version in versions]
        rows = visible(EnteredFigure.objects.filter(pk__in=ids), actor, _ENTER).select_related("contract")
        held = {row.pk: row for row in rows}
        return [_take_back(actor, pk, held.get(pk), version) for pk, version in versions]


def _take_back(actor: Actor, pk: int, row: EnteredFigure | None, version: int) -> DomainError | None:
    if row is None:
        return NotFound(noun="figure", id=str(pk))
    if row.version != version:
        return Conflict(noun="performance", version=row.version, current={"value": row.value})
    try:
        contract = _open(actor, row.contract_id, Month(row.month), Code(row.indicator))
    except DomainError as error:
        return error
    record(actor, "performance.enter", _change(contract, _shown(row), {}))
    row.delete()
    return None


def _open(actor: Actor, contract_id: int, month: Month, code: Code) -> Contract:
    """The contract, locked, in a month that is assessed by this indicator and not closed."""
    contract = contract_locked(actor, contract_id, _ENTER)
    if contract.manager_id == actor.user_id:
        raise OwnContract
    require_assessed(contract, month)
    terms = {each.indicator: each.term() for each in terms_of(contract)}
    if str(code) not in terms or terms[str(code)].target(month) is None:
        raise MonthNotAssessed(month=month)
    if contract.results.filter(month=month, is_current=True).exists():
        raise MonthIsClosed(month=month)
    return contract


def _shown(row: EnteredFigure) -> dict[str, object]:
    unit = INDICATORS[Code(row.indicator)].unit
    return {
        "month": row.month,
        "indicator": row.indicator,
        "value": figure_text(unit, row.value),
        "note": row.note,
        "document": str(row.document_id or ""),
    }


def _change(contract: Contract, before: dict[str, object], after: dict[str, object]) -> Change:
    return Change("performance", contract.pk, label_of(contract), before, after, contract.org_path)
