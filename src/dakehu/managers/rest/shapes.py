"""TMF683 v5's PartyInteraction, as far as visits have it. Version 5 wants `@type` on every part."""

from __future__ import annotations

import msgspec

from dakehu.infra.rest.api import Entity, Note, RelatedParty, Shape, TimePeriod


class Channel(Shape, frozen=True, kw_only=True):
    """Where it took place: `visit` alone, for nothing else is logged."""

    id: str
    name: str = ""
    role: str = ""
    type_: str = msgspec.field(default="", name="@type")


class Item(Shape, frozen=True, kw_only=True):
    """What was promised: `reason` says what, `item_date` ends on the day it is due, `resolution` what came of
    it."""

    reason: str
    id: str = ""
    item_date: TimePeriod | None = None
    resolution: str = ""
    type_: str = msgspec.field(default="", name="@type")


class Remark(Note, frozen=True, kw_only=True):
    """The leader's comment."""

    type_: str = msgspec.field(default="", name="@type")


class Attachment(Shape, frozen=True, kw_only=True):
    """The photo; its address wants the session of a person who sees the visit."""

    id: str
    href: str
    name: str
    url: str
    attachment_type: str
    mime_type: str
    type_: str = msgspec.field(default="", name="@type")


class InteractionView(Entity, frozen=True, kw_only=True):
    """A visit, planned (`opened`) or paid (`completed`)."""

    reason: str
    status: str
    direction: str
    interaction_date: TimePeriod
    channel: tuple[Channel, ...]
    related_party: tuple[RelatedParty, ...]
    description: str = ""
    status_change_date: str = ""
    interaction_item: tuple[Item, ...] = ()
    note: tuple[Remark, ...] = ()
    attachment: tuple[Attachment, ...] = ()


class Party(Shape, frozen=True, kw_only=True):
    """`role` is customer, contact or accountManager."""

    id: str
    role: str = ""
    referred_type: str = msgspec.field(default="", name="@referredType")


class NewInteraction(Shape, frozen=True, kw_only=True):
    """A visit of one's own to plan, or with `status` completed one to log."""

    reason: str
    direction: str
    channel: tuple[Channel, ...]
    related_party: tuple[Party, ...]
    interaction_date: TimePeriod
    description: str = ""
    status: str = ""
    interaction_item: tuple[Item, ...] = ()


class InteractionUpdate(Shape, frozen=True, kw_only=True):
    """While it lies ahead. With `status` completed it is logged, with `description` and what was promised."""

    reason: str | msgspec.UnsetType = msgspec.UNSET
    interaction_date: TimePeriod | msgspec.UnsetType = msgspec.UNSET
    related_party: tuple[Party, ...] | msgspec.UnsetType = msgspec.UNSET
    status: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    interaction_item: tuple[Item, ...] | msgspec.UnsetType = msgspec.UNSET
