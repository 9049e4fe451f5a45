"""What the rules need to know of rows: the same for the order's check and for the write itself."""

from __future__ import annotations

from dakehu.centrex.domain.group import LineFacts, NumberFacts
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.infra.access.api import Actor
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.kernel.text import clean_code
from dakehu.numbering.api import NumberNotFree, find_number, is_to_be_had, lines_for


def name_key(name: str) -> str:
    """The name as CTX-17 compares it: width, blanks and case don't make another group."""
    return clean_code(name).casefold()[:80]


def gcn_facts(actor: Actor, number: str, holder: str) -> NumberFacts | None:
    """The search number to be; unused also when it is reserved for this very holder."""
    row = find_number(actor, number)
    if row is None:
        return None
    return NumberFacts(row.pk, row.exchange.code, is_unused=is_to_be_had(row, holder))


def line_facts(actor: Actor, number: str, customer_id: int, holder: str) -> LineFacts:
    """The line that is to be a member: one in service, or one to be opened on a number that is to be had.

    Raises `NotFound` for an unknown number, `NumberNotFree` for one that serves a line the actor can't see.
    """
    line = lines_for(actor).filter(public_number_id=number).first()
    if line is not None:
        group_id = CentrexMember.objects.filter(line=line).values_list("group_id", flat=True).first()
        return LineFacts(number, line.exchange.code, line.customer_id, group_id)
    row = find_number(actor, number)
    if row is None:
        raise NotFound(field="public_number", noun="number", id=number)
    if not is_to_be_had(row, holder):
        raise NumberNotFree(field="public_number", number=number, state=row.state)
    return LineFacts(number, row.exchange.code, customer_id)


def is_name_taken(customer_id: int, exchange_id: int, name: str) -> bool:
    """Whether the customer has a group of that name at the exchange (CTX-17)."""
    groups = CentrexGroup.objects.filter(customer_id=customer_id, exchange_id=exchange_id)
    return groups.filter(name_key=name_key(name)).exists()


def found_or_fault(
    actor: Actor, number: str, customer_id: int, holder: str
) -> tuple[LineFacts | None, list[DomainError]]:
    """`line_facts`, its errors as faults."""
    try:
        return line_facts(actor, number, customer_id, holder), []
    except (NotFound, NumberNotFree) as fault:
        return None, [fault]
