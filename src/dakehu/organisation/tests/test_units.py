from __future__ import annotations

import threading

import pytest
from django.db import connection

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.organisation.domain.errors import (
    NameMissing,
    UnitClosed,
    UnitNameTaken,
    UnitNotEmpty,
    UnitTooDeep,
)
from dakehu.organisation.models import OrgUnit
from dakehu.organisation.services.units import unit_close, unit_create, unit_rename, unit_reopen
from dakehu.organisation.testing import Scenario


@pytest.mark.req("KAM-11")
def test_a_unit_takes_the_next_path_below_its_parent(world: Scenario) -> None:
    first = unit_create(actor=world.administrator, parent_id=world.taiyuan.pk, name="小店区大客户中心")
    second = unit_create(
        actor=world.administrator, parent_id=world.taiyuan.pk, name="　万柏林区 ", short_name="万柏林"
    )
    assert (first.path, second.path) == ("000100010001", "000100010002")
    assert (first.level, first.short_name) == (OrgUnit.Level.COUNTY, "小店区大客户中心")
    assert second.name == "万柏林区"
    entry = AuditEntry.objects.get(action="unit.create", object_id=second.pk)
    assert entry.changes["name"] == [None, "万柏林区"]
    assert entry.org_path == second.path
    assert OutboxEvent.objects.filter(topic="unit.created").count() == 2


def test_a_team_has_no_units_below(world: Scenario) -> None:
    with pytest.raises(UnitTooDeep):
        unit_create(actor=world.administrator, parent_id=world.team.pk, name="小分队")


def test_a_name_is_given_and_free_among_its_siblings(world: Scenario) -> None:
    with pytest.raises(NameMissing):
        unit_create(actor=world.administrator, parent_id=world.county.pk, name=" ")
    with pytest.raises(UnitNameTaken):
        unit_create(actor=world.administrator, parent_id=world.county.pk, name=world.team.name)
    unit_create(actor=world.administrator, parent_id=world.datong_team.parent_id or 0, name=world.team.name)


def test_renaming_keeps_the_path_and_notices_a_second_editor(world: Scenario) -> None:
    path = world.team.path
    unit = unit_rename(actor=world.administrator, unit_id=world.team.pk, version=1, name="政企一组")
    assert (unit.path, unit.version) == (path, 2)
    assert AuditEntry.objects.get(action="unit.rename").changes == {
        "name": ["迎泽一组", "政企一组"],
        "short_name": ["迎泽一组", "政企一组"],
    }
    with pytest.raises(Conflict):
        unit_rename(actor=world.administrator, unit_id=world.team.pk, version=1, name="政企二组")


def test_only_an_empty_unit_is_closed(world: Scenario) -> None:
    member = world.user("account_manager")
    with pytest.raises(UnitNotEmpty) as raised:
        unit_close(actor=world.administrator, unit_id=world.team.pk, version=1)
    assert raised.value.data == {"units": 0, "users": 1, "accounts": 0}
    with pytest.raises(UnitNotEmpty):
        unit_close(actor=world.administrator, unit_id=world.county.pk, version=1)
    with pytest.raises(UnitNotEmpty):
        unit_close(actor=world.administrator, unit_id=world.province.pk, version=1)

    member.is_active = False
    member.save()
    unit_close(actor=world.administrator, unit_id=world.team.pk, version=1)
    unit_close(actor=world.administrator, unit_id=world.county.pk, version=1)

    with pytest.raises(UnitClosed):
        unit_create(actor=world.administrator, parent_id=world.county.pk, name="三组")
    with pytest.raises(UnitClosed):
        unit_reopen(actor=world.administrator, unit_id=world.team.pk, version=2)
    unit_reopen(actor=world.administrator, unit_id=world.county.pk, version=2)
    assert unit_reopen(actor=world.administrator, unit_id=world.team.pk, version=2).is_open


def test_others_units_dont_exist_and_readers_change_nothing(world: Scenario) -> None:
    clerk = world.actor_with("unit.change", unit=world.datong)
    with pytest.raises(NotFound):
        unit_create(actor=clerk, parent_id=world.taiyuan.pk, name="大同驻太原")
    with pytest.raises(NotFound):
        unit_rename(actor=clerk, unit_id=world.province.pk, version=1, name="山西")
    assert unit_create(actor=clerk, parent_id=world.datong.pk, name="云冈区").path == "000100020001"
    with pytest.raises(NotAllowed):
        unit_create(actor=world.auditor, parent_id=world.taiyuan.pk, name="审计组")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_openings_at_once_take_two_paths() -> None:
    world = Scenario()
    actor, parent = world.administrator, world.taiyuan.pk
    start = threading.Barrier(4)

    def open_one(number: int) -> None:
        start.wait()
        unit_create(actor=actor, parent_id=parent, name=f"中心{number}")
        connection.close()

    threads = [threading.Thread(target=open_one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = OrgUnit.objects.filter(parent=parent).values_list("path", flat=True)
    assert sorted(paths) == [f"00010001{number:04d}" for number in (1, 2, 3, 4)]
