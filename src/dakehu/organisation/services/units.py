"""Opening, renaming, moving and closing units. A unit is never deleted: history names it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Length

from dakehu.infra.access.api import SEGMENT, Actor, access_one, move_places
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.text import clean_code
from dakehu.organisation.domain.errors import (
    UnitClosed,
    UnitLevelWrong,
    UnitNameTaken,
    UnitNotEmpty,
    UnitsExhausted,
    UnitTooDeep,
)
from dakehu.organisation.domain.names import read_name
from dakehu.organisation.models import OrgUnit, UnitPast
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.places import hand_over, inmates, relocate, remember

_SHOWN = ("name", "short_name", "area_code", "is_open")
_PLACED = ("parent", "path")
_MOST = 10**SEGMENT - 1


def unit_create(
    *, actor: Actor, parent_id: int, name: str, short_name: str = "", area_code: str = ""
) -> OrgUnit:
    """A new unit below the parent, whose row is locked so that two creations never take one path."""
    with transaction.atomic():
        parent = _locked(actor, parent_id)
        if not parent.is_open:
            raise UnitClosed(name=parent.name)
        if parent.level >= OrgUnit.Level.TEAM:
            raise UnitTooDeep(field="parent")
        unit = OrgUnit(parent=parent, level=parent.level + 1, path=_next_path(parent))
        _name(unit, name, short_name, area_code)
        unit.save()
        record(actor, "unit.create", _change(unit, {}))
        publish("unit.created", key=unit.pk, payload={"path": unit.path, "name": unit.name})
    return unit


def unit_rename(
    *, actor: Actor, unit_id: int, version: int, name: str, short_name: str = "", area_code: str = ""
) -> OrgUnit:
    """Change the names and the area code; the path, and with it everyone's view, stays."""
    with transaction.atomic():
        unit = _locked(actor, unit_id)
        advance(unit, version)
        before = snapshot(unit, *_SHOWN)
        _name(unit, name, short_name, area_code)
        return _save(actor, "unit.rename", unit, before)


def unit_close(*, actor: Actor, unit_id: int, version: int, into_id: int | None = None) -> OrgUnit:
    """Close a unit below which no unit is open.

    What is still in it, people and accounts, goes to the unit `into_id` of the same level; without one it
    must be empty. Raises `UnitNotEmpty`, `UnitLevelWrong`, `UnitClosed`.
    """
    with transaction.atomic():
        move_places()
        unit = _locked(actor, unit_id)
        advance(unit, version)
        units = OrgUnit.objects.filter(parent=unit, is_open=True).count()
        left = inmates(unit)
        if units or unit.parent_id is None or (into_id is None and (left.users or left.accounts)):
            raise UnitNotEmpty(units=units, users=left.users, accounts=left.accounts)
        if into_id is not None:
            heir = _heir(actor, unit, into_id)
            hand_over(unit, heir)
            publish("unit.moved", key=unit.pk, payload={"from": unit.path, "path": heir.path})
        before = snapshot(unit, *_SHOWN)
        unit.is_open = False
        return _save(actor, "unit.close", unit, before)


def unit_move(*, actor: Actor, unit_id: int, version: int, parent_id: int) -> OrgUnit:
    """Put a county under another city, or a team under another county, with all that is below it.

    People, accounts, orders and files follow in scope at once. The audit trail and the statistics' facts keep
    the place where they happened. Raises `UnitLevelWrong`, `UnitClosed`, `UnitNameTaken`.
    """
    with transaction.atomic():
        move_places()
        unit = _locked(actor, unit_id)
        advance(unit, version)
        parent = _locked(actor, parent_id)
        if unit.level <= OrgUnit.Level.CITY or parent.level != unit.level - 1 or parent.pk == unit.parent_id:
            raise UnitLevelWrong(field="parent", name=parent.name)
        if not parent.is_open:
            raise UnitClosed(field="parent", name=parent.name)
        remember(unit)
        before = snapshot(unit, *_PLACED)
        unit.parent, old = parent, unit.path
        _name(unit, unit.name, unit.short_name, unit.area_code)
        new = _next_path(parent)
        for below in OrgUnit.objects.filter(path__startswith=old).exclude(pk=unit.pk):
            remember(below)
        unit.save()
        relocate(old, new)
        unit.refresh_from_db()
        record(actor, "unit.move", Change("unit", unit.pk, unit.name, before, snapshot(unit, *_PLACED), new))
        publish("unit.moved", key=unit.pk, payload={"from": old, "path": new})
    return unit


def unit_reopen(*, actor: Actor, unit_id: int, version: int) -> OrgUnit:
    """Open a closed unit again; its parent must be open."""
    with transaction.atomic():
        unit = _locked(actor, unit_id)
        advance(unit, version)
        if unit.parent is not None and not unit.parent.is_open:
            raise UnitClosed(name=unit.parent.name)
        before = snapshot(unit, *_SHOWN)
        unit.is_open = True
        return _save(actor, "unit.reopen", unit, before)


def _locked(actor: Actor, unit_id: int) -> OrgUnit:
    return access_one(OrgUnit.objects.select_for_update(), actor, unit_id, Permission.UNIT_CHANGE)


def _heir(actor: Actor, unit: OrgUnit, into_id: int) -> OrgUnit:
    into = _locked(actor, into_id)
    if into.pk == unit.pk or into.level != unit.level or unit.level <= OrgUnit.Level.CITY:
        raise UnitLevelWrong(field="into", name=into.name)
    if not into.is_open:
        raise UnitClosed(field="into", name=into.name)
    return into


def _next_path(parent: OrgUnit) -> str:
    """The path after the last that was ever given out below the parent: old rows never change hands."""
    length = len(parent.path) + SEGMENT
    ever = [
        rows.filter(path__startswith=parent.path, length=length).aggregate(last=Max("path"))["last"]
        for rows in (
            OrgUnit.objects.annotate(length=Length("path")),
            UnitPast.objects.annotate(length=Length("path")),
        )
    ]
    last = max(filter(None, ever), default="")
    number = int(last[-SEGMENT:]) + 1 if last else 1
    if number > _MOST:
        raise UnitsExhausted
    return f"{parent.path}{number:0{SEGMENT}d}"


def _name(unit: OrgUnit, name: str, short_name: str, area_code: str) -> None:
    unit.name = read_name(name)
    unit.short_name = read_name(short_name or name, "short_name")[:40]
    unit.area_code = clean_code(area_code)
    alike = OrgUnit.objects.filter(parent_id=unit.parent_id, name=unit.name).exclude(pk=unit.pk)
    if alike.exists():
        raise UnitNameTaken(field="name", name=unit.name)


def _save(actor: Actor, action: str, unit: OrgUnit, before: dict[str, object]) -> OrgUnit:
    remember(unit)
    unit.save()
    record(actor, action, _change(unit, before))
    publish("unit.changed", key=unit.pk, payload={"path": unit.path, "open": unit.is_open})
    return unit


def _change(unit: OrgUnit, before: dict[str, object]) -> Change:
    return Change("unit", unit.pk, unit.name, before, snapshot(unit, *_SHOWN), unit.path)
