"""The page of one performance contract: score so far, terms, months, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Badge,
    Button,
    Chart,
    Fact,
    Figure,
    Kind,
    Record,
    Series,
    Shape,
    Tab,
    actor_of,
    page,
    record_page,
)
from dakehu.kernel.clock import month_of
from dakehu.managers.domain.contract_states import (
    CONTRACT_STATES,
    MANAGERS_OWN,
    ContractEvent,
    ContractState,
)
from dakehu.managers.domain.contracts import months_assessed
from dakehu.managers.domain.indicators import Code, Source
from dakehu.managers.domain.scoring import mean
from dakehu.managers.models import Contract, ContractTerm, MonthResult
from dakehu.managers.naming import INDICATOR_WORDS, indicator_name
from dakehu.managers.permissions import PerformancePermission
from dakehu.managers.selectors.performance import contract_get, current_results, rank_in, terms_of
from dakehu.managers.web.performance_words import (
    AHEAD,
    CLOSED,
    CONTRACTS,
    NOT_ASSESSED,
    OPEN,
    RUNNING,
    figure_words,
    hundredths,
    month_url,
)

_E = ContractEvent


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term as the page shows it; `url` leads to its months while they may be changed."""

    name: str
    definition: str
    weight: int
    target: str
    months: str
    is_entered: bool
    url: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the contract's year; `url` leads to it once it has begun."""

    month: str
    badge: Badge
    score: Decimal | None
    first_score: Decimal | None
    result: MonthResult | None
    url: str


