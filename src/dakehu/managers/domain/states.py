"""The machines of this chapter: a visit, a promise, a hand-over of accounts."""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class VisitState(StrEnum):
    """PLANNED lies ahead; LOGGED has its work log; REVIEWED has the leader's comment, too."""

    PLANNED = "planned"
    LOGGED = "logged"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"


class VisitEvent(StrEnum):
    MOVE = "move"
    LOG = "log"
    COMMENT = "comment"
    CANCEL = "cancel"


class PromiseState(StrEnum):
    """What was promised to the customer: still owed, kept, broken, or no longer wanted by the customer."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WAIVED = "waived"


class PromiseEvent(StrEnum):
    KEEP = "keep"
    BREAK = "break"
    WAIVE = "waive"


class HandOverState(StrEnum):
    """GIVEN and TAKEN carry one signature, SIGNED both; APPROVED has moved the accounts."""

    PROPOSED = "proposed"
    GIVEN = "given"
    TAKEN = "taken"
    SIGNED = "signed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HandOverEvent(StrEnum):
    GIVE = "give"
    TAKE = "take"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_V, _VE = VisitState, VisitEvent
VISIT_STATES = StateTable(
    name="visit",
    initial=VisitState.PLANNED,
    moves={
        (_V.PLANNED, _VE.MOVE): _V.PLANNED,
        (_V.PLANNED, _VE.LOG): _V.LOGGED,
        (_V.PLANNED, _VE.CANCEL): _V.CANCELLED,
        (_V.LOGGED, _VE.COMMENT): _V.REVIEWED,
        (_V.REVIEWED, _VE.COMMENT): _V.REVIEWED,
    },
)
_P, _PE = PromiseState, PromiseEvent
PROMISE_STATES = StateTable(
    name="promise",
    initial=PromiseState.OPEN,
    moves={
        (_P.OPEN, _PE.KEEP): _P.KEPT,
        (_P.OPEN, _PE.BREAK): _P.BROKEN,
        (_P.OPEN, _PE.WAIVE): _P.WAIVED,
    },
)
_H, _HE = HandOverState, HandOverEvent
HAND_OVER_STATES = StateTable(
    name="hand_over",
    initial=HandOverState.PROPOSED,
    moves={
        (_H.PROPOSED, _HE.GIVE): _H.GIVEN,
        (_H.PROPOSED, _HE.TAKE): _H.TAKEN,
        (_H.GIVEN, _HE.TAKE): _H.SIGNED,
        (_H.TAKEN, _HE.GIVE): _H.SIGNED,
        (_H.SIGNED, _HE.APPROVE): _H.APPROVED,
        (_H.SIGNED, _HE.REFUSE): _H.REFUSED,
        (_H.PROPOSED, _HE.WITHDRAW): _H.WITHDRAWN,
        (_H.GIVEN, _HE.WITHDRAW): _H.WITHDRAWN,
        (_H.TAKEN, _HE.WITHDRAW): _H.WITHDRAWN,
        (_H.SIGNED, _HE.WITHDRAW): _H.WITHDRAWN,
    },
)
