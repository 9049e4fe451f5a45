"""From call records to charged usage (see the package's theory of operation)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from dakehu.charging.domain.rates import TariffTable, tariff_on
from dakehu.charging.models import RatingBatch, Usage
from dakehu.charging.selectors.tariffs import tariff_tables
from dakehu.charging.services.spool import (
    Consumer,
    spool_cursor,
    spool_cursor_locked,
    spool_forget,
    spool_move,
)
from dakehu.customers.api import Customer, survivors_of
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.clock import day_of, month_of
from dakehu.switch.records import CallRecord, Cursor, SpoolReader, spools_in

BATCH = 1000


def rate_spool() -> bool:
    """Rate one batch of each voice process's records; True when there may be more."""
    more = [_rate(name, SpoolReader(path)) for name, path in spools_in(settings.HOME).items()]
    return any(more)


def _rate(spool: str, reader: SpoolReader) -> bool:
    if not reader.read(spool_cursor(Consumer.RATING, spool), 1).records:
        return False
    with transaction.atomic():
        row = spool_cursor_locked(Consumer.RATING, spool)
        batch = reader.read(Cursor(row.segment, row.offset), BATCH)
        usage_save(batch.records)
        spool_move(row, batch.cursor)
    spool_forget(reader, spool)
    return len(batch.records) == BATCH


def usage_save(records: Sequence[CallRecord]) -> RatingBatch | None:
    """Rate and save what is new among `records`; must run inside a transaction. None if nothing is new."""
    known = set(
        Usage.objects.filter(record_id__in=[r.record_id for r in records]).values_list("record_id", flat=True)
    )
    fresh = {r.record_id: r for r in records if r.record_id not in known}
    if not fresh:
        return None
    tariffs = tariff_tables()
    ids = {r.calling_customer_id for r in fresh.values()}
    customers = {pk: pk for pk in Customer.objects.filter(pk__in=ids).values_list("pk", flat=True)}
    customers |= survivors_of(ids - customers.keys())
    usages = [_usage(r, tariffs, customers.get(r.calling_customer_id)) for r in fresh.values()]
    total = sum(usage.charge_fen for usage in usages)
    batch = RatingBatch.objects.create(rated_at=now(), records=len(usages), charge_fen=total)
    for usage in usages:
        usage.batch = batch
    Usage.objects.bulk_create(usages)
    change = Change("rating_batch", batch.pk, after={"records": batch.records, "charge_fen": total})
    record(SYSTEM, "usage.rate", change)
    publish("charging.batch_rated", key=batch.pk)
    return batch


def _usage(call: CallRecord, tariffs: Sequence[TariffTable], customer_id: int | None) -> Usage:
    began = _moment(call.begin_ms)
    tariff = tariff_on(day_of(began), tariffs)
    return Usage(
        record_id=call.record_id,
        customer_id=customer_id,
        group_id=call.calling_group_id,
        calling_number=call.calling_number,
        dialled=call.dialled[:64],
        called_number=call.called_number,
        called_customer_id=call.called_customer_id,
        called_group_id=call.called_group_id,
        shown_number=call.shown_number,
        call_class=call.call_class or "",
        began_at=began,
        answered_at=_moment(call.answer_ms) if call.answer_ms else None,
        ended_at=_moment(call.end_ms or call.begin_ms),
        talk_ms=call.talk_ms,
        charge_fen=tariff.charge(call.call_class, call.talk_ms),
        tariff_id=tariff.id,
        cause=call.cause,
        status=call.status,
        trace=list(call.trace),
        month=month_of(began),
    )


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
