"""What hangs on a unit's place: every row that belongs to the organisation, whichever app it is of.

Apps above are reached through the model classes that inherit `OrgScoped`, so that a new app's rows follow a
moved unit without this module knowing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from dakehu.infra.access.api import CITY_DEPTH, SEGMENT, OrgScoped
from dakehu.infra.clock import now
from dakehu.organisation.models import OrgUnit, UnitPast, User

_LAST = "9" * 24


@dataclass(frozen=True, slots=True)
class Inmates:
    """How many active users, and how many rows of other kinds, name the unit as theirs."""

    users: int
    accounts: int


def remember(unit: OrgUnit) -> None:
    """Keep how the unit stands in the database, before it is saved otherwise; the caller holds its lock."""
    stood = OrgUnit.objects.get(pk=unit.pk)
    UnitPast.objects.create(
        unit=stood, parent=stood.parent, path=stood.path, name=stood.name, is_open=stood.is_open, until=now()
    )


def relocate(old: str, new: str) -> int:
    """Give every row at or below the path `old` its place at `new`; how many. Idempotent.

    `new` is at least a county's. One statement a table; the units themselves last.
    """
    moved = relocate_rows(old, new)
    OrgUnit.objects.filter(path__startswith=old).update(path=_moved("path", old, new))
    return moved


def relocate_rows(old: str, new: str) -> int:
    """The same for what is placed in the units, not for the units themselves.

    Done once more after a move: rows whose writer doesn't hold places (`infra.access.places`), such as a job
    that somebody started at that moment, follow then.
    """
    moved = 0
    place: dict[str, Any] = {
        "org_path": _moved("org_path", old, new),
        "org_city": new[: CITY_DEPTH * SEGMENT],
    }
    for rows in _scoped():
        moved += rows.filter(org_path__gte=old, org_path__lte=old + _LAST[len(old) :]).update(**place)
    return moved


def inmates(unit: OrgUnit) -> Inmates:
    accounts = sum(rows.filter(org_unit=unit).count() for rows in _placed() if rows.model is not User)
    return Inmates(User.objects.filter(org_unit=unit, is_active=True).count(), accounts)


def hand_over(unit: OrgUnit, into: OrgUnit) -> None:
    """Everything of the unit, closed accounts of people too, becomes the other unit's."""
    User.objects.filter(scope_unit=unit).update(scope_unit=into)
    for rows in _placed():
        rows.filter(org_unit=unit).update(org_unit=into)
    for rows in _scoped():
        rows.filter(org_path=unit.path).update(org_path=into.path, org_city=into.path[: CITY_DEPTH * SEGMENT])


def _scoped() -> Iterator[QuerySet[Any]]:
    for model in apps.get_models():
        if issubclass(model, OrgScoped) and not model._meta.proxy:
            yield model._default_manager.all()


def _placed() -> Iterator[QuerySet[Any]]:
    """Those that also name the unit by a foreign key."""
    for rows in _scoped():
        try:
            rows.model._meta.get_field("org_unit")
        except FieldDoesNotExist:
            continue
        yield rows


def _moved(column: str, old: str, new: str) -> Concat:
    return Concat(Value(new), Substr(column, len(old) + 1))
