"""Reading performance contracts, their months as they stand or as they were closed, and appeals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.clock import now
from dakehu.infra.parameters.api import value_of
from dakehu.kernel.clock import Month, day_of, month_of
from dakehu.kernel.errors import NotFound
from dakehu.managers.domain.contract_states import ContractState, last_day_of_appeal
from dakehu.managers.domain.contracts import Term, months_assessed
from dakehu.managers.domain.indicators import Code, Indicator, Source
from dakehu.managers.domain.performance_errors import NotInForce
from dakehu.managers.domain.scoring import Limits, Weighed, achievement, points, score
from dakehu.managers.models import Appeal, Contract, ContractTerm, EnteredFigure, MonthFigure, MonthResult
from dakehu.managers.parameters import APPEAL_DAYS
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.measures import Measured, measure

_VIEW = PerformancePermission.VIEW


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a month: target, figure, achievement and points, as they hold.

    `figure` is the frozen row of a closed month. `is_missing` says that somebody has yet to enter it.
    """

    term: Term
    target: int
    measured: Measured
    reached: int | None
    points: int | None
    figure: MonthFigure | None = None
    entered: EnteredFigure | None = None

    @property
    def indicator(self) -> Indicator:
        return self.term.indicator

    @property
    def is_missing(self) -> bool:
        return self.figure is None and self.measured.value is None and self.indicator.source is Source.ENTERED

    @property
    def is_corrected(self) -> bool:
        return self.figure is not None and self.figure.value != self.figure.first_value


@dataclass(frozen=True, slots=True)
class MonthView:
    """A contract's month: provisional while `result` is None, frozen with it."""

    contract: Contract
    month: Month
    lines: Sequence[Line]
    score: int | None
    result: MonthResult | None
    terms: Sequence[Term]

    @property
    def missing(self) -> list[Code]:
        return [line.term.code for line in self.lines if line.is_missing]


def own_or_all(rows: QuerySet[Contract], actor: Actor) -> QuerySet[Contract]:
    """Who may not see all contracts sees their own; the gate narrows the rest by subtree."""
    return rows if actor.may(PerformancePermission.VIEW_ALL) else rows.filter(manager=actor.user_id)


def contract_get(actor: Actor, contract_id: object, permission: str = _VIEW) -> Contract:
    """One contract with its manager, or `NotFound`."""
    rows = Contract.objects.select_related("manager__org_unit")
    return access_one(own_or_all(rows, actor), actor, contract_id, permission)


def contract_of(actor: Actor, manager_id: int, year: int) -> Contract | None:
    """A manager's contract of the year in force or closed, if the actor sees it."""
    rows = Contract.objects.select_related("manager__org_unit").filter(
        manager=manager_id, year=year, state__in=(ContractState.IN_FORCE, ContractState.CLOSED)
    )
    found = own_or_all(rows, actor).first()
    seen = found is not None and (found.manager_id == actor.user_id or actor.scope.contains(found.org_path))
    return found if seen and actor.may(_VIEW) else None


def terms_of(contract: Contract) -> list[ContractTerm]:
    return list(contract.terms.all())


def current_results(contract: Contract) -> dict[str, MonthResult]:
    """The closed months of a contract by month."""
    return {row.month: row for row in contract.results.filter(is_current=True)}


def results_of(contract: Contract) -> QuerySet[MonthResult]:
    """Every close that the contract has seen, the latest first."""
    return contract.results.order_by("-month", "-run")


def month_view(contract: Contract, month: Month) -> MonthView:
    """The month as it was closed or, until it is, as the data stand now.

    `NotFound` for a month that is not assessed or still ahead, `NotInForce` where the contract is not.
    """
    terms = [row.term() for row in terms_of(contract)]
    if month not in months_assessed(terms, contract.year) or month > month_of(now()):
        raise NotFound(noun="month", id=month)
    result = contract.results.filter(month=month, is_current=True).first()
    if result is not None:
        lines = [_closed_line(row) for row in result.figures.all()]
        return MonthView(contract, month, lines, result.score, result, terms)
    if contract.state != ContractState.IN_FORCE:
        raise NotInForce
    lines = live_lines(contract, terms, month)
    weighed = [Weighed(line.term.weight, line.points) for line in lines]
    return MonthView(contract, month, lines, score(weighed), None, terms)


