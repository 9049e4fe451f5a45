"""Drawing up a performance contract, agreeing on it, putting it in force, closing its year.

The leader writes and proposes, the manager accepts or returns it with a reason, the leader puts it in force.
Terms change in a draft alone; nobody is on both sides of a contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, access_one, hold_places, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.parameters.api import value_of
from dakehu.infra.versions import advance
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.kernel.states import IllegalMove
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.contract_states import (
    CONTRACT_STATES,
    MANAGERS_OWN,
    AppealState,
    ContractEvent,
    ContractState,
)
from dakehu.managers.domain.contracts import (
    Targets,
    Term,
    WeightRange,
    check_months,
    check_terms,
    check_year,
    even_months,
    months_assessed,
)
from dakehu.managers.domain.errors import PersonUnknown, TextMissing
from dakehu.managers.domain.indicators import INDICATORS, Code
from dakehu.managers.domain.performance_errors import (
    AppealsStillPossible,
    AppealsUndecided,
    ContractTwice,
    MonthsStillOpen,
    NotYourContract,
    OwnContract,
)
from dakehu.managers.domain.scoring import mean
from dakehu.managers.models import Appeal, Contract, ContractTerm
from dakehu.managers.parameters import CAP, FLOOR, WEIGHT_LEAST, WEIGHT_MOST
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.files import person_in_view
from dakehu.managers.selectors.performance import appeal_day, current_results, own_or_all, terms_of

_HUNDREDTHS = 100
_SHOWN = ("state", "year", "first_month", "remark", "last_reason", "score")
_E = ContractEvent


@dataclass(frozen=True, slots=True)
class TermDraft:
    """One line of the form: `row` is its number there, which faults name."""

    code: Code
    weight: int
    year_target: int
    row: int = 0


@dataclass(frozen=True, slots=True)
class ContractDraft:
    year: int
    terms: Sequence[TermDraft]
    first_month: int = 1
    remark: str = ""


def contract_create(*, actor: Actor, manager_id: int, draft: ContractDraft) -> Contract:
    """A draft for a person of the actor's view, with the months' targets even. Raises `ContractTwice`."""
    with transaction.atomic():
        hold_places()
        person = person_in_view(actor, manager_id, PerformancePermission.PROPOSE)
        if person is None:
            raise PersonUnknown(field="manager", text=str(manager_id))
        if person.pk == actor.user_id:
            raise OwnContract(field="manager")
        row = Contract(manager=person)
        row.place(person.org_path)
        _take_limits(row)
        _fill(row, draft)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise ContractTwice(field="year", name=person.name, year=draft.year) from None
        _write_terms(row, draft, {})
        record(actor, "performance.create", change_of(row, {}, terms=_terms_text(row)))
    return row


def contract_change(*, actor: Actor, contract_id: int, version: int, draft: ContractDraft) -> Contract:
    """Other terms in a draft. Typed months of an indicator stay while its target and the first month do."""
    with transaction.atomic():
        row = _draft(actor, contract_id)
        before = {**snapshot(row, *_SHOWN), "terms": _terms_text(row)}
        advance(row, version)
        kept = {
            Code(term.indicator): term
            for term in terms_of(row)
            if term.is_typed and row.first_month == draft.first_month
        }
        _fill(row, draft)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise ContractTwice(field="year", name=row.manager.name, year=draft.year) from None
        row.terms.all().delete()
        _write_terms(row, draft, kept)
        record(actor, "performance.change", change_of(row, before, terms=_terms_text(row)))
    return row


def contract_months(
    *, actor: Actor, contract_id: int, version: int, code: Code, months: Targets | None
) -> Contract:
    """The targets of an indicator's months in a draft, or None to divide the year's evenly."""
    with transaction.atomic():
        row = _draft(actor, contract_id)
        term = row.terms.filter(indicator=str(code)).first()
        if term is None:
            raise NotFound(noun="indicator", id=str(code))
        advance(row, version)
        before: dict[str, object] = {"months": term.months}
        if months is None:
            term.months = list(even_months(INDICATORS[code], term.year_target, row.first_month))
        else:
            raise_faults(check_months(INDICATORS[code], term.year_target, months))
            term.months = list(months)
        term.is_typed = months is not None
        term.save()
        row.save()
        after: dict[str, object] = {"months": term.months, "indicator": str(code)}
        change = Change("performance", row.pk, label_of(row), before, after, row.org_path)
        record(actor, "performance.months", change)
    return row


def contract_step(
    *, actor: Actor, contract_id: int, version: int, event: ContractEvent, reason: str = ""
) -> Contract:
    """Move a contract on. Returning it needs a reason; closing needs every month closed and settled."""
    with transaction.atomic():
        row = contract_locked(actor, contract_id, _right_of(event))
        if event in MANAGERS_OWN:
            if row.manager_id != actor.user_id:
                raise NotYourContract(name=row.manager.name)
        elif row.manager_id == actor.user_id:
            raise OwnContract
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        row.state = CONTRACT_STATES.move(ContractState(row.state), event)
        row.last_reason = clean_line(reason)[:400]
        if event is _E.RETURN and not row.last_reason:
            raise TextMissing(field="reason")
        _stamp(actor, row, event)
        row.save()
        record(actor, f"performance.{event}", change_of(row, before))
        payload = {"manager": row.manager_id, "year": row.year, "state": row.state}
        publish("performance.contract_moved", key=row.pk, payload=payload)
    return row


def contract_locked(actor: Actor, contract_id: int, permission: str) -> Contract:
    """The contract, locked: whatever is written of it or of its months is written one after the other."""
    rows = Contract.objects.select_for_update(of=("self",)).select_related("manager")
    return access_one(own_or_all(rows, actor), actor, contract_id, permission)


def label_of(row: Contract) -> str:
    return f"{row.manager.name} {row.year}"


def change_of(row: Contract, before: dict[str, object], **after: object) -> Change:
    shown = {**snapshot(row, *_SHOWN), **after}
    return Change("performance", row.pk, label_of(row), before, shown, row.org_path)


def weight_range() -> WeightRange:
    return WeightRange(value_of(WEIGHT_LEAST), value_of(WEIGHT_MOST))


def _right_of(event: ContractEvent) -> str:
    if event in MANAGERS_OWN:
        return PerformancePermission.ACCEPT
    return PerformancePermission.CLOSE if event is _E.CLOSE else PerformancePermission.PROPOSE


def _draft(actor: Actor, contract_id: int) -> Contract:
    """A contract whose terms may be written: a draft of somebody else's."""
    require(actor, PerformancePermission.PROPOSE)
    row = contract_locked(actor, contract_id, PerformancePermission.PROPOSE)
    if row.manager_id == actor.user_id:
        raise OwnContract
    if row.state != ContractState.DRAFT:
        raise IllegalMove(machine=CONTRACT_STATES.name, state=row.state, event="change")
    return row


