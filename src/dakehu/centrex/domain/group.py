"""Groups, members and call rights, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RightsLevel(StrEnum):
    """How far a member may call; each level holds those before it (CTX-06)."""

    OWN_GROUP = "own_group"
    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class CallRights:
    """What the operator lets a member call: a level, and the special services beside it (CTX-06)."""

    level: RightsLevel = RightsLevel.LOCAL
    special: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A Centrex group.

    `gcn` is the search number in national form. `attendant_prefix` is empty where there is no console.
    `group_id` and `customer_id` are 0 in a plan that isn't stored yet.
    """

    exchange: str
    area_code: str
    exit_prefix: str
    attendant_prefix: str
    short_length: int
    capacity: int
    gcn: str
    group_id: int = 0
    customer_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A line in its group: `public_number` in national form, `short_number` as dialled inside."""

    public_number: str
    short_number: str
    rights: CallRights = CallRights()
    in_group_only: bool = False
    outgoing_restriction: bool = False
    is_attendant: bool = False


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the rules must know of a line that is to be a member."""

    public_number: str
    exchange: str
    customer_id: int
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What the rules must know of a number that is to be a search number."""

    number: str
    exchange: str
    is_unused: bool
