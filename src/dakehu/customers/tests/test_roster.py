"""KAM-12: the named-account list on a real database, by people with rights and scopes."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections

from dakehu.customers import hooks
from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.errors import OwnerNotYours
from dakehu.customers.domain.ownership import Period, after_change
from dakehu.customers.domain.reclaim import ReclaimDays
from dakehu.customers.domain.roster import Criterion, EntryEvent, EntryState, Share
from dakehu.customers.domain.rostererrors import (
    AppliedAlready,
    DayInFuture,
    DayTooEarly,
    DuplicatesUnanswered,
    NotAClaimant,
    NothingToAdjust,
    OnNamedList,
    OwnApplication,
    OwnershipMoved,
    Resting,
    UnderDispute,
)
from dakehu.customers.models import Customer, OwnershipDispute, OwnershipPeriod, RosterEntry
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.roster import credits_on, owners_on
from dakehu.customers.services import ownership
from dakehu.customers.services.assigning import customers_assign_owner
from dakehu.customers.services.bulk import customers_create_many
from dakehu.customers.services.customers import customer_change
from dakehu.customers.services.disputes import dispute_claim, dispute_decide, dispute_open, dispute_withdraw
from dakehu.customers.services.ownership import keep_in_step, today
from dakehu.customers.services.reclaiming import reclaim_due, reclaim_rule_set
from dakehu.customers.services.removing import customers_take_back
from dakehu.customers.services.roster import Application, roster_apply, roster_step
from dakehu.customers.tests.fixtures import a_customer, a_draft
from dakehu.customers.tests.rosters import an_application, an_entry
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.kernel.clock import cst
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-12")]
two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


def _periods(row: Customer) -> list[tuple[int, date, date | None]]:
    found = OwnershipPeriod.objects.filter(customer=row).order_by("since")
    return list(found.values_list("owner_id", "since", "until"))


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the services' calendar: `day(40)` is forty days from now."""
    start = today()

    def move(number: int) -> date:
        moved = start + timedelta(days=number)
        for module in ("ownership", "roster", "reclaiming", "disputes"):
            monkeypatch.setattr(f"dakehu.customers.services.{module}.today", lambda: moved)
        return moved

    return move


def test_ownership_is_written_by_every_way_to_an_owner(world: Scenario, day: Any) -> None:
    first, second = world.manager_user.pk, world.user("account_manager").pk
    start = day(0)
    row = a_customer(world.team, actor=world.manager)
    many = customers_create_many(actor=SYSTEM, drafts=[a_draft(world.team, owner_id=second)])[0]
    assert _periods(row) == [(first, start, None)]
    assert _periods(many) == [(second, start, None)]
    later = day(10)
    draft = a_draft(world.team, name=row.name, owner_id=second)
    customer_change(actor=world.actor("team_leader"), customer_id=row.pk, version=1, draft=draft)
    assert _periods(row) == [(first, start, later), (second, later, None)]
    last = day(20)
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk, many.pk], owner_id=None)
    assert _periods(row) == [(first, start, later), (second, later, last)]
    assert owners_on([row.pk, many.pk], later) == {row.pk: second, many.pk: second}
    assert owners_on([row.pk, many.pk], later - timedelta(days=1)) == {row.pk: first, many.pk: second}
    assert owners_on([row.pk], last) == {}


def test_of_several_changes_on_a_day_the_last_holds(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    others = [world.user("account_manager").pk for _each in range(2)]
    for owner in others:
        customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=owner)
    assert _periods(row) == [(others[1], today(), None)]


