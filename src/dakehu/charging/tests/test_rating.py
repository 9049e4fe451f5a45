"""Records become usage, each exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from dakehu.charging.models import RatingBatch, SpoolCursor, Usage
from dakehu.charging.seed import seed
from dakehu.charging.services import rating
from dakehu.charging.services.spool import Consumer
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.numbers import CallClass
from dakehu.switch.records import CallRecord, EndCause, SpoolWriter

pytestmark = pytest.mark.django_db(transaction=True)
NOON_MS = 1_793_678_400_000


@pytest.fixture
def spool(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    seed()
    return tmp_path / "spool"


def call(number: int, talk_ms: int = 61_000) -> CallRecord:
    return CallRecord(
        record_id=f"r{number}",
        call_id=f"c{number}",
        calling_number="03512345678",
        calling_customer_id=4711,
        calling_group_id=7,
        dialled="03522345678",
        begin_ms=NOON_MS,
        called_number="03522345678",
        call_class=CallClass.NATIONAL,
        answer_ms=NOON_MS + 2000,
        end_ms=NOON_MS + 2000 + talk_ms,
        cause=EndCause.COMPLETED,
        trace=("CTX-04", "CTX-16"),
    )


def write(spool: Path, *calls: CallRecord) -> None:
    writer = SpoolWriter(spool)
    for record in calls:
        writer.ended(record)
    writer.close()


def _power_cut(*_args: object, **_options: object) -> None:
    raise ZeroDivisionError


@pytest.mark.req("LIN-05")
def test_a_record_is_rated_once(spool: Path) -> None:
    write(spool, call(1), call(2, talk_ms=0))
    assert rating.rate_spool() is False
    assert rating.rate_spool() is False
    assert list(Usage.objects.order_by("record_id").values_list("record_id", "charge_fen", "month")) == [
        ("r1", 77, "2026-11"),
        ("r2", 0, "2026-11"),
    ]
    assert OutboxEvent.objects.filter(topic="charging.batch_rated").count() == 1


def test_a_spool_that_is_read_again_adds_nothing(spool: Path) -> None:
    write(spool, call(1))
    rating.rate_spool()
    SpoolCursor.objects.all().delete()
    write(spool, call(2))
    rating.rate_spool()
    assert Usage.objects.count() == 2
    assert list(RatingBatch.objects.order_by("pk").values_list("records", flat=True)) == [1, 1]


def test_a_crash_before_the_commit_leaves_the_records_to_be_read_again(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(spool, call(1))
    monkeypatch.setattr(SpoolCursor, "save", _power_cut)
    with pytest.raises(ZeroDivisionError):
        rating.rate_spool()
    monkeypatch.undo()
    assert not Usage.objects.exists()
    rating.rate_spool()
    assert Usage.objects.get().charge_fen == 77


def test_a_segment_stays_until_every_consumer_is_past_it(spool: Path) -> None:
    for number in range(1, 6):
        write(spool, call(number))  # each opening begins a segment
    rating.rate_spool()
    segments = len(list(spool.glob("*.calls")))
    assert segments == 5
    SpoolCursor.objects.create(source=Consumer.SERVICES, segment=5, offset=0)
    write(spool, call(9))
    rating.rate_spool()
    assert len(list(spool.glob("*.calls"))) < segments


@pytest.mark.req("LIN-05")
def test_the_records_of_each_voice_process_are_rated_once(spool: Path) -> None:
    write(spool, call(1))
    write(spool.with_name("spool-a"), call(2), call(3))
    write(spool.with_name("spool-b"), call(4))
    rating.rate_spool()
    rating.rate_spool()
    assert sorted(Usage.objects.values_list("record_id", flat=True)) == ["r1", "r2", "r3", "r4"]
    assert RatingBatch.objects.count() == 3


def test_a_call_of_an_unknown_customer_is_kept(spool: Path) -> None:
    write(spool, call(1))
    rating.rate_spool()
    assert Usage.objects.get().customer_id is None
