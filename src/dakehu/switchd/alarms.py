"""Alarm calls of lines (CTX-07): the voice process's own file of them, read and written for pages.

Telephones set alarms by feature code while the database is down, so the file is theirs and the only truth: a
page looks into it and writes it as one more process of those that share it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time

from django.conf import settings
from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.kernel.clock import CST
from dakehu.kernel.errors import Conflict, DomainError
from dakehu.numbering.api import Line, LinePermission, LineStatus, line_get
from dakehu.numbering.domain.lines import may_receive
from dakehu.switch.callcontrol import WishKind
from dakehu.switch.wishes import Kept, Wishes, next_time

_opening = threading.Lock()
"""LMDB allows a process to have the file open once."""


class AlarmRefused(DomainError):
    """A line that takes no calls can't be woken. Data: `number`."""

    code = "switchd.alarm_refused"


def alarm_of(actor: Actor, line_id: int) -> datetime | None:
    """When the line's alarm rings next, in China Standard Time; None without one. Raises `NotFound`."""
    line = line_get(actor, line_id)
    with _wishes() as wishes:
        return _moment(wishes.get(WishKind.ALARM, line.public_number_id))


def alarm_set(*, actor: Actor, line_id: int, at: time | None, seen: int | None = None) -> None:
    """Have the line called at that hour and minute, once, in place of its alarm before; None for no alarm.

    `seen` is when the alarm was due that was changed from (milliseconds since 1970 in UTC, 0 without one):
    raises `Conflict` if it is no longer the line's. Raises `AlarmRefused`, `NotFound`, `NotAllowed`. The file
    is written last in the transaction of the trail: where it can't be, nothing is done.
    """
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).select_related("customer").get(pk=line_id)
        number = line.public_number_id
        if at is not None and not may_receive(LineStatus(line.status)):
            raise AlarmRefused(field="at", number=number)
        due_ms = next_time((at.hour, at.minute), int(now().timestamp() * 1000)) if at is not None else 0
        with _wishes() as wishes:
            before = wishes.get(WishKind.ALARM, number)
            before_ms = before.due_ms if before is not None else 0
            if seen is not None and seen != before_ms:
                raise Conflict(noun="line", version=before_ms, current={"at": _text(_moment(before))})
            if before_ms == due_ms:
                return
            after = Kept(WishKind.ALARM, number, due_ms) if due_ms else None
            change = Change(
                "line", line.pk, label=number, before={"alarm": _text(_moment(before))},
                after={"alarm": _text(_moment(after))}, org_path=line.customer.org_path,
            )  # fmt: skip
            record(actor, "line.set_alarm", change)
            if after is not None:
                wishes.put(after)
            else:
                wishes.drop(WishKind.ALARM, number)


def due_ms(moment: datetime | None) -> int:
    """The moment as `alarm_set` takes it for `seen`."""
    return int(moment.timestamp() * 1000) if moment is not None else 0


def _moment(kept: Kept | None) -> datetime | None:
    return datetime.fromtimestamp(kept.due_ms / 1000, UTC).astimezone(CST) if kept is not None else None


def _text(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else ""


@contextmanager
def _wishes() -> Iterator[Wishes]:
    with _opening, closing(Wishes(settings.HOME / "wishes.lmdb")) as wishes:
        yield wishes
