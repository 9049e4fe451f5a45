"""The one who acts: a person, an API client or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from django.utils.functional import LazyObject

from dakehu.infra.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Built once per request by `organisation`; handed to every service and selector.

    `user_id` is None for the system and for API clients, which `name` tells apart. `org_path` is the
    unit the person works in, `scope` the subtree they see, which may be wider or narrower. `looks_on`
    says that somebody else looks at pages with this actor's eyes: nothing is remembered for them.
    """

    user_id: int | None
    name: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    scope: Scope = field(default_factory=Scope)
    org_path: str = ""
    everything: bool = False
    looks_on: bool = False

    def may(self, permission: str) -> bool:
        return self.everything or str(permission) in self.permissions


def itself(actor: Actor) -> Actor:
    """The actor without the lazy wrapping of a request, which `dataclasses.replace` does not take."""
    if isinstance(actor, LazyObject):
        _ = actor.name  # made now, if nobody asked before
        return cast("Actor", actor.__dict__["_wrapped"])
    return actor


SYSTEM = Actor(user_id=None, name="system", scope=Scope("0001"), org_path="0001", everything=True)
"""The worker's own doings: clocks, rating, publication."""
TELEPHONE = replace(SYSTEM, name="telephone")
"""A subscriber, by feature code at the line's own telephone, which the voice process knows."""
