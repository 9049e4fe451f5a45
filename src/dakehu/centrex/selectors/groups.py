"""Groups and members, as the actor sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, QuerySet
from django_stubs_ext import WithAnnotations

from dakehu.centrex.domain.rules import propose_short_number
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.permissions import GroupPermission
from dakehu.infra.access.api import Actor, access_one, visible

_WITH = ("customer", "exchange")


class Counted(TypedDict):
    """What the selectors add to a group."""

    member_count: int


if TYPE_CHECKING:
    CountedGroup = WithAnnotations[CentrexGroup, Counted]
else:
    CountedGroup = CentrexGroup


def groups_for(actor: Actor, *, customer_id: int | None = None) -> QuerySet[CountedGroup]:
    """The groups the actor sees, each with `member_count`."""
    rows = visible(_groups(), actor, GroupPermission.VIEW)
    return rows if customer_id is None else rows.filter(customer_id=customer_id)


def group_get(actor: Actor, group_id: int) -> CountedGroup:
    """The group with `member_count`, or `NotFound`."""
    return access_one(_groups(), actor, group_id, GroupPermission.VIEW)


def group_choices(actor: Actor, customer_id: int) -> list[tuple[int, str]]:
    """Id and name of the customer's groups: what a form offers to choose from (CTX-17)."""
    rows = groups_for(actor, customer_id=customer_id)
    return [(row.pk, f"{row.name} · {row.exchange.name} · {row.gcn_id}") for row in rows]


def members_of(group: CentrexGroup) -> QuerySet[CentrexMember]:
    """The group's members by short number, with line, status and telephone account."""
    return group.members.select_related("line__sip_account", "line__exchange").order_by("short_number")


def member_get(actor: Actor, member_id: int) -> CentrexMember:
    """The member, or `NotFound`."""
    rows = CentrexMember.objects.select_related("line", "group__exchange", "group__customer")
    return access_one(rows, actor, member_id, GroupPermission.VIEW)


def short_numbers_of(group_id: int, *, without: int | None = None) -> set[str]:
    """The short numbers of the group's members, leaving one member out."""
    rows = CentrexMember.objects.filter(group_id=group_id)
    if without is not None:
        rows = rows.exclude(pk=without)
    return set(rows.values_list("short_number", flat=True))


def short_number_proposal(actor: Actor, group_id: int, public_number: str) -> str | None:
    """The last digits of the number, or the next lawful short number that nobody has (CTX-05)."""
    group = group_get(actor, group_id)
    return propose_short_number(group.value(), public_number, short_numbers_of(group.pk))


def _groups() -> QuerySet[CountedGroup]:
    return CentrexGroup.objects.select_related(*_WITH).annotate(member_count=Count("members"))
