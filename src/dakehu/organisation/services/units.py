"""Opening, renaming and closing units. A unit is never deleted: history names it."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import SEGMENT, Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.text import clean_code
from dakehu.organisation.domain.errors import (
    UnitClosed,
    UnitNameTaken,
    UnitNotEmpty,
    UnitsExhausted,
    UnitTooDeep,
)
from dakehu.organisation.domain.names import read_name
from dakehu.organisation.models import OrgUnit, User
from dakehu.organisation.permissions import Permission

_SHOWN = ("name", "short_name", "area_code", "is_open")
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


def unit_close(*, actor: Actor, unit_id: int, version: int) -> OrgUnit:
    """Close a unit in which nobody works any more and below which no unit is open."""
    with transaction.atomic():
        unit = _locked(actor, unit_id)
        advance(unit, version)
        units = OrgUnit.objects.filter(parent=unit, is_open=True).count()
        users = User.objects.filter(org_unit=unit, is_active=True).count()
        if units or users or unit.parent_id is None:
            raise UnitNotEmpty(units=units, users=users)
        before = snapshot(unit, *_SHOWN)
        unit.is_open = False
        return _save(actor, "unit.close", unit, before)


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


def _next_path(parent: OrgUnit) -> str:
    last = OrgUnit.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
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
    unit.save()
    record(actor, action, _change(unit, before))
    publish("unit.changed", key=unit.pk, payload={"path": unit.path, "open": unit.is_open})
    return unit


def _change(unit: OrgUnit, before: dict[str, object]) -> Change:
    return Change("unit", unit.pk, unit.name, before, snapshot(unit, *_SHOWN), unit.path)
