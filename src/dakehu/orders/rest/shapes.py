"""TMF622 v4's ProductOrder, as far as orders have it."""

from __future__ import annotations

import msgspec

from dakehu.infra.rest.api import Characteristic, Entity, Note, Ref, RelatedParty, Shape


class Product(Shape, frozen=True, kw_only=True):
    product_characteristic: tuple[Characteristic, ...] = ()
    id: str = ""
    href: str = ""
    name: str = ""
    type_: str = msgspec.field(default="", name="@type")


class ItemRelationship(Shape, frozen=True, kw_only=True):
    """An item that another of the same order builds on: type `reliesOn`."""

    id: str
    relationship_type: str


class OrderItem(Shape, frozen=True, kw_only=True):
    """`id` is the item's position in its order; a member of a new group stands inside the group's item."""

    id: str
    action: str
    state: str
    product_offering: Ref
    product: Product
    quantity: int
    product_order_item: tuple[OrderItem, ...] = ()
    type_: str = msgspec.field(name="@type")


class Channel(Shape, frozen=True, kw_only=True):
    id: str
    name: str = ""


class ProductOrderView(Entity, frozen=True, kw_only=True):
    """The attributes without a default are those that TMF622 wants in every answer."""

    state: str
    order_date: str
    product_order_item: tuple[OrderItem, ...]
    related_party: tuple[RelatedParty, ...]
    external_id: str = ""
    category: str = ""
    description: str = ""
    priority: str = ""
    requested_completion_date: str = ""
    expected_completion_date: str = ""
    completion_date: str = ""
    cancellation_date: str = ""
    cancellation_reason: str = ""
    channel: tuple[Channel, ...] = ()
    note: tuple[Note, ...] = ()


class OfferingRef(Shape, frozen=True, kw_only=True):
    id: str


class PartyRef(Shape, frozen=True, kw_only=True):
    id: str
    role: str = ""
    referred_type: str = msgspec.field(default="", name="@referredType")


class NewProduct(Shape, frozen=True, kw_only=True):
    product_characteristic: tuple[Characteristic, ...] = ()


class NewItem(Shape, frozen=True, kw_only=True):
    """An item asked for. Members stand inside their group's item, or beside it relying on it."""

    id: str
    action: str
    product_offering: OfferingRef
    product: NewProduct = NewProduct()
    quantity: int = 1
    product_order_item: tuple[NewItem, ...] = ()
    product_order_item_relationship: tuple[ItemRelationship, ...] = ()


class NewProductOrder(Shape, frozen=True, kw_only=True):
    product_order_item: tuple[NewItem, ...]
    related_party: tuple[PartyRef, ...] = ()
    external_id: str = ""
    description: str = ""
    priority: str = ""
    requested_completion_date: str = ""
    channel: tuple[Channel, ...] = ()
    note: tuple[Note, ...] = ()


class ProductOrderUpdate(Shape, frozen=True, kw_only=True):
    """What a client may change; `state` to `cancelled`, `held` or `inProgress`, where the order allows it."""

    description: str | msgspec.UnsetType | None = msgspec.UNSET
    priority: str | msgspec.UnsetType | None = msgspec.UNSET
    requested_completion_date: str | msgspec.UnsetType | None = msgspec.UNSET
    cancellation_reason: str | msgspec.UnsetType | None = msgspec.UNSET
    note: tuple[Note, ...] | msgspec.UnsetType | None = msgspec.UNSET
    state: str | msgspec.UnsetType = msgspec.UNSET
