"""Which products count as new, and from which month to which."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.kernel.clock import Month
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import DaysCrossed
from dakehu.managers.domain.performance_errors import ProductTwice, ProductUnknown
from dakehu.managers.models import NewProduct
from dakehu.managers.permissions import PerformancePermission
from dakehu.organisation.api import dictionary_labels

CATEGORIES = "product_category"


def new_product_add(
    *, actor: Actor, category: str, product: str, since: Month, until: Month | None = None
) -> NewProduct:
    """Count a product of the category as new; a blank product means all of it. Closed months stay closed."""
    require(actor, PerformancePermission.RULES)
    if category not in dictionary_labels(CATEGORIES):
        raise ProductUnknown(field="category", text=category)
    if until is not None and until < since:
        raise DaysCrossed(field="until", first=since, last=until)
    with transaction.atomic():
        row = NewProduct(category=category, product=clean_line(product)[:60], since=since, until=until or "")
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise ProductTwice(field="product") from None
        record(actor, "new_product.add", Change("new_product", row.pk, category, {}, snapshot(row)))
    return row


def new_product_remove(*, actor: Actor, row_id: int) -> None:
    require(actor, PerformancePermission.RULES)
    with transaction.atomic():
        row = NewProduct.objects.select_for_update().filter(pk=row_id).first()
        if row is None:
            raise NotFound(noun="new_product", id=str(row_id))
        change = Change("new_product", row.pk, row.category, snapshot(row), {})
        record(actor, "new_product.remove", change)
        row.delete()
