"""From TMF622 to the services."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET

from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor
from dakehu.infra.rest.api import Made, RestError
from dakehu.kernel.clock import aware
from dakehu.orders.domain.requests import ItemRequest, OrderRequest
from dakehu.orders.domain.states import ORDER_STATES, ItemAction, OrderEvent, OrderState, PauseReason
from dakehu.orders.models import ProductOrder
from dakehu.orders.rest.shapes import NewItem, NewProductOrder, PartyRef, ProductOrderUpdate
from dakehu.orders.services.describing import Description, order_describe
from dakehu.orders.services.handling import order_cancel, order_hold, order_resume
from dakehu.orders.services.submission import order_submit

RELIES_ON = "relieson"
_CHANNEL = "api"


class ValueRefused(RestError):
    """An attribute's value can't be understood. Data: `attribute`, `value`."""

    code = "orders.rest_value"


class StateNotForClients(RestError):
    """A client can't bring an order into that state: the desk and the branches do. Data: `state`."""

    code = "orders.rest_state"
    status = 409


def create(actor: Actor, body: NewProductOrder) -> Made[ProductOrder]:
    """Submit; a repetition of `externalId` answers with the order already there."""
    request = OrderRequest(
        customer_id=_customer(body.related_party),
        items=_items(body.product_order_item),
        channel=(body.channel[0].id[:20] if body.channel else "") or _CHANNEL,
        description=body.description[:500],
        external_id=body.external_id[:100],
        priority=body.priority[:2],
        requested_completion=_moment("requestedCompletionDate", body.requested_completion_date),
        notes=tuple(note.text for note in body.note),
    )
    submitted = order_submit(actor=actor, request=request)
    return Made(submitted.order, submitted.replayed)


def patch(actor: Actor, order: ProductOrder, changes: ProductOrderUpdate) -> ProductOrder:
    """Words first, then the state: an order that is cancelled keeps the reason given with it."""
    description = Description(
        description=_text(changes.description),
        priority=_text(changes.priority),
        requested_completion=_changed_moment(changes.requested_completion_date),
        notes=_new_notes(order, changes),
    )
    if description != Description():
        order_describe(actor=actor, order_id=order.pk, description=description)
    if changes.state is not UNSET:
        _bring(actor, order, changes)
    return order


def _bring(actor: Actor, order: ProductOrder, changes: ProductOrderUpdate) -> None:
    reason = changes.cancellation_reason
    match changes.state:
        case OrderState.CANCELLED | OrderState.ASSESSING_CANCELLATION:
            text = reason if isinstance(reason, str) else ""
            order_cancel(actor=actor, order_id=order.pk, reason=text)
        case OrderState.HELD:
            order_hold(actor=actor, order_id=order.pk, reason=PauseReason.OTHER_BRANCH)
        case OrderState.PENDING:
            order_hold(actor=actor, order_id=order.pk, reason=PauseReason.CUSTOMER_NOT_READY)
        case OrderState.IN_PROGRESS if not ORDER_STATES.allows(order.stage, OrderEvent.TAKE):
            order_resume(actor=actor, order_id=order.pk)
        case _:
            raise StateNotForClients(field="state", state=str(changes.state))


def _items(items: tuple[NewItem, ...]) -> tuple[ItemRequest, ...]:
    """The items as a tree: those that rely on another of the list become its children."""
    relying: dict[str, list[NewItem]] = {}
    roots: list[NewItem] = []
    known = {item.id for item in items}
    for item in items:
        on = [r.id for r in item.product_order_item_relationship if r.relationship_type.lower() == RELIES_ON]
        target = on[0] if on and on[0] in known and on[0] != item.id else ""
        (relying.setdefault(target, []) if target else roots).append(item)
    return tuple(_item(item, relying) for item in roots)


def _item(item: NewItem, relying: dict[str, list[NewItem]]) -> ItemRequest:
    if item.quantity != 1:
        raise ValueRefused(field="quantity", attribute="quantity", value=item.quantity)
    try:
        action = ItemAction(item.action)
    except ValueError:
        raise ValueRefused(field="action", attribute="action", value=item.action[:40]) from None
    inside = [*item.product_order_item, *relying.get(item.id, [])]
    return ItemRequest(
        offering=item.product_offering.id,
        action=action,
        characteristics={c.name: c.value for c in item.product.product_characteristic},
        children=tuple(_item(child, {}) for child in inside),
    )


def _customer(parties: tuple[PartyRef, ...]) -> int:
    """The id of the party whose part is the customer's, by its id or account number; 0 for none."""
    for party in parties:
        if party.role.lower() == "customer" or party.referred_type.lower() == "customer":
            if party.id.isascii() and party.id.isdigit() and len(party.id) < 18:
                return int(party.id)
            found = Customer.objects.filter(code=party.id[:16]).values_list("pk", flat=True).first()
            return found or 0
    return 0


def _moment(attribute: str, text: str) -> datetime | None:
    try:
        return aware(datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):
        raise ValueRefused(field=attribute, attribute=attribute, value=text[:40]) from None


def _text(value: object) -> str | None:
    """The new text, empty where the patch removes it; None where it isn't touched."""
    return None if value is UNSET else str(value or "")


def _changed_moment(value: object) -> datetime | str | None:
    """The new moment, "" where the patch removes it; None where it isn't touched."""
    if value is UNSET:
        return None
    return _moment("requestedCompletionDate", str(value or "")) or ""


def _new_notes(order: ProductOrder, changes: ProductOrderUpdate) -> tuple[str, ...]:
    """Notes are only ever added: those the order has already are passed over."""
    if not isinstance(changes.note, tuple):
        return ()
    known = set(order.entries.filter(kind="note").values_list("text", flat=True))
    return tuple(note.text for note in changes.note if note.text and note.text not in known)
