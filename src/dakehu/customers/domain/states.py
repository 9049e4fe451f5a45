"""An account's standing with the operator, from prospect to closed."""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class CustomerStatus(StrEnum):
    """PROSPECT buys nothing yet; LOST bought once and no longer does; CLOSED exists no more."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    LOST = "lost"
    CLOSED = "closed"


class CustomerEvent(StrEnum):
    ACTIVATE = "activate"
    LOSE = "lose"
    WIN_BACK = "win_back"
    CLOSE = "close"


_S, _E = CustomerStatus, CustomerEvent
CUSTOMER_STATES = StateTable(
    name="customer",
    initial=CustomerStatus.PROSPECT,
    moves={
        (_S.PROSPECT, _E.ACTIVATE): _S.ACTIVE,
        (_S.PROSPECT, _E.CLOSE): _S.CLOSED,
        (_S.ACTIVE, _E.LOSE): _S.LOST,
        (_S.LOST, _E.WIN_BACK): _S.ACTIVE,
        (_S.LOST, _E.CLOSE): _S.CLOSED,
    },
)
