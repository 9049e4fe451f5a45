"""How a public number lives, from its block's creation to its next use.

A number that served a line rests in quarantine before it is free again, so that the last subscriber's
callers don't reach the next one. A blocked number serves no line: a Centrex group's search number (CTX-10),
a faulty position, a number kept back.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import parse_public, split_national
from dakehu.kernel.states import StateTable
from dakehu.numbering.domain.errors import BlockInvalid, BlockTooLarge, OtherAreaCode

LARGEST_BLOCK = 100_000
RESERVATION_DAYS = 30
QUARANTINE_DAYS = 90


class NumberState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    BLOCKED = "blocked"
    QUARANTINED = "quarantined"


class NumberEvent(StrEnum):
    RESERVE = "reserve"
    CANCEL = "cancel"
    ASSIGN = "assign"
    BLOCK = "block"
    UNBLOCK = "unblock"
    RELEASE = "release"
    FREE = "free"


class BlockReason(StrEnum):
    """Why a number is blocked."""

    GCN = "gcn"
    FAULTY = "faulty"
    KEPT_BACK = "kept_back"


_S, _E = NumberState, NumberEvent
NUMBER_STATES = StateTable(
    name="public number",
    initial=NumberState.FREE,
    moves={
        (_S.FREE, _E.RESERVE): _S.RESERVED,
        (_S.FREE, _E.ASSIGN): _S.ASSIGNED,
        (_S.FREE, _E.BLOCK): _S.BLOCKED,
        (_S.RESERVED, _E.CANCEL): _S.FREE,
        (_S.RESERVED, _E.ASSIGN): _S.ASSIGNED,
        (_S.RESERVED, _E.BLOCK): _S.BLOCKED,
        (_S.ASSIGNED, _E.RELEASE): _S.QUARANTINED,
        (_S.BLOCKED, _E.UNBLOCK): _S.FREE,
        (_S.QUARANTINED, _E.FREE): _S.FREE,
    },
)
UNUSED = frozenset({NumberState.FREE, NumberState.RESERVED})


def block_numbers(first: str, last: str, area_code: str) -> list[str]:
    """The national forms from `first` to `last`, both local or national numbers of the area.

    Raises `NumberInvalid`, `OtherAreaCode`, `BlockInvalid` or `BlockTooLarge`.
    """
    ends: list[int] = []
    for field, text in (("first", first), ("last", last)):
        parts = split_national(parse_public(text, area_code=area_code, field=field))
        if parts is None or parts[0] != area_code:
            raise OtherAreaCode(field=field, number=text, area_code=area_code)
        ends.append(int(parts[1]))
    count = ends[1] - ends[0] + 1
    if count < 1 or len(str(ends[0])) != len(str(ends[1])):
        raise BlockInvalid(field="last", first=first, last=last)
    if count > LARGEST_BLOCK:
        raise BlockTooLarge(field="last", count=count, most=LARGEST_BLOCK)
    return [f"{area_code}{local}" for local in range(ends[0], ends[1] + 1)]


def check_area(number: str, area_code: str) -> list[DomainError]:
    """A number belongs to its exchange's area (LIN-01)."""
    parts = split_national(number)
    if parts is None or parts[0] != area_code:
        return [OtherAreaCode(field="public_number", number=number, area_code=area_code)]
    return []
