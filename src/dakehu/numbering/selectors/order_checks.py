"""Whether a single line can be ordered so: the catalogue's checker `numbering.line`."""

from __future__ import annotations

from dakehu.catalogue.api import ItemContext, Values
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.numbering.domain.errors import NumberNotFree
from dakehu.numbering.domain.numbers import NumberState
from dakehu.numbering.models import PublicNumber
from dakehu.numbering.selectors.numbers import find_number


def check_line_item(values: Values, context: ItemContext) -> list[DomainError]:
    """The number exists at that exchange, is to be had, and isn't asked for twice in the order."""
    number = str(values["public_number"])
    row = find_number(context.actor, number)
    if row is None or row.exchange.code != values["exchange"]:
        return [NotFound(field="public_number", noun="number", id=number)]
    twice = any(other.get("public_number") == number for other in context.siblings)
    if twice or not is_to_be_had(row, context.reserved_for):
        return [NumberNotFree(field="public_number", number=number, state=row.state)]
    return []


def is_to_be_had(row: PublicNumber, holder: str) -> bool:
    """Free, or reserved for that very holder."""
    own = row.state == NumberState.RESERVED and bool(holder) and row.holder == holder
    return own or row.state == NumberState.FREE
