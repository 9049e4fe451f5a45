"""KAM-13: scores follow every write, sums follow the scores, tasks follow the sums; within one's view."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from dakehu.customers import hooks
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.holdings import AgreementDraft, CompetitorLineDraft, HoldingKind
from dakehu.customers.domain.quality import (
    FormatMissed,
    NotFillable,
    QualityRulePast,
    QualityRuleTwice,
    Rule,
)
from dakehu.customers.domain.roster import EntryEvent
from dakehu.customers.domain.states import CustomerEvent
from dakehu.customers.models import (
    AccountQuality,
    Customer,
    QualityFault,
    QualityMonth,
    QualityReminder,
    QualityRule,
    QualityTally,
)
from dakehu.customers.parameters import LEAST_SCORE
from dakehu.customers.qualitytasks import quality_due, start_daily, start_scores
from dakehu.customers.selectors.quality import (
    fault_counts,
    ranked_managers,
    ranked_units,
    total_of,
    trend,
    unit_in_view,
)
from dakehu.customers.selectors.qualityrules import effect_of, rule_book, rule_from
from dakehu.customers.services.assigning import customers_assign_owner, customers_set_grade
from dakehu.customers.services.bulk import customers_create_many
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import customer_change, customer_move
from dakehu.customers.services.holdings import holding_add, holding_remove
from dakehu.customers.services.qualityfilling import draft_of, quality_confirm, quality_fill
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.qualityreminding import remind
from dakehu.customers.services.qualityrules import RuleChange, quality_rule_end, quality_rule_save
from dakehu.customers.services.qualitysums import fold_sums, keep_month
from dakehu.customers.services.removing import customers_take_back
from dakehu.customers.services.roster import roster_step
from dakehu.customers.tests.fixtures import a_customer, a_draft, credit_code
from dakehu.customers.tests.rosters import an_entry
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.parameters.api import parameter_set
from dakehu.infra.worker import drain
from dakehu.kernel.clock import day_of, day_start, month_add, month_of
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-13")]


def _full(world: Scenario, **fields: Any) -> Customer:
    """An account without any fault: small, with all that the handbook asks of small ones."""
    values = {
        "address": "太原市迎泽大街1号",
        "phone": "0351-8200000",
        "trade": "banking",
        "name": "晋阳第一商贸有限公司",
    }
    row = a_customer(world.team, **{**values, **fields})
    contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft(name="周敏", phone="13800000000"))
    return row


def _score(row: Customer) -> int:
    return AccountQuality.objects.get(pk=row.pk).score


def _faults(row: Customer) -> set[str]:
    return set(QualityFault.objects.filter(customer=row).values_list("subject", flat=True))


def _sums_are_right() -> None:
    """What the sums say is what a count of all rows says."""
    counted = AccountQuality.objects.aggregate(points=Sum("score"))["points"] or 0
    told = QualityTally.objects.filter(subject="").aggregate(
        a=Sum("accounts"), p=Sum("points"), n=Sum("poor")
    )
    assert (told["a"] or 0, told["p"] or 0) == (AccountQuality.objects.count(), counted)
    assert (told["n"] or 0) == AccountQuality.objects.filter(is_poor=True).count()
    for subject in set(QualityTally.objects.exclude(subject="").values_list("subject", flat=True)):
        told_of = QualityTally.objects.filter(subject=subject).aggregate(a=Sum("accounts"))["a"]
        assert told_of == QualityFault.objects.filter(subject=subject).count()
    for quality in AccountQuality.objects.select_related("customer"):
        row = quality.customer
        assert (quality.org_path, quality.owner_id, quality.grade) == (row.org_path, row.owner_id, row.grade)


def test_a_whole_file_has_a_hundred(world: Scenario) -> None:
    row = _full(world)
    assert (_score(row), _faults(row)) == (100, set())
    _sums_are_right()


def test_every_write_counts(world: Scenario) -> None:
    row = _full(world)
    draft = draft_of(row)
    changed = customer_change(
        actor=SYSTEM, customer_id=row.pk, version=1,
        draft=replace(draft, address=""),
    )  # fmt: skip
    assert _faults(row) == {"address"}
    customers_set_grade(actor=SYSTEM, customer_ids=[row.pk], grade=Grade.SPECIAL, reason="省级战略客户")
    large = {
        "address",
        "credit_code",
        "section",
        "website",
        "owner",
        "contact_email",
        "decider",
        "competitor",
    }
    assert _faults(row) == large
    assert {fault.grade for fault in QualityFault.objects.all()} == {1}
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=world.manager_user.pk)
    assert _faults(row) == large - {"owner"}
    second = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft(name="王强", role="decides"))
    assert "decider" not in _faults(row)
    contact_change(actor=SYSTEM, contact_id=second.pk, version=1, draft=ContactDraft(name="王强"))
    assert "decider" in _faults(row)
    contact_remove(actor=SYSTEM, contact_id=second.pk, version=2)
    line = holding_add(
        actor=SYSTEM, customer_id=row.pk, draft=CompetitorLineDraft(operator="unicom", product="专线")
    )
    assert "competitor" not in _faults(row)
    holding_remove(actor=SYSTEM, kind=HoldingKind.COMPETITOR_LINE, holding_id=line.pk, version=1)
    assert "competitor" in _faults(row)
    _sums_are_right()
    assert changed.version == 2
    version = Customer.objects.get().version
    customer_move(actor=SYSTEM, customer_id=row.pk, version=version, event=CustomerEvent.CLOSE)
    assert not AccountQuality.objects.exists()
    _sums_are_right()


def test_the_named_list_asks_more(world: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = world.manager_user
    row = _full(world, grade=Grade.SECOND, owner_id=owner.pk, credit_code=credit_code(1))
    assert not {"visit", "agreement"} & _faults(row)
    entry = an_entry(row, owner)
    assert {"visit", "agreement"} <= _faults(row)
    monkeypatch.setitem(
        hooks._sources, "visits", lambda ids: dict.fromkeys(ids, _today() - timedelta(days=61))
    )
    keep_quality([row.pk])
    assert "visit" not in _faults(row)
    assert AccountQuality.objects.get().check_on == _today() + timedelta(days=1)
    ends = AgreementDraft(number="HT-1", subject="专线", ends_on=_today() + timedelta(days=5))
    holding_add(actor=SYSTEM, customer_id=row.pk, draft=ends)
    assert "agreement" not in _faults(row)
    monkeypatch.setattr("dakehu.customers.services.qualitykeeping.now", lambda: now() + timedelta(days=6))
    monkeypatch.setattr("dakehu.customers.qualitytasks.now", lambda: now() + timedelta(days=6))
    assert quality_due()
    assert {"visit", "agreement"} <= _faults(row)
    assert not quality_due()
    roster_step(
        actor=SYSTEM, entry_id=entry.pk, version=entry.version, event=EntryEvent.ASK_LEAVE, reason="搬迁"
    )
    entry.refresh_from_db()
    roster_step(actor=SYSTEM, entry_id=entry.pk, version=entry.version, event=EntryEvent.LEAVE)
    assert not {"visit", "agreement"} & _faults(row)
    _sums_are_right()


def test_bulk_and_take_back(world: Scenario) -> None:
    rows = customers_create_many(actor=SYSTEM, drafts=[a_draft(world.team) for _each in range(3)])
    assert AccountQuality.objects.count() == 3
    customers_take_back(actor=SYSTEM, versions=[(row.pk, 1) for row in rows[:2]])
    assert list(AccountQuality.objects.values_list("pk", flat=True)) == [rows[2].pk]
    _sums_are_right()


def test_keeping_is_idempotent_and_cheap(world: Scenario) -> None:
    rows = customers_create_many(actor=SYSTEM, drafts=[a_draft(world.team) for _each in range(20)])
    tallies = QualityTally.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert keep_quality([row.pk for row in rows[:2]]) == 0
    with CaptureQueriesContext(connection) as many:
        assert keep_quality([row.pk for row in rows]) == 0
    assert len(few) == len(many) <= 16
    assert QualityTally.objects.count() == tallies


def test_sums_are_folded_without_changing(world: Scenario) -> None:
    for _each in range(3):
        _full(world, name=f"晋阳第{_each}商贸有限公司", owner_id=world.manager_user.pk)
    before = QualityTally.objects.count()
    assert not fold_sums()
    assert QualityTally.objects.count() < before
    _sums_are_right()
    a_customer(world.team, owner_id=world.manager_user.pk)
    fold_sums()
    _sums_are_right()
    assert QualityTally.objects.filter(subject="").count() == 1


def test_people_see_figures_of_their_own_subtree(world: Scenario) -> None:
    owner, other = world.manager_user, world.user("account_manager", unit=world.other_team)
    _full(world, owner_id=owner.pk)
    a_customer(world.other_team, owner_id=other.pk)
    a_customer(world.datong_team)
    all_seen = world.actor("auditor", unit=world.province)
    assert total_of(all_seen, world.province.path).accounts == 3
    ranked = ranked_units(all_seen, world.province.path)
    assert [(row.name, row.place, row.sums.accounts) for row in ranked] == [
        (world.taiyuan.name, 1, 2), (world.datong.name, 2, 1),
    ]  # fmt: skip
    names = [row.name for row in ranked_managers(all_seen, world.taiyuan.path)]
    assert names == [owner.name, other.name]
    assert dict(fault_counts(all_seen, world.province.path))["contact"] == 2
    datong = world.actor("account_manager", unit=world.datong_team)
    assert total_of(datong, world.province.path).accounts == 1
    assert [row.key for row in ranked_managers(datong, world.province.path)] == [""]
    with pytest.raises(NotFound):
        unit_in_view(datong, world.taiyuan.path)
    assert unit_in_view(datong, "") == world.datong_team.path


def test_months_are_kept(world: Scenario) -> None:
    row = _full(world)
    keep_month()
    keep_month()
    kept = QualityMonth.objects.get()
    assert (kept.month, kept.accounts, kept.points, kept.poor) == (month_of(now()), 1, 100, 0)
    last = month_add(month_of(now()), -1)
    QualityMonth.objects.update(month=last, points=40)
    found = trend(SYSTEM, "0001", [last, month_of(now())])
    assert [found[month].mean_tenths for month in (last, month_of(now()))] == [400, 1000]
    assert row.pk


def test_a_changed_rule_judges_all_by_a_job(world: Scenario) -> None:
    steward = world.actor("data_steward", unit=world.taiyuan)
    row, elsewhere = _full(world), a_customer(world.datong_team)
    rule = Rule("website", frozenset({5}), weight=20)
    quality_rule_save(actor=steward, change=RuleChange(rule, _today()))
    assert _score(row) == 100
    job = start_scores(steward)
    drain("tasks")
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 2)
    assert _score(row) < 100
    assert "website" in _faults(elsewhere)
    assert set(AccountQuality.objects.values_list("stamp", flat=True)) == {rule_book().stamp}
    _sums_are_right()


def test_a_rule_keeps_its_past(world: Scenario) -> None:
    steward = world.actor("data_steward", unit=world.taiyuan)
    old = QualityRule.objects.get(subject="trade")
    grades, tomorrow = frozenset({1, 2}), _today() + timedelta(days=1)
    for when, fault in [(_today() - timedelta(days=1), QualityRulePast)]:
        with pytest.raises(fault):
            quality_rule_save(
                actor=steward, change=RuleChange(Rule("trade", grades), when), rule_id=old.pk, version=1
            )
    with pytest.raises(QualityRuleTwice):
        quality_rule_save(actor=steward, change=RuleChange(Rule("trade", grades), _today()))
    new = quality_rule_save(
        actor=steward, change=RuleChange(Rule("trade", grades), tomorrow), rule_id=old.pk, version=1
    )
    old.refresh_from_db()
    assert (new.pk != old.pk, old.valid_until, old.version) == (True, tomorrow, 2)
    assert rule_book().stamp != rule_book(tomorrow).stamp
    with pytest.raises(Conflict):
        quality_rule_end(actor=steward, rule_id=old.pk, version=1)
    quality_rule_end(actor=steward, rule_id=new.pk, version=1)
    assert not QualityRule.objects.filter(pk=new.pk).exists()
    with pytest.raises(NotAllowed):
        quality_rule_end(actor=world.manager, rule_id=old.pk, version=2)


def test_the_bound_is_a_parameter(world: Scenario) -> None:
    a_customer(world.team)
    before = AccountQuality.objects.get()
    administrator = world.actor("administrator", unit=world.province)
    parameter_set(actor=administrator, name=LEAST_SCORE.name, value=1)
    assert not quality_due()  # starts the job that judges all
    drain("tasks")
    after = AccountQuality.objects.get()
    assert (before.is_poor, after.is_poor, before.stamp != after.stamp) == (True, False, True)
    _sums_are_right()


def test_what_a_rule_would_do(world: Scenario) -> None:
    steward = world.actor("data_steward", unit=world.taiyuan)
    _full(world)
    a_customer(world.datong_team)
    held = [rule_from(row) for row in QualityRule.objects.all()]
    effect = effect_of(steward, [*held, Rule("website", frozenset({5}), weight=47)])
    assert (effect.accounts, effect.mean_before, effect.poor_before) == (1, 1000, 0)
    assert effect.mean_after < 1000
    assert effect.faults == (("website", 0, 1),)
    assert not QualityFault.objects.filter(subject="website").exists()


def test_filling_in_place(world: Scenario) -> None:
    manager = world.manager
    row = a_customer(world.team, owner_id=world.manager_user.pk)
    with pytest.raises(FormatMissed):
        quality_fill(actor=manager, customer_id=row.pk, subject="address", version=1, text="太原")
    quality_fill(actor=manager, customer_id=row.pk, subject="address", version=1, text="太原市迎泽大街1号")
    with pytest.raises(Conflict):
        quality_fill(actor=manager, customer_id=row.pk, subject="phone", version=1, text="0351-8200000")
    quality_fill(actor=manager, customer_id=row.pk, subject="contact", version=2, text="周敏")
    assert {"address", "contact"} & _faults(row) == set()
    with pytest.raises(Conflict):  # filled in already
        quality_fill(actor=manager, customer_id=row.pk, subject="contact", version=2, text="王强")
    customers_set_grade(actor=SYSTEM, customer_ids=[row.pk], grade=Grade.SPECIAL, reason="战略")
    version = Customer.objects.get().version
    with pytest.raises(FormatMissed):
        quality_fill(actor=manager, customer_id=row.pk, subject="contact_phone", version=version, text="没有")
    quality_fill(
        actor=manager, customer_id=row.pk, subject="contact_phone", version=version, text="13800000000"
    )
    quality_fill(actor=manager, customer_id=row.pk, subject="decider", version=version, text="周敏")
    contact = row.contacts.get()
    assert (contact.phone, contact.role) == ("13800000000", "decides")
    with pytest.raises(NotFillable):
        quality_fill(actor=manager, customer_id=row.pk, subject="competitor", version=version, text="x")
    with pytest.raises(NotFound):
        quality_fill(
            actor=world.actor("account_manager", unit=world.datong_team),
            customer_id=row.pk, subject="phone", version=version, text="0351-8200000",
        )  # fmt: skip


def test_an_old_entry_is_found_right(world: Scenario) -> None:
    row = _full(world)
    Customer.objects.update(created_at=now() - timedelta(days=800))
    keep_quality([row.pk])
    assert _faults(row) == {"phone"}
    quality_confirm(actor=SYSTEM, customer_id=row.pk, subject="phone", version=1)
    assert _faults(row) == set()
    assert AccountQuality.objects.get().confirmed == {"phone": _today().isoformat()}


def test_tasks_of_filling_in(world: Scenario) -> None:
    row = a_customer(world.team, owner_id=world.manager_user.pk)
    free = a_customer(world.team)
    both = [row.pk, free.pk]
    assert (remind(both), remind(both)) == (1, 0)
    task = QualityReminder.objects.get()
    assert (task.customer_id, task.owner_id, task.state) == (row.pk, world.manager_user.pk, "open")
    other = world.user("account_manager")
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=other.pk)
    remind(both)
    task.refresh_from_db()
    assert (task.owner_id, task.state) == (other.pk, "open")
    draft = draft_of(Customer.objects.get(pk=row.pk))
    customer_change(
        actor=SYSTEM, customer_id=row.pk, version=2,
        draft=replace(draft, address="太原市迎泽大街1号", phone="0351-8200000", trade="banking"),
    )  # fmt: skip
    contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft(name="周敏"))
    task.refresh_from_db()
    assert (task.state, task.closed_at is not None) == ("mended", True)


def test_the_day_makes_the_tasks(world: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    a_customer(world.team, owner_id=world.manager_user.pk)
    noon = day_start(_today()) + timedelta(hours=12)
    monkeypatch.setattr("dakehu.customers.qualitytasks.now", lambda: noon)
    start_daily()
    start_daily()
    assert Job.objects.filter(owner_id=None, kind__startswith="customers.quality").count() == 2
    drain("tasks")
    assert QualityReminder.objects.count() == 1


def _today() -> date:
    return day_of(now())
