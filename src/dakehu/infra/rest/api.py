"""The door to the REST kit: what an app's `rest/` room needs."""

from __future__ import annotations

from dakehu.infra.rest.errors import RestError
from dakehu.infra.rest.registry import register_client_actor, register_resource, resource_at, resources
from dakehu.infra.rest.replays import caller_of
from dakehu.infra.rest.resource import Attribute, Create, Kind, Made, Patch, Resource
from dakehu.infra.rest.shapes import (
    Characteristic,
    Entity,
    Money,
    Note,
    Ref,
    RelatedParty,
    Shape,
    TimePeriod,
    yuan,
)

__all__ = [
    "Attribute",
    "Characteristic",
    "Create",
    "Entity",
    "Kind",
    "Made",
    "Money",
    "Note",
    "Patch",
    "Ref",
    "RelatedParty",
    "Resource",
    "RestError",
    "Shape",
    "TimePeriod",
    "caller_of",
    "register_client_actor",
    "register_resource",
    "resource_at",
    "resources",
    "yuan",
]
