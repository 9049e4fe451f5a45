"""A call of two legs as a table.

The caller's leg is A, the called one's B. `calling` is B's INVITE sent; `ringing` once B has answered
something provisional; `up` from B's 200 to the first BYE. `cancelling` waits for the last word of a B that
was told to stop, `ending` for the answers to our BYEs; in both the caller knows already and the record is
written.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class CallState(StrEnum):
    NEW = "new"
    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    CANCELLING = "cancelling"
    ENDING = "ending"
    OVER = "over"


class Move(StrEnum):
    """What moves a call; each event is one of these or moves nothing."""

    CONNECT = "connect"
    DENY = "deny"
    RING = "ring"
    ANSWER = "answer"
    REFUSE = "refuse"
    GIVE_UP = "give_up"  # the caller cancels, nobody answers, or the service stops
    HANG_UP = "hang_up"  # either side, or the network
    FINISH = "finish"  # the last answer that was waited for, or the wait is over


_S, _M = CallState, Move
CALL_STATES = StateTable(
    name="call",
    initial=CallState.NEW,
    moves={
        (_S.NEW, _M.CONNECT): _S.CALLING,
        (_S.NEW, _M.DENY): _S.OVER,
        (_S.CALLING, _M.RING): _S.RINGING,
        (_S.CALLING, _M.ANSWER): _S.UP,
        (_S.CALLING, _M.REFUSE): _S.OVER,
        (_S.CALLING, _M.GIVE_UP): _S.CANCELLING,
        (_S.RINGING, _M.RING): _S.RINGING,
        (_S.RINGING, _M.ANSWER): _S.UP,
        (_S.RINGING, _M.REFUSE): _S.OVER,
        (_S.RINGING, _M.GIVE_UP): _S.CANCELLING,
        (_S.UP, _M.HANG_UP): _S.ENDING,
        (_S.CANCELLING, _M.RING): _S.CANCELLING,
        (_S.CANCELLING, _M.ANSWER): _S.ENDING,  # the 200 crossed our CANCEL
        (_S.CANCELLING, _M.REFUSE): _S.OVER,
        (_S.CANCELLING, _M.FINISH): _S.OVER,
        (_S.ENDING, _M.HANG_UP): _S.ENDING,  # both hung up at once
        (_S.ENDING, _M.FINISH): _S.OVER,
    },
)
