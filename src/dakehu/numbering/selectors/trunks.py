"""Trunk groups, as the actor sees them, and for the voice directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.numbering.domain import trunks
from dakehu.numbering.models import TrunkGroup
from dakehu.numbering.permissions import TrunkPermission
from dakehu.numbering.scope import citywide


def trunks_for(actor: Actor) -> QuerySet[TrunkGroup]:
    """The trunk groups of the actor's city, or of the whole province."""
    return visible(_groups(), citywide(actor), TrunkPermission.VIEW)


def trunk_get(actor: Actor, trunk_id: int) -> TrunkGroup:
    """The group, or `NotFound`."""
    return access_one(_groups(), citywide(actor), trunk_id, TrunkPermission.VIEW)


def trunk_values(codes: Iterable[str] | None = None) -> Iterator[trunks.TrunkGroup]:
    """Every group, or those of the given codes, as values."""
    rows = _groups()
    for row in rows if codes is None else rows.filter(code__in=list(codes)):
        yield row.value()


def _groups() -> QuerySet[TrunkGroup]:
    return TrunkGroup.objects.select_related("exchange")
