"""What is said about an order: description, priority, wished date, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dakehu.infra.access.api import Actor
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.services.moves import changing, tell


@dataclass(frozen=True, slots=True)
class Description:
    """The changes; None leaves a thing as it is, "" empties it. `notes` are added to the story."""

    description: str | None = None
    priority: str | None = None
    requested_completion: datetime | str | None = None
    notes: tuple[str, ...] = ()


def order_describe(
    *, actor: Actor, order_id: int, description: Description, version: int | None = None
) -> ProductOrder:
    """Change what is said about the order; its products and its state stay as they are."""
    with changing(actor, order_id, OrderPermission.SUBMIT, "order.describe", version) as order:
        if description.description is not None:
            order.description = description.description[:500]
        if description.priority is not None:
            order.priority = description.priority[:2]
        if description.requested_completion is not None:
            wished = description.requested_completion
            order.requested_completion = wished if isinstance(wished, datetime) else None
        for note in description.notes:
            tell(order, actor, "note", note)
    return order
