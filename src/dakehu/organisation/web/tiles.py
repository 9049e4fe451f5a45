"""This app's tiles of the workbench: where to begin, and what an administrator should look at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.outbox.models import Delivery
from dakehu.infra.ui.api import Badge, Chapter, Tile, TileBody, TileRow, Tone, rows_tile
from dakehu.infra.ui.registry import nav_for
from dakehu.infra.workdays.api import years_known
from dakehu.kernel.clock import day_of
from dakehu.organisation.models import OrgUnit, User
from dakehu.organisation.permissions import Permission

_NOTICE_MONTH = 11  # the State Council's notice for the coming year is out by then


def _links(actor: Actor) -> TileBody:
    """The first entry of each chapter that this person's roles open."""
    chapters = {
        chapter: items for chapter, items in nav_for(actor).items() if chapter is not Chapter.WORKBENCH
    }
    rows = [
        TileRow(str(item.label), reverse(item.url_name)) for items in chapters.values() for item in items[:2]
    ]
    return rows_tile(rows, empty=_("You have no rights yet. Ask your administrator for a role."))


def _notices(_actor: Actor) -> TileBody:
    rows = [*_first_steps(), *_unknown_year(), *_parked()]
    return rows_tile(rows, empty=_("Nothing needs your attention."))


def _first_steps() -> list[TileRow]:
    todo = Badge(_("To do first"), Tone.INFO)
    steps = []
    if OrgUnit.objects.count() == 1:
        steps.append(
            TileRow(_("Open cities, counties and teams"), reverse("organisation-unit-list"), badge=todo)
        )
    if User.objects.count() <= 1:
        steps.append(
            TileRow(_("Open accounts for your people"), reverse("organisation-user-list"), badge=todo)
        )
    return steps


def _unknown_year() -> list[TileRow]:
    today = day_of(now())
    wanted = [today.year, today.year + 1] if today.month >= _NOTICE_MONTH else [today.year]
    missing = sorted(set(wanted) - set(years_known()))
    return [
        TileRow(
            _("Holidays of %(year)s are not known yet") % {"year": year},
            reverse("organisation-calendar-change", args=[year]),
            badge=Badge(_("Paste the notice"), Tone.WARN),
        )
        for year in missing
    ]


def _parked() -> list[TileRow]:
    parked = Delivery.objects.filter(state=Delivery.State.PARKED).count()
    if not parked:
        return []
    badge = Badge(str(parked), Tone.BAD)
    return [TileRow(_("Deliveries are parked"), reverse("organisation-outbox-list"), badge=badge)]


TILES = (
    Tile("organisation.links", gettext_lazy("Begin here"), _links, order=800),
    Tile(
        "organisation.notices",
        gettext_lazy("For the administrator"),
        _notices,
        permission=Permission.OUTBOX_SEND,
        order=850,
        refresh_s=120,
    ),
)
