"""Who set which supplementary service of a line, and when: as the audit trail tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dakehu.infra.access.api import TELEPHONE
from dakehu.infra.audit.models import AuditEntry
from dakehu.numbering.domain.services import SetBy
from dakehu.numbering.models import Line

_MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """The last change of one service; `name` is of whoever made it on a page."""

    by: SetBy
    name: str
    at: datetime


def service_origins(line: Line) -> Mapping[str, Origin]:
    """By field of `Services`; a service that was never set is missing. One query, the last 200 changes."""
    changes = AuditEntry.objects.filter(noun="line", object_id=str(line.pk), action="line.set_services")
    found: dict[str, Origin] = {}
    for entry in changes.order_by("-id")[:_MOST_CHANGES]:
        is_telephone = entry.actor_name == TELEPHONE.name
        at = datetime.fromisoformat(entry.changes["set_at"][1]) if is_telephone else entry.at
        origin = Origin(SetBy.TELEPHONE if is_telephone else SetBy.PAGE, entry.actor_name, at)
        for name in entry.changes:
            found.setdefault(name, origin)
    return found