def live_lines(contract: Contract, terms: Sequence[Term], month: Month) -> list[Line]:
    """The month's indicators by the data of this moment."""
    assessed = [(term, target) for term in terms if (target := term.target(month)) is not None]
    found = measure(contract.manager_id, month, [term.code for term, _target in assessed])
    entered = {row.indicator: row for row in entered_of(contract, month)}
    lines = []
    for term, target in assessed:
        row = entered.get(term.code)
        measured = found.get(term.code) or Measured(row.value if row else None)
        reached, earned = judged(term.indicator, measured.value, target, contract.limits)
        lines.append(Line(term, target, measured, reached, earned, entered=row))
    return lines


def judged(
    indicator: Indicator, value: int | None, target: int, limits: Limits
) -> tuple[int | None, int | None]:
    """Achievement and points of a figure; neither without a figure."""
    if value is None:
        return None, None
    reached = achievement(indicator, value, target)
    return reached, points(indicator, reached, limits)


def entered_of(contract: Contract, month: Month) -> QuerySet[EnteredFigure]:
    return EnteredFigure.objects.select_related("document").filter(contract=contract, month=month)


def year_figures(contract: Contract, code: Code) -> dict[str, MonthFigure]:
    """An indicator's closed figures of the year by month."""
    rows = MonthFigure.objects.select_related("result").filter(
        result__contract=contract, result__is_current=True, indicator=str(code)
    )
    return {row.result.month: row for row in rows}


def appeal_day(result: MonthResult) -> date:
    """The last day on which a figure of the closed month can be appealed against."""
    days = value_of(APPEAL_DAYS, at=result.closed_at)
    return last_day_of_appeal(day_of(result.closed_at), days)


def appeals_of(figures: Collection[MonthFigure]) -> list[Appeal]:
    """Appeals against these figures, the latest first."""
    return list(Appeal.objects.filter(figure__in=figures).order_by("-pk"))


def appeals_seen(actor: Actor) -> QuerySet[Appeal]:
    """Appeals with what they are against; the caller narrows by scope."""
    rows = Appeal.objects.select_related("figure__result", "manager")
    return rows if actor.may(PerformancePermission.VIEW_ALL) else rows.filter(manager=actor.user_id)


def appeal_get(actor: Actor, appeal_id: object, permission: str = _VIEW) -> Appeal:
    rows = appeals_seen(actor).select_related("figure__result__contract__manager", "manager")
    return access_one(rows, actor, appeal_id, permission)


def results_seen(actor: Actor) -> QuerySet[MonthResult]:
    """Closed months; the caller narrows by scope."""
    rows = MonthResult.objects.select_related("manager__org_unit").filter(is_current=True)
    return rows if actor.may(PerformancePermission.VIEW_ALL) else rows.filter(manager=actor.user_id)


def rank_in(result: MonthResult, path: str) -> tuple[int, int]:
    """The result's rank among the closed results of its month below the path, and how many there are."""
    same = MonthResult.objects.filter(is_current=True, month=result.month, org_path__startswith=path)
    better = Q(score__gt=result.score if result.score is not None else -1)
    counts = same.filter(score__isnull=False).aggregate(ahead=Count("pk", filter=better), all=Count("pk"))
    return counts["ahead"] + 1, counts["all"]


def _closed_line(row: MonthFigure) -> Line:
    code = Code(row.indicator)
    term = Term(code, row.weight, row.target, (row.target,) * 12)
    measured = Measured(row.value, row.part, row.whole)
    return Line(term, row.target, measured, row.reached, row.points, figure=row)
