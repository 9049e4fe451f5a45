"""What an order may set to work, once its own gates are passed."""

from __future__ import annotations

from dataclasses import replace

from dakehu.centrex.api import GroupPermission
from dakehu.customers.api import Permission as CustomerPermission
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.numbering.api import ExchangePermission, LinePermission, NumberPermission

_BROUGHT = frozenset(
    map(
        str,
        [
            CustomerPermission.CHANGE,
            *GroupPermission,
            ExchangePermission.VIEW,
            NumberPermission.VIEW,
            NumberPermission.RESERVE,
            NumberPermission.CHANGE,
            LinePermission.VIEW,
            LinePermission.CHANGE,
        ],
    )
)


def on_behalf(actor: Actor) -> Actor:
    """The actor, by name, with the rights that the order itself brings, wherever its parts lie.

    Who may submit an order may have its numbers reserved, and who may finish it its lines opened, though
    neither keeps numbers or lines otherwise; an order's far end may lie in another city. Its customer is in
    service from then on.
    """
    return replace(actor, permissions=actor.permissions | _BROUGHT, scope=SYSTEM.scope)
