from __future__ import annotations

import pytest

from dakehu.infra.testing.states import assert_state_product
from dakehu.orders.domain.states import (
    CLOCK_RUNS,
    OPEN_ORDERS,
    ORDER_STATES,
    STEP_STATES,
    UNFINISHED,
    ItemState,
    OrderEvent,
    OrderState,
    PauseReason,
    StepEvent,
    StepState,
    item_state,
)

pytestmark = pytest.mark.req("KAM-08")


def test_every_state_with_every_event() -> None:
    assert_state_product(ORDER_STATES, OrderEvent)
    assert_state_product(STEP_STATES, StepEvent)


def test_a_finished_order_stays_as_it_is() -> None:
    final = {state for state in OrderState if ORDER_STATES.is_final(state)}
    assert final == {
        OrderState.REJECTED,
        OrderState.CANCELLED,
        OrderState.COMPLETED,
        OrderState.PARTIAL,
        OrderState.FAILED,
    }
    assert final.isdisjoint(OPEN_ORDERS)
    assert final | OPEN_ORDERS == set(OrderState)


def test_cancelling_work_in_hand_is_asked_then_granted() -> None:
    state = OrderState.IN_PROGRESS
    for event in (OrderEvent.ASK_CANCELLATION, OrderEvent.GRANT_CANCELLATION, OrderEvent.CANCEL):
        state = ORDER_STATES.move(state, event)
    assert state is OrderState.CANCELLED
    assert not ORDER_STATES.allows(OrderState.IN_PROGRESS, OrderEvent.CANCEL)


def test_items_follow_their_order() -> None:
    assert {item_state(state) for state in OrderState} == {None, *ItemState}
    assert item_state(OrderState.PARTIAL) is None


def test_clocks_run_only_while_someone_could_work() -> None:
    assert CLOCK_RUNS < UNFINISHED
    assert StepState.PAUSED not in CLOCK_RUNS
    assert {reason for reason in PauseReason if reason.stops_clock} == {
        PauseReason.CUSTOMER_NOT_READY,
        PauseReason.CUSTOMER_CHANGES,
        PauseReason.FORCE_MAJEURE,
    }
