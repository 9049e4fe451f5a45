"""Reading the organisation's tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from dakehu.infra.access.api import SEGMENT, Actor, require, visible
from dakehu.organisation.models import OrgUnit, UnitPast
from dakehu.organisation.permissions import Permission

_INDENT = "　"


@dataclass(slots=True)
class UnitNode:
    """A unit with the units below it; `people` counts active users in the whole subtree."""

    unit: OrgUnit
    people: int
    children: list[UnitNode] = field(default_factory=list)


def unit_tree(actor: Actor) -> list[UnitNode]:
    """The units the actor sees, as trees: one for each topmost unit. One query."""
    counted = visible(OrgUnit.objects.all(), actor, Permission.UNIT_VIEW).annotate(
        people=Count("members", filter=Q(members__is_active=True))
    )
    roots: list[UnitNode] = []
    by_path: dict[str, UnitNode] = {}
    for unit in counted.order_by("path"):
        node = UnitNode(unit, getattr(unit, "people", 0))
        by_path[unit.path] = node
        above = by_path.get(unit.path[:-SEGMENT])
        (above.children if above else roots).append(node)
        for end in range(SEGMENT, len(unit.path), SEGMENT):
            ancestor = by_path.get(unit.path[:end])
            if ancestor:
                ancestor.people += node.people
    return roots


def unit_choices(actor: Actor, permission: str, *, keep: int | None = None) -> list[tuple[str, str]]:
    """The open units the actor sees, indented by level; `keep` stays even when it is closed."""
    units = visible(OrgUnit.objects.all(), actor, permission).filter(Q(is_open=True) | Q(pk=keep))
    rows = list(units.order_by("path").values_list("pk", "name", "level"))
    top = min((level for _pk, _name, level in rows), default=0)
    return [(str(pk), _INDENT * (level - top) + name) for pk, name, level in rows]


def places_for(actor: Actor, unit: OrgUnit, level: int) -> list[tuple[str, str]]:
    """The open units of a level to which `unit` could go, with their way from the city down."""
    units = visible(OrgUnit.objects.all(), actor, Permission.UNIT_CHANGE).filter(is_open=True, level=level)
    rows = units.exclude(pk__in=[unit.pk, unit.parent_id]).select_related("parent").order_by("path")
    return [
        (str(row.pk), f"{row.parent.short_name} / {row.name}" if row.parent else row.name) for row in rows
    ]


def unit_as_of(unit: OrgUnit, at: datetime) -> UnitPast | OrgUnit:
    """How the unit stood at the moment: parent, path, name, open or closed."""
    return unit.past.filter(until__gt=at).first() or unit


def unit_past(actor: Actor, unit: OrgUnit) -> list[UnitPast]:
    """How the unit stood before each change, the latest first."""
    require(actor, Permission.UNIT_VIEW)
    return list(unit.past.select_related("parent").order_by("-until", "-id"))


def unit_names(path: str) -> str:
    """The way from the city down to the unit, such as "太原 / 迎泽 / 迎泽一组"; the province for itself."""
    ends = range(2 * SEGMENT, len(path) + 1, SEGMENT)
    wanted = [path[:end] for end in ends] or [path]
    names = dict(OrgUnit.objects.filter(path__in=wanted).values_list("path", "short_name"))
    return " / ".join(names[each] for each in wanted if each in names)
