"""What every write on an order shares: the move by the table, its story, audit row and event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.orders.domain.errors import ReasonMissing
from dakehu.orders.domain.states import ORDER_STATES, OrderEvent, item_state
from dakehu.orders.models import OrderEntry, ProductOrder, StepRun
from dakehu.orders.selectors.orders import order_locked

_SHOWN = ("state", "reason", "due_at", "taken_at", "finished_at", "description", "priority",
          "requested_completion")  # fmt: skip
_TOLD = "_entries_of_this_act"


@contextmanager
def changing(
    actor: Actor, order_id: int, permission: str, action: str, version: int | None = None
) -> Iterator[ProductOrder]:
    """The order locked for one act: saved, audited and, if its state changed, told at the end.

    `version` is the one that was read; without it the act is allowed whatever happened meanwhile.
    """
    with transaction.atomic():
        order = order_locked(actor, order_id, permission)
        advance(order, order.version if version is None else version)
        before = snapshot(order, *_SHOWN)
        yield order
        order.save()
        after = snapshot(order, *_SHOWN) | _told(order)
        change = Change("order", order.pk, order.number, before, after, order.org_path)
        record(actor, action, change)
        if before["state"] != order.state:
            publish("order.state_changed", key=order.pk, payload={"state": order.state})


def move(order: ProductOrder, event: OrderEvent) -> None:
    """The order's next state, and its items'; raises `IllegalMove`."""
    order.state = ORDER_STATES.move(order.stage, event)
    shared = item_state(order.stage)
    if shared is not None:
        order.items.update(state=shared)


def tell(order: ProductOrder, actor: Actor, kind: str, text: str = "", step: StepRun | None = None) -> None:
    """One more line of the order's story."""
    entry = OrderEntry.objects.create(
        order=order, step=step, at=now(), kind=kind, by_id=actor.user_id, by_name=actor.name, text=text[:500]
    )
    vars(order).setdefault(_TOLD, []).append(entry)


def _told(order: ProductOrder) -> dict[str, object]:
    """What the act told, for its audit row: the step it was about, and the words."""
    entries: list[OrderEntry] = vars(order).pop(_TOLD, [])
    found: dict[str, object] = {}
    for entry in entries:
        if entry.step is not None:
            found["step"] = entry.step.kind
        if entry.text and entry.text != order.reason:
            found["note"] = entry.text
    return found


def reason_of(text: str) -> str:
    """The reason, or `ReasonMissing`."""
    reason = " ".join(text.split())
    if not reason:
        raise ReasonMissing(field="reason")
    return reason[:500]
