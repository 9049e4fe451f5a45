"""From rows to TMF620."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import UNSET

from dakehu.catalogue.domain.characteristics import ValueType
from dakehu.catalogue.models import Characteristic, ProductOffering, ProductPrice, ProductSpecification
from dakehu.catalogue.rest.shapes import (
    CharacteristicValue,
    OfferingRelationship,
    OfferingView,
    Price,
    PriceValue,
    SpecificationCharacteristic,
    SpecificationView,
)
from dakehu.infra.rest.api import Ref, TimePeriod, yuan
from dakehu.kernel.clock import day_start, utc
from dakehu.organisation.api import localised

ACTIVE = "Active"
_API = "/tmf-api/productCatalogManagement/v4"
_TYPES = {ValueType.INTEGER: "integer", ValueType.REFERENCE: "integer", ValueType.BOOLEAN: "boolean"}
_PRICE_TYPES = {"one_time": "oneTime", "recurring": "recurring", "usage": "usage"}


def represent_offering(offering: ProductOffering) -> OfferingView:
    """An offering on sale, from prefetched rows."""
    specification = offering.specification
    return OfferingView(
        id=offering.code,
        name=str(offering),
        description=localised(specification.description, specification.description_en),
        last_update=_moment(offering.updated_at),
        lifecycle_status=ACTIVE,
        version=str(offering.version),
        is_bundle=False,
        is_sellable=True,
        valid_for=TimePeriod(
            start_date_time=_day(offering.valid_from), end_date_time=_day(offering.valid_to)
        ),
        product_specification=Ref(
            id=specification.code,
            href=f"{_API}/productSpecification/{specification.code}",
            name=str(specification),
            type_="ProductSpecificationRef",
        ),
        product_offering_price=tuple(_price(price) for price in offering.prices.all()),
        service_level_agreement=Ref(id=offering.clock_class_id, name=str(offering.clock_class)),
        category=(Ref(id=offering.category, name=offering.category),),
        product_offering_relationship=(
            (OfferingRelationship(id=offering.relies_on, relationship_type="reliesOn"),)
            if offering.relies_on
            else ()
        ),
    )


def represent_specification(specification: ProductSpecification) -> SpecificationView:
    """A specification with what is to be stated about its product."""
    return SpecificationView(
        id=specification.code,
        name=str(specification),
        description=localised(specification.description, specification.description_en),
        last_update=_moment(specification.updated_at),
        lifecycle_status=ACTIVE,
        version=str(specification.version),
        is_bundle=False,
        product_number=specification.code,
        product_spec_characteristic=tuple(
            _characteristic(each) for each in specification.characteristics.all()
        ),
    )


def _price(price: ProductPrice) -> Price:
    is_usage = price.kind == ProductPrice.Kind.USAGE
    return Price(
        id=str(price.pk),
        name=str(price),
        price_type=_PRICE_TYPES[price.kind],
        recurring_charge_period="month" if price.months else "",
        recurring_charge_period_length=price.months,
        price=None if is_usage else PriceValue(duty_free_amount=yuan(price.amount_fen)),
        description=price.tariff,
        type_="ProductOfferingPrice",
    )


def _characteristic(each: Characteristic) -> SpecificationCharacteristic:
    kind = _TYPES.get(ValueType(each.value_type), "string")
    values = [
        CharacteristicValue(value=code, value_type=kind, is_default=code == each.default)
        for code, _name, _name_en in each.choices
    ]
    if each.least is not None or each.most is not None:
        values.append(
            CharacteristicValue(
                value_type=kind,
                range_interval="closed",
                value_from=UNSET if each.least is None else each.least,
                value_to=UNSET if each.most is None else each.most,
            )
        )
    if each.default is not None and not each.choices:
        values.append(CharacteristicValue(value=each.default, value_type=kind, is_default=True))
    return SpecificationCharacteristic(
        id=each.code,
        name=each.code,
        value_type=kind,
        configurable=True,
        min_cardinality=int(each.is_required),
        max_cardinality=1,
        description=str(each),
        regex=each.pattern,
        product_spec_characteristic_value=tuple(values),
    )


def _moment(at: datetime) -> str:
    return utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(day: date | None) -> str:
    return _moment(day_start(day)) if day else ""
