"""KAM-12: the rules of the named-account list, as tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.credit import Owned, Shared, billed_month, credit_of
from dakehu.customers.domain.disputes import DISPUTE_STATES
from dakehu.customers.domain.ownership import Period, after_change, owner_on
from dakehu.customers.domain.reclaim import ReclaimDays, Verdict, check_days, judge, rests_until
from dakehu.customers.domain.roster import (
    CURRENT,
    ENTRY_STATES,
    OPEN,
    EntryEvent,
    EntryState,
    Share,
    check_shares,
    check_step,
    owners_share,
)
from dakehu.customers.domain.rostererrors import OwnApplication, ReasonMissing
from dakehu.infra.testing.states import assert_state_product

pytestmark = pytest.mark.req("KAM-12")
DAY = date(2026, 11, 1)


def _day(number: int) -> date:
    return DAY + timedelta(days=number)


def test_every_pair_of_state_and_event() -> None:
    assert_state_product(ENTRY_STATES)
    assert_state_product(DISPUTE_STATES)


def test_the_list_is_reached_by_approval_alone() -> None:
    """No way onto the list but through the review, and none back once an entry is over."""
    into = {(source, event) for (source, event), to in ENTRY_STATES.moves.items() if to in CURRENT} - {
        (source, event) for source, event in ENTRY_STATES.moves if source in CURRENT
    }
    assert into == {(EntryState.REVIEWED, EntryEvent.APPROVE)}
    over = [state for state in EntryState if state not in (*CURRENT, *OPEN)]
    assert all(ENTRY_STATES.is_final(state) for state in over)


@pytest.mark.parametrize(
    ("shares", "codes"),
    [
        ([], []),
        ([(2, 30), (3, 70)], []),
        ([(2, 30), (3, 71)], ["customers.roster_shares_too_much"]),
        ([(2, 0)], ["customers.roster_share_out_of_range"]),
        ([(2, 101)], ["customers.roster_share_out_of_range", "customers.roster_shares_too_much"]),
        ([(1, 10)], ["customers.roster_owner_among_shares"]),
        ([(2, 10), (2, 20)], ["customers.roster_share_twice"]),
    ],
)
def test_shares_of_credit(shares: list[tuple[int, int]], codes: list[str]) -> None:
    given_shares = [Share(*each) for each in shares]
    assert [fault.code for fault in check_shares(given_shares, owner_id=1)] == codes
    if not codes:
        assert owners_share(given_shares) + sum(percent for _user, percent in shares) == 100


@pytest.mark.parametrize(
    ("contact", "warned", "today", "verdict", "again"),
    [
        (0, None, 0, Verdict.KEEP, 90),
        (0, None, 89, Verdict.KEEP, 90),
        (0, None, 90, Verdict.WARN, 105),
        (0, None, 200, Verdict.WARN, 215),
        (0, 90, 104, Verdict.KEEP, 105),
        (0, 90, 105, Verdict.RECLAIM, 105),
        (100, 90, 104, Verdict.CLEAR, 190),
        (100, 90, 190, Verdict.RECLAIM, 105),
    ],
)
def test_warned_then_reclaimed(
    contact: int, warned: int | None, today: int, verdict: Verdict, again: int
) -> None:
    warned_on = None if warned is None else _day(warned)
    found = judge(ReclaimDays(), last_contact=_day(contact), warned_on=warned_on, today=_day(today))
    assert found == (verdict, _day(again))


def test_days_of_the_rule() -> None:
    assert rests_until(DAY, ReclaimDays()) == _day(30)
    assert check_days(ReclaimDays()) == []
    faults = check_days(ReclaimDays(0, 3651, 30))
    assert [fault.field for fault in faults] == ["idle_days", "grace_days"]


@pytest.mark.parametrize(
    ("event", "reason", "asked_by", "error"),
    [
        (EntryEvent.REVIEW, "", 2, None),
        (EntryEvent.REVIEW, "", 1, OwnApplication),
        (EntryEvent.APPROVE, "", 1, OwnApplication),
        (EntryEvent.LEAVE, "", 1, OwnApplication),
        (EntryEvent.REJECT, "", 2, ReasonMissing),
        (EntryEvent.REJECT, "不符", 1, None),
        (EntryEvent.ASK_LEAVE, "", 1, ReasonMissing),
        (EntryEvent.STAY, "", 2, ReasonMissing),
        (EntryEvent.WITHDRAW, "", 1, None),
    ],
)
def test_reasons_and_four_eyes(
    event: EntryEvent, reason: str, asked_by: int, error: type[Exception] | None
) -> None:
    if error is None:
        check_step(event, reason, asked_by=asked_by, actor_id=1)
        return
    with pytest.raises(error):
        check_step(event, reason, asked_by=asked_by, actor_id=1)


_changes = st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 20)), max_size=12)


@given(_changes)
def test_every_day_has_the_owner_that_was_last_written_for_it(changes: list[tuple[int | None, int]]) -> None:
    """Periods never overlap, and answer as a plain calendar would that each change writes into."""
    periods: list[Period] = []
    calendar: dict[int, int | None] = dict.fromkeys(range(25))
    for owner, at in changes:
        periods = after_change(periods, owner, _day(at))
        calendar.update(dict.fromkeys(range(at, 25), owner))
    for number, owner in calendar.items():
        assert owner_on(periods, _day(number)) == owner
        assert sum(period.holds(_day(number)) for period in periods) <= 1
    assert all(period.until is None or period.since < period.until for period in periods)


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2026, 11, 27), "2026-10"), (date(2026, 10, 31), "2026-10"), (date(2026, 1, 1), "2025-12")],
)
def test_revenue_is_told_of_months_that_are_over(day: date, month: str) -> None:
    assert billed_month(day) == month


_people, _counts, _fen = st.integers(1, 6), st.integers(1, 9), st.integers(0, 10**9)


@given(
    st.lists(st.builds(Owned, _people, _counts, _fen), unique_by=lambda each: each.owner_id),
    st.lists(st.builds(Shared, _people, _people, _counts, _fen)),
)
def test_all_credit_together_is_the_revenue(owned: list[Owned], shared: list[Shared]) -> None:
    found = credit_of(owned, shared)
    assert sum(each.credit_fen for each in found) == sum(each.revenue_fen for each in owned)
    assert sum(each.given_fen for each in found) == sum(each.got_fen for each in found)
    assert [each.credit_fen for each in found] == sorted((each.credit_fen for each in found), reverse=True)


def test_a_share_moves_credit_and_no_revenue() -> None:
    owned = [Owned(1, 2, 10_000), Owned(2, 1, 500)]
    found = {each.user_id: each for each in credit_of(owned, [Shared(1, 2, 1, 30 * 6_000)])}
    assert (found[1].credit_fen, found[1].revenue_fen, found[1].given_fen) == (8_200, 10_000, 1_800)
    assert (found[2].credit_fen, found[2].beside, found[2].got_fen) == (2_300, 1, 1_800)
