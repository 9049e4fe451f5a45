"""A manager's appeal against a closed figure, and its decision. The figure as it was closed is never lost."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.clock import Month, day_of
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.contract_states import APPEAL_STATES, AppealEvent, AppealState, ContractState
from dakehu.managers.domain.contracts import TargetMissing
from dakehu.managers.domain.errors import TextMissing
from dakehu.managers.domain.figures import figure_text
from dakehu.managers.domain.indicators import INDICATORS, Code
from dakehu.managers.domain.performance_errors import (
    AppealOpen,
    AppealTooLate,
    NotInForce,
    NotYourContract,
    OwnContract,
)
from dakehu.managers.domain.scoring import Weighed, score
from dakehu.managers.models import Appeal, Contract, MonthFigure, MonthResult
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import appeal_day, appeals_seen, judged
from dakehu.managers.services.contracts import contract_locked, label_of


def appeal_open(
    *, actor: Actor, contract_id: int, month: Month, code: Code, reason: str, wanted: int | None = None
) -> Appeal:
    """The manager's own appeal, within the days that the parameter gives; `wanted` is the figure asked for.

    Raises `NotYourContract`, `NotInForce`, `AppealTooLate`, `AppealOpen`.
    """
    with transaction.atomic():
        contract = contract_locked(actor, contract_id, PerformancePermission.ACCEPT)
        if contract.manager_id != actor.user_id:
            raise NotYourContract(name=contract.manager.name)
        if contract.state != ContractState.IN_FORCE:
            raise NotInForce
        figure = _closed_figure(contract, month, code)
        last = appeal_day(figure.result)
        if day_of(now()) > last:
            raise AppealTooLate(last=last.isoformat())
        if figure.appeals.filter(state=AppealState.OPEN).exists():
            raise AppealOpen
        row = Appeal(figure=figure, manager_id=contract.manager_id, wanted=wanted, opened_at=now())
        row.reason = clean_line(reason)[:400]
        if not row.reason:
            raise TextMissing(field="reason")
        row.place(contract.org_path)
        row.save()
        record(actor, "performance.appeal", _change(contract, figure, {}, {"reason": row.reason}))
        payload = {"contract": contract.pk, "manager": contract.manager_id, "month": month}
        publish("performance.appealed", key=row.pk, payload=payload)
    return row


def appeal_decide(
    *,
    actor: Actor,
    appeal_id: int,
    version: int,
    event: AppealEvent,
    decision: str,
    corrected: int | None = None,
) -> Appeal:
    """Grant the appeal with the corrected figure, or refuse it; both with a reason, by someone else.

    A grant corrects the figure, its points and the month's score; the first ones stay beside them.
    """
    with transaction.atomic():
        row, contract = _locked(actor, appeal_id, PerformancePermission.DECIDE)
        if contract.manager_id == actor.user_id:
            raise OwnContract
        advance(row, version)
        row.state = APPEAL_STATES.move(AppealState(row.state), event)
        row.decision = clean_line(decision)[:400]
        if not row.decision:
            raise TextMissing(field="decision")
        row.decided_by, row.decided_at = actor.name[:80], now()
        before = _shown(row.figure)
        if event is AppealEvent.GRANT:
            if corrected is None:
                raise TargetMissing(field="corrected")
            row.corrected = corrected
            _correct(contract, row.figure, corrected)
        row.save()
        after: dict[str, object] = {**_shown(row.figure), "decision": row.decision}
        record(actor, f"performance.appeal_{event}", _change(contract, row.figure, before, after))
        payload = {"contract": contract.pk, "manager": contract.manager_id, "state": row.state}
        publish("performance.appeal_decided", key=row.pk, payload=payload)
    return row


def appeal_withdraw(*, actor: Actor, appeal_id: int, version: int) -> Appeal:
    """Take one's own appeal back."""
    with transaction.atomic():
        row, contract = _locked(actor, appeal_id, PerformancePermission.ACCEPT)
        if contract.manager_id != actor.user_id:
            raise NotYourContract(name=contract.manager.name)
        advance(row, version)
        row.state = APPEAL_STATES.move(AppealState(row.state), AppealEvent.WITHDRAW)
        row.decided_by, row.decided_at = actor.name[:80], now()
        row.save()
        record(actor, "performance.appeal_withdraw", _change(contract, row.figure, {}, {"state": row.state}))
    return row


def _closed_figure(contract: Contract, month: Month, code: Code) -> MonthFigure:
    rows = MonthFigure.objects.select_related("result")
    found = rows.filter(
        result__contract=contract, result__month=month, result__is_current=True, indicator=str(code)
    ).first()
    if found is None:
        raise NotFound(noun="figure", id=f"{month} {code}")
    return found


def _locked(actor: Actor, appeal_id: int, permission: str) -> tuple[Appeal, Contract]:
    """The appeal and its contract, whose lock comes first, as in everything that is written of it."""
    seen = access_one(appeals_seen(actor), actor, appeal_id, permission)
    contract = contract_locked(actor, seen.figure.result.contract_id, permission)
    rows = Appeal.objects.select_for_update(of=("self",)).select_related("figure__result")
    return rows.get(pk=seen.pk), contract


def _correct(contract: Contract, figure: MonthFigure, corrected: int) -> None:
    indicator = INDICATORS[Code(figure.indicator)]
    figure.value = corrected
    figure.reached, figure.points = judged(indicator, corrected, figure.target, contract.limits)
    figure.save(update_fields=["value", "reached", "points"])
    result: MonthResult = figure.result
    found = result.figures.values_list("weight", "points")
    result.score = score(Weighed(weight, earned) for weight, earned in found)
    result.save(update_fields=["score"])


def _shown(figure: MonthFigure) -> dict[str, object]:
    unit = INDICATORS[Code(figure.indicator)].unit
    return {"value": figure_text(unit, figure.value), "score": figure.result.score}


def _change(
    contract: Contract, figure: MonthFigure, before: dict[str, object], after: dict[str, object]
) -> Change:
    told = {"month": figure.result.month, "indicator": figure.indicator, **after}
    return Change("performance", contract.pk, label_of(contract), before, told, contract.org_path)
