"""The whole State × Move product, and the reasons' table."""

from __future__ import annotations

import pytest

from dakehu.kernel.states import IllegalMove
from dakehu.switch.callcontrol import CALL_STATES, REFUSALS, CallState, Move, Reason
from dakehu.switch.callcontrol.reasons import reason_of, status_towards_caller

S = CallState
WAYS = {
    S.NEW: {
        Move.CONNECT: S.CALLING, Move.DENY: S.OVER, Move.TELL: S.TELLING, Move.SERVE: S.SERVING,
        Move.SUMMON: S.UP, Move.QUEUE: S.QUEUED,
    },
    S.QUEUED: {
        Move.CONNECT: S.CALLING, Move.TELL: S.TELLING, Move.REFUSE: S.OVER, Move.GIVE_UP: S.CANCELLING,
    },
    S.TELLING: {Move.FINISH: S.OVER, Move.GIVE_UP: S.CANCELLING},
    S.SERVING: {Move.HANG_UP: S.ENDING},
    S.CALLING: {
        Move.RING: S.RINGING, Move.DIVERT: S.CALLING, Move.ANSWER: S.UP, Move.REFUSE: S.OVER,
        Move.GIVE_UP: S.CANCELLING, Move.TELL: S.TELLING, Move.QUEUE: S.QUEUED,
    },
    S.RINGING: {
        Move.RING: S.RINGING, Move.DIVERT: S.CALLING, Move.ANSWER: S.UP, Move.REFUSE: S.OVER,
        Move.GIVE_UP: S.CANCELLING, Move.TELL: S.TELLING, Move.QUEUE: S.QUEUED,
    },
    S.UP: {Move.HANG_UP: S.ENDING, Move.RING: S.UP, Move.DIVERT: S.UP, Move.ANSWER: S.UP},
    S.CANCELLING: {
        Move.ANSWER: S.ENDING, Move.FINISH: S.OVER,
    },
    S.ENDING: {Move.ANSWER: S.ENDING, Move.HANG_UP: S.ENDING, Move.FINISH: S.OVER},
    S.OVER: {},
}  # fmt: skip


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("move", Move)
def test_every_pair(state: CallState, move: Move) -> None:
    expected = WAYS[state].get(move)
    if expected is None:
        with pytest.raises(IllegalMove):
            CALL_STATES.move(state, move)
    else:
        assert CALL_STATES.move(state, move) is expected


def test_only_over_is_final() -> None:
    assert [state for state in CallState if CALL_STATES.is_final(state)] == [CallState.OVER]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_refusal(reason: Reason) -> None:
    refusal = REFUSALS[reason]
    assert 400 <= refusal.status < 700
    assert 1 <= refusal.q850 <= 127


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        (486, Reason.BUSY, 486), (600, Reason.BUSY, 486), (603, Reason.DECLINED, 603),
        (403, Reason.DECLINED, 603), (480, Reason.UNREACHABLE, 480), (408, Reason.UNREACHABLE, 480),
        (503, Reason.UNREACHABLE, 480), (488, Reason.REFUSED, 488), (302, Reason.REFUSED, 480),
        (401, Reason.REFUSED, 480), (500, Reason.REFUSED, 480), (699, Reason.REFUSED, 480),
    ],
)  # fmt: skip
def test_what_the_callers_telephone_is_told(status: int, reason: Reason, told: int) -> None:
    assert reason_of(status) is reason
    assert status_towards_caller(status) == told
