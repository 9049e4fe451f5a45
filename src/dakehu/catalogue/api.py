"""The door to the catalogue."""

from __future__ import annotations

from dakehu.catalogue.checkers import Checker, ItemContext, Values, register_checker
from dakehu.catalogue.domain.characteristics import Checked, Value, ValueType
from dakehu.catalogue.models import Characteristic, ClockClass, ProductOffering, ProductPrice
from dakehu.catalogue.permissions import OfferingPermission
from dakehu.catalogue.selectors.offerings import (
    check_characteristics,
    offering_get,
    offerings_orderable,
    require_orderable,
    validate_characteristics,
)

__all__ = [
    "Characteristic",
    "Checked",
    "Checker",
    "ClockClass",
    "ItemContext",
    "OfferingPermission",
    "ProductOffering",
    "ProductPrice",
    "Value",
    "ValueType",
    "Values",
    "check_characteristics",
    "offering_get",
    "offerings_orderable",
    "register_checker",
    "require_orderable",
    "validate_characteristics",
]
