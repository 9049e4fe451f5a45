"""Members: lines that join a group, change in it and leave it.

Locking: the group's row first, so that capacity and short numbers are decided by one at a time; the number
of a new line last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import CallRights, Member, RightsLevel
from dakehu.centrex.domain.rules import check_change, check_member
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.facts import line_facts
from dakehu.centrex.selectors.groups import short_numbers_of
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.numbering.api import (
    Line,
    LineEvent,
    LineInGroup,
    LineKind,
    LineOpening,
    Restriction,
    Services,
    line_open,
    lines_for,
    regrouping_faults,
    services_of,
)

MEMBER_ADDED = "centrex.member_added"
MEMBER_CHANGED = "centrex.member_changed"
MEMBER_REMOVED = "centrex.member_removed"
_TOLD = (
    "short_number", "rights_level", "rights_special",
    "in_group_only", "outgoing_restriction", "is_attendant",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A line to join a group. A line that isn't in service yet is opened, of `kind`, on `holder`'s number."""

    group_id: int
    member: Member
    kind: LineKind = LineKind.FIXED
    holder: str = ""
    user_name: str = ""


@dataclass(frozen=True, slots=True)
class MemberChange:
    """All that can change of a member; `version` is the one that was read."""

    version: int
    short_number: str
    rights_level: RightsLevel
    rights_special: bool
    in_group_only: bool
    outgoing_restriction: bool
    is_attendant: bool = False


def member_add(*, actor: Actor, plan: MemberPlan) -> CentrexMember:
    """Have a line join the group (CTX-01, 02, 10, 11, 13, 15, 19); raises every fault at once.

    Opening a line needs the rights to change lines and numbers beside the one to change groups.
    """
    try:
        with transaction.atomic():
            return _add(actor, plan)
    except IntegrityError:  # the line joined another group in the same moment
        raise errors.LineInOtherGroup(field="public_number", number=plan.member.public_number) from None


def member_change(*, actor: Actor, member_id: int, change: MemberChange) -> CentrexMember:
    """Change short number, rights or services (CTX-06, 13, 14, 15); raises `Conflict` and every fault."""
    seen = access_one(CentrexMember.objects.all(), actor, member_id, GroupPermission.CHANGE)
    with transaction.atomic():
        group = _locked_group(actor, seen.group_id)
        member = _locked(member_id)
        before = _shown(member)
        advance(member, change.version)
        wanted = Member(
            public_number=member.line.public_number_id,
            short_number=change.short_number,
            rights=CallRights(change.rights_level, change.rights_special),
            in_group_only=change.in_group_only,
            outgoing_restriction=change.outgoing_restriction,
            is_attendant=change.is_attendant,
        )
        faults = check_change(group.value(), wanted, short_numbers_of(group.pk, without=member.pk))
        raise_faults(faults or _restriction_faults(member.line, wanted))
        _set(member, wanted)
        member.save()
        _note(actor, "group.change_member", member, before)
        _tell(MEMBER_CHANGED, member)
    return member


def member_remove(*, actor: Actor, member_id: int) -> Line:
    """Take the line out of its group (CTX-02); it stays in service as a single line with the same rights."""
    seen = access_one(CentrexMember.objects.all(), actor, member_id, GroupPermission.CHANGE)
    with transaction.atomic():
        _locked_group(actor, seen.group_id)
        member = _locked(member_id)
        line = Line.objects.select_for_update(of=("self",)).get(pk=member.line_id)
        raise_faults(regrouping_faults(line))
        change = _change(member, _shown(member), {})
        record(actor, "group.remove_member", change)
        _tell(MEMBER_REMOVED, member)
        member.delete()
    return member.line


def keep_members(line: Line, event: LineEvent) -> None:
    """The guard that has a member leave its group before its line is ceased."""
    if event is LineEvent.CEASE and CentrexMember.objects.filter(line=line).exists():
        raise LineInGroup(number=line.public_number_id)


def exclude_restriction(line: Line, services: Services) -> list[DomainError]:
    """A member with in-group calls only can't have its outgoing calls restricted as well (CTX-15)."""
    if services.restriction is Restriction.NONE:
        return []
    if CentrexMember.objects.filter(line=line, in_group_only=True).exists():
        return [errors.ExclusiveServices(field="restriction")]
    return []


def _restriction_faults(line: Line, wanted: Member) -> list[DomainError]:
    """The same, seen from the member: the line's row is locked, as it is when its services are set."""
    locked = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if wanted.in_group_only and services_of(locked).restriction is not Restriction.NONE:
        return [errors.ExclusiveServices(field="in_group_only")]
    return []


def _add(actor: Actor, plan: MemberPlan) -> CentrexMember:
    wanted = plan.member
    group = _locked_group(actor, plan.group_id)
    facts = line_facts(actor, wanted.public_number, group.customer_id, plan.holder)
    raise_faults(check_member(group.value(), wanted, facts, short_numbers_of(group.pk)))
    line = _line(actor, group, plan)
    raise_faults(_restriction_faults(line, wanted) or regrouping_faults(line))
    member = CentrexMember(group=group, line=line, short_number=wanted.short_number, joined_at=now())
    _set(member, wanted)
    member.save()
    _note(actor, "group.add_member", member, {})
    _tell(MEMBER_ADDED, member)
    return member


def _line(actor: Actor, group: CentrexGroup, plan: MemberPlan) -> Line:
    number = plan.member.public_number
    line = lines_for(actor).filter(public_number_id=number).first()
    if line is not None:
        return line
    rights = plan.member.rights
    level = RightsLevel.LOCAL if rights.level is RightsLevel.OWN_GROUP else rights.level
    opening = LineOpening(
        number,
        group.customer_id,
        kind=plan.kind,
        holder=plan.holder,
        rights_level=level,
        rights_special=rights.special,
        user_name=plan.user_name,
    )
    return line_open(actor=actor, opening=opening)


def _set(member: CentrexMember, wanted: Member) -> None:
    member.short_number = wanted.short_number
    member.rights_level = wanted.rights.level
    member.rights_special = wanted.rights.special
    member.in_group_only = wanted.in_group_only
    member.outgoing_restriction = wanted.outgoing_restriction
    member.is_attendant = wanted.is_attendant


def _locked_group(actor: Actor, group_id: int) -> CentrexGroup:
    rows = CentrexGroup.objects.select_for_update(of=("self",)).select_related("customer", "exchange")
    return access_one(rows, actor, group_id, GroupPermission.CHANGE)


def _locked(member_id: int) -> CentrexMember:
    rows = CentrexMember.objects.select_for_update(of=("self",)).select_related("line", "group__customer")
    member = rows.filter(pk=member_id).first()
    if member is None:
        raise NotFound(noun="centrexmember", id=member_id)
    return member


def _shown(member: CentrexMember) -> dict[str, object]:
    """What the trail tells of a member."""
    return {"public_number": member.line.public_number_id, **snapshot(member, *_TOLD)}


def _change(member: CentrexMember, before: Mapping[str, object], after: Mapping[str, object]) -> Change:
    group = member.group
    label = f"{group.name} {member.short_number}"
    return Change("group", group.pk, label, before, after, group.customer.org_path)


def _note(actor: Actor, action: str, member: CentrexMember, before: Mapping[str, object]) -> None:
    record(actor, action, _change(member, before, _shown(member)))


def _tell(topic: str, member: CentrexMember) -> None:
    payload = {
        "group_id": member.group_id,
        "number": member.line.public_number_id,
        "short_number": member.short_number,
        "customer_id": member.group.customer_id,
    }
    publish(topic, key=member.pk, payload=payload)
