"""How an uploaded tone comes to be heard, and no longer (VPN-17)."""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class ToneState(StrEnum):
    UPLOADED = "uploaded"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ToneEvent(StrEnum):
    """What happens to a tone: a reviewer decides, its owner or a reviewer takes it back."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_S, _E = ToneState, ToneEvent
TONE_STATES = StateTable(
    name="ring-back tone",
    initial=ToneState.UPLOADED,
    moves={
        (_S.UPLOADED, _E.APPROVE): _S.APPROVED,
        (_S.UPLOADED, _E.REFUSE): _S.REFUSED,
        (_S.UPLOADED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _E.WITHDRAW): _S.WITHDRAWN,
    },
)
USABLE = frozenset({ToneState.UPLOADED, ToneState.APPROVED})
"""A rule may name these; what is not approved yet sounds nowhere."""
