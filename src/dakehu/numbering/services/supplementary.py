"""Supplementary services of a line: set as a whole, and news for the voice directory."""

from __future__ import annotations

from dataclasses import asdict, replace

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import raise_faults
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.passwords import is_call_password, password_key
from dakehu.numbering.domain.services import NO_SERVICES, ServiceInvalid, Services, check_line_services
from dakehu.numbering.guards import services_faults
from dakehu.numbering.models import Line, LineServices
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.services.lines import LINE_CHANGED


def line_services_set(*, actor: Actor, line_id: int, services: Services) -> Services:
    """Have exactly these services switched on (LIN-03, CTX-07, VPN-05, VPN-07); what the line then has.

    Raises every fault at once, the products' own among them (CTX-15), `NotFound`, `NotAllowed`. Locks the
    line's row. Setting what is set already changes and tells nothing.
    """
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    services = replace(services, abbreviated=tuple(sorted(services.abbreviated)))
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).select_related("customer").get(pk=line_id)
        faults = check_line_services(services, LineKind(line.kind))
        raise_faults([*faults, *services_faults(line, services)])
        row = LineServices.objects.filter(line=line).first()
        before = row.value() if row is not None else NO_SERVICES
        if before == services:
            return services
        if services == NO_SERVICES:
            LineServices.objects.filter(line=line).delete()
        else:
            LineServices.objects.update_or_create(line=line, defaults=_columns(services))
        change = Change(
            "line", line.pk, label=line.public_number_id, before=_shown(before), after=_shown(services),
            org_path=line.customer.org_path,
        )  # fmt: skip
        record(actor, "line.set_services", change)
        publish(LINE_CHANGED, key=line.pk, payload={"number": line.public_number_id})
    return services


def line_call_password_set(*, actor: Actor, line_id: int, password: str) -> None:
    """Give the line the password of calls that it authorises (VPN-13), 4 to 6 digits; an empty one ends that.

    Raises `ServiceInvalid`, `NotFound`, `NotAllowed`. The password is not kept, only what proves it.
    """
    line = access_one(Line.objects.select_related("services"), actor, line_id, LinePermission.CHANGE)
    if password and not is_call_password(password):
        raise ServiceInvalid(field="password", why="password", value=len(password))
    row = LineServices.objects.filter(line=line).first()
    services = row.value() if row is not None else NO_SERVICES
    key = password_key(line.public_number_id, password) if password else ""
    line_services_set(actor=actor, line_id=line_id, services=replace(services, vpn_key=key))


def _columns(services: Services) -> dict[str, object]:
    pairs = [list(pair) for pair in services.abbreviated]
    return {**asdict(services), "restriction": int(services.restriction), "abbreviated": pairs}


def _shown(services: Services) -> dict[str, object]:
    """What the audit keeps: not what proves passwords."""
    columns = _columns(services)
    del columns["restriction_key"], columns["vpn_key"]
    return columns
