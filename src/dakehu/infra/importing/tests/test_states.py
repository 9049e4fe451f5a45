"""The machine's whole product of states and events."""

from __future__ import annotations

from dakehu.infra.importing.domain.states import AT_WORK, BATCH_STATES, MENDABLE, BatchEvent, BatchState
from dakehu.infra.testing.states import assert_state_product


def test_every_state_and_event() -> None:
    assert_state_product(BATCH_STATES, BatchEvent)


def test_every_state_at_work_can_be_stopped_and_no_other() -> None:
    assert {state for state in BatchState if BATCH_STATES.allows(state, BatchEvent.STOP)} == AT_WORK


def test_what_can_be_mended_can_be_committed() -> None:
    assert {state for state in BatchState if BATCH_STATES.allows(state, BatchEvent.COMMIT)} == MENDABLE
