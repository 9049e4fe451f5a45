"""How numbers and lines live."""

from __future__ import annotations

import pytest

from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import NumberInvalid
from dakehu.kernel.states import IllegalMove
from dakehu.numbering.domain.errors import BlockInvalid, BlockTooLarge, OtherAreaCode
from dakehu.numbering.domain.exchanges import EXCHANGE_TYPES
from dakehu.numbering.domain.lines import (
    LINE_STATES,
    SUSPENDED,
    LineEvent,
    LineKind,
    LineStatus,
    SuspensionReason,
    may_originate,
    may_receive,
)
from dakehu.numbering.domain.numbers import (
    NUMBER_STATES,
    UNUSED,
    NumberEvent,
    NumberState,
    block_numbers,
    check_area,
)

NUMBER_MOVES = {
    "free": {"reserve": "reserved", "assign": "assigned", "block": "blocked"},
    "reserved": {"cancel": "free", "assign": "assigned", "block": "blocked"},
    "assigned": {"release": "quarantined"},
    "blocked": {"unblock": "free"},
    "quarantined": {"free": "free"},
}


@pytest.mark.parametrize("state", NumberState)
@pytest.mark.parametrize("event", NumberEvent)
def test_every_move_of_a_number(state: NumberState, event: NumberEvent) -> None:
    target = NUMBER_MOVES[state].get(event)
    if target is None:
        with pytest.raises(IllegalMove):
            NUMBER_STATES.move(state, event)
    else:
        assert NUMBER_STATES.move(state, event) == target


@pytest.mark.req("CTX-10")
def test_a_blocked_number_serves_no_line() -> None:
    assert not NUMBER_STATES.allows(NumberState.BLOCKED, NumberEvent.ASSIGN)
    assert not NUMBER_STATES.allows(NumberState.BLOCKED, NumberEvent.RESERVE)
    assert NumberState.BLOCKED not in UNUSED


@pytest.mark.parametrize("state", LineStatus)
@pytest.mark.parametrize("event", LineEvent)
def test_every_move_of_a_line(state: LineStatus, event: LineEvent) -> None:
    expected: LineStatus | None = None
    if state is LineStatus.ACTIVE and event.startswith("suspend_"):
        expected = LineStatus(event.replace("suspend", "suspended"))
    elif state in SUSPENDED and event is LineEvent.RESUME:
        expected = LineStatus.ACTIVE
    elif state is not LineStatus.CEASED and event is LineEvent.CEASE:
        expected = LineStatus.CEASED
    assert LINE_STATES.allows(state, event) is (expected is not None)
    if expected is not None:
        assert LINE_STATES.move(state, event) is expected


@pytest.mark.req("LIN-06")
def test_a_suspended_line_can_make_no_call() -> None:
    assert {status for status in LineStatus if may_originate(status)} == {LineStatus.ACTIVE}
    assert {status for status in LineStatus if may_receive(status)} == {
        LineStatus.ACTIVE,
        LineStatus.SUSPENDED_ARREARS,
    }
    assert {LINE_STATES.move(LineStatus.ACTIVE, reason.event) for reason in SuspensionReason} == SUSPENDED


@pytest.mark.req("LIN-01")
def test_the_kinds_of_lines() -> None:
    assert set(LineKind) == {"fixed", "wireless", "did"}


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [("8880000", "8880099", 100), ("0351-8880000", "03518880000", 1), ("８８８００００", "8880001", 2)],
)
def test_a_block_from_its_ends(first: str, last: str, count: int) -> None:
    numbers = block_numbers(first, last, "0351")
    assert len(numbers) == count
    assert numbers[0] == "03518880000"
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("first", "last", "error", "field"),
    [
        ("888", "8880001", NumberInvalid, "first"),
        ("8880001", "8880000", BlockInvalid, "last"),
        ("03528880000", "03528880001", OtherAreaCode, "first"),
        ("8880000", "114", OtherAreaCode, "last"),
        ("2000000", "8999999", BlockTooLarge, "last"),
    ],
)
def test_faults_of_a_block(first: str, last: str, error: type[DomainError], field: str) -> None:
    with pytest.raises(error) as caught:
        block_numbers(first, last, "0351")
    assert caught.value.field == field


@pytest.mark.req("LIN-01")
def test_a_number_belongs_to_its_exchanges_area() -> None:
    assert check_area("03518880000", "0351") == []
    assert [fault.code for fault in check_area("03528880000", "0351")] == ["numbering.other_area_code"]
    assert [fault.code for fault in check_area("13800000000", "0351")] == ["numbering.other_area_code"]


def test_s1240_is_one_exchange_type_among_others() -> None:
    assert EXCHANGE_TYPES["S1240"].gcn_needed
    assert len(EXCHANGE_TYPES) > 1
    assert all(kind.largest_group > 0 for kind in EXCHANGE_TYPES.values())