def test_the_stored_periods_follow_the_pure_law(world: Scenario, day: Any) -> None:
    people = [world.user("account_manager").pk for _each in range(3)]
    row = a_customer(world.team)
    expected: list[Period] = []
    day(30)
    for owner, at in [(0, 3), (1, 9), (None, 9), (2, 5), (1, 12), (None, 20), (0, 20), (2, 1)]:
        row.owner_id = None if owner is None else people[owner]
        row.save()
        since = today() + timedelta(days=at)
        keep_in_step([row], since=since)
        expected = after_change(expected, row.owner_id, since)
        assert _periods(row) == [(p.owner_id, p.since, p.until) for p in expected]
    with pytest.raises(DayInFuture):
        keep_in_step([row], since=ownership.today() + timedelta(days=1))


def test_an_import_can_be_taken_back_with_its_period(world: Scenario) -> None:
    row = customers_create_many(actor=SYSTEM, drafts=[a_draft(world.team, owner_id=world.manager_user.pk)])[0]
    assert customers_take_back(actor=SYSTEM, versions=[(row.pk, 1)]) == [None]
    assert not OwnershipPeriod.objects.exists()


def test_from_application_to_the_list(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    partner = world.user("account_manager", unit=world.datong_team)
    entry = roster_apply(
        actor=world.manager,
        application=Application(
            row.pk, world.manager_user.pk, Criterion.REVENUE, "月收入过万", (Share(partner.pk, 30),)
        ),
    )
    leader, director = world.actor("team_leader"), world.actor("centre_director", unit=world.county)
    entry = roster_step(actor=leader, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW)
    with pytest.raises(NotAllowed):
        roster_step(actor=leader, entry_id=entry.pk, version=2, event=EntryEvent.APPROVE)
    entry = roster_step(actor=director, entry_id=entry.pk, version=2, event=EntryEvent.APPROVE, reason="同意")
    assert (entry.state, entry.since, entry.check_on) == (
        EntryState.IN_FORCE,
        today(),
        today() + timedelta(days=90),
    )
    assert credits_on([row.pk], today()) == {row.pk: {world.manager_user.pk: 70, partner.pk: 30}}
    assert customers_for(world.actor("account_manager", unit=world.datong_team)).count() == 0
    assert row.collaborators.filter(user=partner).exists()
    steps = AuditEntry.objects.filter(noun="roster").order_by("pk")
    assert [step.action for step in steps] == ["roster.apply", "roster.review", "roster.approve"]
    assert [step.actor_name for step in steps] == ["王晓明", leader.name, director.name]
    assert steps[2].changes["last_reason"] == ["", "同意"]


def test_who_may_do_what(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    with pytest.raises(NotAllowed):
        roster_apply(actor=world.auditor, application=an_application(row, world.manager_user))
    with pytest.raises(NotFound):
        roster_apply(actor=world.neighbour, application=an_application(row, world.neighbour_user))
    with pytest.raises(OwnerNotYours):
        roster_apply(actor=world.manager, application=an_application(row, world.user("account_manager")))
    entry = roster_apply(actor=world.manager, application=an_application(row, world.manager_user))
    for event in (EntryEvent.REVIEW, EntryEvent.APPROVE, EntryEvent.REJECT):
        with pytest.raises(NotAllowed):
            roster_step(actor=world.manager, entry_id=entry.pk, version=1, event=event, reason="x")
    colleague, stranger = world.actor("account_manager"), world.actor("team_leader", unit=world.datong)
    with pytest.raises(NotAllowed):
        roster_step(actor=colleague, entry_id=entry.pk, version=1, event=EntryEvent.WITHDRAW)
    with pytest.raises(NotFound):
        roster_step(actor=stranger, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW)
    with pytest.raises(NotFound):
        roster_step(actor=SYSTEM, entry_id=entry.pk, version=1, event=EntryEvent.WARN)
    with pytest.raises(IllegalMove):
        roster_step(actor=SYSTEM, entry_id=entry.pk, version=1, event=EntryEvent.APPROVE)
    with pytest.raises(Conflict):
        roster_step(actor=SYSTEM, entry_id=entry.pk, version=0, event=EntryEvent.REVIEW)


def test_nobody_reviews_their_own_application(world: Scenario) -> None:
    row = a_customer(world.team)
    leader_user = world.user("team_leader")
    leader = world.actor("team_leader")
    applicant = actor_for(leader_user)
    entry = roster_apply(actor=applicant, application=an_application(row, world.manager_user))
    with pytest.raises(OwnApplication):
        roster_step(actor=applicant, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW)
    assert roster_step(actor=leader, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW).version == 2


def test_an_application_is_checked_for_duplicates(world: Scenario) -> None:
    a_customer(world.team, name="山西晋阳云图科技有限公司")
    row = a_customer(world.team, name="晋阳云图科技有限公司")
    with pytest.raises(DuplicatesUnanswered):
        roster_apply(actor=world.manager, application=an_application(row, world.manager_user))
    seen = an_application(row, world.manager_user, duplicates_seen=True)
    roster_apply(actor=world.manager, application=seen)
    with pytest.raises(AppliedAlready):
        roster_apply(actor=world.manager, application=seen)


def test_an_adjustment_ends_the_entry_before_it(world: Scenario, day: Any) -> None:
    row = a_customer(world.team)
    start = day(0)
    first = an_entry(row, world.manager_user)
    with pytest.raises(NothingToAdjust):
        roster_apply(actor=SYSTEM, application=an_application(row, world.manager_user))
    other = world.user("account_manager")
    with pytest.raises(OnNamedList):
        customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=other.pk)
    later = day(40)
    second = an_entry(row, other)
    first.refresh_from_db()
    row.refresh_from_db()
    assert (first.state, first.until, second.since) == (EntryState.ADJUSTED, later, later)
    assert row.owner == other
    assert _periods(row) == [(world.manager_user.pk, start, later), (other.pk, later, None)]


def test_an_approval_that_comes_too_late_is_refused(world: Scenario) -> None:
    row = a_customer(world.team)
    late = roster_apply(actor=SYSTEM, application=an_application(row, world.user("account_manager")))
    late = roster_step(actor=SYSTEM, entry_id=late.pk, version=1, event=EntryEvent.REVIEW)
    an_entry(row, world.manager_user)
    with pytest.raises(OwnershipMoved) as raised:
        roster_step(actor=SYSTEM, entry_id=late.pk, version=2, event=EntryEvent.APPROVE)
    assert raised.value.data["owner"] == "王晓明"
    assert RosterEntry.objects.get(pk=late.pk).state == EntryState.REVIEWED


def test_leaving_is_asked_for_and_confirmed(world: Scenario) -> None:
    row = a_customer(world.team)
    entry = an_entry(row, world.manager_user)
    director = world.actor("centre_director", unit=world.county)

    def step(actor: Actor, event: EntryEvent, reason: str = "") -> None:
        nonlocal entry
        entry = roster_step(actor=actor, entry_id=entry.pk, version=entry.version, event=event, reason=reason)

    step(world.manager, EntryEvent.ASK_LEAVE, "业务萎缩")
    step(director, EntryEvent.STAY, "再看一季")
    assert entry.state == EntryState.IN_FORCE
    step(world.manager, EntryEvent.ASK_LEAVE, "业务萎缩")
    step(director, EntryEvent.LEAVE)
    assert (entry.state, entry.until) == (EntryState.LEFT, today())
    row.refresh_from_db()
    assert row.owner == world.manager_user
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=None)


