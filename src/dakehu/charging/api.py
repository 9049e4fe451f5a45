"""The door of this chapter."""

from __future__ import annotations

from dakehu.charging.models import Usage
from dakehu.charging.permissions import UsagePermission
from dakehu.charging.seed import seed
from dakehu.charging.services.rating import rate_spool, usage_save
from dakehu.charging.services.spool import (
    Consumer,
    spool_cursor,
    spool_cursor_locked,
    spool_forget,
    spool_move,
)

__all__ = [
    "Consumer",
    "Usage",
    "UsagePermission",
    "rate_spool",
    "seed",
    "spool_cursor",
    "spool_cursor_locked",
    "spool_forget",
    "spool_move",
    "usage_save",
]