def _take_limits(row: Contract) -> None:
    row.floor, row.cap = value_of(FLOOR) * _HUNDREDTHS, value_of(CAP) * _HUNDREDTHS


def _fill(row: Contract, draft: ContractDraft) -> None:
    terms = [Term(each.code, each.weight, each.year_target, ()) for each in draft.terms]
    places = {number: each.row for number, each in enumerate(draft.terms) if each.row}
    faults: list[DomainError] = check_year(draft.year, draft.first_month)
    raise_faults([*faults, *check_terms(terms, weight_range(), places)])
    row.year, row.first_month, row.remark = draft.year, draft.first_month, clean_line(draft.remark)[:400]


def _write_terms(row: Contract, draft: ContractDraft, kept: dict[Code, ContractTerm]) -> None:
    rows = []
    for place, each in enumerate(draft.terms):
        old = kept.get(each.code)
        is_typed = old is not None and old.year_target == each.year_target
        months = even_months(INDICATORS[each.code], each.year_target, row.first_month)
        rows.append(
            ContractTerm(
                contract=row,
                place=place,
                indicator=str(each.code),
                weight=each.weight,
                year_target=each.year_target,
                months=old.months if old is not None and is_typed else list(months),
                is_typed=is_typed,
            )
        )
    ContractTerm.objects.bulk_create(rows)


def _terms_text(row: Contract) -> list[str]:
    return [f"{term.indicator} {term.weight}% {term.year_target}" for term in terms_of(row)]


def _stamp(actor: Actor, row: Contract, event: ContractEvent) -> None:
    """What a step writes beside the state."""
    moment, name = now(), actor.name[:80]
    match event:
        case _E.PROPOSE:
            _take_limits(row)
            row.proposed_at, row.proposed_by = moment, name
        case _E.ACCEPT:
            row.accepted_at = moment
        case _E.ENFORCE:
            row.enforced_at, row.enforced_by = moment, name
        case _E.RETURN | _E.RECALL:
            row.accepted_at = None
        case _E.CLOSE:
            row.score = _year_score(row)
            row.closed_at, row.closed_by = moment, name


def _year_score(row: Contract) -> int | None:
    """The mean of the months; refused while a month is open or an appeal undecided or still possible."""
    terms = [each.term() for each in terms_of(row)]
    results = current_results(row)
    still_open = [month for month in months_assessed(terms, row.year) if month not in results]
    if still_open:
        raise MonthsStillOpen(months=", ".join(still_open))
    if Appeal.objects.filter(figure__result__contract=row, state=AppealState.OPEN).exists():
        raise AppealsUndecided
    last = max(appeal_day(result) for result in results.values())
    if last >= day_of(now()):
        raise AppealsStillPossible(last=last.isoformat())
    return mean(result.score for result in results.values() if result.score is not None)
