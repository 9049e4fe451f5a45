from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dakehu.infra.clock import now
from dakehu.infra.correlation import correlated, correlation_id
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox import bus
from dakehu.infra.outbox.api import Event, deliver_due, publish, subscribe
from dakehu.infra.outbox.models import Delivery, OutboxEvent
from dakehu.infra.outbox.pruning import KEPT, prune


class Consumer:
    """Remembers what it saw; events whose key is in `poison` make it fail."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []
        self.correlations: list[str] = []
        self.poison: set[str] = set()

    def __call__(self, events: Sequence[Event]) -> None:
        self.seen.append([event.key for event in events])
        self.correlations.append(correlation_id())
        for event in events:
            Job.objects.create(
                kind="effect", title=event.key, owner_id=event.id, created_at=now(), heartbeat_at=now()
            )
            if event.key in self.poison:
                raise ValueError(f"cannot take {event.key}")

    @property
    def keys(self) -> list[str]:
        return [key for batch in self.seen for key in batch]


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    """Subscribed to `test.done` for the length of a test; other apps' consumers are put aside."""
    consumers, topics = dict(bus._consumers), dict(bus._by_topic)
    bus._consumers.clear()
    bus._by_topic.clear()
    made = Consumer()
    subscribe("test.done", "test.consumer", made, batch=10)
    yield made
    bus._consumers.clear()
    bus._consumers.update(consumers)
    bus._by_topic.clear()
    bus._by_topic.update(topics)


def _publish(*keys: object) -> None:
    with transaction.atomic():
        for key in keys:
            publish("test.done", key=key, payload={"key": key})


def _effects() -> list[str]:
    return list(Job.objects.filter(kind="effect").order_by("owner_id").values_list("title", flat=True))


def _wait_over() -> None:
    Delivery.objects.filter(state=Delivery.State.DUE).update(due_at=now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_an_event_is_delivered_in_order_once(consumer: Consumer) -> None:
    _publish(1, 2, 3)
    assert deliver_due()
    assert not deliver_due()
    assert consumer.seen == [["1", "2", "3"]]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_no_event_without_its_change(consumer: Consumer) -> None:
    with pytest.raises(RuntimeError):
        publish("test.done", key=1)
    with transaction.atomic():
        publish("test.done", key=1)
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert not deliver_due()


@pytest.mark.django_db
def test_every_consumer_of_a_topic_gets_it_and_others_dont(consumer: Consumer) -> None:
    second, third = Consumer(), Consumer()
    subscribe("test.done", "test.second", second)
    subscribe("test.other", "test.third", third)
    _publish(1)
    deliver_due()
    assert (consumer.keys, second.keys, third.keys) == (["1"], ["1"], [])


@pytest.mark.django_db
def test_one_name_has_one_handler(consumer: Consumer) -> None:
    subscribe("test.more", "test.consumer", consumer)
    with pytest.raises(ValueError, match="another handler"):
        subscribe("test.more", "test.consumer", Consumer())


@pytest.mark.django_db
def test_the_poison_event_waits_and_the_others_go_through(consumer: Consumer) -> None:
    consumer.poison = {"2"}
    _publish(1, 2, 3)
    deliver_due()
    assert _effects() == ["1", "3"]  # of the failed batch nothing stayed behind
    poisoned = Delivery.objects.get(state=Delivery.State.DUE)
    assert poisoned.attempts == 1
    assert "cannot take 2" in poisoned.error
    assert poisoned.due_at > now()
    assert not deliver_due()  # not due yet

    consumer.poison = set()
    _wait_over()
    deliver_due()
    assert _effects() == ["1", "2", "3"]
    assert not Delivery.objects.exclude(state=Delivery.State.DONE).exists()


@pytest.mark.django_db
def test_retries_come_at_growing_intervals_and_end_parked(consumer: Consumer) -> None:
    consumer.poison = {"1"}
    _publish(1)
    waits = []
    for _attempt in range(bus.GIVE_UP):
        deliver_due()
        delivery = Delivery.objects.get()
        waits.append(round((delivery.due_at - now()).total_seconds()))
        _wait_over()
    assert Delivery.objects.get().state == Delivery.State.PARKED
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert not deliver_due()

    consumer.poison = set()
    bus.send_again(Delivery.objects.get().pk)
    deliver_due()
    assert _effects() == ["1"]


@pytest.mark.django_db
def test_only_a_parked_delivery_is_sent_again(consumer: Consumer) -> None:
    _publish(1)
    deliver_due()
    bus.send_again(Delivery.objects.get().pk)
    deliver_due()
    assert consumer.keys == ["1"]


@pytest.mark.django_db
def test_a_broken_consumer_holds_up_no_other(consumer: Consumer) -> None:
    well = Consumer()
    subscribe("test.done", "test.well", well)
    consumer.poison = {"1"}
    _publish(1)
    deliver_due()
    assert well.keys == ["1"]


@pytest.mark.django_db
def test_the_correlation_follows_the_event(consumer: Consumer) -> None:
    with correlated("order77"):
        _publish(1)
    deliver_due()
    assert consumer.correlations == ["order77"]


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_after_the_work_repeats_it_but_the_database_shows_it_once(
    consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Death between the consumer's work and the commit, by an exception that passes every handler."""
    _publish(1, 2)

    class Killed(BaseException):
        pass

    original = Delivery.objects.filter

    def dying(*_args: object, **_kwargs: object) -> object:
        if consumer.seen:
            raise Killed
        return original(*_args, **_kwargs)

    monkeypatch.setattr(Delivery.objects, "filter", dying)
    with pytest.raises(Killed):
        deliver_due()
    monkeypatch.undo()
    assert _effects() == []
    deliver_due()
    assert consumer.seen == [["1", "2"], ["1", "2"]]  # seen twice …
    assert _effects() == ["1", "2"]  # … applied once


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_workers_side_by_side_share_the_work_without_doubling(consumer: Consumer) -> None:
    _publish(*range(200))
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while deliver_due():
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_due()
    assert sorted(map(int, _effects())) == list(range(200))
    assert not Delivery.objects.exclude(state=Delivery.State.DONE).exists()


@pytest.mark.django_db
def test_old_events_go_once_everyone_has_them(consumer: Consumer) -> None:
    consumer.poison = {"2"}
    _publish(1, 2)
    deliver_due()
    OutboxEvent.objects.update(at=now() - timedelta(days=KEPT.default) - timedelta(minutes=1))
    _publish(3)
    deliver_due()
    assert not prune()
    assert set(OutboxEvent.objects.values_list("key", flat=True)) == {"2", "3"}
    assert set(Delivery.objects.values_list("event__key", flat=True)) == {"2", "3"}
