"""Attendants: members that serve callers of the VPN's attendant number (VPN-10 to VPN-12)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.services.members import MEMBERS_CHANGED, member_locked, note, shown
from dakehu.enterprise_vpn.services.vpns import tell, vpn_locked
from dakehu.infra.access.api import Actor, access_one


def vpn_attendant_set(*, actor: Actor, member_id: int, kind: AttendantKind | None) -> MemberRow:
    """Make the member an attendant of that kind, or none any more (VPN-10); it is not logged in by that.

    An in-group attendant serves a Centrex group, so a single line can be none. Raises `NotOfGroup`.
    """
    seen = access_one(MemberRow.objects.all(), actor, member_id, VpnPermission.CHANGE)
    with transaction.atomic():
        vpn = vpn_locked(actor, seen.vpn_id)
        row = member_locked(member_id)
        if kind is AttendantKind.IN_GROUP and not row.group_id:
            raise errors.NotOfGroup(field="attendant", number=row.line.public_number_id)
        before = shown(row)
        row.attendant = kind or ""
        row.is_logged_in = row.is_logged_in and kind is not None
        _save(actor, "vpn.set_attendant", vpn, row, before)
    return row


def vpn_attendant_login(*, actor: Actor, member_id: int, logged_in: bool) -> MemberRow:
    """Have the attendant share in the calls to the VPN's attendants, after those that do, or no more.

    Raises `AttendantNotLogin` for a member that is no attendant, `AttendantsFull` beyond the VPN's limit
    (VPN-11, VPN-12).
    """
    seen = access_one(MemberRow.objects.all(), actor, member_id, VpnPermission.CHANGE)
    with transaction.atomic():
        vpn = vpn_locked(actor, seen.vpn_id)
        row = member_locked(member_id)
        if row.is_logged_in == logged_in:
            return row
        others = vpn.members.filter(is_logged_in=True)
        if logged_in and not row.attendant:
            raise errors.AttendantNotLogin(number=row.line.public_number_id)
        if logged_in and others.count() >= vpn.attendant_limit:
            raise errors.AttendantsFull(limit=vpn.attendant_limit)
        before = shown(row)
        row.is_logged_in = logged_in
        row.attendant_order = (others.aggregate(last=Max("attendant_order"))["last"] or 0) + 1
        _save(actor, "vpn.login_attendant", vpn, row, before)
    return row


def _save(actor: Actor, action: str, vpn: EnterpriseVpn, row: MemberRow, before: dict[str, object]) -> None:
    row.version += 1
    row.save()
    note(actor, action, vpn, [row], {row.pk: before})
    tell(MEMBERS_CHANGED, vpn, [row.line.public_number_id])