def test_an_account_that_nobody_looks_after_is_reclaimed(
    world: Scenario, day: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, other = a_customer(world.team), a_customer(world.team)
    entry, visited = an_entry(row, world.manager_user), an_entry(other, world.manager_user)
    visit = today() + timedelta(days=80)
    monkeypatch.setitem(hooks._sources, "visits", lambda ids: {other.pk: visit} if other.pk in ids else {})

    def states() -> tuple[str, str]:
        reclaim_due()
        entry.refresh_from_db()
        visited.refresh_from_db()
        return entry.state, visited.state

    in_force, warned = EntryState.IN_FORCE, EntryState.WARNED
    day(89)
    assert states() == (in_force, in_force)
    day(90)
    assert states() == (warned, in_force)
    day(104)
    assert states() == (warned, in_force)
    last = day(105)
    assert states() == (EntryState.RECLAIMED, in_force)
    row.refresh_from_db()
    assert (row.owner, entry.until) == (None, last)
    assert owners_on([row.pk], last - timedelta(days=1)) == {row.pk: world.manager_user.pk}
    assert AuditEntry.objects.get(action="roster.reclaim").actor_name == SYSTEM.name

    day(134)
    with pytest.raises(Resting):
        roster_apply(actor=world.manager, application=an_application(row, world.manager_user))
    with pytest.raises(Resting):
        customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=world.manager_user.pk)
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=world.user("account_manager").pk)
    day(135)
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=world.manager_user.pk)


