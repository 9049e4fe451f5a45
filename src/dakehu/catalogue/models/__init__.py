from __future__ import annotations

from dakehu.catalogue.models.offerings import ClockClass, ProductOffering, ProductPrice
from dakehu.catalogue.models.specifications import Characteristic, ProductSpecification

__all__ = ["Characteristic", "ClockClass", "ProductOffering", "ProductPrice", "ProductSpecification"]
