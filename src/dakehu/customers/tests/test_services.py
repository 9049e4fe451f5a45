"""KAM-03, KAM-12: customer files on a real database, by people with rights and scopes."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import override

from dakehu.customers.domain.duplicates import Answer, Kinship
from dakehu.customers.domain.errors import (
    AlikeNames,
    CollaboratorTwice,
    OwnerNotYours,
    OwnerUnknown,
    ParentLoop,
    ParentUnknown,
    SameCreditCode,
    TreeTooDeep,
    UnitUnknown,
)
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.states import CustomerEvent, CustomerStatus
from dakehu.customers.models import Customer, GradeRule
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.selectors import search
from dakehu.customers.selectors.customers import customer_get, customers_for
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.search import matching
from dakehu.customers.services.assigning import (
    collaborator_add,
    collaborator_remove,
    customers_assign_owner,
    customers_set_grade,
)
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import customer_change, customer_create, customer_move
from dakehu.customers.tests.fixtures import a_customer, a_draft, credit_code
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.organisation.services.units import unit_close
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
DIFFER = Answer(names_differ=True)


two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


def _found(world: Scenario, text: str) -> list[int]:
    actor = world.auditor
    return list(matching(customers_for(actor), actor, text).values_list("pk", flat=True))


@pytest.mark.req("KAM-03")
def test_a_manager_opens_a_file_and_owns_it(world: Scenario) -> None:
    draft = a_draft(world.team, name="晋阳云图科技有限公司", credit_code=credit_code(1), trade="technology")
    row = customer_create(actor=world.manager, draft=draft)

    assert (row.code, row.owner, row.org_city) == ("K03510000001", world.manager_user, world.taiyuan.path)
    assert (row.grade, row.status, row.initials) == (Grade.SMALL, CustomerStatus.PROSPECT, "jyytkjyxgs")
    entry = AuditEntry.objects.get(noun="customer")
    assert (entry.action, entry.actor_name, entry.changes["name"]) == (
        "customer.create",
        "王晓明",
        [None, "晋阳云图科技有限公司"],
    )
    assert OutboxEvent.objects.get(topic="customer.created").key == str(row.pk)
    assert _found(world, "云图") == _found(world, "ytkj") == _found(world, row.code) == [row.pk]


def test_account_numbers_count_by_area(world: Scenario) -> None:
    codes = [a_customer(unit).code for unit in (world.team, world.datong_team, world.team, world.province)]
    assert codes == ["K03510000001", "K03520000001", "K03510000002", "K00000000001"]


def test_the_grade_follows_the_revenue_unless_given(world: Scenario) -> None:
    assert a_customer(world.team, monthly_revenue_fen=3_500_000).grade == Grade.FIRST
    assert a_customer(world.team, monthly_revenue_fen=3_500_000, grade=Grade.SPECIAL).grade == Grade.SPECIAL
    GradeRule.objects.create(grade=Grade.THIRD, least_fen=100)
    assert a_customer(world.team, monthly_revenue_fen=3_500_000).grade == Grade.THIRD


def test_all_faults_come_together_and_nothing_is_kept(world: Scenario) -> None:
    draft = a_draft(world.datong_team, name="", credit_code="911101", owner_id=world.neighbour_user.pk)
    with pytest.raises(Invalid) as raised:
        customer_create(actor=world.manager, draft=draft)
    assert {fault.field for fault in raised.value.faults} == {"name", "credit_code", "org_unit", "owner"}
    assert not Customer.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_unit_outside_the_view_or_closed_is_none(world: Scenario) -> None:
    with pytest.raises(UnitUnknown):
        a_customer(world.datong_team, actor=world.manager)
    unit_close(actor=SYSTEM, unit_id=world.other_team.pk, version=world.other_team.version)
    with pytest.raises(UnitUnknown):
        a_customer(world.other_team)


@pytest.mark.req("KAM-12")
def test_a_manager_gives_accounts_to_nobody_else(world: Scenario) -> None:
    with pytest.raises(OwnerNotYours):
        a_customer(world.team, actor=world.manager, owner_id=world.neighbour_user.pk)
    leader = world.actor("team_leader")
    assert a_customer(world.team, actor=leader, owner_id=world.manager_user.pk).owner == world.manager_user
    world.manager_user.is_active = False
    world.manager_user.save()
    with pytest.raises(OwnerUnknown):
        a_customer(world.team, actor=leader, owner_id=world.manager_user.pk)


def test_without_the_right_nothing_is_opened_or_changed(world: Scenario) -> None:
    row = a_customer(world.team)
    with pytest.raises(NotAllowed):
        a_customer(world.team, actor=world.auditor)
    with pytest.raises(NotAllowed):
        customer_change(actor=world.auditor, customer_id=row.pk, version=1, draft=a_draft(world.team))
    with pytest.raises(NotAllowed):
        customers_assign_owner(actor=world.manager, customer_ids=[row.pk], owner_id=None)


@pytest.mark.req("KAM-03")
def test_the_same_code_must_be_branch_or_parent(world: Scenario) -> None:
    first = a_customer(world.team, name="晋阳云图集团", credit_code=credit_code(1))
    draft = a_draft(world.team, name="晋阳云图太原分公司", credit_code=credit_code(1))
    with pytest.raises(SameCreditCode) as raised:
        customer_create(actor=world.manager, draft=draft)
    assert raised.value.data["others"] == [f"晋阳云图集团（{first.code}）"]

    branch = customer_create(
        actor=world.manager, draft=replace(draft, parent_id=first.pk), answer=Answer(Kinship.BRANCH)
    )
    assert branch.parent == first


@pytest.mark.req("KAM-03")
def test_a_new_parent_adopts_the_accounts_with_its_code(world: Scenario) -> None:
    branch = a_customer(world.team, name="晋阳云图太原分公司", credit_code=credit_code(1))
    group = customer_create(
        actor=world.manager,
        draft=a_draft(world.team, name="晋阳云图集团", credit_code=credit_code(1)),
        answer=Answer(Kinship.PARENT),
    )
    branch.refresh_from_db()
    assert (branch.parent, branch.version) == (group, 2)


@pytest.mark.req("KAM-03")
def test_a_name_like_another_is_asked_about(world: Scenario) -> None:
    a_customer(world.team, name="山西晋阳云图科技有限公司")
    draft = a_draft(world.team, name="晋阳云图科技有限责任公司")
    with pytest.raises(AlikeNames):
        customer_create(actor=world.manager, draft=draft)
    customer_create(actor=world.manager, draft=draft, answer=DIFFER)
    assert len(duplicates_of(world.manager, name="晋阳云图科技公司")) == 2
    assert duplicates_of(world.neighbour, name="晋阳云图科技公司") == []


@pytest.mark.req("KAM-03")
def test_what_the_actor_does_not_see_is_told_to_others(world: Scenario) -> None:
    hidden = a_customer(world.datong_team, name="晋阳云图科技有限公司", credit_code=credit_code(1))
    row = customer_create(
        actor=world.manager,
        draft=a_draft(world.team, name="晋阳云图科技有限公司", credit_code=credit_code(1)),
    )
    event = OutboxEvent.objects.get(topic="customer.duplicate_suspected")
    assert (event.key, event.payload) == (str(row.pk), {"others": [hidden.pk]})


def test_a_change_keeps_standing_and_writes_what_changed(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager, name="晋阳云图科技有限公司")
    customer_move(actor=world.manager, customer_id=row.pk, version=1, event=CustomerEvent.ACTIVATE)
    draft = a_draft(world.other_team, name="汾河云图科技有限公司", phone="0351-8208000")
    with pytest.raises(UnitUnknown):
        customer_change(actor=world.manager, customer_id=row.pk, version=2, draft=draft)
    leader = world.actor("team_leader", unit=world.county)
    changed = customer_change(actor=leader, customer_id=row.pk, version=2, draft=draft)

    assert (changed.status, changed.version, changed.owner) == (CustomerStatus.ACTIVE, 3, None)
    entry = AuditEntry.objects.get(action="customer.change")
    assert entry.changes["name"] == ["晋阳云图科技有限公司", "汾河云图科技有限公司"]
    assert "status" not in entry.changes
    assert _found(world, "晋阳") == []
    assert _found(world, "汾河") == _found(world, "0351-8208000") == [row.pk]
    assert customers_for(world.manager).filter(pk=row.pk).exists() is False


def test_a_manager_changing_a_colleagues_account_leaves_the_owner(world: Scenario) -> None:
    row = a_customer(world.team, owner_id=world.user("account_manager").pk)
    draft = a_draft(world.team, name=row.name, owner_id=row.owner_id, remark="访问过")
    changed = customer_change(actor=world.manager, customer_id=row.pk, version=1, draft=draft)
    assert changed.owner_id == row.owner_id


@pytest.mark.req("KAM-03")
def test_two_tabs_saving_one_customer(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    draft = a_draft(world.team, name=row.name)
    customer_change(actor=world.manager, customer_id=row.pk, version=1, draft=replace(draft, remark="甲"))
    with pytest.raises(Conflict) as raised:
        customer_change(actor=world.manager, customer_id=row.pk, version=1, draft=replace(draft, remark="乙"))
    assert raised.value.data["noun"] == "customer"
    row.refresh_from_db()
    assert row.remark == "甲"


@pytest.mark.req("KAM-03")
@two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_savings_at_once_one_wins(world: Scenario) -> None:
    row = a_customer(world.team, actor=world.manager)
    actor, draft = world.manager, a_draft(world.team, name=row.name)
    start, outcomes = threading.Barrier(2), []

    def save(remark: str) -> None:
        start.wait()
        try:
            customer_change(actor=actor, customer_id=row.pk, version=1, draft=replace(draft, remark=remark))
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(remark,)) for remark in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "saved"]
    row.refresh_from_db()
    assert row.version == 2


@two_writers
@pytest.mark.django_db(transaction=True)
def test_account_numbers_are_given_once_under_pressure(world: Scenario) -> None:
    actor, drafts = world.manager, [a_draft(world.team) for _each in range(12)]
    start = threading.Barrier(4)

    def create(mine: list[Any]) -> None:
        start.wait()
        try:
            for draft in mine:
                customer_create(actor=actor, draft=draft)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=create, args=(drafts[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(Customer.objects.values_list("code", flat=True))
    assert codes == [f"K0351{serial:07d}" for serial in range(1, 13)]


def test_a_parent_must_be_seen_and_never_be_below(world: Scenario) -> None:
    group = a_customer(world.team)
    branch = a_customer(world.team, parent_id=group.pk)
    site = a_customer(world.team, parent_id=branch.pk)
    desk = a_customer(world.team, parent_id=site.pk)
    with pytest.raises(TreeTooDeep):
        a_customer(world.team, parent_id=desk.pk)
    far = a_customer(world.datong_team)
    with pytest.raises(ParentUnknown):
        a_customer(world.team, actor=world.manager, parent_id=far.pk)
    loop = a_draft(world.team, name=group.name, parent_id=branch.pk)
    with pytest.raises(ParentLoop):
        customer_change(actor=SYSTEM, customer_id=group.pk, version=1, draft=loop)


@pytest.mark.req("KAM-03")
def test_a_branch_of_another_citys_group_can_be_changed(world: Scenario) -> None:
    group, other = a_customer(world.datong_team), a_customer(world.datong_team)
    branch = a_customer(world.team, parent_id=group.pk)
    mended = a_draft(world.team, name=branch.name, parent_id=group.pk, remark="换了电话")
    row = customer_change(actor=world.manager, customer_id=branch.pk, version=1, draft=mended)
    assert (row.remark, row.parent_id) == ("换了电话", group.pk)
    with pytest.raises(ParentUnknown):
        customer_change(
            actor=world.manager, customer_id=branch.pk, version=2, draft=replace(mended, parent_id=other.pk)
        )


def test_the_standing_moves_by_its_table(world: Scenario) -> None:
    row = a_customer(world.team)
    with pytest.raises(IllegalMove):
        customer_move(actor=SYSTEM, customer_id=row.pk, version=1, event=CustomerEvent.LOSE)
    for version, event in enumerate(
        [CustomerEvent.ACTIVATE, CustomerEvent.LOSE, CustomerEvent.WIN_BACK], start=1
    ):
        customer_move(actor=SYSTEM, customer_id=row.pk, version=version, event=event)
    row.refresh_from_db()
    assert row.status == CustomerStatus.ACTIVE


@pytest.mark.req("KAM-03", "KAM-12")
def test_many_accounts_change_hands_at_once(world: Scenario) -> None:
    rows = [a_customer(world.team) for _each in range(3)]
    leader, ids = world.actor("team_leader"), [row.pk for row in rows]
    changed = customers_assign_owner(actor=leader, customer_ids=ids, owner_id=world.manager_user.pk)
    assert {row.pk for row in changed} == set(ids)
    assert customers_assign_owner(actor=leader, customer_ids=ids, owner_id=world.manager_user.pk) == []
    assert AuditEntry.objects.filter(action="customer.assign").count() == 3
    assert OutboxEvent.objects.filter(topic="customers.assigned").count() == 1
    assert set(Customer.objects.values_list("owner_id", "version")) == {(world.manager_user.pk, 2)}


def test_one_account_out_of_view_stops_the_bulk_change(world: Scenario) -> None:
    mine, far = a_customer(world.team), a_customer(world.datong_team)
    with pytest.raises(NotFound):
        customers_set_grade(actor=world.manager, customer_ids=[mine.pk, far.pk], grade=Grade.SPECIAL)
    mine.refresh_from_db()
    assert mine.grade == Grade.SMALL


@pytest.mark.req("KAM-03")
def test_a_collaborator_sees_one_account_elsewhere(world: Scenario) -> None:
    row, _other = a_customer(world.team, name="晋阳云图"), a_customer(world.team, name="晋阳云景")
    neighbour = world.neighbour
    with pytest.raises(NotFound):
        customer_get(neighbour, row.pk)
    collaborator_add(actor=SYSTEM, customer_id=row.pk, user_id=world.neighbour_user.pk)
    assert customer_get(neighbour, row.pk) == row
    assert list(matching(customers_for(neighbour), neighbour, "晋阳云")) == [row]
    with pytest.raises(CollaboratorTwice):
        collaborator_add(actor=SYSTEM, customer_id=row.pk, user_id=world.neighbour_user.pk)
    collaborator_remove(actor=SYSTEM, customer_id=row.pk, user_id=world.neighbour_user.pk)
    assert not customers_for(neighbour).exists()
    assert list(matching(customers_for(neighbour), neighbour, "晋阳云")) == []


@pytest.mark.req("KAM-03")
def test_contacts(world: Scenario) -> None:
    row = a_customer(world.team)
    first = contact_create(
        actor=world.manager, customer_id=row.pk, draft=ContactDraft(name="周总", role="decides")
    )
    second = contact_create(
        actor=world.manager, customer_id=row.pk, draft=ContactDraft(name="吴工", is_primary=True)
    )
    first.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (False, True)
    with pytest.raises(NotFound):
        contact_change(actor=world.neighbour, contact_id=first.pk, version=1, draft=ContactDraft(name="别人"))
    contact_change(actor=world.manager, contact_id=first.pk, version=1, draft=ContactDraft(name="周总经理"))
    with pytest.raises(Conflict):
        contact_remove(actor=world.manager, contact_id=first.pk, version=1)
    contact_remove(actor=world.manager, contact_id=first.pk, version=2)
    assert [c.name for c in row.contacts.all()] == ["吴工"]
    assert set(AuditEntry.objects.filter(action__startswith="contact").values_list("noun", "object_id")) == {
        ("customer", str(row.pk))
    }


@pytest.mark.req("KAM-03")
def test_codes_are_found_whole_and_by_their_beginning(world: Scenario) -> None:
    row = a_customer(world.team, name="晋阳云图", credit_code=credit_code(7))
    a_customer(world.datong_team, credit_code=credit_code(8))
    for text in (
        row.code,
        row.code[:9],
        row.code[1:],
        row.credit_code,
        row.credit_code[:14],
        f"{row.code} 云图",
    ):
        assert _found(world, text.lower())[:1] == [row.pk], text
    assert _found(world, f"{row.code} 云景") == []
    assert list(matching(customers_for(world.neighbour), world.neighbour, row.code)) == []


@pytest.mark.req("KAM-03")
def test_of_too_many_matches_the_highest_grades_are_listed(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 3)
    small = [a_customer(world.team, name=f"晋阳云图{sign}店") for sign in "甲乙丙"]
    special = a_customer(world.team, name="晋阳云图总店", grade=Grade.SPECIAL)
    actor = world.manager
    cut = search.Search(actor)
    found = set(cut.narrow(customers_for(actor), "云图"))
    assert cut.is_cut("云图")
    assert len(found) == 3
    assert special in found
    customers_set_grade(actor=actor, customer_ids=[special.pk], grade=Grade.SMALL)
    customers_set_grade(actor=actor, customer_ids=[small[2].pk], grade=Grade.FIRST)
    assert small[2] in set(search.Search(actor).narrow(customers_for(actor), "云图"))
    exact = search.Search(actor, exactly=True)
    assert set(exact.narrow(customers_for(actor), "云图")) == {special, *small}
    assert not exact.is_cut("云图")
    assert set(search.Search(actor).narrow(customers_for(actor), "公司")) == set()


@pytest.mark.req("KAM-03")
def test_the_search_index_can_be_written_anew(world: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    row = a_customer(world.team, name="晋阳云图")
    a_customer(world.team, name="汾河大厦")
    CUSTOMERS.remove([row.pk])
    assert _found(world, "云图") == []
    call_command("reindex")
    assert _found(world, "云图") == [row.pk]
    with override("en"):
        call_command("reindex")
    assert "Customers: 2" in capsys.readouterr().out
