"""Lines, as the actor sees them."""

from __future__ import annotations

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.kernel.errors import NotFound
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.services import NO_SERVICES, Services
from dakehu.numbering.models import Line
from dakehu.numbering.permissions import LinePermission

LineRows = QuerySet[Line]


def lines_for(actor: Actor, *, customer_id: int | None = None, ceased: bool = False) -> LineRows:
    """The lines the actor sees, without the ceased ones unless asked for."""
    rows = visible(_lines(), actor, LinePermission.VIEW)
    if not ceased:
        rows = rows.exclude(status=LineStatus.CEASED)
    return rows if customer_id is None else rows.filter(customer_id=customer_id)


def line_get(actor: Actor, line_id: int) -> Line:
    """The line, or `NotFound`."""
    return access_one(_lines(), actor, line_id, LinePermission.VIEW)


def line_by_number(actor: Actor, number: str) -> Line:
    """The line in service on that number (national form), or `NotFound`."""
    line = lines_for(actor).filter(public_number_id=number).first()
    if line is None:
        raise NotFound(field="public_number", noun="line", id=number)
    return line


def services_of(line: Line) -> Services:
    """The supplementary services of the line; no query for a line that these selectors gave."""
    row = getattr(line, "services", None)
    return row.value() if row is not None else NO_SERVICES


def _lines() -> LineRows:
    return Line.objects.select_related("exchange", "customer", "sip_account", "services")
