"""TMF620 Product Catalog, to read: what is on sale, and what its orders must state."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dakehu.catalogue.models import ProductOffering, ProductSpecification
from dakehu.catalogue.rest.reading import represent_offering, represent_specification
from dakehu.catalogue.rest.shapes import OfferingView, SpecificationView
from dakehu.catalogue.selectors.offerings import offerings_orderable
from dakehu.infra.access.api import Actor
from dakehu.infra.rest.api import Attribute, Resource

_API = "productCatalogManagement/v4"


def _specifications(actor: Actor) -> QuerySet[ProductSpecification]:
    """Those of the offerings on sale."""
    on_sale = offerings_orderable(actor).order_by().values("specification_id")
    rows = ProductSpecification.objects.filter(pk__in=on_sale)
    return rows.prefetch_related("characteristics")


PRODUCT_OFFERING = Resource(
    name="productOffering",
    api=_API,
    model=ProductOffering,
    shape=OfferingView,
    rows=offerings_orderable,
    represent=represent_offering,
    title=_("Product offering"),
    lookup="code",
    attributes=(
        Attribute("name", "name", sortable=True),
        Attribute("category.id", "category"),
        Attribute("productSpecification.id", "specification__code"),
        Attribute("serviceLevelAgreement.id", "clock_class"),
    ),
    order_by=("position", "pk"),
)
PRODUCT_SPECIFICATION = Resource(
    name="productSpecification",
    api=_API,
    model=ProductSpecification,
    shape=SpecificationView,
    rows=_specifications,
    represent=represent_specification,
    title=_("Product specification"),
    lookup="code",
    attributes=(
        Attribute("name", "name", sortable=True),
        Attribute("productNumber", "code", sortable=True),
    ),
    order_by=("code", "pk"),
)
