"""What can be ordered, and whether given values fit it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import F, Q, QuerySet

from dakehu.catalogue.checkers import ItemContext, find_checker
from dakehu.catalogue.domain.characteristics import Checked, check_values
from dakehu.catalogue.domain.errors import OfferingNotOrderable
from dakehu.catalogue.models import ProductOffering
from dakehu.catalogue.permissions import OfferingPermission
from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError, NotFound


def offerings_orderable(actor: Actor, day: date | None = None) -> QuerySet[ProductOffering]:
    """The offerings on sale on `day` (today), each in its version of that day, in the catalogue's order."""
    require(actor, OfferingPermission.VIEW)
    day = day or day_of(now())
    on_sale = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    return _complete().filter(on_sale).order_by("position", "code", "version")


def offering_get(actor: Actor, code: str, version: int | None = None) -> ProductOffering:
    """The offering in that version, or the one on sale today, or else the latest; raises `NotFound`.

    Specification, characteristics and prices come with it: four queries, none later.
    """
    require(actor, OfferingPermission.VIEW)
    versions = _complete().filter(code=code)
    if version is not None:
        found = versions.filter(version=version).first()
    else:
        today = day_of(now())
        begun = versions.filter(valid_from__lte=today)
        latest = F("valid_to").desc(nulls_first=True)
        found = begun.order_by(latest, "-version").first() or versions.order_by("-version").first()
    if found is None:
        raise NotFound(field="offering", noun="offering", id=code)
    return found


def check_characteristics(
    offering: ProductOffering, values: Mapping[str, object], context: ItemContext | None = None
) -> Checked:
    """Each value by its rule; then, with a context and no fault so far, all by the product's checker.

    The values that come back are typed and have defaults filled in: what an order stores.
    """
    rules = [characteristic.rule() for characteristic in offering.specification.characteristics.all()]
    checked = check_values(rules, values)
    if context is not None and not checked.faults:
        checker = find_checker(offering.specification.checker)
        checked.faults.extend(checker(checked.values, context) if checker else [])
    return checked


def validate_characteristics(
    offering: ProductOffering, values: Mapping[str, object], context: ItemContext | None = None
) -> list[DomainError]:
    """The faults alone; see `check_characteristics`."""
    return check_characteristics(offering, values, context).faults


def require_orderable(offering: ProductOffering, day: date | None = None) -> None:
    """Raise `OfferingNotOrderable` for an offering that isn't on sale on `day` (today)."""
    if not offering.is_orderable(day or day_of(now())):
        raise OfferingNotOrderable(field="offering", offering=offering.code)


def _complete() -> QuerySet[ProductOffering]:
    return ProductOffering.objects.select_related("specification", "clock_class").prefetch_related(
        "specification__characteristics", "prices"
    )
