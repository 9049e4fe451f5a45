"""Whose accounts brought what, as of a day: the owner has the credit but for the shares (KAM-12, 名单制)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dakehu.customers.domain.roster import WHOLE
from dakehu.kernel.clock import Month, month_add, month_of


def billed_month(day: date) -> Month:
    """The last month that is over at the end of the day: what accounts are worth is told by whole months."""
    return month_add(month_of(day + timedelta(days=1)), -1)


@dataclass(frozen=True, slots=True)
class Owned:
    """One owner's accounts on the day, and what they were billed in the month, in fen."""

    owner_id: int
    accounts: int
    revenue_fen: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What one who works beside an owner has of the owner's accounts: `weighted` is fen times per cent."""

    owner_id: int
    user_id: int
    accounts: int
    weighted: int


@dataclass(frozen=True, slots=True)
class Credit:
    """One person's: `accounts` they own, `beside` those they share; `given` and `got` go by the shares."""

    user_id: int
    accounts: int = 0
    beside: int = 0
    revenue_fen: int = 0
    given_fen: int = 0
    got_fen: int = 0

    @property
    def credit_fen(self) -> int:
        return self.revenue_fen - self.given_fen + self.got_fen


def credit_of(owned: Iterable[Owned], shared: Iterable[Shared]) -> list[Credit]:
    """Each person's credit, the most first; all credit together is the revenue, to the fen."""
    found = {each.owner_id: Credit(each.owner_id, each.accounts, 0, each.revenue_fen) for each in owned}
    for each in shared:
        moved = each.weighted // WHOLE
        giver = found.get(each.owner_id, Credit(each.owner_id))
        found[each.owner_id] = replace(giver, given_fen=giver.given_fen + moved)
        taker = found.get(each.user_id, Credit(each.user_id))
        found[each.user_id] = replace(
            taker, beside=taker.beside + each.accounts, got_fen=taker.got_fen + moved
        )
    return sorted(found.values(), key=lambda each: (-each.credit_fen, -each.accounts, each.user_id))
