"""Numbers are scarce: each is given once, to one.

Locking: rows are locked last in a transaction, all at once and in the order of their numbers, so that two
reservations never wait for each other crosswise. "Any n numbers" skips rows that another one is just
locking; a list of chosen numbers waits for them and then sees what they have become. On SQLite, where every
writing transaction begins as a writer, transactions take turns as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.audit.api import Change, record_many
from dakehu.infra.clock import now
from dakehu.infra.parameters.api import value_of
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError, NotFound, raise_faults
from dakehu.numbering.domain.errors import (
    HolderMissing,
    NotEnoughNumbers,
    NumberNotFree,
    ReservedForOther,
)
from dakehu.numbering.domain.numbers import (
    NUMBER_STATES,
    BlockReason,
    NumberEvent,
    NumberState,
)
from dakehu.numbering.models import PublicNumber
from dakehu.numbering.parameters import RESERVED, RESTING
from dakehu.numbering.permissions import NumberPermission
from dakehu.numbering.scope import citywide

_UPKEEP_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which numbers a reservation wants: those in `numbers`, else any `count` of the exchange."""

    exchange_id: int
    numbers: Sequence[str] = ()
    count: int = 0


def numbers_reserve(*, actor: Actor, wanted: Wanted, holder: str, until: datetime | None = None) -> list[str]:
    """Keep free numbers for `holder` (such as "order:17") until a day a month away, or `until`.

    All or none. Reserving again what the holder has already extends it. Raises `NumberNotFree` (each of
    the numbers that isn't), `NotFound` for unknown ones, `NotEnoughNumbers`, `HolderMissing`.
    """
    require(actor, NumberPermission.RESERVE)
    if not holder:
        raise HolderMissing(field="holder")
    until = until or now() + timedelta(days=value_of(RESERVED))
    with transaction.atomic():
        rows = _chosen(actor, wanted, holder) if wanted.numbers else _any(actor, wanted)
        fresh = [row for row in rows if row.holder != holder]
        for row in rows:
            row.state, row.holder, row.reserved_until = NumberState.RESERVED, holder, until
        PublicNumber.objects.bulk_update(rows, ["state", "holder", "reserved_until"], batch_size=500)
        _note(actor, "number.reserve", fresh, NumberState.FREE)
    return [row.pk for row in rows]


def numbers_cancel(*, actor: Actor, holder: str, numbers: Iterable[str] | None = None) -> int:
    """Free what is reserved for `holder`, or those of it in `numbers`; how many were. Idempotent."""
    require(actor, NumberPermission.RESERVE)
    with transaction.atomic():
        rows = PublicNumber.objects.filter(holder=holder, state=NumberState.RESERVED)
        if numbers is not None:
            rows = rows.filter(pk__in=list(numbers))
        locked = list(rows.select_for_update().order_by("pk"))
        _free(actor, "number.cancel", locked)
    return len(locked)


def number_assign(*, actor: Actor, number: str, holder: str = "") -> PublicNumber:
    """Take a free number, or one reserved for `holder`, into service; the caller opens its line.

    Locked until the caller's transaction ends. Raises `ReservedForOther`, `IllegalMove`, `NotFound`.
    """
    require(actor, NumberPermission.CHANGE)
    return _take(actor, number, holder, NumberEvent.ASSIGN, "")


def number_block(
    *, actor: Actor, number: str, reason: BlockReason = BlockReason.KEPT_BACK, holder: str = ""
) -> PublicNumber:
    """Keep a free number, or one reserved for `holder`, from serving any line (CTX-10)."""
    require(actor, NumberPermission.CHANGE)
    return _take(actor, number, holder, NumberEvent.BLOCK, reason)


def number_unblock(*, actor: Actor, number: str) -> PublicNumber:
    """Free a blocked number: when the group that searched by it is gone."""
    require(actor, NumberPermission.CHANGE)
    with transaction.atomic():
        row = _locked(actor, number)
        before = row.state
        row.state = NUMBER_STATES.move(NumberState(row.state), NumberEvent.UNBLOCK)
        row.block_reason = ""
        row.save(update_fields=["state", "block_reason"])
        _note(actor, "number.unblock", [row], before)
    return row


