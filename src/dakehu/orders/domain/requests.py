"""What someone asks for, as the desk's form, the API and a spreadsheet alike hand it to `order_submit`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dakehu.kernel.errors import DomainError
from dakehu.orders.domain.errors import NumberTwice, OrderEmpty, TooManyMembers
from dakehu.orders.domain.states import ItemAction

MOST_ITEMS = 300
PUBLIC_NUMBER = "public_number"


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One product asked for; `children` build on it, as members on their new group."""

    offering: str
    characteristics: Mapping[str, object]
    action: ItemAction = ItemAction.ADD
    children: tuple[ItemRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order as asked for. `external_id` makes a repetition by the same caller the same order."""

    customer_id: int
    items: tuple[ItemRequest, ...]
    channel: str = "desk"
    description: str = ""
    external_id: str = ""
    priority: str = ""
    requested_completion: datetime | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with its position, "1" or "1.2", and that of the item it builds on."""

    position: str
    parent: str
    item: ItemRequest


def placed(items: tuple[ItemRequest, ...], parent: str = "") -> Iterator[Placed]:
    """Every item, parents before their children."""
    for index, item in enumerate(items, start=1):
        position = f"{parent}.{index}" if parent else str(index)
        yield Placed(position, parent, item)
        yield from placed(item.children, position)


def check_request(request: OrderRequest) -> list[DomainError]:
    """The faults of the order as a whole, before any product's own rules are asked."""
    everything = list(placed(request.items))
    if not everything:
        return [OrderEmpty(field="items")]
    if len(everything) > MOST_ITEMS:
        return [TooManyMembers(field="items", most=MOST_ITEMS)]
    return list(_repeated(everything))


def _repeated(items: list[Placed]) -> Iterator[DomainError]:
    """A public number serves one item of an order."""
    seen: set[str] = set()
    for one in items:
        number = str(one.item.characteristics.get(PUBLIC_NUMBER) or "")
        if number and number in seen:
            yield NumberTwice(field=f"{one.position}.{PUBLIC_NUMBER}", number=number)
        seen.add(number)
