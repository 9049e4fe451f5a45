"""Which tiles a person's workbench shows, and in which order.

Kept in the person's row of last use (`SavedView`) for the name "ui.workbench": names of tiles in order, those
hidden behind a minus. A tile it does not know comes last; one whose right was lost is not there and comes
back to its place with the right.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.lists.memory import choose_columns, kept_for
from dakehu.infra.ui.registry import Tile, tiles_for

_NAME = "ui.workbench"
_HIDDEN = "-"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The actor's tiles in their order, `hidden` names among them."""

    tiles: Sequence[Tile]
    hidden: frozenset[str]
    is_own: bool

    @property
    def shown(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.name not in self.hidden]


def arrangement_for(actor: Actor) -> Arrangement:
    """The person's own order, or the usual one; one query."""
    last = kept_for(actor, _NAME).last
    kept = [str(name) for name in last.columns] if last else []
    places = {name.removeprefix(_HIDDEN): place for place, name in enumerate(kept)}
    tiles = sorted(tiles_for(actor), key=lambda tile: places.get(tile.name, len(places)))
    hidden = frozenset(name.removeprefix(_HIDDEN) for name in kept if name.startswith(_HIDDEN))
    return Arrangement(tiles, hidden, bool(kept))


def arrange(actor: Actor, order: Sequence[str], shown: Collection[str]) -> None:
    """Keep the order of tiles and hide those not among `shown`; names that are no tile of the actor's go.

    What the actor may not use now keeps its place. An empty order brings the usual one back.
    """
    known = {tile.name for tile in tiles_for(actor)}
    last = kept_for(actor, _NAME).last
    away = [str(name) for name in (last.columns if last else []) if name.removeprefix(_HIDDEN) not in known]
    named = dict.fromkeys(name for name in order if name in known)
    kept = [name if name in shown else f"{_HIDDEN}{name}" for name in named]
    choose_columns(actor, _NAME, [*kept, *away] if kept else [])
