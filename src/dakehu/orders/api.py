"""The door to orders."""

from __future__ import annotations

from dakehu.orders.domain.requests import ItemRequest, OrderRequest
from dakehu.orders.domain.states import ItemAction, OrderState, PauseReason
from dakehu.orders.models import BranchWork, ProductOrder, ProductOrderItem, StepRun
from dakehu.orders.permissions import OrderPermission
from dakehu.orders.selectors.orders import order_get, orders_for
from dakehu.orders.services.checking import check_order
from dakehu.orders.services.completion import COMPLETED, order_complete
from dakehu.orders.services.handling import (
    order_cancel,
    order_grant_cancellation,
    order_hold,
    order_refuse_cancellation,
    order_reject,
    order_resume,
    order_take,
)
from dakehu.orders.services.steps import order_urge, step_finish, step_pause, step_resume, step_start
from dakehu.orders.services.submission import Submitted, order_submit

__all__ = [
    "COMPLETED",
    "BranchWork",
    "ItemAction",
    "ItemRequest",
    "OrderPermission",
    "OrderRequest",
    "OrderState",
    "PauseReason",
    "ProductOrder",
    "ProductOrderItem",
    "StepRun",
    "Submitted",
    "check_order",
    "order_cancel",
    "order_complete",
    "order_get",
    "order_grant_cancellation",
    "order_hold",
    "order_refuse_cancellation",
    "order_reject",
    "order_resume",
    "order_submit",
    "order_take",
    "order_urge",
    "orders_for",
    "step_finish",
    "step_pause",
    "step_resume",
    "step_start",
]