def test_a_visit_after_the_warning_clears_it(
    world: Scenario, day: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = a_customer(world.team)
    entry = an_entry(row, world.manager_user)
    visit = today() + timedelta(days=95)
    day(90)
    reclaim_due()
    monkeypatch.setitem(hooks._sources, "visits", lambda _ids: {row.pk: visit})
    day(105)
    reclaim_due()
    entry.refresh_from_db()
    assert (entry.state, entry.warned_on) == (EntryState.IN_FORCE, None)
    assert entry.check_on == visit + timedelta(days=90)


def test_the_rule_is_data(world: Scenario, day: Any) -> None:
    row = a_customer(world.team)
    entry = an_entry(row, world.manager_user)
    director = world.actor("centre_director", unit=world.county)
    with pytest.raises(NotAllowed):
        reclaim_rule_set(actor=world.manager, version=1, days=ReclaimDays(10, 5, 3))
    day(12)
    assert reclaim_due() is False
    reclaim_rule_set(actor=director, version=1, days=ReclaimDays(10, 5, 3))
    with pytest.raises(Conflict):
        reclaim_rule_set(actor=director, version=1, days=ReclaimDays(20, 5, 3))
    reclaim_due()
    entry.refresh_from_db()
    assert entry.state == EntryState.WARNED


def test_a_dispute_holds_everything_up_and_is_decided(world: Scenario, day: Any) -> None:
    start = day(0)
    row = a_customer(world.team)
    entry = an_entry(row, world.manager_user)
    rival = world.user("account_manager")
    case = dispute_open(actor=actor_for(rival), customer_id=row.pk, claimant_id=rival.pk, evidence="先签的")
    with pytest.raises(UnderDispute):
        dispute_open(actor=world.manager, customer_id=row.pk, claimant_id=world.manager_user.pk, evidence="x")
    dispute_claim(
        actor=world.manager, dispute_id=case.pk, claimant_id=world.manager_user.pk, evidence="一直在拜访"
    )
    day(200)
    reclaim_due()
    entry.refresh_from_db()
    assert entry.state == EntryState.WARNED
    day(300)
    reclaim_due()
    entry.refresh_from_db()
    assert entry.state == EntryState.WARNED
    director = world.actor("centre_director", unit=world.county)
    decide: dict[str, Any] = {
        "actor": director,
        "dispute_id": case.pk,
        "version": 1,
        "decision": "以合同为准",
    }
    with pytest.raises(NotAClaimant):
        dispute_decide(**decide, awarded_to=world.neighbour_user.pk)
    with pytest.raises(DayInFuture):
        dispute_decide(**decide, awarded_to=rival.pk, since=start + timedelta(days=301))
    with pytest.raises(DayTooEarly):
        dispute_decide(**decide, awarded_to=rival.pk, since=start - timedelta(days=1))
    since = start + timedelta(days=100)
    case = dispute_decide(**decide, awarded_to=rival.pk, since=since)
    row.refresh_from_db()
    entry.refresh_from_db()
    assert (case.state, row.owner, entry.state) == (DisputeState.DECIDED, rival, EntryState.ADJUSTED)
    assert _periods(row) == [(world.manager_user.pk, start, since), (rival.pk, since, None)]
    assert RosterEntry.objects.get(customer=row, state=EntryState.IN_FORCE).since == since
    with pytest.raises(IllegalMove):
        dispute_withdraw(actor=director, dispute_id=case.pk, version=2, reason="x")


def test_a_claimant_does_not_decide_and_outsiders_see_nothing(world: Scenario) -> None:
    row = a_customer(world.team)
    director_user = world.user("centre_director", unit=world.county)
    director = actor_for(director_user)
    case = dispute_open(actor=director, customer_id=row.pk, claimant_id=director_user.pk, evidence="本人签约")
    with pytest.raises(OwnApplication):
        dispute_decide(
            actor=director, dispute_id=case.pk, version=1, awarded_to=director_user.pk, decision="归我"
        )
    with pytest.raises(NotFound):
        dispute_claim(
            actor=world.neighbour, dispute_id=case.pk, claimant_id=world.neighbour_user.pk, evidence="x"
        )
    with pytest.raises(NotAllowed):
        dispute_withdraw(actor=world.manager, dispute_id=case.pk, version=1, reason="x")
    dispute_withdraw(actor=director, dispute_id=case.pk, version=1, reason="已协商")
    assert OwnershipDispute.objects.get().state == DisputeState.WITHDRAWN


@two_writers
@pytest.mark.django_db(transaction=True)
def test_of_approvals_at_once_one_gives_the_account(world: Scenario) -> None:
    row = a_customer(world.team)
    entries = []
    for _each in range(4):
        entry = roster_apply(actor=SYSTEM, application=an_application(row, world.user("account_manager")))
        entries.append(roster_step(actor=SYSTEM, entry_id=entry.pk, version=1, event=EntryEvent.REVIEW))
    start, outcomes = threading.Barrier(len(entries)), []

    def approve(entry: RosterEntry) -> None:
        start.wait(timeout=20)
        try:
            roster_step(actor=SYSTEM, entry_id=entry.pk, version=2, event=EntryEvent.APPROVE)
            outcomes.append("approved")
        except OwnershipMoved:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["approved", "refused", "refused", "refused"]
    winner = RosterEntry.objects.get(customer=row, state=EntryState.IN_FORCE)
    row.refresh_from_db()
    assert row.owner_id == winner.owner_id
    assert _periods(row) == [(winner.owner_id, today(), None)]


@two_writers
@pytest.mark.django_db(transaction=True)
def test_assigning_at_once_leaves_one_owner_a_day(world: Scenario) -> None:
    rows = [a_customer(world.team) for _each in range(3)]
    owners = [world.user("account_manager").pk for _each in range(4)]
    start, faults = threading.Barrier(len(owners)), []

    def assign(owner: int) -> None:
        start.wait(timeout=20)
        try:
            for _round in range(5):
                customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk for row in rows], owner_id=owner)
        except Exception as fault:  # noqa: BLE001 - any fault of a thread fails the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=assign, args=(owner,)) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    for row in rows:
        row.refresh_from_db()
        assert _periods(row) == [(row.owner_id, today(), None)]


def test_introducing_ownership_gives_todays_owners_a_first_period(world: Scenario) -> None:
    """The migration's own function, on files as they stood before it; a day begins at midnight in China."""
    row, nobodys = a_customer(world.team, actor=world.manager), a_customer(world.team)
    opened = cst(2025, 3, 2, 0, 30)
    Customer.objects.filter(pk__in=[row.pk, nobodys.pk]).update(created_at=opened)
    OwnershipPeriod.objects.all().delete()
    migration = import_module("dakehu.customers.migrations.0004_roster")
    with connection.cursor() as cursor:
        migration.first_periods(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    assert _periods(row) == [(world.manager_user.pk, date(2025, 3, 2), None)]
    assert _periods(nobodys) == []
