"""KAM-03, KAM-13: visits and hand-overs when two files are merged, also while both happen at once."""

from __future__ import annotations

import pytest
from django.db import connection

from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import a_customer
from dakehu.customers.tests.merging import all_rows, at_once, merge_files
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.managers.domain.errors import AlreadyHandedOver
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.models import HandOver, HandOverItem, Promise, Visit
from dakehu.managers.services.hand_over import hand_over_approve
from dakehu.managers.tests.fixtures import a_hand_over, a_logged_visit, a_taker, a_visit, an_account, signed
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03", "KAM-13")]
two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.fixture
def steward(world: Scenario) -> Actor:
    return world.actor("data_steward", unit=world.taiyuan)


def _approved(world: Scenario, row: HandOver) -> HandOver:
    row = signed(world, row)
    return hand_over_approve(actor=SYSTEM, hand_over_id=row.pk, version=row.version)


def test_visits_promises_and_decided_hand_overs_move_and_come_back(world: Scenario, steward: Actor) -> None:
    kept, gone = an_account(world), an_account(world)
    a_visit(world, kept)
    a_visit(world, gone)
    a_logged_visit(world, gone, promises=(PromiseDraft("送方案", day_of(now())),))
    _approved(world, a_hand_over(world, a_taker(world), gone))
    before = all_rows()
    merge = merge_files(steward, kept, gone)
    assert set(Visit.objects.values_list("customer_id", flat=True)) == {kept.pk}
    assert Promise.objects.get().visit.customer_id == kept.pk
    assert HandOverItem.objects.get().customer_id == kept.pk
    merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before


@pytest.mark.parametrize("turn", [1, -1])
def test_an_open_hand_over_is_decided_first(world: Scenario, steward: Actor, turn: int) -> None:
    kept, gone = [an_account(world), an_account(world)][::turn]
    a_hand_over(world, a_taker(world), gone if turn > 0 else kept)
    before = all_rows()
    with pytest.raises(AlreadyHandedOver):
        merge_files(steward, kept, gone)
    assert all_rows() == before


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_merge_during_a_hand_over(world: Scenario) -> None:
    """Approval first: the merge must look again. Merge first: it is refused, and the approval goes on."""
    for _turn in range(4):
        kept, gone = a_customer(world.team), an_account(world)
        row = signed(world, a_hand_over(world, world.user("account_manager", unit=world.team), gone))
        versions = (kept.version, gone.version)
        outcomes = at_once(
            lambda kept=kept, gone=gone, versions=versions: customers_merge(
                actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=versions
            ),  # type: ignore[misc]
            lambda row=row: hand_over_approve(actor=SYSTEM, hand_over_id=row.pk, version=row.version),  # type: ignore[misc]
        )
        assert outcomes in (["AlreadyHandedOver", "done"], ["Conflict", "done"])
        gone.refresh_from_db()
        assert gone.owner_id == row.taker_id
        assert HandOverItem.objects.get(hand_over=row).customer_id == gone.pk
