"""KAM-02: performance contracts on a database: agreement, measures, close, entered figures, appeals."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from dakehu.customers.domain.churn import WarningState
from dakehu.customers.models import ChurnWarning, MonthlyRevenue, RosterEntry, RosterShare
from dakehu.customers.tests.fixtures import a_customer, a_warning
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.importing.api import Finding, Made
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.parameters.api import parameter_set
from dakehu.kernel.clock import Month, day_start, month_add, month_first, month_last, month_of
from dakehu.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.managers.domain.contract_states import AppealEvent, AppealState, ContractEvent, ContractState
from dakehu.managers.domain.contracts import MonthsDoNotAddUp, WeightOutOfRange
from dakehu.managers.domain.errors import PersonUnknown, TextMissing
from dakehu.managers.domain.indicators import Code
from dakehu.managers.domain.performance_errors import (
    AppealOpen,
    AppealsStillPossible,
    AppealsUndecided,
    AppealTooLate,
    ContractTwice,
    FigureComputed,
    FiguresMissing,
    MonthIsClosed,
    MonthNotAssessed,
    MonthNotClosed,
    MonthNotOver,
    MonthsStillOpen,
    NotInForce,
    NotYourContract,
    OwnContract,
    ProductTwice,
    ProductUnknown,
    SourceMissing,
)
from dakehu.managers.domain.states import PromiseEvent
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.imports import FigureRow, check, commit, undo
from dakehu.managers.models import (
    Appeal,
    Contract,
    EnteredFigure,
    FigureRecord,
    MonthResult,
    Promise,
    Visit,
)
from dakehu.managers.selectors.evidence import records_of
from dakehu.managers.selectors.measures import Measured, measure
from dakehu.managers.selectors.performance import (
    contract_get,
    contract_of,
    month_view,
    rank_in,
    results_seen,
)
from dakehu.managers.services.appeals import appeal_decide, appeal_open, appeal_withdraw
from dakehu.managers.services.contracts import (
    ContractDraft,
    TermDraft,
    contract_change,
    contract_create,
    contract_months,
    contract_step,
)
from dakehu.managers.services.entering import Entry, figure_enter
from dakehu.managers.services.months import month_close, month_reopen
from dakehu.managers.services.new_products import new_product_add, new_product_remove
from dakehu.managers.services.promises import promise_close
from dakehu.managers.services.visits import Photo
from dakehu.managers.tests.fixtures import a_logged_visit, a_visit
from dakehu.managers.tests.performance import (
    LAST,
    LONG_AGO,
    TERMS,
    WAN,
    YEAR,
    a_closed_month,
    a_contract,
    a_draft_contract,
    a_leader,
    a_statistician,
    bill,
    mine,
    owned,
    satisfied,
    stepped,
)
from dakehu.organisation.api import actor_for
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]
two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
E = ContractEvent


def _actions() -> list[str]:
    rows = AuditEntry.objects.filter(noun="performance").order_by("pk")
    return [action.removeprefix("performance.") for action in rows.values_list("action", flat=True)]


def _measured(world: Scenario, code: Code, month: Month = LAST) -> Measured:
    return measure(world.manager_user.pk, month, [code])[code]


# --- agreeing


def test_from_draft_to_force_each_side_does_its_part(world: Scenario) -> None:
    leader, manager = a_leader(world), world.manager
    draft = ContractDraft(YEAR, TERMS, remark="  年度  ")
    row = contract_create(actor=leader, manager_id=world.manager_user.pk, draft=draft)
    assert (row.state, row.remark, row.org_path) == (ContractState.DRAFT, "年度", world.team.path)
    with pytest.raises(NotAllowed):
        stepped(row, manager, E.PROPOSE)
    row = stepped(row, leader, E.PROPOSE)
    with pytest.raises(NotYourContract):
        stepped(row, leader, E.ACCEPT)
    with pytest.raises(TextMissing):
        contract_step(actor=manager, contract_id=row.pk, version=row.version, event=E.RETURN)
    row = contract_step(
        actor=manager, contract_id=row.pk, version=row.version, event=E.RETURN, reason="收入目标过高"
    )
    assert (row.state, row.last_reason) == (ContractState.DRAFT, "收入目标过高")
    lower = (TermDraft(Code.REVENUE, 30, 100 * WAN, 1), *TERMS[1:])
    row = contract_change(
        actor=leader, contract_id=row.pk, version=row.version, draft=ContractDraft(YEAR, lower)
    )
    row = stepped(row, leader, E.PROPOSE)
    with pytest.raises(IllegalMove):
        contract_change(actor=leader, contract_id=row.pk, version=row.version, draft=draft)
    with pytest.raises(Conflict):
        contract_step(actor=manager, contract_id=row.pk, version=1, event=E.ACCEPT)
    row = stepped(row, manager, E.ACCEPT)
    row = stepped(row, leader, E.ENFORCE)
    assert (row.state, row.accepted_at is not None) == (ContractState.IN_FORCE, True)
    assert _actions() == [
        "create", "propose", "return", "change", "propose", "accept", "enforce",
    ]  # fmt: skip
    moved = OutboxEvent.objects.filter(topic="performance.contract_moved").count()
    assert moved == 5


def test_what_a_contract_refuses(world: Scenario) -> None:
    leader, person = a_leader(world), world.manager_user
    asked: dict[str, Any] = {"actor": leader, "manager_id": person.pk}
    wrong = (TermDraft(Code.REVENUE, 50, 1, 3), *TERMS[1:4], TermDraft(Code.VISITS, 10, 1, 8))
    with pytest.raises(WeightOutOfRange) as raised:
        contract_create(**asked, draft=ContractDraft(YEAR, wrong))
    assert raised.value.field == "weight_3"
    with pytest.raises(Invalid):
        contract_create(**asked, draft=ContractDraft(1900, (), first_month=0))
    contract_create(**asked, draft=ContractDraft(YEAR, TERMS))
    with pytest.raises(ContractTwice):
        contract_create(**asked, draft=ContractDraft(YEAR, TERMS))
    with pytest.raises(PersonUnknown):
        contract_create(actor=leader, manager_id=world.neighbour_user.pk, draft=ContractDraft(YEAR, TERMS))
    with pytest.raises(OwnContract):
        contract_create(actor=leader, manager_id=leader.user_id or 0, draft=ContractDraft(YEAR, TERMS))
    with pytest.raises(NotAllowed):
        contract_create(actor=world.manager, manager_id=person.pk, draft=ContractDraft(YEAR + 1, TERMS))


def test_a_discarded_draft_makes_room_for_another(world: Scenario) -> None:
    row = stepped(a_draft_contract(world), a_leader(world), E.DISCARD)
    assert row.state == ContractState.DISCARDED
    assert a_draft_contract(world).state == ContractState.DRAFT


def test_weights_follow_the_parameters(world: Scenario) -> None:
    parameter_set(actor=world.administrator, name="performance.weight_most", value=25)
    with pytest.raises(WeightOutOfRange):
        a_draft_contract(world)


def test_limits_are_those_of_the_proposal(world: Scenario) -> None:
    row = a_draft_contract(world)
    parameter_set(actor=world.administrator, name="performance.cap", value=150)
    row = stepped(row, a_leader(world), E.PROPOSE)
    assert (row.floor, row.cap) == (6_000, 15_000)
    parameter_set(actor=world.administrator, name="performance.cap", value=110)
    assert stepped(row, world.manager, E.ACCEPT).cap == 15_000


def test_months_are_typed_or_even(world: Scenario) -> None:
    leader, row = a_leader(world), a_draft_contract(world)
    typed = (*[None] * 10, 50 * WAN, 70 * WAN)
    asked: dict[str, Any] = {"actor": leader, "contract_id": row.pk, "code": Code.REVENUE}
    with pytest.raises(MonthsDoNotAddUp):
        contract_months(**asked, version=row.version, months=(*typed[:11], 60 * WAN))
    row = contract_months(**asked, version=row.version, months=typed)
    again = ContractDraft(YEAR, (TermDraft(Code.REVENUE, 25, 120 * WAN), TermDraft(Code.COST, 25, 9)))
    with pytest.raises(Invalid):
        contract_change(
            actor=leader,
            contract_id=row.pk,
            version=row.version,
            draft=ContractDraft(YEAR, (TermDraft(Code.REVENUE, 5, -1), *again.terms)),
        )
    row.refresh_from_db()
    changed = ContractDraft(YEAR, (*TERMS[1:], TERMS[0]))
    row = contract_change(actor=leader, contract_id=row.pk, version=row.version, draft=changed)
    term = row.terms.get(indicator="revenue")
    assert (term.months, term.is_typed, term.place) == (list(typed), True, 5)
    row = contract_months(**asked, version=row.version, months=None)
    assert row.terms.get(indicator="revenue").months == [10 * WAN] * 12
    with pytest.raises(NotFound):
        contract_months(actor=leader, contract_id=row.pk, version=row.version, code=Code.COST, months=None)


# --- measuring


def test_revenue_belongs_to_who_owned_the_account_in_that_month(world: Scenario) -> None:
    """Handed over since, or before, or within the month: the owner of its last day has it."""
    me, other = world.manager_user, world.user("account_manager")
    after, first = month_first(month_add(LAST, 1)), month_first(LAST)
    middle = first + timedelta(days=14)
    given_since = owned(world, (me, LONG_AGO, after), (other, after, None), yuan=1_000)
    owned(world, (me, LONG_AGO, middle), (other, middle, None), yuan=20_000)
    taken_within = owned(world, (other, LONG_AGO, middle), (me, middle, None), yuan=300)
    owned(world, (other, LONG_AGO, after), (me, after, None), yuan=4_000)
    mine(world)
    found = _measured(world, Code.REVENUE)
    assert found.value == 130_000
    assert {piece.customer_id: piece.amount for piece in found.pieces} == {
        given_since.pk: 100_000,
        taken_within.pk: 30_000,
    }
    theirs = measure(other.pk, LAST, [Code.REVENUE])[Code.REVENUE]
    assert theirs.value == 2_400_000


def test_credit_is_shared_as_the_list_says(world: Scenario) -> None:
    partner = world.user("account_manager")
    row = mine(world, yuan=1_000)
    entry = RosterEntry.objects.create(
        customer=row, owner=world.manager_user, criterion="revenue", reason="x", state="in_force",
        applied_at=now(), since=LONG_AGO,
    )  # fmt: skip
    RosterShare.objects.create(entry=entry, user=partner, percent=30)
    assert _measured(world, Code.REVENUE).value == 70_000
    theirs = measure(partner.pk, LAST, [Code.REVENUE])[Code.REVENUE]
    assert [(piece.percent, piece.amount) for piece in theirs.pieces] == [(30, 30_000)]


def test_growth_is_of_the_same_accounts_a_year_ago(world: Scenario) -> None:
    year_ago = month_add(LAST, -12)
    old, fresh = mine(world, yuan=1_200), mine(world, yuan=100)
    bill(old, [(year_ago, 1_000)])
    gone = mine(world)
    bill(gone, [(year_ago, 300)])
    found = _measured(world, Code.GROWTH)
    assert (found.value, found.part, found.whole) == (0, 130_000, 130_000)
    assert {piece.customer_id for piece in found.pieces} == {old.pk, fresh.pk, gone.pk}
    MonthlyRevenue.objects.filter(customer=gone).delete()
    assert _measured(world, Code.GROWTH).value == 3_000
    MonthlyRevenue.objects.filter(month=year_ago).delete()
    assert _measured(world, Code.GROWTH).value is None


def test_arpu_is_of_billed_accounts(world: Scenario) -> None:
    assert _measured(world, Code.ARPU).value is None
    mine(world, yuan=1_000)
    mine(world, yuan=501)
    mine(world)
    found = _measured(world, Code.ARPU)
    assert (found.value, found.part, found.whole) == (75_050, 150_100, 2)


def test_churn_is_what_was_confirmed_as_lost(world: Scenario) -> None:
    before = [month_add(LAST, back) for back in (-3, -2, -1)]
    kept, lost, later = mine(world), mine(world), mine(world)
    bill(kept, [(month, 600) for month in before])
    bill(lost, [(before[0], 300)])
    bill(later, [(month, 300) for month in before])
    on = day_start(month_first(LAST)) + timedelta(days=9)
    for row, at in ((lost, on), (later, day_start(month_first(month_add(LAST, 1))))):
        warning = a_warning(row)
        ChurnWarning.objects.filter(pk=warning.pk).update(state=WarningState.LOST, closed_at=at)
    saved = a_warning(kept)
    ChurnWarning.objects.filter(pk=saved.pk).update(state=WarningState.SAVED, closed_at=on)
    found = _measured(world, Code.CHURN)
    assert (found.part, found.whole, found.value) == (10_000, 100_000, 1_000)
    piece = next(piece for piece in found.pieces if piece.amount)
    assert (piece.customer_id, piece.day) == (lost.pk, on.date())


def test_new_products_are_what_the_centre_says(world: Scenario) -> None:
    director, row = world.actor("centre_director"), mine(world)
    bill(row, [(LAST, 100)], "cloud", "云主机")
    bill(row, [(LAST, 20)], "cloud", "云盘")
    bill(row, [(LAST, 3)], "voice")
    assert _measured(world, Code.NEW_PRODUCTS).value == 0
    with pytest.raises(NotAllowed):
        new_product_add(actor=world.manager, category="cloud", product="", since=LAST)
    with pytest.raises(ProductUnknown):
        new_product_add(actor=director, category="clouds", product="", since=LAST)
    one = new_product_add(actor=director, category="cloud", product="云主机", since=month_add(LAST, -3))
    assert _measured(world, Code.NEW_PRODUCTS).value == 10_000
    with pytest.raises(ProductTwice):
        new_product_add(actor=director, category="cloud", product="云主机", since=month_add(LAST, -3))
    new_product_add(actor=director, category="cloud", product="", since=LAST, until=LAST)
    found = _measured(world, Code.NEW_PRODUCTS)
    assert (found.value, [piece.text for piece in found.pieces]) == (12_000, ["cloud|云主机", "cloud|云盘"])
    new_product_add(actor=director, category="voice", product="", since=month_add(LAST, 1))
    new_product_remove(actor=director, row_id=one.pk)
    assert _measured(world, Code.NEW_PRODUCTS).value == 12_000


def test_visits_and_promises_of_the_month(world: Scenario) -> None:
    account = mine(world)
    first = month_first(LAST)
    dues = [first, first + timedelta(days=9), month_last(LAST), month_first(month_add(LAST, 1))]
    drafts = tuple(PromiseDraft(f"承诺{number}", due) for number, due in enumerate(dues))
    visit = a_logged_visit(world, account, promises=drafts)
    second = a_logged_visit(world, account)
    a_visit(world, account)
    Visit.objects.filter(pk=visit.pk).update(starts_at=day_start(first))
    Visit.objects.filter(pk=second.pk).update(starts_at=day_start(first) - timedelta(minutes=1))
    found = _measured(world, Code.VISITS)
    assert (found.value, [piece.visit for piece in found.pieces]) == (1, [visit.pk])
    promises = list(Promise.objects.order_by("pk"))
    for promise, event in zip(
        promises, (PromiseEvent.KEEP, PromiseEvent.KEEP, PromiseEvent.WAIVE, PromiseEvent.KEEP), strict=True
    ):
        promise_close(actor=world.manager, promise_id=promise.pk, version=1, event=event, outcome="x")
    Promise.objects.filter(pk=promises[0].pk).update(closed_at=day_start(first))
    found = _measured(world, Code.PROMISES)
    assert (found.value, found.part, found.whole) == (5_000, 1, 2)


def test_measuring_costs_the_same_for_many_accounts(
    world: Scenario, django_assert_max_num_queries: Any
) -> None:
    for _each in range(12):
        bill(mine(world, yuan=500), [(month_add(LAST, -12), 400), (month_add(LAST, -1), 450)])
    codes = list(Code)
    with django_assert_max_num_queries(11):
        found = measure(world.manager_user.pk, LAST, codes)
    assert set(found) == set(Code) - {Code.COST, Code.FORECAST, Code.SATISFACTION}


# --- closing


def _month_of_work(world: Scenario) -> Contract:
    """12万 of two accounts, 20 % more than last year, nothing lost, one visit of two."""
    first, second = mine(world, yuan=80_000), mine(world, yuan=40_000)
    bill(first, [(month_add(LAST, -12), 70_000), (month_add(LAST, -1), 70_000)])
    bill(second, [(month_add(LAST, -12), 30_000)])
    visit = a_logged_visit(world, first)
    Visit.objects.filter(pk=visit.pk).update(starts_at=day_start(month_first(LAST)) + timedelta(hours=9))
    return a_contract(world)


def test_a_month_is_scored_and_frozen(world: Scenario) -> None:
    row, leader = _month_of_work(world), a_leader(world)
    provisional = month_view(row, LAST)
    assert provisional.missing == [Code.SATISFACTION]
    with pytest.raises(FiguresMissing) as raised:
        month_close(actor=leader, contract_id=row.pk, month=LAST)
    assert raised.value.data["names"]
    satisfied(world, row, 8_550)
    result = month_close(actor=leader, contract_id=row.pk, month=LAST)
    figures = {figure.indicator: figure for figure in result.figures.all()}
    found = {code: (f.value, f.reached, f.points) for code, f in figures.items()}
    assert found == {
        "revenue": (12_000_000, 12_000, 12_000),
        "growth": (2_000, 15_000, 12_000),
        "arpu": (6_000_000, 12_000, 12_000),
        "churn": (0, 20_000, 12_000),
        "satisfaction": (8_550, 9_500, 8_000),
        "visits": (1, 5_000, 0),
    }
    # 30·120 + 20·120 + 10·120 + 10·120 + 20·80 + 10·0 = 10,000
    assert (result.score, result.first_score) == (10_000, 10_000)
    MonthlyRevenue.objects.filter(month=LAST).update(amount_fen=1)
    Visit.objects.all().delete()
    view = month_view(row, LAST)
    assert (view.score, [line.measured.value for line in view.lines][:2]) == (10_000, [12_000_000, 2_000])
    revenue = view.lines[0]
    assert sorted(each.piece.amount for each in records_of(leader, revenue).rows) == [4_000_000, 8_000_000]
    assert FigureRecord.objects.filter(figure__indicator="visits").get().visit is not None


def test_closing_twice_is_closing_once(world: Scenario) -> None:
    row = a_contract(world)
    first = a_closed_month(world, row)
    again = month_close(actor=a_leader(world), contract_id=row.pk, month=LAST)
    assert again == first
    assert _actions().count("close_month") == 1
    assert OutboxEvent.objects.filter(topic="performance.month_closed").count() == 1


def test_what_cannot_be_closed(world: Scenario) -> None:
    row, leader = a_contract(world), a_leader(world)
    satisfied(world, row)
    with pytest.raises(MonthNotAssessed):
        month_close(actor=leader, contract_id=row.pk, month=month_add(LAST, -12))
    this = month_of(now())
    with pytest.raises((MonthNotOver, MonthNotAssessed)):
        month_close(actor=leader, contract_id=row.pk, month=this)
    with pytest.raises(NotAllowed):
        month_close(actor=world.manager, contract_id=row.pk, month=LAST)
    with pytest.raises(NotFound):
        month_close(actor=world.actor("team_leader", unit=world.datong_team), contract_id=row.pk, month=LAST)
    boss = world.user("team_leader")
    own = a_contract(world, boss)
    with pytest.raises(OwnContract):
        month_close(actor=actor_for(boss), contract_id=own.pk, month=LAST)
    draft = a_draft_contract(world, world.user("account_manager"))
    with pytest.raises(NotInForce):
        month_close(actor=leader, contract_id=draft.pk, month=LAST)


def test_a_month_opens_again_for_a_reason_and_keeps_what_was(world: Scenario) -> None:
    row, director = _month_of_work(world), world.actor("centre_director")
    first = a_closed_month(world, row)
    asked: dict[str, Any] = {"contract_id": row.pk, "month": LAST}
    with pytest.raises(NotAllowed):
        month_reopen(actor=a_leader(world), **asked, reason="漏账")
    with pytest.raises(TextMissing):
        month_reopen(actor=director, **asked, reason=" ")
    month_reopen(actor=director, **asked, reason="九月账单补录")
    with pytest.raises(MonthNotClosed):
        month_reopen(actor=director, **asked, reason="再来")
    change = AuditEntry.objects.get(action="performance.reopen_month").changes
    assert change["score"] == [first.score, None]
    assert change["reason"][1] == "九月账单补录"
    MonthlyRevenue.objects.filter(month=LAST).update(amount_fen=5_000_000)
    second = month_close(actor=a_leader(world), **asked)
    assert (second.run, second.figures.get(indicator="revenue").value) == (2, 10_000_000)
    first.refresh_from_db()
    assert (first.is_current, first.figures.get(indicator="revenue").value) == (False, 12_000_000)


def test_a_year_closes_with_the_mean_once_nothing_is_open(world: Scenario) -> None:
    number = int(LAST[5:])
    leader, draft = a_leader(world), a_draft_contract(world)
    for each in TERMS:
        months: list[int | None] = [None] * 12
        months[number - 1] = each.year_target
        draft = contract_months(
            actor=leader, contract_id=draft.pk, version=draft.version, code=each.code, months=tuple(months)
        )
    row = stepped(draft, leader, E.PROPOSE)
    row = stepped(stepped(row, world.manager, E.ACCEPT), leader, E.ENFORCE)
    with pytest.raises(MonthsStillOpen) as raised:
        stepped(row, leader, E.CLOSE)
    assert raised.value.data["months"] == LAST
    result = a_closed_month(world, row)
    with pytest.raises(AppealsStillPossible):
        stepped(row, leader, E.CLOSE)
    appeal = _appeal(world, result)
    MonthResult.objects.update(closed_at=now() - timedelta(days=30))
    with pytest.raises(AppealsUndecided):
        stepped(row, leader, E.CLOSE)
    appeal_withdraw(actor=world.manager, appeal_id=appeal.pk, version=1)
    row = stepped(row, leader, E.CLOSE)
    assert (row.state, row.score) == (ContractState.CLOSED, result.score)
    with pytest.raises(NotInForce):
        month_reopen(actor=world.actor("centre_director"), contract_id=row.pk, month=LAST, reason="x")


# --- entering


def test_a_figure_is_entered_with_its_source(world: Scenario) -> None:
    row, clerk = a_contract(world), a_statistician(world)
    asked: dict[str, Any] = {"contract_id": row.pk, "month": LAST, "code": Code.SATISFACTION}
    with pytest.raises(SourceMissing):
        figure_enter(actor=clerk, **asked, entry=Entry(9_000, " "), version=0)
    with pytest.raises(FigureComputed):
        figure_enter(actor=clerk, **{**asked, "code": Code.REVENUE}, entry=Entry(1, "x"))
    with pytest.raises(MonthNotAssessed):
        figure_enter(actor=clerk, **{**asked, "code": Code.COST}, entry=Entry(1, "x"))
    with pytest.raises(NotAllowed):
        figure_enter(actor=a_leader(world), **asked, entry=Entry(9_000, "x"))
    document = Photo("调查.pdf", [b"%PDF-1.7 survey"])
    held = figure_enter(actor=clerk, **asked, entry=Entry(9_000, "", document), version=0)
    assert held.document is not None
    assert (held.version, held.entered_by) == (1, clerk.name)
    with pytest.raises(Conflict):
        figure_enter(actor=clerk, **asked, entry=Entry(9_100, "x"), version=0)
    figure_enter(actor=clerk, **asked, entry=Entry(9_100, "复核"), version=1)
    figure_enter(actor=clerk, **asked, entry=Entry(9_100, "复核"), version=2)
    assert _actions().count("enter") == 2
    change = AuditEntry.objects.filter(action="performance.enter").latest("pk").changes
    assert change["value"] == ["90.00", "91.00"]
    month_close(actor=a_leader(world), contract_id=row.pk, month=LAST)
    with pytest.raises(MonthIsClosed):
        figure_enter(actor=clerk, **asked, entry=Entry(9_500, "x"))


def test_figures_come_from_a_spreadsheet(world: Scenario) -> None:
    row, clerk = a_contract(world), a_statistician(world)
    name = world.manager_user.name
    good = FigureRow(name, LAST, "satisfaction", "91.5", "三季度调查")
    rows = [
        good,
        FigureRow("manager", LAST, "满意度", "88", "复核"),
        FigureRow("无此人", LAST, "Satisfaction", "九十", "x"),
        FigureRow(name, LAST, "收入", "1", "x"),
        FigureRow(name, LAST, "成本", "1万", "x"),
    ]
    found = check(clerk, rows)
    codes = [[(fault.code, fault.field) for fault in each.faults] for each in found]
    assert codes == [
        [],
        [],
        [("managers.contract_unknown", "manager"), ("managers.figure_invalid", "value")],
        [("managers.indicator_unknown", "indicator")],
        [("managers.month_not_assessed", "month")],
    ]
    made = commit(clerk, rows[:1], [True])[0]
    assert isinstance(made, Made)
    assert EnteredFigure.objects.get().value == 9_150
    assert check(clerk, rows[:1])[0].duplicates[0].reason.data == {"figure": "91.50"}
    kept = commit(clerk, rows[1:2], [False])[0]
    assert isinstance(kept, Finding)
    replaced = commit(clerk, rows[1:2], [True])[0]
    assert isinstance(replaced, Made)
    assert isinstance(undo(clerk, [made])[0], Conflict)
    assert undo(clerk, [replaced]) == [None]
    assert not EnteredFigure.objects.exists()
    satisfied(world, row)
    a_closed_month(world, row)
    assert [fault.code for fault in check(clerk, [good])[0].faults] == ["managers.month_is_closed"]
    assert isinstance(undo(clerk, [Made(str(EnteredFigure.objects.get().pk), 1)])[0], MonthIsClosed)


# --- appealing


def _appeal(world: Scenario, result: MonthResult, code: Code = Code.REVENUE, **fields: Any) -> Appeal:
    asked = {"reason": "漏计一张账单", "wanted": 10 * WAN, **fields}
    return appeal_open(
        actor=world.manager, contract_id=result.contract_id, month=Month(result.month), code=code, **asked
    )


def test_a_granted_appeal_stands_beside_the_first_figure(world: Scenario) -> None:
    result, leader = a_closed_month(world), a_leader(world)
    before = result.score
    appeal = _appeal(world, result)
    with pytest.raises(AppealOpen):
        _appeal(world, result)
    with pytest.raises(AppealsUndecided):
        month_reopen(
            actor=world.actor("centre_director"), contract_id=result.contract_id, month=LAST, reason="x"
        )
    asked: dict[str, Any] = {"appeal_id": appeal.pk, "version": 1, "event": AppealEvent.GRANT}
    with pytest.raises(NotAllowed):
        appeal_decide(actor=world.manager, **asked, decision="同意", corrected=10 * WAN)
    with pytest.raises(TextMissing):
        appeal_decide(actor=leader, **asked, decision="", corrected=10 * WAN)
    with pytest.raises(DomainError):
        appeal_decide(actor=leader, **asked, decision="同意")
    decided = appeal_decide(actor=leader, **asked, decision="账单已核实", corrected=10 * WAN)
    figure = decided.figure
    assert (figure.first_value, figure.first_points, figure.value, figure.points) == (0, 0, 10 * WAN, 10_000)
    result.refresh_from_db()
    assert result.first_score == before
    # growth, ARPU and churn had no base: 30 of revenue, 20 of satisfaction and 10 of visits count
    weights = {f.indicator: f.weight for f in result.figures.all() if f.points is not None}
    assert (result.score or 0) - (before or 0) == round(30 * 10_000 / sum(weights.values()))
    with pytest.raises(IllegalMove):
        appeal_decide(actor=leader, **{**asked, "version": 2}, decision="再", corrected=1)
    change = AuditEntry.objects.get(action="performance.appeal_grant").changes
    assert change["value"] == ["0.00", "100,000.00"]


def test_a_refused_appeal_changes_nothing(world: Scenario) -> None:
    result = a_closed_month(world)
    appeal = _appeal(world, result, Code.SATISFACTION, wanted=None)
    decided = appeal_decide(
        actor=a_leader(world), appeal_id=appeal.pk, version=1, event=AppealEvent.REFUSE, decision="有据"
    )
    assert (decided.state, decided.corrected, decided.figure.value) == (AppealState.REFUSED, None, 9_000)
    assert _appeal(world, result, Code.SATISFACTION).state == AppealState.OPEN


def test_who_may_appeal_and_until_when(world: Scenario) -> None:
    result = a_closed_month(world)
    asked: dict[str, Any] = {
        "contract_id": result.contract_id, "month": LAST, "code": Code.REVENUE, "reason": "x",
    }  # fmt: skip
    with pytest.raises(NotYourContract):
        appeal_open(actor=a_leader(world), **asked)
    with pytest.raises(NotFound):
        appeal_open(actor=world.actor("account_manager"), **asked)
    with pytest.raises(TextMissing):
        appeal_open(actor=world.manager, **{**asked, "reason": " "})
    with pytest.raises(NotFound):
        appeal_open(actor=world.manager, **{**asked, "code": Code.COST})
    MonthResult.objects.update(closed_at=now() - timedelta(days=8))
    with pytest.raises(AppealTooLate):
        appeal_open(actor=world.manager, **asked)
    MonthResult.objects.update(closed_at=now() - timedelta(days=7))
    assert appeal_open(actor=world.manager, **asked).state == AppealState.OPEN


def test_nobody_decides_their_own_appeal(world: Scenario) -> None:
    boss = world.user("team_leader")
    row = a_contract(world, boss)
    satisfied(world, row)
    month_close(actor=a_leader(world), contract_id=row.pk, month=LAST)
    actor = actor_for(boss)
    appeal = appeal_open(actor=actor, contract_id=row.pk, month=LAST, code=Code.REVENUE, reason="x")
    with pytest.raises(OwnContract):
        appeal_decide(actor=actor, appeal_id=appeal.pk, version=1, event=AppealEvent.REFUSE, decision="自己")


# --- seeing


def test_a_manager_sees_their_own_and_a_leader_the_subtree(world: Scenario) -> None:
    result = a_closed_month(world)
    colleague = world.actor("account_manager")
    row = contract_get(world.manager, result.contract_id)
    for actor in (a_leader(world), world.auditor, a_statistician(world)):
        assert contract_get(actor, row.pk) == row
    for actor in (colleague, world.neighbour, world.actor("team_leader", unit=world.datong_team)):
        with pytest.raises(NotFound):
            contract_get(actor, row.pk)
    with pytest.raises(NotAllowed):
        contract_get(world.actor("one_stop_desk"), row.pk)
    assert list(results_seen(world.manager)) == [result]
    assert not results_seen(colleague).exists()
    assert contract_of(world.manager, world.manager_user.pk, YEAR) == row
    assert contract_of(colleague, world.manager_user.pk, YEAR) is None


def test_records_outside_the_view_are_a_sum(world: Scenario) -> None:
    mine(world, yuan=100)
    away = a_customer(world.datong_team)
    away.ownership.all().delete()
    away.ownership.create(owner=world.manager_user, since=LONG_AGO)
    bill(away, [(LAST, 900)])
    row = a_contract(world)
    for is_closed in (False, True):
        if is_closed:
            a_closed_month(world, row)
        line = month_view(row, LAST).lines[0]
        seen = records_of(world.manager, line)
        assert [each.piece.amount for each in seen.rows] == [10_000]
        assert (seen.unseen, seen.unseen_amount) == (1, 90_000)
        assert len(records_of(world.administrator, line).rows) == 2


def test_ranks_count_who_is_ahead(world: Scenario) -> None:
    mine(world, yuan=100_000)
    best = a_closed_month(world)
    second = a_closed_month(world, a_contract(world, world.user("account_manager")))
    third = a_closed_month(world, a_contract(world, world.user("account_manager", unit=world.other_team)))
    assert rank_in(best, world.team.path) == (1, 2)
    assert rank_in(second, world.team.path) == (2, 2)
    assert rank_in(third, world.other_team.path) == (1, 1)
    assert rank_in(third, world.taiyuan.path) == (2, 3)


# --- at once


@two_writers
@pytest.mark.django_db(transaction=True)
def test_two_closes_at_once_make_one_result(world: Scenario) -> None:
    contracts = [a_contract(world, world.user("account_manager")) for _each in range(4)]
    leaders, outcomes = [a_leader(world), a_leader(world)], list[int]()
    for row in contracts:
        satisfied(world, row)

    def close(number: int, row: Contract, start: threading.Barrier) -> None:
        try:
            start.wait(20)
            outcomes.append(month_close(actor=leaders[number], contract_id=row.pk, month=LAST).pk)
        finally:
            connections.close_all()

    for row in contracts:
        start = threading.Barrier(2)
        threads = [threading.Thread(target=close, args=(number, row, start)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(outcomes) == 8
    assert MonthResult.objects.count() == len(set(outcomes)) == 4
    assert AuditEntry.objects.filter(action="performance.close_month").count() == 4
    assert FigureRecord.objects.count() == 0


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_figure_entered_during_a_close_is_in_it_or_refused(world: Scenario) -> None:
    row, clerk, leader = a_contract(world), a_statistician(world), a_leader(world)
    satisfied(world, row, 8_000)
    start, faults = threading.Barrier(2), list[DomainError]()

    def enter() -> None:
        try:
            start.wait(20)
            entry = Entry(9_000, "更正")
            figure_enter(actor=clerk, contract_id=row.pk, month=LAST, code=Code.SATISFACTION, entry=entry)
        except DomainError as error:
            faults.append(error)
        finally:
            connections.close_all()

    def close() -> None:
        try:
            start.wait(20)
            month_close(actor=leader, contract_id=row.pk, month=LAST)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=each) for each in (enter, close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    closed = MonthResult.objects.get().figures.get(indicator="satisfaction").value
    assert EnteredFigure.objects.get().value == closed
    assert [type(fault) for fault in faults] == ([] if closed == 9_000 else [MonthIsClosed])


def test_the_system_itself_gates_nothing_away(world: Scenario) -> None:
    """The demonstration closes by the system: no person's contract is its own."""
    row = a_contract(world)
    satisfied(world, row)
    assert month_close(actor=SYSTEM, contract_id=row.pk, month=LAST).closed_by == "system"
