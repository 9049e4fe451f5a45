"""Closing a month of a performance contract, and opening it again.

The close freezes figures, points and the records behind them: whatever is loaded, moved or mended later, the
month stays as it was signed. It takes the contract's lock, and a unique index allows one current close of a
month; who comes second gets what the first has made.
"""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.rows import create_many
from dakehu.kernel.clock import Month, month_of
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.contract_states import AppealState, ContractState
from dakehu.managers.domain.contracts import months_assessed
from dakehu.managers.domain.errors import TextMissing
from dakehu.managers.domain.performance_errors import (
    AppealsUndecided,
    FiguresMissing,
    MonthNotAssessed,
    MonthNotClosed,
    MonthNotOver,
    NotInForce,
    OwnContract,
)
from dakehu.managers.domain.scoring import Weighed, score
from dakehu.managers.models import Appeal, Contract, FigureRecord, MonthFigure, MonthResult
from dakehu.managers.naming import indicator_names
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import Line, live_lines, terms_of
from dakehu.managers.services.contracts import contract_locked, label_of


def month_close(*, actor: Actor, contract_id: int, month: Month) -> MonthResult:
    """Freeze the month; closing it once more gives the same result.

    Raises `NotInForce`, `MonthNotAssessed`, `MonthNotOver`, `FiguresMissing`, `OwnContract`.
    """
    with transaction.atomic():
        row = contract_locked(actor, contract_id, PerformancePermission.CLOSE)
        if row.manager_id == actor.user_id:
            raise OwnContract
        held = row.results.filter(month=month, is_current=True).first()
        if held is not None:
            return held
        terms = [each.term() for each in terms_of(row)]
        require_assessed(row, month)
        if month >= month_of(now()):
            raise MonthNotOver(month=month)
        lines = live_lines(row, terms, month)
        missing = [line.term.code for line in lines if line.is_missing]
        if missing:
            raise FiguresMissing(names=indicator_names(missing))
        result = _result(actor, row, month, lines)
        _freeze(result, lines)
        after: dict[str, object] = {"month": month, "score": result.score, "run": result.run}
        record(actor, "performance.close_month", _change(row, {}, after))
        payload = {"contract": row.pk, "manager": row.manager_id, "month": month, "score": result.score}
        publish("performance.month_closed", key=result.pk, payload=payload)
    return result


def month_reopen(*, actor: Actor, contract_id: int, month: Month, reason: str) -> MonthResult:
    """Take a close back, for a reason: the frozen figures stay on file, and the next close makes others."""
    with transaction.atomic():
        row = contract_locked(actor, contract_id, PerformancePermission.REOPEN)
        if row.manager_id == actor.user_id:
            raise OwnContract
        if row.state != ContractState.IN_FORCE:
            raise NotInForce
        result = row.results.filter(month=month, is_current=True).first()
        if result is None:
            raise MonthNotClosed(month=month)
        if Appeal.objects.filter(figure__result=result, state=AppealState.OPEN).exists():
            raise AppealsUndecided
        result.reason = clean_line(reason)[:400]
        if not result.reason:
            raise TextMissing(field="reason")
        result.is_current, result.reopened_at, result.reopened_by = False, now(), actor.name[:80]
        result.save()
        before: dict[str, object] = {"month": month, "score": result.score}
        after: dict[str, object] = {"month": month, "score": None, "reason": result.reason}
        record(actor, "performance.reopen_month", _change(row, before, after))
        payload = {"contract": row.pk, "manager": row.manager_id, "month": month}
        publish("performance.month_reopened", key=result.pk, payload=payload)
    return result


def require_assessed(row: Contract, month: Month) -> None:
    """Raise unless the contract is in force and has a target in the month."""
    if row.state != ContractState.IN_FORCE:
        raise NotInForce
    if month not in months_assessed([each.term() for each in terms_of(row)], row.year):
        raise MonthNotAssessed(month=month)


def _result(actor: Actor, row: Contract, month: Month, lines: list[Line]) -> MonthResult:
    found = score(Weighed(line.term.weight, line.points) for line in lines)
    result = MonthResult(contract=row, manager_id=row.manager_id, month=month, score=found, first_score=found)
    result.run = row.results.filter(month=month).count() + 1
    result.closed_at, result.closed_by = now(), actor.name[:80]
    result.place(row.org_path)
    result.save()
    return result


def _freeze(result: MonthResult, lines: list[Line]) -> None:
    figures = MonthFigure.objects.bulk_create(
        MonthFigure(
            result=result,
            place=place,
            indicator=str(line.term.code),
            weight=line.term.weight,
            target=line.target,
            value=line.measured.value,
            part=line.measured.part,
            whole=line.measured.whole,
            reached=line.reached,
            points=line.points,
            first_value=line.measured.value,
            first_reached=line.reached,
            first_points=line.points,
            note=line.entered.note if line.entered else "",
        )
        for place, line in enumerate(lines)
    )
    records = [
        FigureRecord(
            figure=figure,
            customer_id=piece.customer_id,
            visit=piece.visit,
            text=piece.text[:200],
            day=piece.day,
            percent=piece.percent,
            amount=piece.amount,
            base=piece.base,
        )
        for figure, line in zip(figures, lines, strict=True)
        for piece in line.measured.pieces
    ]
    create_many(records)


def _change(row: Contract, before: dict[str, object], after: dict[str, object]) -> Change:
    return Change("performance", row.pk, label_of(row), before, after, row.org_path)
