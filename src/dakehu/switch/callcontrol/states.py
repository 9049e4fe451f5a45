"""A call as a table.

One leg is the caller's, the others are those of the telephones rung: several of one line at once, or another
line's after the first (forwarding, which goes back to `calling`). `calling` is INVITEs sent; `ringing` once
one was answered provisionally; `up` from the first 200 to the last BYE, however many legs it then has, and
also a call that the service itself begins, for an alarm or to call back. `cancelling` waits for the last
words of legs that were told to stop, `ending` for those and for the answers to our BYEs; in both the caller
knows already and the record is written. `queued` waits for an attendant. `telling` lets the caller hear why
before the last word; `serving` is a feature code that was carried out and is being confirmed: an answered
call of one leg.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class CallState(StrEnum):
    NEW = "new"
    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    QUEUED = "queued"
    TELLING = "telling"
    SERVING = "serving"
    CANCELLING = "cancelling"
    ENDING = "ending"
    OVER = "over"


class Move(StrEnum):
    """What moves a call; each event is one of these or moves nothing."""

    CONNECT = "connect"
    DIVERT = "divert"  # to the next target
    DENY = "deny"
    TELL = "tell"  # why, by an announcement
    SERVE = "serve"
    QUEUE = "queue"  # until an attendant is free
    SUMMON = "summon"  # the service calls a line by itself
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
        (_S.NEW, _M.TELL): _S.TELLING,
        (_S.NEW, _M.SERVE): _S.SERVING,
        (_S.NEW, _M.QUEUE): _S.QUEUED,
        (_S.QUEUED, _M.CONNECT): _S.CALLING,
        (_S.QUEUED, _M.TELL): _S.TELLING,
        (_S.QUEUED, _M.REFUSE): _S.OVER,
        (_S.QUEUED, _M.GIVE_UP): _S.CANCELLING,
        (_S.CALLING, _M.QUEUE): _S.QUEUED,  # the attendant did not answer
        (_S.RINGING, _M.QUEUE): _S.QUEUED,
        (_S.NEW, _M.SUMMON): _S.UP,
        (_S.CALLING, _M.TELL): _S.TELLING,
        (_S.RINGING, _M.TELL): _S.TELLING,
        (_S.TELLING, _M.FINISH): _S.OVER,
        (_S.TELLING, _M.GIVE_UP): _S.CANCELLING,  # all is said, and legs are still to have their last word
        (_S.SERVING, _M.HANG_UP): _S.ENDING,
        (_S.CALLING, _M.RING): _S.RINGING,
        (_S.CALLING, _M.DIVERT): _S.CALLING,
        (_S.CALLING, _M.ANSWER): _S.UP,
        (_S.CALLING, _M.REFUSE): _S.OVER,
        (_S.CALLING, _M.GIVE_UP): _S.CANCELLING,
        (_S.RINGING, _M.RING): _S.RINGING,
        (_S.RINGING, _M.DIVERT): _S.CALLING,
        (_S.RINGING, _M.ANSWER): _S.UP,
        (_S.RINGING, _M.REFUSE): _S.OVER,
        (_S.RINGING, _M.GIVE_UP): _S.CANCELLING,
        (_S.UP, _M.RING): _S.UP,  # a further telephone, called from within the call
        (_S.UP, _M.DIVERT): _S.UP,
        (_S.UP, _M.ANSWER): _S.UP,
        (_S.UP, _M.HANG_UP): _S.ENDING,
        (_S.CANCELLING, _M.ANSWER): _S.ENDING,  # the 200 crossed our CANCEL
        (_S.CANCELLING, _M.FINISH): _S.OVER,
        (_S.ENDING, _M.ANSWER): _S.ENDING,
        (_S.ENDING, _M.HANG_UP): _S.ENDING,  # both hung up at once
        (_S.ENDING, _M.FINISH): _S.OVER,
    },
)
