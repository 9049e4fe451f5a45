"""The catalogue's first data, brought up to date; harmless to repeat.

A version of a product is written once: what an administrator changed afterwards stays. A product that
changes in a release comes as a new version.
"""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from dakehu.catalogue.models import (
    Characteristic,
    ClockClass,
    ProductOffering,
    ProductPrice,
    ProductSpecification,
)
from dakehu.catalogue.seed_data import CLOCK_CLASSES, FIRST_DAY, PRODUCTS, ProductSeed


def seed() -> None:
    """Clock classes and products."""
    with transaction.atomic():
        for code, name, name_en, days in CLOCK_CLASSES:
            ClockClass.objects.get_or_create(
                code=code, defaults={"name": name, "name_en": name_en, "working_days": days}
            )
        for position, product in enumerate(PRODUCTS, start=1):
            _product(product, position)


def _product(product: ProductSeed, position: int) -> None:
    specification, made = ProductSpecification.objects.get_or_create(
        code=product.code,
        version=product.version,
        defaults={
            "name": product.name,
            "name_en": product.name_en,
            "description": product.description,
            "description_en": product.description_en,
            "checker": product.checker,
        },
    )
    if made:
        Characteristic.objects.bulk_create(
            Characteristic(
                specification=specification,
                position=place,
                **{**asdict(item), "choices": [list(choice) for choice in item.choices]},
            )
            for place, item in enumerate(product.characteristics, start=1)
        )
    offering, made = ProductOffering.objects.get_or_create(
        code=product.code,
        version=product.version,
        defaults={
            "specification": specification,
            "name": product.name,
            "name_en": product.name_en,
            "category": product.category,
            "clock_class_id": product.clock_class,
            "relies_on": product.relies_on,
            "position": position,
            "valid_from": FIRST_DAY,
        },
    )
    if made:
        ProductPrice.objects.bulk_create(
            ProductPrice(offering=offering, **asdict(price)) for price in product.prices
        )
