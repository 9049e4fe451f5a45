"""The records behind a figure, frozen or live, as far as the actor sees their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dakehu.customers.api import Customer
from dakehu.customers.api import Permission as CustomerPermission
from dakehu.infra.access.api import Actor, visible
from dakehu.managers.models import FigureRecord
from dakehu.managers.selectors.measures import Piece
from dakehu.managers.selectors.performance import Line


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record and its account."""

    piece: Piece
    customer: Customer


@dataclass(frozen=True, slots=True)
class Records:
    """What the actor sees, the biggest first, and the sum of what lies outside their view."""

    rows: Sequence[Evidence]
    unseen: int
    unseen_amount: int
    unseen_base: int


def records_of(actor: Actor, line: Line) -> Records:
    """Two queries for a closed figure, one for a live one, for any number of records."""
    pieces = _frozen(line) if line.figure is not None else list(line.measured.pieces)
    ids = {piece.customer_id for piece in pieces}
    seen: dict[int, Customer] = {}
    if actor.may(CustomerPermission.VIEW):
        seen = visible(Customer.objects.filter(pk__in=ids), actor, CustomerPermission.VIEW).in_bulk()
    rows = [Evidence(piece, seen[piece.customer_id]) for piece in pieces if piece.customer_id in seen]
    hidden = [piece for piece in pieces if piece.customer_id not in seen]
    rows.sort(key=lambda each: (-each.piece.amount, -each.piece.base, each.customer.name_sort))
    return Records(
        rows, len(hidden), sum(piece.amount for piece in hidden), sum(piece.base for piece in hidden)
    )


def _frozen(line: Line) -> list[Piece]:
    return [
        Piece(row.customer_id, row.amount, row.base, row.percent, row.visit, row.text, row.day)
        for row in FigureRecord.objects.filter(figure=line.figure).order_by("pk")
    ]
