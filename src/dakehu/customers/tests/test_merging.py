"""KAM-03: two files become one, and two again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.db import connection, transaction

from dakehu.customers import imports, imports_revenue
from dakehu.customers.domain.errors import TreeTooDeep
from dakehu.customers.domain.importing import CustomerRow
from dakehu.customers.domain.merging import (
    FileMerged,
    MergeOfKin,
    MergeUndone,
    MergeWithItself,
    UndoBehindMerge,
    UndoFieldChanged,
    UndoReferenceGone,
    UndoRowsChanged,
)
from dakehu.customers.domain.revenue import RevenueRow
from dakehu.customers.models import Collaborator, Contact, Customer, LikePair, Merge, MonthlyRevenue
from dakehu.customers.models.search_index import CUSTOMERS
from dakehu.customers.selectors.customers import contacts_of, customer_get, customers_for
from dakehu.customers.selectors.merges import survivors_of
from dakehu.customers.selectors.search import matching
from dakehu.customers.services.assigning import collaborator_add
from dakehu.customers.services.contacts import ContactDraft, contact_create, contact_remove
from dakehu.customers.services.customers import customer_change
from dakehu.customers.services.hanging import hangings, references_to_customers
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import DIFFER, a_customer, a_draft, billed, credit_code
from dakehu.customers.tests.merging import all_rows, at_once, merge_files
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.importing.api import Made
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.fixture
def steward(world: Scenario) -> Actor:
    return world.actor("data_steward", unit=world.taiyuan)


@pytest.fixture
def pair(world: Scenario) -> tuple[Customer, Customer]:
    """The survivor and the other, with contacts, collaborators and a branch."""
    kept = a_customer(world.team, name="晋阳云图科技有限公司", phone="0351-8200001")
    gone = a_customer(
        world.other_team,
        name="晋阳云图科技有限责任公司",
        credit_code=credit_code(7),
        address="太原市云帆路1号",
        phone="0351-8200002",
    )
    contact_create(actor=SYSTEM, customer_id=kept.pk, draft=ContactDraft("周敏"))
    contact_create(actor=SYSTEM, customer_id=gone.pk, draft=ContactDraft("吴图", birthday=date(1980, 2, 3)))
    a_customer(world.team, name="晋阳云图平遥分部", parent_id=gone.pk)
    both = world.user("account_manager", unit=world.datong_team)
    for row in (kept, gone):
        collaborator_add(actor=SYSTEM, customer_id=row.pk, user_id=both.pk)
    collaborator_add(actor=SYSTEM, customer_id=gone.pk, user_id=world.manager_user.pk)
    return kept, gone


def test_every_kind_of_rows_with_a_customer_is_registered() -> None:
    registered = {(each.model, each.column) for each in hangings()}
    missing = [each for each in references_to_customers() if (each[0], each[1].name) not in registered]
    assert missing == []


def test_fields_are_chosen_and_what_hangs_moves(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    merge = merge_files(steward, kept, gone, "credit_code", "address")
    kept.refresh_from_db()
    assert (kept.credit_code, kept.address, kept.phone) == (
        credit_code(7),
        "太原市云帆路1号",
        "0351-8200001",
    )
    assert not Customer.objects.filter(pk=gone.pk).exists()
    contacts = list(contacts_of(steward, kept))
    assert [(c.name, c.is_primary) for c in contacts] == [("周敏", True), ("吴图", False)]
    assert Collaborator.objects.filter(customer=kept).count() == 2
    assert Customer.objects.get(name="晋阳云图平遥分部").parent_id == kept.pk
    assert survivors_of({gone.pk, kept.pk}) == {gone.pk: kept.pk}
    actions = set(AuditEntry.objects.filter(object_id=str(kept.pk)).values_list("action", flat=True))
    assert "customer.merge" in actions
    event = OutboxEvent.objects.get(topic="customers.merged")
    assert event.payload == {"kept": kept.pk, "gone": gone.pk, "path": kept.org_path}
    assert merge.gone_code == gone.code


def test_the_gone_file_leads_to_the_survivor(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    merge_files(steward, kept, gone)
    with pytest.raises(FileMerged) as raised:
        customer_get(steward, gone.pk)
    assert raised.value.data["into"] == kept.pk
    found = matching(customers_for(steward), steward, gone.code)
    assert [row.pk for row in found] == [kept.pk]
    assert [row.pk for row in matching(customers_for(steward), steward, "云图科技")] == [kept.pk]


def test_who_does_not_see_the_survivor_learns_nothing(
    pair: tuple[Customer, Customer], steward: Actor, world: Scenario
) -> None:
    kept, gone = pair
    merge_files(steward, kept, gone)
    with pytest.raises(NotFound) as raised:
        customer_get(world.actor("account_manager", unit=world.datong_team), gone.pk)
    assert not isinstance(raised.value, FileMerged)


def test_undoing_puts_everything_back_exactly(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    before, row = all_rows(), snapshot(Customer.objects.get(pk=gone.pk))
    merge = merge_files(steward, kept, gone, "name", "credit_code", "address", "phone")
    assert all_rows() != before
    merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before
    assert snapshot(Customer.objects.get(pk=gone.pk)) == row
    assert [r.pk for r in matching(customers_for(steward), steward, gone.code)] == [gone.pk]
    with pytest.raises(MergeUndone):
        merge_undo(actor=steward, merge_id=merge.pk)
    again = merge_files(steward, kept, gone)
    assert survivors_of({gone.pk}) == {gone.pk: kept.pk}
    assert again.pk != merge.pk


def test_a_branch_may_be_merged_into_its_group_and_the_group_into_its_branch(
    world: Scenario, steward: Actor
) -> None:
    head = a_customer(world.team)
    branch = a_customer(world.team, parent_id=head.pk)
    for kept, gone in ((head, branch), (branch, head)):
        before = all_rows()
        merge = merge_files(steward, kept, gone, "parent_id")
        kept.refresh_from_db()
        assert kept.parent_id is None
        merge_undo(actor=steward, merge_id=merge.pk)
        assert all_rows() == before


def test_a_loop_and_a_tree_too_deep_are_refused(world: Scenario, steward: Actor) -> None:
    rows = [a_customer(world.team)]
    for _level in range(3):
        rows.append(a_customer(world.team, parent_id=rows[-1].pk))
    with pytest.raises(MergeOfKin):
        merge_files(steward, rows[2], rows[0])
    other = a_customer(world.team)
    a_customer(world.team, parent_id=other.pk)
    with pytest.raises(TreeTooDeep):
        merge_files(steward, rows[3], other)
    with pytest.raises(MergeWithItself):
        merge_files(steward, other, other)


def test_merges_of_merges_are_undone_from_the_last(world: Scenario, steward: Actor) -> None:
    first, second, third = (a_customer(world.team) for _each in range(3))
    before = all_rows()
    one = merge_files(steward, second, first)
    two = merge_files(steward, third, second)
    assert survivors_of({first.pk, second.pk}) == {first.pk: third.pk, second.pk: third.pk}
    assert [r.pk for r in matching(customers_for(steward), steward, first.code)] == [third.pk]
    with pytest.raises(UndoBehindMerge):
        merge_undo(actor=steward, merge_id=one.pk)
    merge_undo(actor=steward, merge_id=two.pk)
    assert survivors_of({first.pk}) == {first.pk: second.pk}
    assert [r.pk for r in matching(customers_for(steward), steward, first.code)] == [second.pk]
    merge_undo(actor=steward, merge_id=one.pk)
    assert all_rows() == before


def _change_phone(kept: Customer, _steward: Actor) -> None:
    kept.refresh_from_db()
    draft = a_draft(kept.org_unit, name=kept.name, phone="0351-7654321")
    customer_change(actor=SYSTEM, customer_id=kept.pk, version=kept.version, draft=draft, answer=DIFFER)


def _remove_contact(kept: Customer, steward: Actor) -> None:
    moved = contacts_of(steward, kept).get(name="吴图")
    contact_remove(actor=SYSTEM, contact_id=moved.pk, version=moved.version)


def _close_parent(_kept: Customer, steward: Actor) -> None:
    parent = Customer.objects.get(name="云图集团")
    merge_files(steward, a_customer(parent.org_unit), parent)


@pytest.mark.parametrize(
    ("later", "refusal"),
    [
        (_change_phone, UndoFieldChanged),
        (_remove_contact, UndoRowsChanged),
        (_close_parent, UndoReferenceGone),
    ],
)
def test_later_changes_that_stand_against_undoing(
    pair: tuple[Customer, Customer],
    steward: Actor,
    world: Scenario,
    later: Callable[[Customer, Actor], None],
    refusal: type[DomainError],
) -> None:
    kept, gone = pair
    Customer.objects.filter(pk=gone.pk).update(parent=a_customer(world.team, name="云图集团"))
    merge = merge_files(steward, kept, gone, "phone")
    later(kept, steward)
    before = all_rows()
    with pytest.raises(refusal):
        merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before


def test_other_changes_stay_when_a_merge_is_undone(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    merge = merge_files(steward, kept, gone, "address")
    contact_create(actor=SYSTEM, customer_id=kept.pk, draft=ContactDraft("后来"))
    Customer.objects.filter(pk=kept.pk).update(remark="后来")
    merge_undo(actor=steward, merge_id=merge.pk)
    kept.refresh_from_db()
    assert (kept.remark, kept.address) == ("后来", "")
    assert set(Contact.objects.filter(customer=kept).values_list("name", flat=True)) == {"周敏", "后来"}


def test_rights_and_views(pair: tuple[Customer, Customer], world: Scenario, steward: Actor) -> None:
    kept, gone = pair
    with pytest.raises(NotAllowed):
        merge_files(world.manager, kept, gone)
    with pytest.raises(NotFound):
        merge_files(world.actor("data_steward", unit=world.team), kept, gone)
    merge = merge_files(steward, kept, gone)
    with pytest.raises(NotFound):
        merge_undo(actor=world.actor("data_steward", unit=world.team), merge_id=merge.pk)
    with pytest.raises(NotFound):
        merge_undo(actor=world.actor("data_steward", unit=world.datong), merge_id=merge.pk)


def test_what_was_read_before_somebody_saved_is_not_merged(
    pair: tuple[Customer, Customer], steward: Actor
) -> None:
    kept, gone = pair
    Customer.objects.filter(pk=gone.pk).update(version=9)
    with pytest.raises(Conflict):
        customers_merge(actor=steward, kept_id=kept.pk, gone_id=gone.pk, versions=(kept.version, 1))
    assert Merge.objects.count() == 0


def test_the_index_forgets_the_gone_file(pair: tuple[Customer, Customer], steward: Actor) -> None:
    from dakehu.customers.domain.tokens import Term

    kept, gone = pair
    merge_files(steward, kept, gone)
    assert gone.pk not in CUSTOMERS.find([Term(words=("云图",))], 100)


@two_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crosswise", [False, True])
def test_of_two_merges_of_one_pair_one_is_done(world: Scenario, *, crosswise: bool) -> None:
    one, other = a_customer(world.team), a_customer(world.team)
    for row in (one, other):
        contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("周敏"))

    def merge(kept: Customer, gone: Customer) -> Callable[[], object]:
        return lambda: customers_merge(
            actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=(1, 1), taken=("phone",)
        )

    second = merge(other, one) if crosswise else merge(one, other)
    outcomes = at_once(merge(one, other), second)
    assert "done" in outcomes
    assert set(outcomes) <= {"done", "FileMerged", "Conflict"}
    assert len(outcomes) == 2
    assert Customer.objects.count() == 1
    assert Merge.objects.count() == 1
    assert Contact.objects.filter(customer=Customer.objects.get()).count() == 2


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_merge_during_an_edit_loses_nothing(world: Scenario) -> None:
    for turn in range(5):
        kept, gone = a_customer(world.team), a_customer(world.team)
        draft = a_draft(world.team, name=gone.name, remark=f"改{turn}")
        outcomes = at_once(
            lambda kept=kept, gone=gone: customers_merge(  # type: ignore[misc]
                actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=(1, 1), taken=("remark",)
            ),
            lambda gone=gone, draft=draft: customer_change(  # type: ignore[misc]
                actor=SYSTEM, customer_id=gone.pk, version=1, draft=draft, answer=DIFFER
            ),
        )
        assert outcomes in (["FileMerged", "done"], ["Conflict", "done"])
        if "Conflict" in outcomes:  # the edit came first: the merge shows what was saved
            assert Customer.objects.get(pk=gone.pk).remark == f"改{turn}"


@two_writers
@pytest.mark.django_db(transaction=True)
def test_what_is_hung_on_the_file_meanwhile_is_never_lost(world: Scenario) -> None:
    for _turn in range(5):
        kept, gone = a_customer(world.team), a_customer(world.team)
        outcomes = at_once(
            lambda kept=kept, gone=gone: customers_merge(  # type: ignore[misc]
                actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=(1, 1)
            ),
            lambda gone=gone: contact_create(  # type: ignore[misc]
                actor=SYSTEM, customer_id=gone.pk, draft=ContactDraft("周敏")
            ),
        )
        assert outcomes in (["done", "done"], ["FileMerged", "done"])
        assert Contact.objects.filter(customer=kept).count() == outcomes.count("done") - 1


def test_pairs_declared_different_survive_a_merge(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    low, high = sorted((kept.pk, gone.pk))
    values = {"closeness": 0, "group": low, "is_distinct": True, "found_at": kept.created_at}
    LikePair.objects.create(low=low, high=high, **values)
    merge_undo(actor=steward, merge_id=merge_files(steward, kept, gone).pk)
    assert LikePair.objects.filter(low=low, high=high, is_distinct=True).exists()


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_merge_during_an_import_of_branches_and_bills(world: Scenario) -> None:
    """Rows that name the gone file come to the survivor, or were there to be moved; none is lost."""
    for turn in range(4):
        kept, gone = a_customer(world.team), a_customer(world.team)
        billed(gone, 100)
        billed(kept, 10)
        month = MonthlyRevenue.objects.filter(customer=gone).values_list("month", flat=True)[0]
        bills = [RevenueRow(gone.code, month, "internet", 700 + turn)]
        branch = [CustomerRow(f"云图第{turn}分部", parent=gone.code, org_unit=world.team.name)]
        outcomes = at_once(
            lambda kept=kept, gone=gone: customers_merge(  # type: ignore[misc]
                actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=(1, 1)
            ),
            lambda bills=bills: _made(imports_revenue.commit, bills),  # type: ignore[misc]
            lambda branch=branch: _made(imports.commit, branch),  # type: ignore[misc]
        )
        assert outcomes == ["done", "done", "done"]
        assert Customer.objects.get(name=f"云图第{turn}分部").parent_id == kept.pk
        sums = MonthlyRevenue.objects.filter(customer=kept).values_list("amount_fen", flat=True)
        assert sum(sums) == 11_000 + 700 + turn


def _made(commit: Callable[..., Sequence[object]], rows: Sequence[object]) -> None:
    with transaction.atomic():
        outcome = commit(SYSTEM, rows, [True])[0]
    assert isinstance(outcome, Made), outcome
