"""What a line is, and what its state lets it do (LIN-01, LIN-06).

Suspensions: for arrears (欠停), for a violation (违停), on the customer's request (停保). None of them can
make any call, inside a group or outside (LIN-06, the manual's note 6 on Centrex), but to an emergency number.
One suspended for arrears still rings, so that the customer can be told; one suspended otherwise doesn't.
"""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.numbers import CallClass
from dakehu.kernel.states import StateTable


class LineKind(StrEnum):
    """LIN-01: a line is one of these."""

    FIXED = "fixed"
    WIRELESS = "wireless"
    DID = "did"


class LineStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED_ARREARS = "suspended_arrears"
    SUSPENDED_VIOLATION = "suspended_violation"
    SUSPENDED_REQUEST = "suspended_request"
    CEASED = "ceased"


class LineEvent(StrEnum):
    SUSPEND_ARREARS = "suspend_arrears"
    SUSPEND_VIOLATION = "suspend_violation"
    SUSPEND_REQUEST = "suspend_request"
    RESUME = "resume"
    CEASE = "cease"


class SuspensionReason(StrEnum):
    """Why a line is suspended: the event is named after it."""

    ARREARS = "arrears"
    VIOLATION = "violation"
    REQUEST = "request"

    @property
    def event(self) -> LineEvent:
        return LineEvent(f"suspend_{self}")


_S, _E = LineStatus, LineEvent
LINE_STATES = StateTable(
    name="line",
    initial=LineStatus.ACTIVE,
    moves={
        (_S.ACTIVE, _E.SUSPEND_ARREARS): _S.SUSPENDED_ARREARS,
        (_S.ACTIVE, _E.SUSPEND_VIOLATION): _S.SUSPENDED_VIOLATION,
        (_S.ACTIVE, _E.SUSPEND_REQUEST): _S.SUSPENDED_REQUEST,
        (_S.ACTIVE, _E.CEASE): _S.CEASED,
        (_S.SUSPENDED_ARREARS, _E.RESUME): _S.ACTIVE,
        (_S.SUSPENDED_ARREARS, _E.CEASE): _S.CEASED,
        (_S.SUSPENDED_VIOLATION, _E.RESUME): _S.ACTIVE,
        (_S.SUSPENDED_VIOLATION, _E.CEASE): _S.CEASED,
        (_S.SUSPENDED_REQUEST, _E.RESUME): _S.ACTIVE,
        (_S.SUSPENDED_REQUEST, _E.CEASE): _S.CEASED,
    },
)
SUSPENDED = frozenset(
    {LineStatus.SUSPENDED_ARREARS, LineStatus.SUSPENDED_VIOLATION, LineStatus.SUSPENDED_REQUEST}
)
_RINGS = frozenset({LineStatus.ACTIVE, LineStatus.SUSPENDED_ARREARS})


def may_originate(status: LineStatus, call_class: CallClass | None = None) -> bool:
    """Whether the line can make such a call: none in a suspension, on-net or off-net (LIN-06).

    The emergency numbers are no subscription's to withhold: a line that still has a telephone reaches them.
    """
    if call_class is CallClass.EMERGENCY:
        return status is not LineStatus.CEASED
    return status is LineStatus.ACTIVE


def may_receive(status: LineStatus) -> bool:
    """Whether calls to the line ring."""
    return status in _RINGS
