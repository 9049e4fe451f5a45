"""How an order, an item and a step move. State words of orders and items are TM Forum's (TMF622)."""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class OrderState(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"
    CANCELLED = "cancelled"
    PARTIAL = "partial"
    FAILED = "failed"
    COMPLETED = "completed"


class OrderEvent(StrEnum):
    """What happens to an order: `ask_customer` waits for the customer's answer, `hold` for anything else."""

    TAKE = "take"
    REJECT = "reject"
    ASK_CUSTOMER = "ask_customer"
    CUSTOMER_ANSWERED = "customer_answered"
    HOLD = "hold"
    RESUME = "resume"
    ASK_CANCELLATION = "ask_cancellation"
    REFUSE_CANCELLATION = "refuse_cancellation"
    GRANT_CANCELLATION = "grant_cancellation"
    CANCEL = "cancel"
    COMPLETE = "complete"
    COMPLETE_PARTLY = "complete_partly"
    FAIL = "fail"


_S, _E = OrderState, OrderEvent
ORDER_STATES = StateTable(
    name="product order",
    initial=OrderState.ACKNOWLEDGED,
    moves={
        (_S.ACKNOWLEDGED, _E.TAKE): _S.IN_PROGRESS,
        (_S.ACKNOWLEDGED, _E.REJECT): _S.REJECTED,
        (_S.ACKNOWLEDGED, _E.CANCEL): _S.CANCELLED,
        (_S.IN_PROGRESS, _E.ASK_CUSTOMER): _S.PENDING,
        (_S.IN_PROGRESS, _E.HOLD): _S.HELD,
        (_S.IN_PROGRESS, _E.ASK_CANCELLATION): _S.ASSESSING_CANCELLATION,
        (_S.IN_PROGRESS, _E.COMPLETE): _S.COMPLETED,
        (_S.IN_PROGRESS, _E.COMPLETE_PARTLY): _S.PARTIAL,
        (_S.IN_PROGRESS, _E.FAIL): _S.FAILED,
        (_S.PENDING, _E.CUSTOMER_ANSWERED): _S.IN_PROGRESS,
        (_S.PENDING, _E.ASK_CANCELLATION): _S.ASSESSING_CANCELLATION,
        (_S.HELD, _E.RESUME): _S.IN_PROGRESS,
        (_S.HELD, _E.ASK_CANCELLATION): _S.ASSESSING_CANCELLATION,
        (_S.ASSESSING_CANCELLATION, _E.REFUSE_CANCELLATION): _S.IN_PROGRESS,
        (_S.ASSESSING_CANCELLATION, _E.GRANT_CANCELLATION): _S.PENDING_CANCELLATION,
        (_S.PENDING_CANCELLATION, _E.CANCEL): _S.CANCELLED,
    },
)
OPEN_ORDERS = frozenset(state for state in OrderState if not ORDER_STATES.is_final(state))


class ItemState(StrEnum):
    """An item's states: TMF622 knows no partial item."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"
    CANCELLED = "cancelled"
    FAILED = "failed"
    COMPLETED = "completed"


class ItemAction(StrEnum):
    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"
    NO_CHANGE = "noChange"


def item_state(order: OrderState) -> ItemState | None:
    """The state that the order's items share; None where they go different ways (`partial`)."""
    return None if order is OrderState.PARTIAL else ItemState(order.value)


class StepState(StrEnum):
    """`waiting` for earlier steps, `ready` for someone to begin, `paused` with a reason, or `dropped`."""

    WAITING = "waiting"
    READY = "ready"
    WORKING = "working"
    PAUSED = "paused"
    DONE = "done"
    DROPPED = "dropped"


class StepEvent(StrEnum):
    OPEN = "open"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    RETURN = "return"
    DROP = "drop"


_T, _V = StepState, StepEvent
STEP_STATES = StateTable(
    name="step of a branch's work",
    initial=StepState.WAITING,
    moves={
        (_T.WAITING, _V.OPEN): _T.READY,
        (_T.WAITING, _V.DROP): _T.DROPPED,
        (_T.READY, _V.START): _T.WORKING,
        (_T.READY, _V.DROP): _T.DROPPED,
        (_T.WORKING, _V.PAUSE): _T.PAUSED,
        (_T.WORKING, _V.FINISH): _T.DONE,
        (_T.WORKING, _V.DROP): _T.DROPPED,
        (_T.PAUSED, _V.RESUME): _T.WORKING,
        (_T.PAUSED, _V.DROP): _T.DROPPED,
        (_T.DONE, _V.RETURN): _T.READY,
    },
)
CLOCK_RUNS = frozenset({StepState.READY, StepState.WORKING})
UNFINISHED = frozenset({StepState.WAITING, StepState.READY, StepState.WORKING, StepState.PAUSED})


class PauseReason(StrEnum):
    """Why a step stands still. The customer's delays and what nobody can help stop the clock."""

    CUSTOMER_NOT_READY = "customer_not_ready"
    CUSTOMER_CHANGES = "customer_changes"
    FORCE_MAJEURE = "force_majeure"
    MATERIAL_MISSING = "material_missing"
    RESOURCE_MISSING = "resource_missing"
    OTHER_BRANCH = "other_branch"

    @property
    def stops_clock(self) -> bool:
        return self in _NOT_OURS


_NOT_OURS = frozenset(
    {PauseReason.CUSTOMER_NOT_READY, PauseReason.CUSTOMER_CHANGES, PauseReason.FORCE_MAJEURE}
)
