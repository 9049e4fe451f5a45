"""Numbers and exchanges are a city's: whoever works in a county or team of it sees all of them."""

from __future__ import annotations

from dataclasses import replace

from dakehu.infra.access.api import CITY_DEPTH, SEGMENT, Actor, Scope


def citywide(actor: Actor) -> Actor:
    """The actor with a scope below a city's widened to the city."""
    return replace(actor, scope=Scope(actor.scope.path[: SEGMENT * CITY_DEPTH]))
