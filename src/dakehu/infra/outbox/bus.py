"""Publishing and delivering (see the package's theory of operation)."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import connection, transaction

from dakehu.infra.clock import now
from dakehu.infra.correlation import correlated, correlation_id
from dakehu.infra.outbox.models import Delivery, OutboxEvent
from dakehu.infra.worker import register_loop

GIVE_UP = 12
_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 600.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """What a consumer sees of an outbox event. `id` grows; the same id may come twice."""

    id: int
    topic: str
    key: str
    payload: Mapping[str, Any]
    at: datetime
    correlation_id: str


Handler = Callable[[Sequence[Event]], None]


@dataclass(frozen=True, slots=True)
class _Consumer:
    name: str
    handler: Handler
    batch: int
    warm_up: Callable[[], None] | None = None


_consumers: dict[str, _Consumer] = {}
_by_topic: dict[str, list[_Consumer]] = {}


def subscribe(
    topic: str,
    consumer: str,
    handler: Handler,
    *,
    batch: int = 100,
    warm_up: Callable[[], None] | None = None,
) -> None:
    """Have `handler` called with events of `topic`, up to `batch` at once.

    `consumer` is a stable name: deliveries in the database hang on it. One consumer may take several
    topics with the same handler. Each consumer has a loop of its own, so that a slow one keeps nobody
    waiting. `warm_up` is called before the first transaction: what takes long to load, and must not be
    loaded while the database is held.
    """
    if consumer not in _consumers:
        _consumers[consumer] = _Consumer(consumer, handler, batch, warm_up)
        register_loop(f"outbox {consumer}", partial(_deliver_waiting, consumer), idle_s=0.25)
    known = _consumers[consumer]
    if known.handler is not handler:
        raise ValueError(f"the consumer {consumer} has another handler already")
    _by_topic.setdefault(topic, []).append(known)


def topics() -> dict[str, list[str]]:
    """Each topic with its consumers' names."""
    return {topic: [c.name for c in consumers] for topic, consumers in sorted(_by_topic.items())}


def publish(topic: str, *, key: object, payload: Mapping[str, Any] | None = None) -> None:
    """Write an event with its deliveries; must run inside the transaction of the change it tells of."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published in the transaction of its change")
    event = OutboxEvent.objects.create(
        topic=topic, key=str(key), payload=dict(payload or {}), correlation_id=correlation_id(), at=now()
    )
    Delivery.objects.bulk_create(
        [Delivery(event=event, consumer=c.name, due_at=event.at) for c in _by_topic.get(topic, [])]
    )


def deliver_due() -> bool:
    """Deliver one batch to each consumer that has any due, in this thread: for commands and tests.

    True when something was delivered or failed.
    """
    worked = [_deliver_waiting(name) for name in sorted(_consumers)]
    return any(worked)


def _deliver_waiting(name: str) -> bool:
    """One batch to one consumer; the database is not held unless there is something to deliver."""
    due = Delivery.objects.filter(consumer=name, state=Delivery.State.DUE, due_at__lte=now())
    return due.exists() and _deliver_to(_consumers[name])


def _deliver_to(consumer: _Consumer) -> bool:
    if consumer.warm_up:
        consumer.warm_up()
    try:
        with transaction.atomic():
            batch = _claim(consumer, consumer.batch)
            _hand_over(consumer, batch)
    except Exception:  # noqa: BLE001 - whatever a consumer raises, the others go on and this one is retried
        _deliver_singly(consumer)
        return True
    return bool(batch)


def _deliver_singly(consumer: _Consumer) -> None:
    """After a failed batch: find the event that fails, put it off, let the others through."""
    due = Delivery.objects.filter(consumer=consumer.name, state=Delivery.State.DUE, due_at__lte=now())
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[: consumer.batch]):
        try:
            with transaction.atomic():
                _hand_over(consumer, _claim(consumer, 1, pk=pk))
        except Exception as fault:  # noqa: BLE001 - the fault is kept on the delivery and logged
            _put_off(pk, fault)


def _claim(consumer: _Consumer, limit: int, *, pk: int | None = None) -> list[Delivery]:
    due = Delivery.objects.filter(consumer=consumer.name, state=Delivery.State.DUE, due_at__lte=now())
    if pk is not None:
        due = due.filter(pk=pk)
    return list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related("event").order_by("pk")[:limit]
    )


def _hand_over(consumer: _Consumer, batch: list[Delivery]) -> None:
    if not batch:
        return
    events = [
        Event(d.event.pk, d.event.topic, d.event.key, d.event.payload, d.event.at, d.event.correlation_id)
        for d in batch
    ]
    with correlated(events[0].correlation_id if len(events) == 1 else ""):
        consumer.handler(events)
    Delivery.objects.filter(pk__in=[d.pk for d in batch]).update(state=Delivery.State.DONE, error="")


def _put_off(pk: int, fault: Exception) -> None:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=pk)
        delivery.attempts += 1
        delivery.error = "".join(traceback.format_exception_only(fault))[-2000:]
        delay = min(_FIRST_RETRY_S * 2**delivery.attempts, _LONGEST_RETRY_S)
        delivery.due_at = now() + timedelta(seconds=delay)
        if delivery.attempts >= GIVE_UP:
            delivery.state = Delivery.State.PARKED
        delivery.save()
    _log.warning("delivery failed", consumer=delivery.consumer, id=delivery.event_id, error=delivery.error)


def send_again(pk: int) -> None:
    """Make a parked delivery due at once (an administrator's act)."""
    Delivery.objects.filter(pk=pk, state=Delivery.State.PARKED).update(
        state=Delivery.State.DUE, attempts=0, due_at=now()
    )
