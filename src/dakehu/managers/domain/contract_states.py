"""The machines of performance contracts and of appeals against closed figures."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from dakehu.kernel.states import StateTable


class ContractState(StrEnum):
    """PROPOSED lies with the manager, ACCEPTED with the leader again; IN_FORCE is assessed month by month."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    IN_FORCE = "in_force"
    CLOSED = "closed"
    DISCARDED = "discarded"


class ContractEvent(StrEnum):
    PROPOSE = "propose"
    RECALL = "recall"
    RETURN = "return"
    ACCEPT = "accept"
    ENFORCE = "enforce"
    CLOSE = "close"
    DISCARD = "discard"


class AppealState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AppealEvent(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_C, _CE = ContractState, ContractEvent
CONTRACT_STATES = StateTable(
    name="performance_contract",
    initial=ContractState.DRAFT,
    moves={
        (_C.DRAFT, _CE.PROPOSE): _C.PROPOSED,
        (_C.DRAFT, _CE.DISCARD): _C.DISCARDED,
        (_C.PROPOSED, _CE.ACCEPT): _C.ACCEPTED,
        (_C.PROPOSED, _CE.RETURN): _C.DRAFT,
        (_C.PROPOSED, _CE.RECALL): _C.DRAFT,
        (_C.ACCEPTED, _CE.ENFORCE): _C.IN_FORCE,
        (_C.ACCEPTED, _CE.RECALL): _C.DRAFT,
        (_C.IN_FORCE, _CE.CLOSE): _C.CLOSED,
    },
)
_A, _AE = AppealState, AppealEvent
APPEAL_STATES = StateTable(
    name="performance_appeal",
    initial=AppealState.OPEN,
    moves={
        (_A.OPEN, _AE.GRANT): _A.GRANTED,
        (_A.OPEN, _AE.REFUSE): _A.REFUSED,
        (_A.OPEN, _AE.WITHDRAW): _A.WITHDRAWN,
    },
)
MANAGERS_OWN = frozenset({ContractEvent.ACCEPT, ContractEvent.RETURN})
"""What the manager alone does with a contract; all else is the leader's."""


def last_day_of_appeal(closed_on: date, days: int) -> date:
    """A figure closed on a day can be appealed against to the end of the day so many days later."""
    return closed_on + timedelta(days=days)
