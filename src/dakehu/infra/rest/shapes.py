"""The building blocks of representations: typed structures with TM Forum's names.

A field `order_date` is called `orderDate` outside. A field with a default is left out of the body while it
has that default; one that TM Forum wants in every answer has none.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True):
    """The base of every structure that goes in or out."""


class Entity(Shape, frozen=True, kw_only=True):
    """A resource as it goes out; the kit sets `href` and `@type` where the app leaves them empty."""

    id: str
    href: str = ""
    type_: str = msgspec.field(default="", name="@type")
    base_type: str = msgspec.field(default="", name="@baseType")
    schema_location: str = msgspec.field(default="", name="@schemaLocation")


class Ref(Shape, frozen=True, kw_only=True):
    """A reference to a resource, ours or another system's."""

    id: str
    href: str = ""
    name: str = ""
    type_: str = msgspec.field(default="", name="@type")
    referred_type: str = msgspec.field(default="", name="@referredType")


class RelatedParty(Ref, frozen=True, kw_only=True):
    """A party and its part in the resource."""

    role: str = ""


class Note(Shape, frozen=True, kw_only=True):
    """A remark; `date` is a moment in ISO 8601."""

    text: str
    id: str = ""
    author: str = ""
    date: str = ""


class Characteristic(Shape, frozen=True, kw_only=True):
    """A named value."""

    name: str
    value: Any
    value_type: str = ""


class TimePeriod(Shape, frozen=True, kw_only=True):
    """From and until, moments in ISO 8601; empty where open."""

    start_date_time: str = ""
    end_date_time: str = ""


class Money(Shape, frozen=True, kw_only=True):
    """An amount in yuan. Exact to the fen: the number is written with two decimals."""

    value: float
    unit: str


def yuan(fen: int) -> Money:
    """The amount of so many fen."""
    return Money(value=round(fen / 100, 2), unit="CNY")


class EventSubscriptionInput(Shape, frozen=True, kw_only=True):
    """Where events go, and which: a query as lists take it, also by `eventType`."""

    callback: str
    query: str = ""


class EventSubscription(EventSubscriptionInput, frozen=True, kw_only=True):
    """A listener as its client reads it."""

    id: str
    href: str
    type_: str = msgspec.field(name="@type")
