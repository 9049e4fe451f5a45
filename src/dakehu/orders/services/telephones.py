"""The telephones of a completed order: their passwords, each shown once to whoever may see it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import NotFound
from dakehu.numbering.api import Line, Telephone, telephone_issue
from dakehu.orders.models import ProductOrder
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import order_locked
from dakehu.orders.selectors.telephones import lines_of
from dakehu.orders.services.authority import on_behalf
from dakehu.orders.services.moves import tell


def order_telephones_issue(*, actor: Actor, order_id: int, line_ids: Sequence[int] = ()) -> list[Telephone]:
    """New passwords for the order's telephones: the given ones, or all that have none yet.

    A password can be seen in this answer only; issuing again makes a new one and the old one stops working.
    Raises `NotFound` for a line that isn't the order's.
    """
    with transaction.atomic():
        order = order_locked(actor, order_id, OrderPermission.SECRET)
        lines = _chosen(order, line_ids)
        acting = on_behalf(actor)
        issued = [telephone_issue(actor=acting, line_id=line.pk) for line in lines]
        if issued:
            tell(order, actor, "telephones_issued", ", ".join(each.username for each in issued))
    return issued


def _chosen(order: ProductOrder, line_ids: Sequence[int]) -> list[Line]:
    lines = {line.pk: line for line in lines_of(order)}
    if not line_ids:
        return [line for line in lines.values() if not hasattr(line, "sip_account")]
    if not lines.keys() >= set(line_ids):
        raise NotFound(noun="line", id=", ".join(map(str, line_ids)))
    return [lines[pk] for pk in line_ids]
