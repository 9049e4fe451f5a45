"""What an app declares of a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from dakehu.infra.access.api import Actor
from dakehu.infra.rest.shapes import Entity

M = TypeVar("M", bound=Model)

BASE_PATH = "/tmf-api"


class Kind(StrEnum):
    """How a filter's value is read."""

    TEXT = "string"
    NUMBER = "integer"
    MOMENT = "date-time"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that clients may filter by: its dotted public path and the ORM path behind it.

    `many` where the ORM path runs through several rows. `decode` turns a given text into the stored value
    where the two differ; it raises `ValueError`, or returns None where no row can have the value.
    """

    path: str
    orm: str
    kind: Kind = Kind.TEXT
    many: bool = False
    sortable: bool = False
    decode: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Made(Generic[M]):
    """What a create service gives back: the row, and whether an earlier request had made it already."""

    row: M
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Create(Generic[M]):
    """`service(actor, body)` with the body as an instance of `shape`."""

    shape: type[msgspec.Struct]
    service: Callable[[Actor, Any], Made[M]]


@dataclass(frozen=True, slots=True)
class Patch(Generic[M]):
    """`service(actor, row, changes)`: `shape` names the attributes that may change.

    Its fields are all optional (`msgspec.UNSET`); only the attributes whose value the patch really changes
    are set, and one that the patch removes is None.
    """

    shape: type[msgspec.Struct]
    service: Callable[[Actor, M, Any], M]


@dataclass(frozen=True, slots=True)
class Resource(Generic[M]):
    """A published resource.

    `rows(actor)` passes the gate and gives the visible rows, with what `represent` needs already joined.
    `lookup` is the column behind the public id. `events` maps outbox topics, whose key is the row's primary
    key, to TM Forum event types; `gone` maps those that tell of a row that is there no more: their payload
    says under `path` where it stood, and their key is its public id; `last(key, payload)` gives what TM Forum
    wants of it even then. `renames` gives older clients' names of
    first-level attributes.
    """

    name: str
    api: str
    model: type[M]
    shape: type[Entity]
    rows: Callable[[Actor], QuerySet[M]]
    represent: Callable[[M], Entity]
    title: str | Promise = ""
    attributes: tuple[Attribute, ...] = ()
    lookup: str = "pk"
    order_by: tuple[str, ...] = ("-pk",)
    create: Create[M] | None = None
    patch: Patch[M] | None = None
    delete: Callable[[Actor, M], None] | None = None
    events: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    last: Callable[[str, Mapping[str, Any]], dict[str, Any]] | None = None
    also_at: tuple[str, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)

    @property
    def type_name(self) -> str:
        """The `@type`: ProductOrder for productOrder."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def told(self) -> dict[str, str]:
        """Every topic that is news of the resource, with its event type."""
        return {**self.events, **self.gone}

    @property
    def path(self) -> str:
        return f"{BASE_PATH}/{self.api}/{self.name}"

    def href(self, id_: object) -> str:
        """The address of one, relative to the host: it stays right behind any proxy and in any event."""
        return f"{self.path}/{id_}"

    def names(self) -> frozenset[str]:
        """The first-level attributes, as clients write them."""
        return names_of(self.shape)


def names_of(shape: type[msgspec.Struct]) -> frozenset[str]:
    """The attributes of a shape, as clients write them."""
    return frozenset(field.encode_name for field in msgspec.structs.fields(shape))