def number_release(*, actor: Actor, number: str, days: int | None = None) -> PublicNumber:
    """Let a number rest that served a line, for so many days, by default those of the parameter."""
    require(actor, NumberPermission.CHANGE)
    days = value_of(RESTING) if days is None else days
    with transaction.atomic():
        row = _locked(actor, number)
        before = row.state
        row.state = NUMBER_STATES.move(NumberState(row.state), NumberEvent.RELEASE)
        row.free_from = day_of(now()) + timedelta(days=days)
        row.save(update_fields=["state", "free_from"])
        _note(actor, "number.release", [row], before)
    return row


def numbers_upkeep(actor: Actor) -> bool:
    """Free lapsed reservations and numbers that have rested; True when there may be more."""
    lapsed = Q(state=NumberState.RESERVED, reserved_until__lt=now())
    rested = Q(state=NumberState.QUARANTINED, free_from__lte=day_of(now()))
    worked = 0
    for due, action in ((lapsed, "number.lapse"), (rested, "number.rest")):
        with transaction.atomic():
            rows = PublicNumber.objects.filter(due).select_for_update(skip_locked=True, of=("self",))
            locked = list(rows.order_by("pk")[:_UPKEEP_BATCH])
            _free(actor, action, locked)
            worked = max(worked, len(locked))
    return worked == _UPKEEP_BATCH


def _chosen(actor: Actor, wanted: Wanted, holder: str) -> list[PublicNumber]:
    asked = sorted(set(wanted.numbers))
    seen = visible(PublicNumber.objects.all(), citywide(actor), NumberPermission.RESERVE)
    rows = list(
        seen.filter(pk__in=asked, exchange_id=wanted.exchange_id)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    found = {row.pk for row in rows}
    faults: list[DomainError] = [
        NotFound(field="public_number", noun="number", id=number) for number in asked if number not in found
    ]
    faults += [
        NumberNotFree(field="public_number", number=row.pk, state=row.state)
        for row in rows
        if row.state != NumberState.FREE and not _own(row, holder)
    ]
    raise_faults(faults)
    return rows


def _any(actor: Actor, wanted: Wanted) -> list[PublicNumber]:
    seen = visible(PublicNumber.objects.all(), citywide(actor), NumberPermission.RESERVE)
    free = seen.filter(exchange_id=wanted.exchange_id, state=NumberState.FREE).order_by("pk")
    rows = list(free.select_for_update(skip_locked=True, of=("self",))[: wanted.count])
    if len(rows) < wanted.count:
        raise NotEnoughNumbers(
            field="count", exchange=wanted.exchange_id, wanted=wanted.count, found=len(rows)
        )
    return rows


def _take(actor: Actor, number: str, holder: str, event: NumberEvent, reason: str) -> PublicNumber:
    with transaction.atomic():
        row = _locked(actor, number)
        if row.state == NumberState.RESERVED and not _own(row, holder):
            raise ReservedForOther(field="public_number", number=number)
        before = row.state
        row.state = NUMBER_STATES.move(NumberState(row.state), event)
        row.holder, row.reserved_until, row.block_reason = "", None, reason
        row.save(update_fields=["state", "holder", "reserved_until", "block_reason"])
        _note(actor, f"number.{event}", [row], before)
    return row


def _own(row: PublicNumber, holder: str) -> bool:
    return bool(holder) and row.state == NumberState.RESERVED and row.holder == holder


def _locked(actor: Actor, number: str) -> PublicNumber:
    seen = visible(PublicNumber.objects.all(), citywide(actor), NumberPermission.CHANGE)
    row = seen.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None:
        raise NotFound(field="public_number", noun="number", id=number)
    return row


def _free(actor: Actor, action: str, rows: list[PublicNumber]) -> None:
    before = rows[0].state if rows else ""
    for row in rows:
        row.state, row.holder = NumberState.FREE, ""
        row.reserved_until, row.free_from = None, None
    PublicNumber.objects.bulk_update(rows, ["state", "holder", "reserved_until", "free_from"], batch_size=500)
    _note(actor, action, rows, before)


def _note(actor: Actor, action: str, rows: Sequence[PublicNumber], before: str) -> None:
    changes = [
        Change("number", row.pk, row.pk, {"state": before}, {"state": str(row.state), "holder": row.holder})
        for row in rows
    ]
    record_many(actor, action, changes)
