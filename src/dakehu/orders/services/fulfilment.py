"""What an order's products need of numbers and exchanges, and how each is made when the order completes.

Per offering there is one `Product`: it finds the exchange, says which numbers must be kept, and makes the
thing. A product sold in future adds its own here and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dakehu.catalogue.api import Value
from dakehu.centrex.api import (
    CentrexGroup,
    GroupPlan,
    MemberPlan,
    group_create,
    group_get,
    member_add,
    member_value,
)
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.kernel.errors import DomainError, Invalid, NotFound
from dakehu.numbering.api import (
    Exchange,
    LineKind,
    LineOpening,
    Wanted,
    find_exchange,
    line_open,
    lines_for,
    numbers_cancel,
    numbers_reserve,
)
from dakehu.orders.domain.decomposition import WorkScope
from dakehu.orders.models import ProductOrder, ProductOrderItem
from dakehu.orders.selectors.orders import branch_of
from dakehu.orders.services.authority import on_behalf

Values = Mapping[str, Value]
Made = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Product:
    """`exchange` finds where the item is served, `number` which characteristic holds its number.

    `make(actor, item, parent)` makes it and returns the ids, `parent` being those of the item it builds on.
    """

    exchange: Callable[[Actor, ProductOrderItem], Exchange]
    number: str
    make: Callable[[Actor, ProductOrderItem, Made], Made]
    is_line: bool = True


def work_scope(order: ProductOrder) -> WorkScope:
    """What the decomposition must know of the order."""
    actor = SYSTEM
    items = list(order.items.select_related("offering", "parent__offering"))
    lines = {item.position for item in items if PRODUCTS[item.offering.code].is_line}
    served = _served(actor, order, items)
    return WorkScope(
        lead=branch_of(order.org_path),
        branches=tuple(PRODUCTS[item.offering.code].exchange(actor, item).org_city for item in items),
        new_group=any(item.offering.code == "centrex-group" for item in items),
        new_lines=len(lines - served),
    )


def reserve_numbers(actor: Actor, order: ProductOrder) -> None:
    """Keep the order's numbers for it, exchange by exchange, numbers in their order; all or none.

    Raises every fault, each with its item's field. Doing it again extends the reservation.
    """
    acting = on_behalf(actor)
    items = list(order.items.select_related("offering", "parent__offering"))
    served = _served(acting, order, items)
    wanted: dict[int, dict[str, str]] = {}
    for item in items:
        if item.position not in served:
            product = PRODUCTS[item.offering.code]
            exchange = product.exchange(acting, item)
            number = str(item.characteristics[product.number])
            wanted.setdefault(exchange.pk, {})[number] = f"{item.position}.{product.number}"
    for exchange_id, fields in sorted(wanted.items()):
        try:
            numbers_reserve(actor=acting, wanted=Wanted(exchange_id, sorted(fields)), holder=order.holder)
        except DomainError as fault:
            raise _placed(fault, fields) from None


def renew_reservations(actor: Actor, order: ProductOrder) -> None:
    """Keep them a month longer; raises if one lapsed and went to someone else meanwhile."""
    reserve_numbers(actor, order)


def release_numbers(actor: Actor, order: ProductOrder) -> None:
    """Free what is kept for the order. Idempotent."""
    numbers_cancel(actor=on_behalf(actor), holder=order.holder)


def fulfil(actor: Actor, order: ProductOrder) -> list[ProductOrderItem]:
    """Make everything the order asks for, parents before what builds on them; returns the items made.

    Runs in the caller's transaction. Groups are locked before numbers, numbers in the items' order, and each
    was reserved for this order: two completions never wait for each other crosswise.
    """
    acting = on_behalf(actor)
    items = list(order.items.select_related("offering", "parent__offering", "order").order_by("id"))
    made: dict[int, Made] = {}
    for item in items:
        parent = made.get(item.parent_id, {}) if item.parent_id else {}
        try:
            item.made = PRODUCTS[item.offering.code].make(acting, item, parent)
        except DomainError as fault:
            raise _at_item(fault, item) from None
        made[item.pk] = item.made
        item.save(update_fields=["made"])
    return items


def _served(actor: Actor, order: ProductOrder, items: list[ProductOrderItem]) -> set[str]:
    """The positions whose number serves a line of the customer already: nothing to reserve or lay there."""
    numbers = {
        str(item.characteristics[PRODUCTS[item.offering.code].number]): item.position
        for item in items
        if PRODUCTS[item.offering.code].is_line
    }
    lines = lines_for(actor, customer_id=order.customer_id).filter(public_number_id__in=numbers)
    return {numbers[number] for number in lines.values_list("public_number_id", flat=True)}


def _placed(fault: DomainError, fields: Mapping[str, str]) -> DomainError:
    for leaf in fault.faults if isinstance(fault, Invalid) else [fault]:
        number = str(leaf.data.get("number") or leaf.data.get("id") or "")
        leaf.field = fields.get(number, leaf.field)
    return fault


def _at_item(fault: DomainError, item: ProductOrderItem) -> DomainError:
    for leaf in fault.faults if isinstance(fault, Invalid) else [fault]:
        leaf.field = f"{item.position}.{leaf.field or 'offering'}"
    return fault


def _exchange_by_code(actor: Actor, item: ProductOrderItem) -> Exchange:
    code = str(item.characteristics["exchange"])
    exchange = find_exchange(actor, code)
    if exchange is None:
        raise NotFound(field=f"{item.position}.exchange", noun="exchange", id=code)
    return exchange


def _exchange_of_group(actor: Actor, item: ProductOrderItem) -> Exchange:
    if item.parent is not None:
        return _exchange_by_code(actor, item.parent)
    group: CentrexGroup = group_get(actor, int(item.characteristics["group"]))
    return group.exchange


def _make_group(actor: Actor, item: ProductOrderItem, _parent: Made) -> Made:
    values = item.characteristics
    plan = GroupPlan(
        customer_id=item.order.customer_id,
        exchange=str(values["exchange"]),
        name=str(values["name"]),
        exit_prefix=str(values["exit_prefix"]),
        attendant_prefix=str(values.get("attendant_prefix", "")),
        short_length=int(values["short_length"]),
        capacity=int(values["capacity"]),
        gcn=str(values["gcn"]),
        holder=item.order.holder,
    )
    return {"group": group_create(actor=actor, plan=plan).pk}


def _make_member(actor: Actor, item: ProductOrderItem, parent: Made) -> Made:
    values = item.characteristics
    plan = MemberPlan(
        group_id=int(parent.get("group") or values["group"]),
        member=member_value(values),
        kind=LineKind(values["line_kind"]),
        holder=item.order.holder,
    )
    member = member_add(actor=actor, plan=plan)
    return {"member": member.pk, "line": member.line_id, "group": member.group_id}


def _make_line(actor: Actor, item: ProductOrderItem, _parent: Made) -> Made:
    values = item.characteristics
    opening = LineOpening(
        public_number=str(values["public_number"]),
        customer_id=item.order.customer_id,
        kind=LineKind(values["line_kind"]),
        holder=item.order.holder,
        rights_level=str(values["rights_level"]),
        rights_special=bool(values["rights_special"]),
    )
    return {"line": line_open(actor=actor, opening=opening).pk}


PRODUCTS: Mapping[str, Product] = {
    "centrex-group": Product(_exchange_by_code, "gcn", _make_group, is_line=False),
    "centrex-member": Product(_exchange_of_group, "public_number", _make_member),
    "single-line": Product(_exchange_by_code, "public_number", _make_line),
}
