"""The door to access control."""

from __future__ import annotations

from dakehu.infra.access.actor import SYSTEM, TELEPHONE, Actor, itself
from dakehu.infra.access.gates import access_one, branches, require, visible
from dakehu.infra.access.permissions import all_permissions, register_permissions
from dakehu.infra.access.places import hold_places, move_places
from dakehu.infra.access.scope import CITY_DEPTH, SEGMENT, OrgScoped, Scope, ScopeRule

__all__ = [
    "CITY_DEPTH",
    "SEGMENT",
    "SYSTEM",
    "TELEPHONE",
    "Actor",
    "OrgScoped",
    "Scope",
    "ScopeRule",
    "access_one",
    "all_permissions",
    "branches",
    "hold_places",
    "itself",
    "move_places",
    "register_permissions",
    "require",
    "visible",
]
