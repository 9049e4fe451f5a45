"""TMF620 v4's ProductOffering and ProductSpecification, as far as the catalogue has them."""

from __future__ import annotations

from typing import Any

import msgspec

from dakehu.infra.rest.api import Entity, Money, Ref, Shape, TimePeriod


class Price(Shape, frozen=True, kw_only=True):
    """`priceType` is oneTime, recurring or usage; what rates usage is told in `description`."""

    id: str
    name: str
    price_type: str
    recurring_charge_period: str = ""
    recurring_charge_period_length: int = 0
    price: PriceValue | None = None
    description: str = ""
    type_: str = msgspec.field(default="", name="@type")


class PriceValue(Shape, frozen=True, kw_only=True):
    duty_free_amount: Money


class OfferingRelationship(Shape, frozen=True, kw_only=True):
    """The offering whose order item one of this kind may build on: `reliesOn`."""

    id: str
    relationship_type: str


class OfferingView(Entity, frozen=True, kw_only=True):
    """The attributes without a default are those that TMF620 wants in every answer."""

    name: str
    last_update: str
    lifecycle_status: str
    version: str
    is_bundle: bool
    is_sellable: bool
    valid_for: TimePeriod
    product_specification: Ref
    product_offering_price: tuple[Price, ...]
    service_level_agreement: Ref
    description: str = ""
    category: tuple[Ref, ...] = ()
    product_offering_relationship: tuple[OfferingRelationship, ...] = ()


class CharacteristicValue(Shape, frozen=True, kw_only=True):
    """One value to choose from, a range, or the default."""

    value: Any = msgspec.UNSET
    value_type: str = ""
    is_default: bool = False
    value_from: int | msgspec.UnsetType = msgspec.UNSET
    value_to: int | msgspec.UnsetType = msgspec.UNSET
    range_interval: str = ""


class SpecificationCharacteristic(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    value_type: str
    configurable: bool
    min_cardinality: int
    max_cardinality: int
    description: str = ""
    regex: str = ""
    product_spec_characteristic_value: tuple[CharacteristicValue, ...] = ()


class SpecificationView(Entity, frozen=True, kw_only=True):
    name: str
    last_update: str
    lifecycle_status: str
    version: str
    is_bundle: bool
    product_number: str
    product_spec_characteristic: tuple[SpecificationCharacteristic, ...]
    description: str = ""
