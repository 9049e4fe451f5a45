"""KAM-03: revenue, grades and warnings on a database: what follows what, and who sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dakehu.customers.domain.churn import OutcomeMissing, WarningEvent, WarningState
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.grading import Rule, RuleIncomplete, RuleKind, RulesGiveHigher, RuleTwice
from dakehu.customers.domain.revenue import RevenueReplaced
from dakehu.customers.domain.states import CustomerEvent
from dakehu.customers.models import ChurnWarning, Customer, GradePeriod, MonthlyRevenue
from dakehu.customers.selectors.churn import warnings_for
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.grading import grades_on, preview, rules_in_force
from dakehu.customers.selectors.revenue import revenue_of, revenue_view
from dakehu.customers.selectors.search import Search
from dakehu.customers.services.assigning import customers_set_grade
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.churn import threshold_set, warning_move, watch
from dakehu.customers.services.customers import customer_change, customer_move
from dakehu.customers.services.grading import (
    RuleDraft,
    keep_grades,
    rule_remove,
    rule_save,
    rules_take_defaults,
)
from dakehu.customers.services.revenue import RevenueEntry, revenue_save, revenue_take_back
from dakehu.customers.tasks import start_daily, start_grades, start_watch
from dakehu.customers.tests.fixtures import a_customer, a_draft, a_warning, billed
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.jobs.api import cancel
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.worker import drain
from dakehu.kernel.clock import day_of, month_add, month_of
from dakehu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]


def active(row: Customer) -> Customer:
    return customer_move(actor=SYSTEM, customer_id=row.pk, version=row.version, event=CustomerEvent.ACTIVATE)


def fresh(row: Customer) -> Customer:
    return Customer.objects.get(pk=row.pk)


# --- revenue


def test_saved_revenue_moves_average_and_grade_at_once(world: Scenario) -> None:
    row = a_customer(world.team)
    last = month_add(month_of(now()), -1)
    entries = [RevenueEntry(row.pk, month_add(last, -n), "voice", 4_000_000) for n in range(12)]
    revenue_save(actor=SYSTEM, entries=entries)
    assert (fresh(row).monthly_revenue_fen, fresh(row).grade) == (4_000_000, Grade.FIRST)
    revenue_save(actor=SYSTEM, entries=entries)
    assert MonthlyRevenue.objects.filter(version=1).count() == 12
    revenue_save(actor=SYSTEM, entries=[RevenueEntry(row.pk, last, "voice", 16_000_000)])
    assert fresh(row).monthly_revenue_fen == 5_000_000
    assert MonthlyRevenue.objects.get(month=last).version == 2


def test_the_year_ends_with_the_last_billed_month(world: Scenario) -> None:
    """Thirteen months ago no longer counts; who has nothing on file keeps what was typed."""
    old, typed = a_customer(world.team), a_customer(world.team, monthly_revenue_fen=700)
    billed(old, 9_999, *[1_200] * 12)
    keep_averages([old.pk, typed.pk])
    assert (fresh(old).monthly_revenue_fen, fresh(typed).monthly_revenue_fen) == (120_000, 700)
    assert keep_averages([old.pk, typed.pk]) == 0


def test_revenue_is_loaded_with_the_right_and_in_the_view_alone(world: Scenario) -> None:
    row = a_customer(world.datong_team)
    entry = RevenueEntry(row.pk, month_of(now()), "voice", 100)
    with pytest.raises(NotAllowed):
        revenue_save(actor=world.manager, entries=[entry])
    with pytest.raises(NotFound):
        revenue_save(actor=world.actor_with("customer.load_revenue"), entries=[entry])
    assert not MonthlyRevenue.objects.exists()


def test_taking_revenue_back(world: Scenario) -> None:
    row, month = a_customer(world.team), month_of(now())
    made = revenue_save(
        actor=SYSTEM, entries=[RevenueEntry(row.pk, month, name, 120_000) for name in ("voice", "cloud")]
    )
    again = revenue_save(actor=SYSTEM, entries=[RevenueEntry(row.pk, month, "cloud", 240_000)])
    versions = [(made[0].pk, 1), (again[0].pk, 2), (made[1].pk, 1), (10**9, 1)]
    stays = revenue_take_back(actor=SYSTEM, versions=versions)
    assert stays[0] is None
    assert isinstance(stays[1], RevenueReplaced)
    assert isinstance(stays[2], Conflict)
    assert stays[3] is None
    assert fresh(row).monthly_revenue_fen == 20_000
    far = revenue_save(
        actor=SYSTEM, entries=[RevenueEntry(a_customer(world.datong_team).pk, month, "voice", 1)]
    )
    kept = revenue_take_back(actor=world.actor_with("customer.load_revenue"), versions=[(far[0].pk, 1)])
    assert isinstance(kept[0], NotFound)


def test_revenue_is_seen_with_the_account(world: Scenario) -> None:
    row = a_customer(world.team)
    billed(row, 100, 200)
    billed(row, 50, category="cloud")
    view = revenue_view(world.manager, row)
    assert view is not None
    assert list(view.by_category) == ["voice", "cloud"]
    assert (view.figures.amount, view.figures.last_month) == (25_000, 10_000)
    assert revenue_view(world.neighbour, row) is None
    assert not revenue_of(world.neighbour, row).exists()


# --- grades


def test_a_change_of_grade_closes_one_period_and_opens_another(world: Scenario) -> None:
    row = a_customer(world.team, monthly_revenue_fen=400_000)
    keep_grades(SYSTEM, [row.pk])
    today = day_of(now())
    GradePeriod.objects.update(since=today - timedelta(days=30))
    Customer.objects.filter(pk=row.pk).update(monthly_revenue_fen=3_000_000)
    assert keep_grades(SYSTEM, [row.pk]) == 1
    assert keep_grades(SYSTEM, [row.pk]) == 0
    new, old = GradePeriod.objects.filter(customer=row)
    assert (old.grade, old.until, new.grade, new.since, new.until) == (
        Grade.THIRD, today, Grade.FIRST, today, None,
    )  # fmt: skip
    assert new.reasons[0]["kind"] == "revenue"
    days = [today, today - timedelta(days=1), today - timedelta(days=31)]
    held = [grades_on(world.manager, [row.pk], day).get(row.pk) for day in days]
    assert held == [Grade.FIRST, Grade.THIRD, None]
    assert grades_on(world.neighbour, [row.pk], today) == {}
    assert AuditEntry.objects.get(action="customer.grade").changes["grade"] == [Grade.THIRD, Grade.FIRST]
    assert OutboxEvent.objects.get(topic="customers.graded").payload["customers"] == [row.pk]
    assert row in set(Search(world.manager).narrow(customers_for(world.manager), row.code))


def test_a_hand_raises_and_never_lowers(world: Scenario) -> None:
    row = a_customer(world.team, monthly_revenue_fen=400_000)
    actor = world.manager
    customers_set_grade(actor=actor, customer_ids=[row.pk], grade=Grade.FIRST, reason="战略客户")
    assert fresh(row).grade == Grade.FIRST
    assert GradePeriod.objects.get(customer=row, until=None).reasons[0]["note"] == "战略客户"
    keep_grades(SYSTEM, [row.pk])
    assert fresh(row).grade == Grade.FIRST
    with pytest.raises(RulesGiveHigher):
        customers_set_grade(actor=actor, customer_ids=[row.pk], grade=Grade.SMALL)
    assert fresh(row).hand_grade == Grade.FIRST
    customers_set_grade(actor=actor, customer_ids=[row.pk], grade=None)
    assert (fresh(row).grade, fresh(row).hand_reason) == (Grade.THIRD, "")


def test_changing_a_file_keeps_what_the_rules_give(world: Scenario) -> None:
    rule_save(actor=SYSTEM, draft=RuleDraft(Rule(RuleKind.TRADE, Grade.SECOND, trade="banking")))
    row = a_customer(world.team, trade="banking")
    keep_grades(SYSTEM, [row.pk])
    draft = a_draft(world.team, name=row.name, trade="banking", phone="0351-8200000")
    assert customer_change(actor=SYSTEM, customer_id=row.pk, version=1, draft=draft).grade == Grade.SECOND
    other = a_draft(world.team, name=row.name, trade="energy")
    assert customer_change(actor=SYSTEM, customer_id=row.pk, version=2, draft=other).grade == Grade.SMALL


def test_the_head_of_a_group(world: Scenario) -> None:
    rule_save(actor=SYSTEM, draft=RuleDraft(Rule(RuleKind.HEAD, Grade.SECOND)))
    head = a_customer(world.team)
    branch = a_customer(world.team, parent_id=head.pk)
    keep_grades(SYSTEM, [head.pk, branch.pk])
    assert (fresh(head).grade, fresh(branch).grade) == (Grade.SECOND, Grade.SMALL)


def test_the_preview_counts_what_grading_then_changes(world: Scenario) -> None:
    for number in range(4):
        head = a_customer(
            world.team, monthly_revenue_fen=number * 2_000_000, trade="banking" if number else ""
        )
        a_customer(world.datong_team, parent_id=head.pk, grade=Grade.SPECIAL if number == 2 else None)
    for kind, grade, trade in (("trade", Grade.SECOND, "banking"), ("head", Grade.THIRD, "")):
        rule_save(actor=SYSTEM, draft=RuleDraft(Rule(RuleKind(kind), grade, trade=trade)))
    before = dict(Customer.objects.values_list("pk", "grade"))
    moves = preview(SYSTEM, rules_in_force())
    keep_grades(SYSTEM, sorted(before))
    after = dict(Customer.objects.values_list("pk", "grade"))
    found: dict[tuple[int, int], int] = {}
    for pk, old in before.items():
        if after[pk] != old:
            found[old, after[pk]] = found.get((old, after[pk]), 0) + 1
    assert found
    assert {(int(m.old), int(m.new)): m.accounts for m in moves} == found
    assert preview(SYSTEM, rules_in_force()) == []


def test_rules_are_kept_by_who_may(world: Scenario) -> None:
    draft = RuleDraft(Rule(RuleKind.HEAD, Grade.SECOND))
    with pytest.raises(NotAllowed):
        rule_save(actor=world.manager, draft=draft)
    row = rule_save(actor=SYSTEM, draft=draft)
    with pytest.raises(RuleTwice):
        rule_save(actor=SYSTEM, draft=draft)
    with pytest.raises((RuleIncomplete, Invalid)):
        rule_save(actor=SYSTEM, draft=RuleDraft(Rule(RuleKind.TRADE, Grade.SECOND)))
    off = RuleDraft(draft.rule, is_active=False)
    changed = rule_save(actor=SYSTEM, draft=off, rule_id=row.pk, version=1)
    assert not [rule for rule in rules_in_force() if rule.kind is RuleKind.HEAD]
    with pytest.raises(Conflict):
        rule_save(actor=SYSTEM, draft=draft, rule_id=row.pk, version=1)
    rule_remove(actor=SYSTEM, rule_id=row.pk, version=changed.version)
    assert len(rules_take_defaults(actor=SYSTEM)) == 4
    assert rules_take_defaults(actor=SYSTEM) == []


def test_grading_takes_the_same_queries_for_any_number(world: Scenario) -> None:
    ids = [a_customer(world.team, monthly_revenue_fen=400_000).pk for _number in range(12)]
    keep_grades(SYSTEM, ids)

    def count(some: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            keep_averages(some)
            keep_grades(SYSTEM, some)
        return len(captured)

    assert count(ids[:1]) == count(ids)


# --- churn


def test_a_fall_becomes_one_warning_with_its_evidence(world: Scenario) -> None:
    falls = active(a_customer(world.team, actor=world.manager))
    steady, prospect = active(a_customer(world.team)), a_customer(world.team)
    for row in (falls, prospect):
        billed(row, 1_000, 900, 800, 700, 600, 500)
    billed(steady, *[1_000] * 6)
    ids = [falls.pk, steady.pk, prospect.pk]
    assert watch(SYSTEM, ids) == 1
    assert watch(SYSTEM, ids) == 0
    found = ChurnWarning.objects.get()
    assert (found.customer, found.owner_id, found.state) == (falls, world.manager_user.pk, WarningState.OPEN)
    assert [(each["signal"], each["value"]) for each in found.evidence] == [("spend_falls", 50)]
    assert OutboxEvent.objects.get(topic="customer.churn_warned").payload["customer"] == falls.pk
    assert list(warnings_for(world.manager)) == [found]
    assert not warnings_for(world.neighbour).exists()


def test_a_product_that_is_gone_warns(world: Scenario) -> None:
    row = active(a_customer(world.team))
    billed(row, 100, 100, 100, 100)
    billed(row, 300, 0, category="cloud")
    assert watch(SYSTEM, [row.pk]) == 1
    evidence = ChurnWarning.objects.get().evidence[0]
    assert (evidence["signal"], evidence["facts"]["categories"]) == ("product_gone", ["cloud"])


def test_thresholds_are_data(world: Scenario) -> None:
    row = active(a_customer(world.team))
    billed(row, 1_000, 900, 800, 700, 600, 500)
    with pytest.raises(NotAllowed):
        threshold_set(actor=world.manager, signal="spend_falls", value=60, is_active=True, version=0)
    with pytest.raises(NotFound):
        threshold_set(actor=SYSTEM, signal="moon", value=60, is_active=True, version=0)
    threshold_set(actor=SYSTEM, signal="spend_falls", value=60, is_active=True, version=0)
    assert watch(SYSTEM, [row.pk]) == 0
    with pytest.raises(Conflict):
        threshold_set(actor=SYSTEM, signal="spend_falls", value=50, is_active=True, version=0)
    threshold_set(actor=SYSTEM, signal="spend_falls", value=50, is_active=False, version=1)
    assert watch(SYSTEM, [row.pk]) == 0
    threshold_set(actor=SYSTEM, signal="spend_falls", value=50, is_active=True, version=2)
    assert watch(SYSTEM, [row.pk]) == 1


def test_a_warning_is_worked_on_and_closed_with_an_outcome(world: Scenario) -> None:
    row = active(a_customer(world.team))
    billed(row, 1_000, 900, 800, 700, 600, 500)
    held, actor = a_warning(row), world.manager
    with pytest.raises(NotFound):
        warning_move(actor=world.neighbour, warning_id=held.pk, version=1, event=WarningEvent.TAKE)
    with pytest.raises(NotAllowed):
        warning_move(actor=world.auditor, warning_id=held.pk, version=1, event=WarningEvent.TAKE)
    with pytest.raises(IllegalMove):
        warning_move(actor=actor, warning_id=held.pk, version=1, event=WarningEvent.SAVE, outcome="挽留")
    taken = warning_move(actor=actor, warning_id=held.pk, version=1, event=WarningEvent.TAKE)
    assert taken.owner_id == actor.user_id
    with pytest.raises(Conflict):
        warning_move(actor=actor, warning_id=held.pk, version=1, event=WarningEvent.SAVE, outcome="挽留")
    with pytest.raises(OutcomeMissing):
        warning_move(actor=actor, warning_id=held.pk, version=2, event=WarningEvent.SAVE, outcome="  ")
    done = warning_move(
        actor=actor, warning_id=held.pk, version=2, event=WarningEvent.SAVE, outcome="续约两年"
    )
    assert (done.state, done.outcome, done.closed_at is not None) == (WarningState.SAVED, "续约两年", True)
    assert watch(SYSTEM, [row.pk]) == 0  # left alone for a while
    ChurnWarning.objects.update(closed_at=now() - timedelta(days=61))
    assert watch(SYSTEM, [row.pk]) == 1


# --- in the background


def test_the_jobs_go_over_what_their_starter_sees(world: Scenario) -> None:
    near, far = a_customer(world.team), a_customer(world.datong_team)
    for row in (near, far):
        billed(active(row), *[60_000] * 6, *[30_000] * 6)
    steward = world.actor("data_steward", unit=world.taiyuan)
    jobs = [start_grades(steward), start_watch(steward)]
    drain("tasks")
    assert [Job.objects.get(pk=each.pk).state for each in jobs] == [Job.State.DONE] * 2
    assert (fresh(near).grade, fresh(far).grade) == (Grade.FIRST, Grade.SMALL)
    assert [row.customer_id for row in ChurnWarning.objects.all()] == []  # steady within the last six months
    with pytest.raises(NotAllowed):
        start_grades(world.manager)


def test_a_job_can_be_cancelled(world: Scenario) -> None:
    billed(a_customer(world.team), *[60_000] * 12)
    steward = world.actor("data_steward", unit=world.taiyuan)
    started = start_grades(steward)
    cancel(steward, started.pk)
    drain("tasks")
    assert Job.objects.get(pk=started.pk).state == Job.State.CANCELLED
    assert not GradePeriod.objects.exists()


def test_the_days_work_starts_once(world: Scenario) -> None:
    row = active(a_customer(world.team))
    billed(row, 9_000, 8_000, 7_000, 6_000, 5_000, 4_000)
    assert start_daily() is False
    start_daily()
    started = Job.objects.filter(owner_id=None).count()
    assert started in {0, 2}  # none in the first hour of the day
    drain("tasks")
    assert ChurnWarning.objects.count() == started // 2
    assert GradePeriod.objects.count() == started // 2
