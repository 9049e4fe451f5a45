"""Units that move and close: people and accounts follow, history stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dakehu.customers.api import Customer
from dakehu.customers.selectors.search import best_matches
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import visible
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.worker import drain
from dakehu.kernel.errors import Conflict, NotFound
from dakehu.organisation.domain.errors import UnitClosed, UnitLevelWrong, UnitNameTaken, UnitNotEmpty
from dakehu.organisation.models import OrgUnit, UnitPast, User
from dakehu.organisation.selectors.units import unit_as_of
from dakehu.organisation.services.units import unit_close, unit_create, unit_move, unit_rename
from dakehu.organisation.testing import Scenario, unit_under


def _seen(world: Scenario, unit: OrgUnit) -> set[int]:
    actor = world.actor_with("customer.view", unit=unit)
    return set(visible(Customer.objects.all(), actor, "customer.view").values_list("pk", flat=True))


@pytest.mark.req("KAM-11")
def test_a_countys_people_and_accounts_follow_it_to_another_city(world: Scenario) -> None:
    person, other = world.manager_user, world.other_team
    customer = a_customer(world.team)
    began, old = now(), world.county.path
    assert _seen(world, world.taiyuan) == {customer.pk}
    moved = unit_move(
        actor=world.administrator, unit_id=world.county.pk, version=1, parent_id=world.datong.pk
    )
    assert moved.path.startswith(world.datong.path)
    assert moved.version == 2
    customer.refresh_from_db()
    person.refresh_from_db()
    other.refresh_from_db()
    team = OrgUnit.objects.get(pk=world.team.pk)
    assert team.path == moved.path + world.team.path[len(old) :]
    assert (customer.org_path, customer.org_city) == (team.path, world.datong.path)
    assert (person.org_path, person.org_city) == (team.path, world.datong.path)
    assert (other.parent_id, other.path[:12]) == (moved.pk, moved.path)
    assert _seen(world, world.taiyuan) == set()
    assert _seen(world, world.datong) == {customer.pk}
    assert not OrgUnit.objects.filter(path__startswith=old).exists()

    stood = unit_as_of(moved, began)
    assert isinstance(stood, UnitPast)
    assert (stood.path, stood.parent_id) == (old, world.taiyuan.pk)
    assert unit_as_of(team, began).path == world.team.path
    assert unit_as_of(moved, now() + timedelta(seconds=1)).path == moved.path
    entry = AuditEntry.objects.get(action="unit.move")
    assert entry.changes == {
        "parent_id": [world.taiyuan.pk, world.datong.pk],
        "path": [old, moved.path],
    }
    assert OutboxEvent.objects.get(topic="unit.moved").payload == {"from": old, "path": moved.path}


def test_search_finds_moved_customers_in_their_new_city(world: Scenario) -> None:
    customer = a_customer(world.team, name="晋泰钢铁有限公司")
    unit_move(actor=world.administrator, unit_id=world.county.pk, version=1, parent_id=world.datong.pk)
    drain("outbox customers.following", "tasks")
    for city, found in ((world.taiyuan, []), (world.datong, [customer.pk])):
        actor = world.actor_with("customer.view", unit=city)
        assert [row.pk for row in best_matches(Customer.objects.all(), actor, "晋泰钢铁")] == found


def test_a_path_that_was_left_is_never_given_out_again(world: Scenario) -> None:
    admin, old = world.administrator, world.county.path
    _ = world.team
    unit_move(actor=admin, unit_id=world.county.pk, version=1, parent_id=world.datong.pk)
    fresh = unit_create(actor=admin, parent_id=world.taiyuan.pk, name="新县")
    assert fresh.path > old
    assert fresh.path[:8] == world.taiyuan.path


def test_where_a_unit_cannot_go(world: Scenario) -> None:
    admin, team = world.administrator, world.team
    for parent in (world.taiyuan, world.datong, world.county, team):
        with pytest.raises(UnitLevelWrong):
            unit_move(actor=admin, unit_id=team.pk, version=1, parent_id=parent.pk)
    with pytest.raises(UnitLevelWrong):
        unit_move(actor=admin, unit_id=world.datong.pk, version=1, parent_id=world.province.pk)
    with pytest.raises(Conflict):
        unit_move(actor=admin, unit_id=world.county.pk, version=7, parent_id=world.datong.pk)
    twin = unit_under(world.datong, world.county.name)
    with pytest.raises(UnitNameTaken):
        unit_move(actor=admin, unit_id=world.county.pk, version=1, parent_id=world.datong.pk)
    twin.is_open = False
    twin.save()
    with pytest.raises(UnitClosed):
        unit_move(actor=admin, unit_id=team.pk, version=1, parent_id=twin.pk)
    city = world.actor_with("unit.change", unit=world.taiyuan)
    with pytest.raises(NotFound):
        unit_move(actor=city, unit_id=world.county.pk, version=1, parent_id=world.datong.pk)
    assert not UnitPast.objects.exists()


@pytest.mark.req("KAM-11")
def test_closing_refuses_what_is_in_it_or_hands_it_over(world: Scenario) -> None:
    admin, person, heir = world.administrator, world.manager_user, world.other_team
    customer = a_customer(world.team)
    with pytest.raises(UnitNotEmpty) as refused:
        unit_close(actor=admin, unit_id=world.team.pk, version=1)
    assert refused.value.data == {"units": 0, "users": 1, "accounts": 1}
    with pytest.raises(UnitLevelWrong):
        unit_close(actor=admin, unit_id=world.team.pk, version=1, into_id=world.county.pk)
    closed = unit_close(actor=admin, unit_id=world.team.pk, version=1, into_id=heir.pk)
    assert not closed.is_open
    customer.refresh_from_db()
    person.refresh_from_db()
    assert (customer.org_unit_id, customer.org_path, person.org_unit_id) == (heir.pk, heir.path, heir.pk)
    assert not User.objects.filter(org_unit=closed).exists()
    assert [past.is_open for past in closed.past.all()] == [True]


def test_renaming_keeps_the_name_that_was(world: Scenario) -> None:
    began = now()
    unit = unit_rename(actor=world.administrator, unit_id=world.team.pk, version=1, name="政企一组")
    assert unit_as_of(unit, began).name == "迎泽一组"
    assert unit_as_of(unit, now()).name == "政企一组"


def test_what_was_written_beside_a_move_follows_a_moment_later(world: Scenario) -> None:
    old, at = world.team.path, now()
    moved = unit_move(
        actor=world.administrator, unit_id=world.county.pk, version=1, parent_id=world.datong.pk
    )
    late = Job.objects.create(
        kind="x", title="x", org_path=old, org_city=old[:8], created_at=at, heartbeat_at=at
    )
    drain("outbox organisation.places")
    late.refresh_from_db()
    assert (late.org_path, late.org_city) == (moved.path + old[12:], world.datong.path)
