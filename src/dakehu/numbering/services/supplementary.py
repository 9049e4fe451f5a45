"""Supplementary services of a line: set as a whole, on a page or at the telephone; news for the directory.

Both change one row, and the row's `version` says which change was the later: docs/algorithms/call-control.md,
"Services set at the telephone". A refusal of the telephone's change takes its version too: the directory
then carries one as high, and the voice process lets its own go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum

import structlog
from django.db import transaction

from dakehu.infra.access.api import TELEPHONE, Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import Conflict, DomainError, raise_faults
from dakehu.numbering.domain.lines import LineKind, LineStatus
from dakehu.numbering.domain.passwords import is_call_password, password_key
from dakehu.numbering.domain.services import (
    ServiceInvalid,
    Services,
    ServicesChange,
    SetBy,
    check_line_services,
    merged,
    next_version,
)
from dakehu.numbering.guards import services_faults
from dakehu.numbering.models import Line, LineServices
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.services.lines import LINE_CHANGED

_log = structlog.get_logger(__name__)


class Reported(StrEnum):
    """What became of a telephone's change."""

    APPLIED = "applied"
    MERGED = "merged"  # a page was later without knowing of it, and left what it changed untouched
    SUPERSEDED = "superseded"  # known already, or all that it changed was changed again later
    REFUSED = "refused"  # a rule stands against it, or the line is gone


def line_services_set(*, actor: Actor, line_id: int, services: Services, seen: int | None = None) -> Services:
    """Have exactly these services switched on (LIN-03, CTX-07, VPN-05, VPN-07); what the line then has.

    `seen` is the version that was changed from: raises `Conflict` if it is no longer the line's. Raises every
    fault at once, the products' own among them (CTX-15), `NotFound`, `NotAllowed`. Locks the line's row.
    Setting what is set already changes and tells nothing.
    """
    return _services_set(actor, line_id, lambda _before: _in_order(services), seen)


def line_call_password_set(*, actor: Actor, line_id: int, password: str, seen: int | None = None) -> None:
    """Give the line the password of calls that it authorises (VPN-13), 4 to 6 digits; an empty one ends that.

    Raises `ServiceInvalid`, `Conflict` as `line_services_set` does, `NotFound`, `NotAllowed`. Locks the row
    of the line. The password is not kept, only what proves it.
    """
    line = access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    if password and not is_call_password(password):
        raise ServiceInvalid(field="password", why="password", value=len(password))
    key = password_key(line.public_number_id, password) if password else ""
    _services_set(actor, line_id, lambda before: replace(before, vpn_key=key), seen)


def _services_set(
    actor: Actor, line_id: int, change: Callable[[Services], Services], seen: int | None
) -> Services:
    """What `change` makes of the services that the locked row has."""
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).select_related("customer").get(pk=line_id)
        row = _row_of(line)
        if seen is not None and seen != row.version:
            raise Conflict(noun="line", version=row.version, current=_shown(row.value()))
        services = change(row.value())
        raise_faults(_faults(line, services))
        if row.value() == services:
            return services
        moment = now()
        row.version = next_version(_ms(moment), row.version, _ms(line.opened_at))
        _set(actor, row, services, SetBy.PAGE, moment)
    return services


def line_services_report(change: ServicesChange) -> Reported:
    """Take over what a subscriber set at the telephone. Idempotent; raises no fault of the change itself.

    What can't be kept is recorded in the audit trail and logged. Locks the line's row.
    """
    with transaction.atomic():
        rows = Line.objects.select_for_update(of=("self",)).select_related("customer")
        line = rows.filter(public_number_id=change.number).exclude(status=LineStatus.CEASED).first()
        if line is None:
            _log.warning("services of a line that is gone", number=change.number, version=change.version)
            gone = Change("number", change.number, label=change.number, after={"refused_why": "line_gone"})
            record(TELEPHONE, "number.refuse_services", gone)
            return Reported.REFUSED
        row = _row_of(line)
        if change.version <= max(row.reported_version, _ms(line.opened_at)):
            return Reported.SUPERSEDED
        return _report(row, change)


def _report(row: LineServices, change: ServicesChange) -> Reported:
    """A change that was not reported before, of a line in service that is locked."""
    is_later = change.version > row.version
    services = _in_order(change.services if is_later else merged(row.value(), change))
    row.reported_version = change.version
    if not is_later and services == row.value():
        row.save()
        return Reported.SUPERSEDED
    row.version = next_version(change.version, *([] if is_later else [row.version]))
    faults = _faults(row.line, services)
    if faults:
        _refuse(row, faults[0], change)
        return Reported.REFUSED
    _set(TELEPHONE, row, services, SetBy.TELEPHONE, datetime.fromtimestamp(change.at_ms / 1000, UTC))
    return Reported.APPLIED if is_later else Reported.MERGED


def _row_of(line: Line) -> LineServices:
    """The line's row, perhaps still to be saved, with the line locked and at hand."""
    row = LineServices.objects.filter(line=line).first() or LineServices()
    row.line = line
    return row


def _set(actor: Actor, row: LineServices, services: Services, by: SetBy, at: datetime) -> None:
    before = _shown(row.value())
    for name, value in _columns(services).items():
        setattr(row, name, value)
    row.set_by, row.set_at = by, at
    row.refused_at, row.refused_why = None, ""
    row.save()
    told = {"set_at": at} if by is SetBy.TELEPHONE else {}
    _note(actor, "line.set_services", row, before, {**_shown(services), **told})


def _refuse(row: LineServices, fault: DomainError, change: ServicesChange) -> None:
    row.refused_at, row.refused_why = datetime.fromtimestamp(change.at_ms / 1000, UTC), fault.code
    row.save()
    _log.warning("services refused", number=change.number, version=change.version, why=str(fault))
    _note(TELEPHONE, "line.refuse_services", row, {}, {"refused_why": fault.code})


def _note(
    actor: Actor, action: str, row: LineServices, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    line = row.line
    change = Change(
        "line", line.pk, label=line.public_number_id, before=before, after=after,
        org_path=line.customer.org_path,
    )  # fmt: skip
    record(actor, action, change)
    publish(LINE_CHANGED, key=line.pk, payload={"number": line.public_number_id})


def _faults(line: Line, services: Services) -> list[DomainError]:
    return [*check_line_services(services, LineKind(line.kind)), *services_faults(line, services)]


def _in_order(services: Services) -> Services:
    return replace(services, abbreviated=tuple(sorted(services.abbreviated)))


def _columns(services: Services) -> dict[str, object]:
    pairs = [list(pair) for pair in services.abbreviated]
    return {**asdict(services), "restriction": int(services.restriction), "abbreviated": pairs}


def _shown(services: Services) -> dict[str, object]:
    """What the audit keeps: not what proves passwords."""
    columns = _columns(services)
    del columns["restriction_key"], columns["vpn_key"]
    return columns


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
