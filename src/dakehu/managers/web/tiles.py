"""This chapter's tiles of the workbench."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import Badge, Tile, TileBody, TileRow, Tone, rows_tile
from dakehu.kernel.clock import CST, day_of
from dakehu.managers.domain.states import VisitState
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.visits import promises_open, visits_between
from dakehu.managers.web.words import VISITS, visit_url

_ROWS = 6


def _today(actor: Actor) -> TileBody:
    """The actor's own visits of the day."""
    visits = visits_between(actor, actor.user_id, [day_of(now())]) if actor.user_id else []
    rows = [
        TileRow(
            f"{visit.starts_at.astimezone(CST):%H:%M} {visit.customer.name}",
            visit_url(visit.pk),
            note=visit.purpose,
            badge=VISITS[VisitState(visit.state)],
        )
        for visit in visits[:_ROWS]
    ]
    return rows_tile(rows, empty=_("No visit today."))


def _promises(actor: Actor) -> TileBody:
    """What the actor still owes, most urgent first."""
    today = day_of(now())
    found = list(promises_open(actor, actor.user_id)[:_ROWS]) if actor.user_id else []
    rows = [
        TileRow(
            promise.text,
            reverse("managers-promise-close", args=[promise.pk]),
            note=promise.visit.customer.name,
            badge=Badge(
                promise.due_on.isoformat(), Tone.BAD if promise.due_on < today else Tone.NEUTRAL, "clock"
            ),
        )
        for promise in found
    ]
    return rows_tile(rows, empty=_("Every promise is kept."))


TILES = (
    Tile(
        "managers.today",
        gettext_lazy("Today's visits"),
        _today,
        Permission.VISIT_PLAN,
        order=15,
        url_name="managers-calendar",
    ),
    Tile(
        "managers.promises",
        gettext_lazy("Promises due"),
        _promises,
        Permission.VISIT_PLAN,
        order=16,
        url_name="managers-promise-list",
    ),
)
