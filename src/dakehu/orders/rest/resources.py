"""TMF622 Product Ordering."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import Actor
from dakehu.infra.rest.api import Attribute, Create, Kind, Patch, Resource
from dakehu.orders.models import ProductOrder
from dakehu.orders.rest.reading import represent_order
from dakehu.orders.rest.shapes import NewProductOrder, ProductOrderUpdate, ProductOrderView
from dakehu.orders.rest.writing import create, patch
from dakehu.orders.selectors.orders import orders_for, with_items


def _rows(actor: Actor) -> QuerySet[ProductOrder]:
    return with_items(orders_for(actor))


PRODUCT_ORDER = Resource(
    name="productOrder",
    api="productOrderingManagement/v4",
    model=ProductOrder,
    shape=ProductOrderView,
    rows=_rows,
    represent=represent_order,
    title=_("Product order"),
    lookup="number",
    attributes=(
        Attribute("state", "state", sortable=True),
        Attribute("externalId", "external_id"),
        Attribute("category", "clock_class", sortable=True),
        Attribute("priority", "priority", sortable=True),
        Attribute("description", "description"),
        Attribute("orderDate", "order_date", Kind.MOMENT, sortable=True),
        Attribute("requestedCompletionDate", "requested_completion", Kind.MOMENT, sortable=True),
        Attribute("expectedCompletionDate", "due_at", Kind.MOMENT, sortable=True),
        Attribute("completionDate", "finished_at", Kind.MOMENT, sortable=True),
        Attribute("relatedParty.id", "customer_id", Kind.NUMBER),
        Attribute("relatedParty.name", "customer__name"),
        Attribute("channel.id", "channel"),
        Attribute("productOrderItem.state", "items__state", many=True),
        Attribute("productOrderItem.action", "items__action", many=True),
        Attribute("productOrderItem.productOffering.id", "items__offering__code", many=True),
    ),
    order_by=("-order_date", "-pk"),
    create=Create(NewProductOrder, create),
    patch=Patch(ProductOrderUpdate, patch),
    events={
        "order.submitted": "ProductOrderCreateEvent",
        "order.state_changed": "ProductOrderStateChangeEvent",
    },
    renames={"orderItem": "productOrderItem"},
)
