"""A dispute about who an account belongs to: a case with claimants, evidence and a decision (KAM-12)."""

from __future__ import annotations

from enum import StrEnum

from dakehu.kernel.states import StateTable


class DisputeState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class DisputeEvent(StrEnum):
    DECIDE = "decide"
    WITHDRAW = "withdraw"


DISPUTE_STATES = StateTable(
    name="ownership dispute",
    initial=DisputeState.OPEN,
    moves={
        (DisputeState.OPEN, DisputeEvent.DECIDE): DisputeState.DECIDED,
        (DisputeState.OPEN, DisputeEvent.WITHDRAW): DisputeState.WITHDRAWN,
    },
)
