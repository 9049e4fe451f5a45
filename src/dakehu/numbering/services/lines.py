"""Lines: opened, suspended, resumed, ceased; each change is news for the voice directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.clock import utc
from dakehu.numbering.domain.lines import (
    LINE_STATES,
    LineEvent,
    LineKind,
    LineStatus,
    SuspensionReason,
)
from dakehu.numbering.guards import check_guards
from dakehu.numbering.models import Line, SipAccount
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.services.numbers import number_assign, number_release

LINE_CHANGED = "numbering.line_changed"
_STEPS = {
    LineEvent.SUSPEND_ARREARS: "line.suspend",
    LineEvent.SUSPEND_VIOLATION: "line.suspend",
    LineEvent.SUSPEND_REQUEST: "line.suspend",
    LineEvent.RESUME: "line.resume",
    LineEvent.CEASE: "line.cease",
}


@dataclass(frozen=True, slots=True)
class LineOpening:
    """What a new line is to be. `holder` names the reservation of its number, if there is one."""

    public_number: str
    customer_id: int
    kind: LineKind = LineKind.FIXED
    holder: str = ""
    rights_level: str = "national"
    rights_special: bool = True
    user_name: str = ""
    is_multichannel: bool = False


def line_open(*, actor: Actor, opening: LineOpening) -> Line:
    """Put a line into service on a free or reserved number (LIN-01).

    Needs the rights to change lines and numbers. Raises `ReservedForOther`, `IllegalMove` (the number is
    not to be had), `NotFound` (number or customer).
    """
    customer = access_one(Customer.objects.all(), actor, opening.customer_id, LinePermission.CHANGE)
    with transaction.atomic():
        number = number_assign(actor=actor, number=opening.public_number, holder=opening.holder)
        line = Line.objects.create(
            public_number=number,
            exchange_id=number.exchange_id,
            customer=customer,
            kind=opening.kind,
            rights_level=opening.rights_level,
            rights_special=opening.rights_special,
            user_name=opening.user_name,
            is_multichannel=opening.is_multichannel,
            opened_at=now(),
        )
        _note(actor, "line.create", line, {})
    return line


def line_suspend(*, actor: Actor, line_id: int, reason: SuspensionReason) -> Line:
    """Suspend for arrears (欠停), for a violation (违停) or on request (停保): no call goes out (LIN-06)."""
    return _step(actor, line_id, reason.event)


def line_resume(*, actor: Actor, line_id: int) -> Line:
    """Back into service (复机)."""
    return _step(actor, line_id, LineEvent.RESUME)


def line_cease(*, actor: Actor, line_id: int) -> Line:
    """End the line; its number rests. A group's member leaves its group first."""
    with transaction.atomic():
        line = _step(actor, line_id, LineEvent.CEASE)
        number_release(actor=actor, number=line.public_number_id)
    return line


def line_change(
    *, actor: Actor, line_id: int, rights_level: str, rights_special: bool, user_name: str
) -> Line:
    """Set the call rights the line has outside any group, and whose it is."""
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).get(pk=line_id)
        before = snapshot(line)
        line.rights_level, line.rights_special, line.user_name = rights_level, rights_special, user_name
        line.version += 1
        line.save(update_fields=["rights_level", "rights_special", "user_name", "version"])
        _note(actor, "line.change", line, before)
    return line


def _step(actor: Actor, line_id: int, event: LineEvent) -> Line:
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).get(pk=line_id)
        before = snapshot(line)
        line.status = LINE_STATES.move(LineStatus(line.status), event)
        check_guards(line, event)
        if event is LineEvent.CEASE:
            SipAccount.objects.filter(line=line).delete()
        line.ceased_at = now() if event is LineEvent.CEASE else None
        line.version += 1
        line.save(update_fields=["status", "ceased_at", "version"])
        _note(actor, _STEPS[event], line, before)
    return line


def _note(actor: Actor, action: str, line: Line, before: Mapping[str, object]) -> None:
    change = Change(
        "line", line.pk, label=line.public_number_id, before=before, after=snapshot(line),
        org_path=line.customer.org_path,
    )  # fmt: skip
    record(actor, action, change)
    publish(
        LINE_CHANGED,
        key=line.pk,
        payload={
            "number": line.public_number_id,
            "status": str(line.status),
            "customer_id": line.customer_id,
            "at": utc(now()).isoformat(),
        },
    )
