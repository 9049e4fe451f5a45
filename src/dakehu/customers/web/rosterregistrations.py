"""Where the named-account list hangs into the frame: navigation, the customer's tab, a tile, words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.roster import EntryState
from dakehu.customers.models import RosterEntry
from dakehu.customers.permissions import RosterPermission
from dakehu.customers.web.rosterwords import DISPUTE_WORDS, RULE_WORDS, STATES, WORDS, entry_url
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    NavItem,
    Panel,
    Part,
    Tile,
    TileBody,
    TileRow,
    register_nav,
    register_panel,
    register_tile,
    register_words,
    rows_tile,
)

_TILE_ROWS = 6


def register() -> None:
    register_nav(
        NavItem(
            Chapter.CUSTOMERS,
            _("Named-account list"),
            "customers-roster-list",
            RosterPermission.VIEW,
            "list-check",
            20,
            also=("customers-ownership-", "customers-credit-", "customers-dispute-", "customers-rosterrule-"),
        )
    )
    register_panel(
        Panel(
            "customer",
            "ownership",
            _("Ownership"),
            "customers-ownership-panel",
            RosterPermission.VIEW,
            order=20,
            part=Part.PEOPLE,
        )
    )
    register_words(WORDS, DISPUTE_WORDS, RULE_WORDS)
    register_tile(
        Tile(
            "customers.roster",
            _("Named accounts that wait for me"),
            _waiting,
            RosterPermission.VIEW,
            order=45,
            width=4,
            url_name="customers-roster-list",
        )
    )


def _waiting(actor: Actor) -> TileBody:
    """What the actor has to decide, and their own accounts that are about to be reclaimed."""
    states = [EntryState.APPLIED] if actor.may(RosterPermission.REVIEW) else []
    if actor.may(RosterPermission.APPROVE):
        states += [EntryState.REVIEWED, EntryState.LEAVING]
    entries = visible(RosterEntry.objects.select_related("customer", "owner"), actor, RosterPermission.VIEW)
    found = list(entries.filter(state__in=states).order_by("applied_at", "pk")[:_TILE_ROWS]) if states else []
    if actor.user_id is not None:
        mine = entries.filter(state=EntryState.WARNED, owner_id=actor.user_id)
        found += list(mine.order_by("check_on", "pk")[:_TILE_ROWS])
    rows = [
        TileRow(row.customer.name, entry_url(row.pk), row.owner.name, STATES[row.state])
        for row in found[:_TILE_ROWS]
    ]
    return rows_tile(rows, empty=_("Nothing waits for you."))
