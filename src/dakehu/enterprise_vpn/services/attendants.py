"""Attendants that log in share in the calls to the VPN's attendant number (VPN-11, VPN-12)."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Max

from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.attendance import Share, check_shares, share_row
from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.services.members import MEMBERS_CHANGED, member_locked, note, shown
from dakehu.enterprise_vpn.services.vpns import VPN_CHANGED, tell, vpn_locked
from dakehu.infra.access.api import TELEPHONE, Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, raise_faults

_log = structlog.get_logger("dakehu.vpn")


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
        _log_in(actor, vpn, row, logged_in=logged_in)
    return row


def vpn_attendance_report(number: str, *, attends: bool) -> bool:
    """Have what a member dialled count (VPN-12); whether it does. Idempotent; raises no fault of the change.

    A member that was no attendant is one from then on: of its group, or of nobody's where it is alone.
    """
    with transaction.atomic():
        found = MemberRow.objects.filter(line__public_number_id=number).first()
        if found is None:
            return False
        vpn = EnterpriseVpn.objects.select_for_update().select_related("customer").get(pk=found.vpn_id)
        row = member_locked(found.pk)
        if row.is_logged_in == attends:
            return True
        if attends and vpn.members.filter(is_logged_in=True).count() >= vpn.attendant_limit:
            _log.warning("no more attendants may log in", number=number, vpn=vpn.pk)
            return False
        row.attendant = row.attendant or (AttendantKind.IN_GROUP if row.group_id else AttendantKind.OUT_GROUP)
        _log_in(TELEPHONE, vpn, row, logged_in=attends)
    return True


def vpn_sharing_set(
    *,
    actor: Actor,
    vpn_id: int,
    shares: Sequence[Share],
    night: str = "",
    limit: int | None = None,
    version: int | None = None,
) -> EnterpriseVpn:
    """How the attendants share the calls, and the number that has them while none is there (VPN-11).

    The attendants of the rules and the night number are members. `limit` is how many may be logged in, left
    as it is for None; those beyond it stay (VPN-12). Without `version` whatever is there is replaced. Raises
    every fault at once, `Conflict`.
    """
    with transaction.atomic():
        vpn = vpn_locked(actor, vpn_id)
        before = snapshot(vpn)
        advance(vpn, vpn.version if version is None else version)
        wanted = {*(share.attendant for share in shares), *filter(None, [night])}
        rows = vpn.members.filter(line__public_number_id__in=wanted)
        members = set(rows.values_list("line__public_number_id", flat=True))
        faults: list[DomainError] = [
            errors.LineUnknown(field="night_number" if number == night else "sharing", number=number)
            for number in sorted(wanted - members)
        ]
        raise_faults([*check_shares(shares), *faults])
        vpn.sharing = [share_row(share) for share in shares]
        vpn.night_number = night
        vpn.attendant_limit = vpn.attendant_limit if limit is None else limit
        vpn.save(update_fields=["sharing", "night_number", "attendant_limit", "version"])
        change = Change("vpn", vpn.pk, vpn.name, before, snapshot(vpn), vpn.customer.org_path)
        record(actor, "vpn.set_sharing", change)
        tell(VPN_CHANGED, vpn)
    return vpn


def _log_in(actor: Actor, vpn: EnterpriseVpn, row: MemberRow, *, logged_in: bool) -> None:
    """After those that are logged in already. `row` may have changed otherwise."""
    before = shown(MemberRow.objects.select_related("line").get(pk=row.pk))
    last = vpn.members.filter(is_logged_in=True).aggregate(last=Max("attendant_order"))["last"]
    row.is_logged_in = logged_in
    row.attendant_order = (last or 0) + 1
    row.version += 1
    row.save()
    note(actor, "vpn.login_attendant", vpn, [row], {row.pk: before})
    tell(MEMBERS_CHANGED, vpn, [row.line.public_number_id])
