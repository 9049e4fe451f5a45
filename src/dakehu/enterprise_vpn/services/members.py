"""Members: lines that join a VPN singly, in numbers or with their Centrex group, change in it and leave it.

A write of many members is one: all or none, with every fault of every row. Locking: the VPN's row first, so
that short numbers are decided by one at a time; then the lines' rows by id, which whoever moves a line
between Centrex groups locks too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.rules import LineFacts, check_change, check_member, proposals
from dakehu.enterprise_vpn.domain.vpn import AttendantKind, VpnMember
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.facts import line_facts, short_numbers_of
from dakehu.enterprise_vpn.services.vpns import tell, vpn_locked
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record_many
from dakehu.infra.clock import now
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import Line, LineEvent, grouping, lines_for

MEMBERS_ADDED = "vpn.members_added"
MEMBERS_CHANGED = "vpn.members_changed"
MEMBERS_REMOVED = "vpn.members_removed"


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A line to join; an empty `short_number` takes the one proposed. `closed_group_id` 0 is none."""

    public_number: str
    short_number: str = ""
    barred: frozenset[CallClass] = frozenset()
    closed_group_id: int = 0


@dataclass(frozen=True, slots=True)
class MemberChange:
    """All that can change of a member; `version` is the one that was read."""

    version: int
    short_number: str
    barred: frozenset[CallClass] = frozenset()
    closed_group_id: int = 0
    attendant: AttendantKind | None = None


def vpn_members_add(*, actor: Actor, vpn_id: int, plans: Sequence[MemberPlan]) -> list[MemberRow]:
    """Have single lines join (VPN-01, VPN-02, VPN-08, VPN-15), all of them or none.

    Raises every fault of every row at once; a fault's `row` is its place in `plans`, from 1.
    """
    return _join(actor, vpn_id, plans, group_id=0)


def vpn_group_add(
    *, actor: Actor, vpn_id: int, group_id: int, lead: str = "", template: MemberPlan | None = None
) -> list[MemberRow]:
    """Have a Centrex group join with the lines that are not in the VPN yet (VPN-01).

    Each gets the short number `lead` and last digits, the group's own number where both are of one length;
    barring and closed group as in `template`. Raises every fault at once.
    """
    group = grouping().group(actor, group_id)
    shorts = grouping().lines(group_id)
    inside = set(MemberRow.objects.filter(line_id__in=shorts).values_list("line_id", flat=True))
    lines = lines_for(actor).filter(pk__in=shorts.keys() - inside).order_by("pk")
    base = template or MemberPlan("")
    own = access_one(EnterpriseVpn.objects.select_related("customer"), actor, vpn_id, VpnPermission.CHANGE)
    if (
        own.customer_id != group.customer_id
        and not own.customer.branches.filter(pk=group.customer_id).exists()
    ):
        raise errors.GroupForeign(field="group", name=group.name)
    if MemberRow.objects.filter(group_id=group_id).exclude(vpn_id=vpn_id).exists():
        raise errors.GroupInVpn(field="group", name=group.name)
    plans = []
    for pk, number in lines.values_list("pk", "public_number_id"):
        same = len(shorts[pk]) == own.short_length
        plans.append(MemberPlan(number, shorts[pk] if same else "", base.barred, base.closed_group_id))
    return _join(actor, vpn_id, plans, group_id=group_id, lead=lead)


def vpn_member_change(*, actor: Actor, member_id: int, change: MemberChange) -> MemberRow:
    """Change short number, barring, closed group, attendant (VPN-02, VPN-08, VPN-10, VPN-15).

    Raises `Conflict` and every fault. Who is no attendant any more is logged out.
    """
    seen = access_one(MemberRow.objects.all(), actor, member_id, VpnPermission.CHANGE)
    with transaction.atomic():
        vpn = vpn_locked(actor, seen.vpn_id)
        row = member_locked(member_id)
        before = shown(row)
        advance(row, change.version)
        facts = line_facts([row.line])[row.line_id]
        wanted = VpnMember(facts.public_number, change.short_number, change.barred, change.closed_group_id)
        faults = check_change(vpn.value(), wanted, facts, short_numbers_of(vpn.pk, without=row.pk))
        faults += _closed_group_faults(vpn, {change.closed_group_id})
        if change.attendant is AttendantKind.IN_GROUP and not row.group_id:
            faults.append(errors.NotOfGroup(field="attendant", number=facts.public_number))
        raise_faults(faults)
        row.short_number = change.short_number
        row.barred = sorted(map(str, change.barred))
        row.closed_group_id = change.closed_group_id or None
        row.attendant = change.attendant or ""
        row.is_logged_in = row.is_logged_in and change.attendant is not None
        row.save()
        note(actor, "vpn.change_member", vpn, [row], {row.pk: before})
        tell(MEMBERS_CHANGED, vpn, [row.line.public_number_id])
    return row


def vpn_members_remove(*, actor: Actor, vpn_id: int, member_ids: Sequence[int]) -> int:
    """Take these members out, all of them or none; how many. Raises `NotFound` for one of another VPN."""
    with transaction.atomic():
        vpn = vpn_locked(actor, vpn_id)
        rows = list(_locked_rows().filter(vpn=vpn, pk__in=member_ids).order_by("pk"))
        missing = set(member_ids) - {row.pk for row in rows}
        if missing:
            raise NotFound(noun="memberrow", id=min(missing))
        changes = [_change(vpn, row, shown(row), {}) for row in rows]
        record_many(actor, "vpn.remove_member", changes)
        MemberRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
        tell(MEMBERS_REMOVED, vpn, [row.line.public_number_id for row in rows])
    return len(rows)


