"""The one-number service of a line: set as a whole, and news for the voice directory."""

from __future__ import annotations

from django.db import transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import Conflict, raise_faults
from dakehu.numbering.domain.onenumber import OneNumber, check_one_number, row_of
from dakehu.numbering.domain.services import next_version
from dakehu.numbering.models import Line, LineOneNumber
from dakehu.numbering.permissions import LinePermission
from dakehu.numbering.services.lines import LINE_CHANGED


def line_one_number_set(
    *, actor: Actor, line_id: int, service: OneNumber | None, seen: int | None = None
) -> None:
    """Make the line the main number of this service, or of none (IN-02, IN-04, VPN-19).

    `seen` is the version that was changed from, 0 where there was no service: raises `Conflict` if it is no
    longer the line's. Raises every fault at once, `NotFound`, `NotAllowed`. Locks the line's row. Setting
    what is set already changes and tells nothing.
    """
    access_one(Line.objects.all(), actor, line_id, LinePermission.CHANGE)
    with transaction.atomic():
        line = Line.objects.select_for_update(of=("self",)).select_related("customer").get(pk=line_id)
        if service is not None:
            raise_faults(check_one_number(service, line.public_number_id))
        row = LineOneNumber.objects.filter(line=line).first()
        before, version = (row.value(), row.version) if row is not None else (None, 0)
        if seen is not None and seen != version:
            raise Conflict(noun="line", version=version, current=row_of(before) if before is not None else {})
        if before == service:
            return
        if service is None:
            LineOneNumber.objects.filter(line=line).delete()
        else:
            version = next_version(int(now().timestamp() * 1000), version)
            plan = {"plan": row_of(service), "version": version}
            LineOneNumber.objects.update_or_create(line=line, defaults=plan)
        change = Change(
            "line", line.pk, label=line.public_number_id, before=_shown(before), after=_shown(service),
            org_path=line.customer.org_path,
        )  # fmt: skip
        record(actor, "line.set_one_number", change)
        publish(LINE_CHANGED, key=line.pk, payload={"number": line.public_number_id})


def _shown(service: OneNumber | None) -> dict[str, object]:
    return {"one_number": row_of(service) if service is not None else None}
