"""What single sign-on reads: the file of groups, units by their names, roles that groups may bring."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models import Q

from dakehu.organisation.domain.errors import MappingUnreadable
from dakehu.organisation.domain.mapping import GroupMap, read_map
from dakehu.organisation.models import OrgUnit, Role


def group_map() -> GroupMap:
    """The file as it is now; an empty map without one. Raises `MappingUnreadable`."""
    if not settings.SIGN_ON_MAPPING:
        return GroupMap()
    try:
        text = Path(settings.SIGN_ON_MAPPING).read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise MappingUnreadable(reason=str(fault)) from None
    return read_map(text)


def unit_named(place: str) -> OrgUnit | None:
    """The open unit at "city/county/team" by names or short names; the province has the name "/"."""
    unit = OrgUnit.objects.filter(parent=None).first()
    for name in filter(None, (part.strip() for part in place.split("/"))):
        below = OrgUnit.objects.filter(parent=unit, is_open=True)
        unit = below.filter(Q(name=name) | Q(short_name=name)).first()
        if unit is None:
            return None
    return unit if place.strip() else None


def mappable_roles(codes: frozenset[str]) -> list[Role]:
    """The roles of these codes, without those that may everything: no group makes an administrator."""
    return list(Role.objects.filter(code__in=codes, everything=False))
