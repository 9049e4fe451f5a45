"""Asking every rule of an order at once: the catalogue's of each value, the products' own among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dakehu.catalogue.api import (
    ItemContext,
    ProductOffering,
    Value,
    check_characteristics,
    offering_get,
    require_orderable,
)
from dakehu.customers.api import Customer, customer_get
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.orders.domain.errors import ActionNotOffered, CustomerMissing, ItemMisplaced, OfferingUnknown
from dakehu.orders.domain.requests import OrderRequest, Placed, check_request, placed
from dakehu.orders.domain.states import ItemAction


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item with its offering and its values, typed and complete."""

    place: Placed
    offering: ProductOffering
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """What the rules say of a request: its items as far as they are good, and all faults."""

    customer: Customer | None
    items: tuple[CheckedItem, ...]
    faults: list[DomainError]


def check_order(actor: Actor, request: OrderRequest) -> CheckedOrder:
    """Ask every rule; nothing is written. Each fault's field is "<position>.<characteristic>"."""
    checking = _Checking(actor, list(check_request(request)))
    customer = checking.customer(request.customer_id)
    for place in placed(request.items):
        checking.take(place)
    if customer is not None:
        checking.ask_products(customer)
    return CheckedOrder(customer, tuple(checking.items.values()), checking.faults)


@dataclass(slots=True)
class _Checking:
    """The work of one check: what was found good so far, by position, and the faults."""

    actor: Actor
    faults: list[DomainError]
    items: dict[str, CheckedItem] = field(default_factory=dict)
    _offerings: dict[str, ProductOffering | None] = field(default_factory=dict)

    def customer(self, customer_id: int) -> Customer | None:
        try:
            return customer_get(self.actor, customer_id)
        except NotFound:
            self.faults.append(CustomerMissing(field="customer"))
            return None

    def take(self, place: Placed) -> None:
        """Each value by its own rule."""
        asked = place.item
        offering = self._offering(asked.offering)
        if offering is None:
            self._fault(place, OfferingUnknown(field="offering", offering=asked.offering))
            return
        if asked.action is not ItemAction.ADD:
            self._fault(
                place, ActionNotOffered(field="action", action=str(asked.action), offering=str(offering))
            )
        parent = self.items.get(place.parent)
        if parent is not None and offering.relies_on != parent.offering.code:
            self._fault(
                place,
                ItemMisplaced(field="offering", offering=str(offering), parent=str(parent.offering)),
            )
        try:
            require_orderable(offering)
        except DomainError as fault:
            self._fault(place, fault)
        checked = check_characteristics(offering, asked.characteristics)
        self._fault(place, *checked.faults)
        self.items[place.position] = CheckedItem(place, offering, checked.values)

    def ask_products(self, customer: Customer) -> None:
        """Each product's own rules, of items that have been faultless so far and build on such."""
        faulty = {(fault.field or "").rpartition(".")[0] for fault in self.faults}
        for position, item in self.items.items():
            if position in faulty or item.place.parent in faulty:
                continue
            siblings = [
                one.values
                for other, one in self.items.items()
                if other != position
                and other not in faulty
                and one.place.parent == item.place.parent
                and one.offering.code == item.offering.code
            ]
            parent = self.items.get(item.place.parent)
            context = ItemContext(
                actor=self.actor,
                customer_id=customer.pk,
                parent=parent.values if parent else None,
                siblings=siblings,
            )
            self._fault(item.place, *check_characteristics(item.offering, item.values, context).faults)

    def _offering(self, code: str) -> ProductOffering | None:
        if code not in self._offerings:
            try:
                self._offerings[code] = offering_get(self.actor, code)
            except NotFound:
                self._offerings[code] = None
        return self._offerings[code]

    def _fault(self, place: Placed, *faults: DomainError) -> None:
        for fault in faults:
            fault.field = f"{place.position}.{fault.field or 'offering'}"
            self.faults.append(fault)