@page(PerformancePermission.VIEW, methods=("GET",))
def contract_record(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = contract_get(actor, pk)
    terms, results = terms_of(row), current_results(row)
    assessed = months_assessed([term.term() for term in terms], row.year)
    months = [_month(row, f"{row.year:04d}-{number:02d}", assessed, results) for number in range(1, 13)]
    month_tab = Tab(
        "months",
        _("Months"),
        "managers/contract_months.html",
        {"months": months, "chart": _chart(row, months)},
        count=len(results),
    )
    term_tab = Tab(
        "terms",
        _("Indicators"),
        "managers/terms.html",
        {"terms": _terms(actor, row, terms)},
        count=len(terms),
    )
    runs = row.state in (ContractState.IN_FORCE, ContractState.CLOSED)
    tabs = [month_tab, term_tab] if runs else [term_tab]
    tabs.append(Tab("facts", _("Agreement"), "managers/facts.html", {"facts": _facts(row)}))
    return record_page(
        request,
        Record(
            noun="performance",
            object_id=row.pk,
            title=_("%(name)s: contract %(year)s") % {"name": row.manager.name, "year": row.year},
            subtitle=row.manager.org_unit.name,
            badges=[CONTRACTS[ContractState(row.state)]],
            figures=_figures(row, assessed, results) if runs else [],
            tabs=tabs,
            buttons=_buttons(actor, row),
            back=(_("Performance contracts"), reverse("managers-contract-list")),
            warning=_warning(row),
        ),
    )


def _month(row: Contract, month: str, assessed: list[str], results: dict[str, MonthResult]) -> MonthRow:
    this, result = month_of(now()), results.get(month)
    if result is not None:
        score, first = hundredths(result.score), hundredths(result.first_score)
        shown = None if first == score else first
        return MonthRow(month, CLOSED, score, shown, result, month_url(row.pk, month))
    if month not in assessed:
        return MonthRow(month, NOT_ASSESSED, None, None, None, "")
    badge = AHEAD if month > this else RUNNING if month == this else OPEN
    is_shown = month <= this and row.state == ContractState.IN_FORCE
    return MonthRow(month, badge, None, None, None, month_url(row.pk, month) if is_shown else "")


def _chart(row: Contract, months: list[MonthRow]) -> Chart:
    return Chart(
        title=_("Score by month"),
        shape=Shape.LINE,
        categories=[each.month for each in months],
        series=[
            Series(pgettext("performance", "Score"), [each.score for each in months]),
            Series(_("Full points"), [Decimal(100) for _each in months]),
        ],
        unit=_("points"),
        period=str(row.year),
        as_of=now(),
        height_px=220,
        category_label=_("Month"),
    )


def _terms(actor: Actor, row: Contract, terms: list[ContractTerm]) -> list[TermRow]:
    may_change = (
        row.state == ContractState.DRAFT
        and actor.may(PerformancePermission.PROPOSE)
        and row.manager_id != actor.user_id
    )
    return [_term(row, each, may_change=may_change) for each in terms]


def _term(row: Contract, each: ContractTerm, *, may_change: bool) -> TermRow:
    code = Code(each.indicator)
    indicator, term = each.term().indicator, each.term()
    given = sum(target is not None for target in term.months)
    return TermRow(
        name=indicator_name(code),
        definition=str(INDICATOR_WORDS[code].definition),
        weight=each.weight,
        target=figure_words(indicator.unit, each.year_target),
        months=(_("%(count)s months, typed") if each.is_typed else _("%(count)s months, even"))
        % {"count": given},
        is_entered=indicator.source is Source.ENTERED,
        url=reverse("managers-contract-targets", args=[row.pk, each.indicator]) if may_change else "",
    )


def _figures(row: Contract, assessed: list[str], results: dict[str, MonthResult]) -> list[Figure]:
    scores = [result.score for result in results.values() if result.score is not None]
    last = results[max(results)] if results else None
    figures = [
        Figure(
            _("Score of the year") if row.score is not None else _("Score so far"),
            hundredths(row.score if row.score is not None else mean(scores)),
            note=_("the mean of the closed months"),
        ),
        Figure(_("Months closed"), f"{len(results)} / {len(assessed)}"),
    ]
    if last is not None:
        rank, among = rank_in(last, last.org_path)
        figures.append(
            Figure(
                _("Last closed month"),
                hundredths(last.score),
                note=last.month,
                url=month_url(row.pk, last.month),
            )
        )
        figures.append(Figure(_("Rank in the team"), f"{rank} / {among}", note=last.month))
    return figures


def _facts(row: Contract) -> list[Fact]:
    return [
        Fact(pgettext("contract", "Year"), str(row.year)),
        Fact(_("First month"), str(row.first_month)),
        Fact(_("No points below this achievement"), f"{hundredths(row.floor)}%"),
        Fact(_("Most points of one indicator"), f"{hundredths(row.cap)}%"),
        Fact(_("Proposed on"), row.proposed_at, Kind.MOMENT, note=row.proposed_by),
        Fact(
            _("Accepted on"), row.accepted_at, Kind.MOMENT, note=row.manager.name if row.accepted_at else ""
        ),
        Fact(_("In force since"), row.enforced_at, Kind.MOMENT, note=row.enforced_by),
        Fact(_("Year closed on"), row.closed_at, Kind.MOMENT, note=row.closed_by),
        Fact(pgettext("contract", "Remark"), row.remark),
    ]


def _warning(row: Contract) -> str:
    if row.state == ContractState.DRAFT and row.last_reason:
        return _("Returned: %(reason)s") % {"reason": row.last_reason}
    return ""


def _buttons(actor: Actor, row: Contract) -> list[Button]:
    """What this person may do now, by the table and by who they are."""
    events = CONTRACT_STATES.events(ContractState(row.state))
    is_own = row.manager_id == actor.user_id
    may = [event for event in events if (event in MANAGERS_OWN) == is_own]
    buttons = []
    if row.state == ContractState.DRAFT and not is_own:
        address = reverse("managers-contract-change", args=[row.pk])
        buttons.append(Button(_("Change terms"), address, "pencil", PerformancePermission.PROPOSE))
    return [*buttons, *(_button(row, event) for event in may)]


def _button(row: Contract, event: ContractEvent) -> Button:
    label, icon, question = _step_words()[event]
    if event is _E.RETURN:
        address = reverse("managers-contract-return", args=[row.pk])
        return Button(label, address, icon, PerformancePermission.ACCEPT, dialog=True)
    right = PerformancePermission.PROPOSE
    if event is _E.ACCEPT:
        right = PerformancePermission.ACCEPT
    if event is _E.CLOSE:
        right = PerformancePermission.CLOSE
    is_back = event in (_E.RECALL, _E.DISCARD)
    return Button(
        label,
        reverse("managers-contract-act", args=[row.pk, str(event)]),
        icon,
        right,
        is_primary=not is_back,
        is_dangerous=is_back,
        post=True,
        question=question,
        fields={"version": row.version},
    )


def _step_words() -> dict[ContractEvent, tuple[str, str, str]]:
    """Each step's label, icon and question."""
    return {
        _E.PROPOSE: (pgettext("contract", "Propose"), "send", _("Put the contract before the manager?")),
        _E.RECALL: (_("Call back"), "arrow-back-up", _("Take the contract back into a draft?")),
        _E.RETURN: (pgettext("contract", "Return"), "arrow-back-up", ""),
        _E.ACCEPT: (_("Accept"), "signature", _("Accept these targets for the year?")),
        _E.ENFORCE: (_("Put in force"), "check", _("Put the contract in force? Its terms then stand.")),
        _E.CLOSE: (_("Close the year"), "lock", _("Close the year with the mean of its months?")),
        _E.DISCARD: (pgettext("contract", "Discard"), "trash", _("Discard this draft?")),
    }
