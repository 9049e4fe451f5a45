"""Groups: made with their search number blocked and the exchange told; removed when they are empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import Group
from dakehu.centrex.domain.rules import check_group
from dakehu.centrex.domain.workorder import work_order
from dakehu.centrex.models import CentrexGroup, GroupWorkOrder
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.facts import gcn_facts, is_name_taken, name_key
from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound, raise_faults
from dakehu.kernel.text import clean_name
from dakehu.numbering.api import (
    BlockReason,
    Exchange,
    LineStatus,
    Moved,
    check_codes,
    find_exchange,
    lines_for,
    number_block,
    number_unblock,
)

GROUP_CREATED = "centrex.group_created"
GROUP_CHANGED = "centrex.group_changed"
GROUP_REMOVED = "centrex.group_removed"


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group to be made. `exchange` is a code; `holder` names the reservation of `gcn`, if any."""

    customer_id: int
    exchange: str
    name: str
    exit_prefix: str
    attendant_prefix: str
    short_length: int
    capacity: int
    gcn: str
    holder: str = ""

    def value(self, area_code: str) -> Group:
        return Group(
            exchange=self.exchange,
            area_code=area_code,
            exit_prefix=self.exit_prefix,
            attendant_prefix=self.attendant_prefix,
            short_length=self.short_length,
            capacity=self.capacity,
            gcn=self.gcn,
            customer_id=self.customer_id,
            name=self.name,
        )


def group_create(*, actor: Actor, plan: GroupPlan) -> CentrexGroup:
    """Make a group: its search number is blocked (CTX-10), the exchange gets a work order (CTX-12).

    Needs the rights to change groups and numbers. Raises every fault of the plan at once.
    """
    customer = access_one(Customer.objects.all(), actor, plan.customer_id, GroupPermission.CHANGE)
    exchange = find_exchange(actor, plan.exchange)
    if exchange is None:
        raise NotFound(field="exchange", noun="exchange", id=plan.exchange)
    try:
        with transaction.atomic():
            group = _create(actor, plan, customer, exchange)
    except IntegrityError:  # two at once passed the check; the constraint lets one through
        raise errors.GroupNameTaken(field="name", name=plan.name) from None
    return group


def group_rename(*, actor: Actor, group_id: int, version: int, name: str) -> CentrexGroup:
    """Give the group another name; nothing else of it can change (CTX-11). Raises `Conflict`."""
    name = clean_name(name)
    try:
        with transaction.atomic():
            group = _locked(actor, group_id)
            before = snapshot(group)
            advance(group, version)
            group.name, group.name_key = name, name_key(name)
            group.save(update_fields=["name", "name_key", "version"])
            _note(actor, "group.rename", group, before)
            _tell(GROUP_CHANGED, group)
    except IntegrityError:
        raise errors.GroupNameTaken(field="name", name=name) from None
    return group


def group_codes_set(*, actor: Actor, group_id: int, codes: Moved, version: int | None = None) -> CentrexGroup:
    """Have the group's members dial these digits for these features, the national ones for all others.

    Without `version` whatever is there is replaced. Raises every fault at once, `Conflict`, `NotFound`,
    `NotAllowed`.
    """
    raise_faults(check_codes(codes))
    with transaction.atomic():
        group = _locked(actor, group_id)
        before = snapshot(group)
        advance(group, group.version if version is None else version)
        group.codes = [list(pair) for pair in codes]
        group.save(update_fields=["codes", "version"])
        _note(actor, "group.set_codes", group, before)
        _tell(GROUP_CHANGED, group)
    return group


def group_night_set(*, actor: Actor, group_id: int, version: int, number: str) -> CentrexGroup:
    """Have a line of the customer take the attendants' calls while none is there; empty for none (CTX-08).

    `number` in national form. Raises `NightNumberForeign`, `Conflict`, `NotFound`, `NotAllowed`.
    """
    with transaction.atomic():
        group = _locked(actor, group_id)
        if number and not _is_own(actor, group.customer_id, number):
            raise errors.NightNumberForeign(field="night_number", number=number)
        before = snapshot(group)
        advance(group, version)
        group.night_number = number
        group.save(update_fields=["night_number", "version"])
        _note(actor, "group.set_night", group, before)
        _tell(GROUP_CHANGED, group)
    return group


def group_remove(*, actor: Actor, group_id: int) -> None:
    """Remove an empty group; its search number is free again. Raises `GroupNotEmpty`."""
    with transaction.atomic():
        group = _locked(actor, group_id)
        members = group.members.count()
        if members:
            raise errors.GroupNotEmpty(members=members)
        before = snapshot(group)
        change = Change("group", group.pk, group.name, before, {}, group.customer.org_path)
        record(actor, "group.remove", change)
        _tell(GROUP_REMOVED, group)
        group.delete()
        number_unblock(actor=actor, number=str(before["gcn_id"]))


def _create(actor: Actor, plan: GroupPlan, customer: Customer, exchange: Exchange) -> CentrexGroup:
    value = plan.value(exchange.area_code)
    faults = check_group(
        value, gcn_facts(actor, plan.gcn, plan.holder), largest=exchange.exchange_type.largest_group
    )
    if is_name_taken(customer.pk, exchange.pk, plan.name):
        faults.append(errors.GroupNameTaken(field="name", name=plan.name))
    raise_faults(faults)
    gcn = number_block(actor=actor, number=plan.gcn, reason=BlockReason.GCN, holder=plan.holder)
    name = clean_name(plan.name)
    group = CentrexGroup.objects.create(
        customer=customer,
        exchange=exchange,
        name=name,
        name_key=name_key(name),
        exit_prefix=plan.exit_prefix,
        attendant_prefix=plan.attendant_prefix,
        short_length=plan.short_length,
        capacity=plan.capacity,
        gcn=gcn,
        created_at=now(),
    )
    order = work_order(group.value(), customer.name)
    GroupWorkOrder.objects.create(group=group, content=dict(order.rows()), issued_at=now())
    _note(actor, "group.create", group, {})
    _tell(GROUP_CREATED, group, work_order=dict(order.rows()))
    return group


def _is_own(actor: Actor, customer_id: int, number: str) -> bool:
    """Whether the number serves a line of the customer that the actor sees."""
    lines = lines_for(actor, customer_id=customer_id).exclude(status=LineStatus.CEASED)
    return lines.filter(public_number_id=number).exists()


def _locked(actor: Actor, group_id: int) -> CentrexGroup:
    rows = CentrexGroup.objects.select_for_update(of=("self",)).select_related("customer", "exchange")
    return access_one(rows, actor, group_id, GroupPermission.CHANGE)


def _note(actor: Actor, action: str, group: CentrexGroup, before: Mapping[str, object]) -> None:
    change = Change("group", group.pk, group.name, before, snapshot(group), group.customer.org_path)
    record(actor, action, change)


def _tell(topic: str, group: CentrexGroup, **more: object) -> None:
    payload = {"group_id": group.pk, "customer_id": group.customer_id, **more}
    publish(topic, key=group.pk, payload=payload)
