"""VPNs: made, changed, removed when they are empty; and their closed user groups.

Locking: the VPN's row first, so that its plan and its short numbers are decided by one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from dakehu.customers.api import Customer
from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.rules import check_plan_change, check_vpn
from dakehu.enterprise_vpn.models import ClosedGroup, EnterpriseVpn
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.facts import name_key, short_numbers_of
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound, raise_faults
from dakehu.kernel.text import clean_name
from dakehu.numbering.api import Moved, check_codes, lines_for

VPN_CREATED = "vpn.created"
VPN_CHANGED = "vpn.changed"
VPN_REMOVED = "vpn.removed"


@dataclass(frozen=True, slots=True)
class VpnPlan:
    """All that is said of a VPN; `main_number` in national form, empty for none."""

    name: str
    short_length: int
    exit_prefix: str = ""
    attendant: str = ""
    attendant_limit: int = 8
    main_number: str = ""
    shows_main_number: bool = False


def vpn_create(*, actor: Actor, customer_id: int, plan: VpnPlan) -> EnterpriseVpn:
    """Make the customer's VPN, without members yet (VPN-01, VPN-09). Raises every fault at once."""
    customer = access_one(Customer.objects.all(), actor, customer_id, VpnPermission.CHANGE)
    vpn = EnterpriseVpn(customer=customer, created_at=now())
    try:
        with transaction.atomic():
            _set(actor, vpn, plan)
            vpn.save()
            _note(actor, "vpn.create", vpn, {})
            tell(VPN_CREATED, vpn)
    except IntegrityError:  # two at once passed the check; the constraint lets one through
        raise errors.NameTaken(field="name", name=plan.name) from None
    return vpn


def vpn_change(*, actor: Actor, vpn_id: int, version: int, plan: VpnPlan) -> EnterpriseVpn:
    """Have the VPN be so; a plan that its members' short numbers don't fit is refused. Raises `Conflict`."""
    try:
        with transaction.atomic():
            vpn = vpn_locked(actor, vpn_id)
            before = snapshot(vpn)
            advance(vpn, version)
            _set(actor, vpn, plan, taken=short_numbers_of(vpn.pk))
            vpn.save()
            _note(actor, "vpn.change", vpn, before)
            tell(VPN_CHANGED, vpn)
    except IntegrityError:
        raise errors.NameTaken(field="name", name=plan.name) from None
    return vpn


def vpn_codes_set(*, actor: Actor, vpn_id: int, codes: Moved, version: int | None = None) -> EnterpriseVpn:
    """Have the VPN's members dial these digits for these features, the national ones for all others.

    A Centrex group's own table counts before. Without `version` whatever is there is replaced. Raises every
    fault at once, `Conflict`.
    """
    raise_faults(check_codes(codes))
    with transaction.atomic():
        vpn = vpn_locked(actor, vpn_id)
        before = snapshot(vpn)
        advance(vpn, vpn.version if version is None else version)
        vpn.codes = [list(pair) for pair in codes]
        vpn.save(update_fields=["codes", "version"])
        _note(actor, "vpn.set_codes", vpn, before)
        tell(VPN_CHANGED, vpn)
    return vpn


def vpn_remove(*, actor: Actor, vpn_id: int) -> None:
    """Remove a VPN without members, its closed groups with it. Raises `NotEmpty`."""
    with transaction.atomic():
        vpn = vpn_locked(actor, vpn_id)
        members = vpn.members.count()
        if members:
            raise errors.NotEmpty(members=members)
        record(actor, "vpn.remove", Change("vpn", vpn.pk, vpn.name, snapshot(vpn), {}, vpn.customer.org_path))
        tell(VPN_REMOVED, vpn)
        vpn.closed_groups.all().delete()
        vpn.delete()


def closed_group_create(*, actor: Actor, vpn_id: int, name: str) -> ClosedGroup:
    """A closed user group without members yet (VPN-15)."""
    name = clean_name(name)
    try:
        with transaction.atomic():
            vpn = vpn_locked(actor, vpn_id)
            row = ClosedGroup.objects.create(vpn=vpn, name=name)
            note_closed(actor, "vpn.create_closed_group", vpn, {}, {"closed_group": name})
    except IntegrityError:
        raise errors.NameTaken(field="name", name=name) from None
    return row


def closed_group_remove(*, actor: Actor, vpn_id: int, closed_group_id: int) -> None:
    """Remove a closed user group without members. Raises `ClosedGroupNotEmpty`, `NotFound`."""
    with transaction.atomic():
        vpn = vpn_locked(actor, vpn_id)
        row = vpn.closed_groups.filter(pk=closed_group_id).first()
        if row is None:
            raise NotFound(noun="closedgroup", id=closed_group_id)
        members = row.members.count()
        if members:
            raise errors.ClosedGroupNotEmpty(members=members)
        note_closed(actor, "vpn.remove_closed_group", vpn, {"closed_group": row.name}, {})
        row.delete()


def vpn_locked(actor: Actor, vpn_id: int) -> EnterpriseVpn:
    """The VPN, locked until the transaction's end; needs the right to change it."""
    rows = EnterpriseVpn.objects.select_for_update(of=("self",)).select_related("customer")
    return access_one(rows, actor, vpn_id, VpnPermission.CHANGE)


def tell(topic: str, vpn: EnterpriseVpn, numbers: Sequence[str] = ()) -> None:
    """News of the VPN, and of these lines in it."""
    payload = {"vpn_id": vpn.pk, "customer_id": vpn.customer_id, "numbers": list(numbers)}
    publish(topic, key=vpn.pk, payload=payload)


def note_closed(
    actor: Actor, action: str, vpn: EnterpriseVpn, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    record(actor, action, Change("vpn", vpn.pk, vpn.name, before, after, vpn.customer.org_path))


def _set(actor: Actor, vpn: EnterpriseVpn, plan: VpnPlan, taken: set[str] | None = None) -> None:
    for name, value in asdict(plan).items():
        setattr(vpn, name, value)
    vpn.name = clean_name(plan.name)
    vpn.name_key = name_key(vpn.name)
    value = vpn.value()
    faults = check_vpn(value)
    faults += check_plan_change(value, taken or ()) if not faults else []
    if plan.main_number and not _is_own(actor, vpn.customer_id, plan.main_number):
        faults.append(errors.MainNumberForeign(field="main_number", number=plan.main_number))
    others = EnterpriseVpn.objects.filter(customer_id=vpn.customer_id, name_key=vpn.name_key)
    if others.exclude(pk=vpn.pk).exists():
        faults.append(errors.NameTaken(field="name", name=vpn.name))
    raise_faults(faults)


def _is_own(actor: Actor, customer_id: int, number: str) -> bool:
    return lines_for(actor, customer_id=customer_id).filter(public_number_id=number).exists()


def _note(actor: Actor, action: str, vpn: EnterpriseVpn, before: Mapping[str, object]) -> None:
    change = Change("vpn", vpn.pk, vpn.name, before, snapshot(vpn), vpn.customer.org_path)
    record(actor, action, change)
