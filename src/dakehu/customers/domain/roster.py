"""名单制: an account's way onto the named-account list and off it again (KAM-12).

An entry is one stint of one account on the list, with one owner and the shares of credit of those who work
beside them. To *adjust* an account that is on the list is to apply again: the approval of the new entry ends
the old one on the same day. To *leave* is asked for and confirmed. An account that nobody looks after is
warned, then reclaimed (see `domain.reclaim`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dakehu.customers.domain.rostererrors import (
    OwnApplication,
    OwnerAmongShares,
    ReasonMissing,
    ShareOutOfRange,
    SharesTooMuch,
    ShareTwice,
)
from dakehu.kernel.errors import DomainError
from dakehu.kernel.states import StateTable

WHOLE = 100
REASON_MAX = 500


class EntryState(StrEnum):
    """IN_FORCE, WARNED and LEAVING are on the list; the last five are over."""

    APPLIED = "applied"
    REVIEWED = "reviewed"
    IN_FORCE = "in_force"
    WARNED = "warned"
    LEAVING = "leaving"
    ADJUSTED = "adjusted"
    LEFT = "left"
    RECLAIMED = "reclaimed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class EntryEvent(StrEnum):
    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    WARN = "warn"
    CLEAR = "clear"
    RECLAIM = "reclaim"
    REPLACE = "replace"
    ASK_LEAVE = "ask_leave"
    STAY = "stay"
    LEAVE = "leave"


_S, _E = EntryState, EntryEvent
ENTRY_STATES = StateTable(
    name="roster entry",
    initial=EntryState.APPLIED,
    moves={
        (_S.APPLIED, _E.REVIEW): _S.REVIEWED,
        (_S.APPLIED, _E.REJECT): _S.REJECTED,
        (_S.APPLIED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.REVIEWED, _E.APPROVE): _S.IN_FORCE,
        (_S.REVIEWED, _E.REJECT): _S.REJECTED,
        (_S.REVIEWED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.IN_FORCE, _E.WARN): _S.WARNED,
        (_S.IN_FORCE, _E.ASK_LEAVE): _S.LEAVING,
        (_S.IN_FORCE, _E.REPLACE): _S.ADJUSTED,
        (_S.WARNED, _E.CLEAR): _S.IN_FORCE,
        (_S.WARNED, _E.RECLAIM): _S.RECLAIMED,
        (_S.WARNED, _E.ASK_LEAVE): _S.LEAVING,
        (_S.WARNED, _E.REPLACE): _S.ADJUSTED,
        (_S.LEAVING, _E.LEAVE): _S.LEFT,
        (_S.LEAVING, _E.STAY): _S.IN_FORCE,
        (_S.LEAVING, _E.REPLACE): _S.ADJUSTED,
    },
)
CURRENT = (EntryState.IN_FORCE, EntryState.WARNED, EntryState.LEAVING)
"""The states in which an account is on the list: it has at most one entry in them."""
OPEN = (EntryState.APPLIED, EntryState.REVIEWED)
REASONED = frozenset({EntryEvent.REJECT, EntryEvent.ASK_LEAVE, EntryEvent.STAY})
"""What nobody does without saying why."""
FOUR_EYES = frozenset({EntryEvent.REVIEW, EntryEvent.APPROVE, EntryEvent.LEAVE})
"""What the person who applied, or asked to leave, does not do for themselves."""


class Criterion(StrEnum):
    """By which criterion an account is put on the list."""

    REVENUE = "revenue"
    KEY_TRADE = "key_trade"
    STRATEGIC = "strategic"
    GROUP_BRANCH = "group_branch"
    GROWTH = "growth"


@dataclass(frozen=True, slots=True)
class Share:
    """What part of an account's credit, in per cent, goes to one who works beside its owner."""

    user_id: int
    percent: int


def check_shares(shares: Sequence[Share], owner_id: int) -> list[DomainError]:
    """Every fault: each share is 1 to 100, each person once and not the owner, together at most 100."""
    faults: list[DomainError] = []
    seen: set[int] = set()
    for share in shares:
        if not 1 <= share.percent <= WHOLE:
            faults.append(ShareOutOfRange(field="shares", percent=share.percent))
        if share.user_id == owner_id:
            faults.append(OwnerAmongShares(field="shares"))
        if share.user_id in seen:
            faults.append(ShareTwice(field="shares"))
        seen.add(share.user_id)
    total = sum(share.percent for share in shares)
    if total > WHOLE:
        faults.append(SharesTooMuch(field="shares", total=total))
    return faults


def owners_share(shares: Sequence[Share]) -> int:
    """What is left for the owner, in per cent."""
    return WHOLE - sum(share.percent for share in shares)


def check_step(event: EntryEvent, reason: str, *, asked_by: int | None, actor_id: int | None) -> None:
    """Raise what speaks against a person's taking this step, beside the state table and their rights."""
    if event in REASONED and not reason:
        raise ReasonMissing(field="reason")
    if event in FOUR_EYES and actor_id is not None and actor_id == asked_by:
        raise OwnApplication
