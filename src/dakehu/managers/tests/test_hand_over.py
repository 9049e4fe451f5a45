"""KAM-02: accounts go from one manager to another in one approval, all or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dakehu.customers.api import customers_assign_owner
from dakehu.customers.domain.roster import EntryEvent, Share
from dakehu.customers.domain.rostererrors import UnderDispute
from dakehu.customers.models import QualityReminder, RosterEntry
from dakehu.customers.selectors.roster import owners_on
from dakehu.customers.services.disputes import dispute_open
from dakehu.customers.services.roster import roster_apply, roster_step
from dakehu.customers.tests.fixtures import a_warning
from dakehu.customers.tests.rosters import an_application, an_entry
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import deliver_due
from dakehu.infra.ui.tests.calls import signed_in
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.managers.domain.errors import (
    AlreadyHandedOver,
    NothingToHandOver,
    NotOwner,
    NotYourSignature,
    PersonUnknown,
    SamePerson,
)
from dakehu.managers.domain.states import HandOverState
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.selectors.hand_over import hand_over_get
from dakehu.managers.services import hand_over as service
from dakehu.managers.services.hand_over import (
    Moved,
    hand_over_approve,
    hand_over_propose,
    hand_over_refuse,
    hand_over_sign,
    hand_over_withdraw,
)
from dakehu.managers.tests.fixtures import a_hand_over, a_logged_visit, a_taker, a_visit, an_account, signed
from dakehu.notices.models import Notice
from dakehu.organisation.api import actor_for
from dakehu.organisation.services.users import user_deactivate
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]


def test_both_sign_a_third_approves_everything_moves(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    logged = a_logged_visit(world, customer, promises=(PromiseDraft("送方案", date(2026, 12, 1)),))
    planned = a_visit(world, customer)
    leader = world.actor("team_leader", unit=world.county)
    row = a_hand_over(world, taker, customer)
    with pytest.raises(IllegalMove):
        hand_over_approve(actor=leader, hand_over_id=row.pk, version=1)
    row = signed(world, row)
    assert row.state == HandOverState.SIGNED
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    for moved in (customer, logged, planned):
        moved.refresh_from_db()
    assert customer.owner == taker
    assert planned.manager == taker
    assert logged.promises.get().keeper == taker
    assert logged.manager == world.manager_user, "history stays with who earned it"
    entry = AuditEntry.objects.get(action="hand_over.approve")
    assert entry.changes["visits"] == [None, 2]


def test_each_signs_for_themselves(world: Scenario) -> None:
    taker = a_taker(world)
    row = a_hand_over(world, taker)
    with pytest.raises(NotYourSignature):
        hand_over_sign(actor=world.actor("team_leader"), hand_over_id=row.pk, version=1)
    row = hand_over_sign(actor=actor_for(taker), hand_over_id=row.pk, version=1)
    with pytest.raises(IllegalMove):
        hand_over_sign(actor=actor_for(taker), hand_over_id=row.pk, version=2)
    row = hand_over_sign(actor=world.manager, hand_over_id=row.pk, version=2)
    with pytest.raises(NotAllowed):
        hand_over_approve(actor=world.manager, hand_over_id=row.pk, version=3)


def test_nobody_approves_what_they_signed(world: Scenario) -> None:
    leader = world.user("team_leader", unit=world.county)
    row = signed(world, a_hand_over(world, leader))
    with pytest.raises(NotYourSignature):
        hand_over_approve(actor=actor_for(leader), hand_over_id=row.pk, version=row.version)


def test_the_taker_sees_it_from_another_team_and_strangers_do_not(world: Scenario) -> None:
    taker = a_taker(world)
    row = a_hand_over(world, taker)
    assert hand_over_get(actor_for(taker), row.pk) == row
    with pytest.raises(NotFound):
        hand_over_get(world.neighbour, row.pk)


def test_an_upper_app_moves_its_own_or_nothing_moves(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, taker = an_account(world), a_taker(world)
    planned, row = a_visit(world, customer), a_hand_over(world, taker, customer)
    row = signed(world, row)
    leader = world.actor("team_leader", unit=world.county)
    seen: list[Moved] = []

    def fails(moved: Moved) -> int:
        seen.append(moved)
        raise NotFound(noun="order", id="1")

    monkeypatch.setitem(service._hooks, "zz-orders", fails)
    with pytest.raises(NotFound):
        hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    customer.refresh_from_db()
    planned.refresh_from_db()
    assert (customer.owner, planned.manager) == (world.manager_user, world.manager_user)
    assert seen[0].customer_ids == (customer.pk,)
    monkeypatch.setitem(service._hooks, "zz-orders", lambda moved: len(moved.customer_ids))
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    assert AuditEntry.objects.get(action="hand_over.approve").changes["zz-orders"] == [None, 1]


def test_an_account_assigned_meanwhile_stops_the_approval(world: Scenario) -> None:
    customer = an_account(world)
    row = signed(world, a_hand_over(world, a_taker(world), customer))
    customers_assign_owner(actor=SYSTEM, customer_ids=[customer.pk], owner_id=None)
    leader = world.actor("team_leader", unit=world.county)
    with pytest.raises(NotOwner):
        hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    hand_over_refuse(actor=leader, hand_over_id=row.pk, version=row.version)


def test_an_account_is_in_one_open_hand_over(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    row = a_hand_over(world, taker, customer)
    with pytest.raises(AlreadyHandedOver):
        a_hand_over(world, taker, customer)
    hand_over_withdraw(actor=world.manager, hand_over_id=row.pk, version=1)
    assert a_hand_over(world, taker, customer).state == HandOverState.PROPOSED


def test_what_cannot_be_proposed(world: Scenario) -> None:
    taker, mine = a_taker(world), an_account(world)
    theirs = an_account(world, taker)
    giver = world.manager_user
    asked: dict[str, Any] = {
        "actor": world.manager,
        "giver_id": giver.pk,
        "taker_id": taker.pk,
        "reason": "调岗",
    }
    for ids in ([], [theirs.pk], [mine.pk, theirs.pk]):
        with pytest.raises(NothingToHandOver):
            hand_over_propose(**asked, customer_ids=ids)
    with pytest.raises(SamePerson):
        hand_over_propose(**{**asked, "taker_id": giver.pk}, customer_ids=[mine.pk])
    with pytest.raises(PersonUnknown):
        hand_over_propose(**{**asked, "giver_id": taker.pk, "taker_id": giver.pk}, customer_ids=[theirs.pk])
    taker.is_active = False
    taker.save()
    with pytest.raises(PersonUnknown):
        hand_over_propose(**asked, customer_ids=[mine.pk])


def test_a_leaver_is_stood_in_for(world: Scenario) -> None:
    """The giver has left: a leader proposes and signs in their place; the taker signs for themselves."""
    customer, taker = an_account(world), a_taker(world)
    leader = world.actor("team_leader", unit=world.county)
    giver = world.manager_user
    giver.is_active = False
    giver.save()
    row = hand_over_propose(
        actor=leader, giver_id=giver.pk, taker_id=taker.pk, customer_ids=[customer.pk], reason="离职"
    )
    row = hand_over_sign(actor=leader, hand_over_id=row.pk, version=1)
    row = hand_over_sign(actor=actor_for(taker), hand_over_id=row.pk, version=2)
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=3)
    customer.refresh_from_db()
    assert customer.owner == taker


@pytest.mark.req("KAM-12")
def test_a_named_account_stays_on_the_list_under_its_new_owner(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    helper = world.user("account_manager", unit=world.team)
    shares = (Share(helper.pk, 20), Share(taker.pk, 10))
    entry = an_entry(customer, world.manager_user, shares=shares)
    customer.refresh_from_db()
    leader = world.actor("team_leader", unit=world.county)
    row = signed(world, a_hand_over(world, taker, customer))
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    customer.refresh_from_db()
    entry.refresh_from_db()
    assert customer.owner == taker
    assert (entry.state, entry.until) == ("adjusted", day_of(now()))
    new = RosterEntry.objects.get(customer=customer, owner=taker)
    assert (new.state, new.previous, new.criterion) == ("in_force", entry, entry.criterion)
    assert list(new.shares.values_list("user_id", "percent")) == [(helper.pk, 20)]
    assert list(owners_on([customer.pk], day_of(now())).values()) == [taker.pk]
    assert AuditEntry.objects.get(action="hand_over.approve").changes["roster"] == [None, 1]


def test_warnings_and_reminders_are_the_takers_tasks(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    warning = a_warning(customer)
    owner = world.manager_user
    reminder = QualityReminder.objects.create(customer=customer, owner=owner, score=10, raised_at=now())
    row = signed(world, a_hand_over(world, taker, customer))
    leader = world.actor("team_leader", unit=world.county)
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    for task in (warning, reminder):
        task.refresh_from_db()
        assert task.owner == taker


@pytest.mark.req("KAM-12")
def test_an_account_in_dispute_is_not_handed_over(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    row = signed(world, a_hand_over(world, taker, customer))
    claimant = world.neighbour_user.pk
    dispute_open(actor=SYSTEM, customer_id=customer.pk, claimant_id=claimant, evidence="合同在我处")
    leader = world.actor("team_leader", unit=world.county)
    with pytest.raises(UnderDispute):
        hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    customer.refresh_from_db()
    assert customer.owner == world.manager_user


def test_who_may_approve_finds_whose_accounts_wait(world: Scenario) -> None:
    an_account(world)
    leader = world.user("team_leader", unit=world.county)
    client = signed_in(leader)
    page = client.get("/hand-overs/givers/").content.decode()
    assert f"?giver={world.manager_user.pk}" in page
    user_deactivate(actor=SYSTEM, user_id=world.manager_user.pk, version=world.manager_user.version)
    left = client.get("/hand-overs/givers/", {"is_active": "False"}).content.decode()
    assert f"?giver={world.manager_user.pk}" in left
    assert (
        f"?giver={world.manager_user.pk}"
        not in client.get("/hand-overs/givers/", {"is_active": "True"}).content.decode()
    )
    while deliver_due():
        pass
    notice = Notice.objects.get(kind="hand_over.leaver", user=leader)
    assert notice.facts == {"name": world.manager_user.name, "count": 1}


@pytest.mark.req("KAM-12")
def test_an_open_application_of_the_giver_names_the_taker(world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    application = an_application(customer, world.manager_user, duplicates_seen=True)
    entry = roster_apply(actor=world.manager, application=application)
    row = signed(world, a_hand_over(world, taker, customer))
    leader = world.actor("team_leader", unit=world.county)
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    entry.refresh_from_db()
    assert (entry.owner, entry.state, entry.previous) == (taker, "applied", None)
    assert AuditEntry.objects.get(action="roster.succeed").object_id == str(entry.pk)


@pytest.mark.req("KAM-11")
def test_an_applicant_hears_of_the_approval_once_and_not_of_later_steps(world: Scenario) -> None:
    customer = an_account(world)
    application = an_application(customer, world.manager_user, duplicates_seen=True)
    entry = roster_apply(actor=world.manager, application=application)
    for event in (EntryEvent.REVIEW, EntryEvent.APPROVE, EntryEvent.ASK_LEAVE, EntryEvent.STAY):
        entry = roster_step(actor=SYSTEM, entry_id=entry.pk, version=entry.version, event=event, reason="查")
    while deliver_due():
        pass
    assert Notice.objects.filter(kind="roster.approved", user=world.manager_user).count() == 1
