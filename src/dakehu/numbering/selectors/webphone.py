"""Whose browser may be whose line's telephone."""

from __future__ import annotations

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor, visible
from dakehu.kernel.errors import NotFound
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.models import Line, LineUser
from dakehu.numbering.permissions import WebphonePermission

MOST_LINES = 50
"""How many of a person's lines are offered."""


def webphone_lines(actor: Actor) -> QuerySet[Line]:
    """The lines that were given to the actor, which they see, that are in service; by number."""
    lines = Line.objects.select_related("customer", "sip_account").exclude(status=LineStatus.CEASED)
    return visible(lines.filter(web_users__user=actor.user_id), actor, WebphonePermission.USE)


def webphone_line(actor: Actor, line_id: int) -> Line:
    """One of them, or `NotFound`."""
    line = webphone_lines(actor).filter(pk=line_id).first()
    if line is None:
        raise NotFound(noun="line", id=str(line_id))
    return line


def webphone_users(line: Line) -> QuerySet[LineUser]:
    """To whom a line that the caller may see was given."""
    return LineUser.objects.filter(line=line).select_related("user", "user__org_unit")