def keep_members(line: Line, event: LineEvent) -> None:
    """The guard that has a member leave its VPN before its line is ceased."""
    if event is LineEvent.CEASE and MemberRow.objects.filter(line=line).exists():
        raise errors.LineInVpn(number=line.public_number_id)


def keep_places(line: Line) -> list[DomainError]:
    """A member of a VPN neither joins nor leaves a Centrex group: it is single, or in that group (VPN-01)."""
    if MemberRow.objects.filter(line=line).exists():
        return [errors.LineOfGroup(field="public_number", number=line.public_number_id)]
    return []


def member_locked(member_id: int) -> MemberRow:
    row = _locked_rows().filter(pk=member_id).first()
    if row is None:
        raise NotFound(noun="memberrow", id=member_id)
    return row


def shown(row: MemberRow) -> dict[str, object]:
    """What the trail tells of a member."""
    return {
        "public_number": row.line.public_number_id,
        "short_number": row.short_number,
        "barred": list(row.barred),
        "closed_group": row.closed_group.name if row.closed_group else "",
        "attendant": row.attendant,
        "is_logged_in": row.is_logged_in,
    }


def note(
    actor: Actor,
    action: str,
    vpn: EnterpriseVpn,
    rows: Sequence[MemberRow],
    before: Mapping[int, Mapping[str, object]],
) -> None:
    """Audit the rows as they are now against what they were."""
    record_many(actor, action, [_change(vpn, row, before.get(row.pk, {}), shown(row)) for row in rows])


# --- inside


def _join(
    actor: Actor, vpn_id: int, plans: Sequence[MemberPlan], *, group_id: int, lead: str = ""
) -> list[MemberRow]:
    try:
        with transaction.atomic():
            vpn = vpn_locked(actor, vpn_id)
            lines = _locked_lines(actor, [plan.public_number for plan in plans])
            rows = _checked(vpn, plans, lines, group_id=group_id, lead=lead)
            MemberRow.objects.bulk_create(rows)
            saved = list(_locked_rows().filter(vpn=vpn, line_id__in=[row.line_id for row in rows]))
            note(actor, "vpn.add_member", vpn, saved, {})
            tell(MEMBERS_ADDED, vpn, [row.line.public_number_id for row in saved])
    except IntegrityError:  # a line joined another VPN in the same moment
        raise errors.LineInVpn(field="public_number", number=plans[0].public_number) from None
    return saved


def _checked(
    vpn: EnterpriseVpn, plans: Sequence[MemberPlan], lines: Mapping[str, Line], *, group_id: int, lead: str
) -> list[MemberRow]:
    """The rows to be saved; raises every fault of every plan."""
    facts, taken = line_facts(list(lines.values())), short_numbers_of(vpn.pk)
    faults = _closed_group_faults(vpn, {plan.closed_group_id for plan in plans})
    value, rows, seen = vpn.value(), [], set[str]()
    for place, plan in enumerate(plans, start=1):
        line = lines.get(plan.public_number)
        if line is None or plan.public_number in seen:
            kind = errors.LineUnknown if line is None else errors.LineInVpn
            faults.append(_at(place, kind(field="public_number", number=plan.public_number)))
            continue
        seen.add(plan.public_number)
        short = plan.short_number or proposals(value, plan.public_number, taken, lead) or ""
        member = VpnMember(plan.public_number, short, plan.barred, plan.closed_group_id)
        found = check_member(value, member, facts[line.pk], taken, group_id=group_id)
        faults += [_at(place, fault) for fault in found]
        taken.add(short)
        rows.append(_row(vpn, line, member, facts[line.pk]))
    raise_faults(faults)
    return rows


def _row(vpn: EnterpriseVpn, line: Line, member: VpnMember, facts: LineFacts) -> MemberRow:
    return MemberRow(
        vpn=vpn,
        line=line,
        short_number=member.short_number,
        group_id=facts.group_id,
        barred=sorted(map(str, member.barred)),
        closed_group_id=member.closed_group or None,
        joined_at=now(),
    )


def _at(place: int, fault: DomainError) -> DomainError:
    fault.data["row"] = place
    return fault


def _closed_group_faults(vpn: EnterpriseVpn, wanted: set[int]) -> list[DomainError]:
    known = set(vpn.closed_groups.filter(pk__in=wanted).values_list("pk", flat=True))
    return [errors.ClosedGroupForeign(field="closed_group")] if wanted - known - {0} else []


def _locked_lines(actor: Actor, numbers: Sequence[str]) -> dict[str, Line]:
    """The lines in service by number, locked by id; one that the actor can't see is missing."""
    ids = list(lines_for(actor).filter(public_number_id__in=numbers).values_list("pk", flat=True))
    rows = Line.objects.select_for_update(of=("self",)).select_related("customer")
    return {line.public_number_id: line for line in rows.filter(pk__in=ids).order_by("pk")}


def _locked_rows() -> QuerySet[MemberRow]:
    return MemberRow.objects.select_for_update(of=("self",)).select_related("line", "closed_group")


def _change(
    vpn: EnterpriseVpn, row: MemberRow, before: Mapping[str, object], after: Mapping[str, object]
) -> Change:
    return Change("vpn", vpn.pk, f"{vpn.name} {row.short_number}", before, after, vpn.customer.org_path)
