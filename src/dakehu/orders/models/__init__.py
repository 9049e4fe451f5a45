from __future__ import annotations

from dakehu.orders.models.orders import OrderEntry, ProductOrder, ProductOrderItem
from dakehu.orders.models.work import BranchWork, OrderPause, StepRun

__all__ = ["BranchWork", "OrderEntry", "OrderPause", "ProductOrder", "ProductOrderItem", "StepRun"]
