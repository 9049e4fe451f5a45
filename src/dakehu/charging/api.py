"""The door of this chapter."""

from __future__ import annotations

from dakehu.charging.models import Usage
from dakehu.charging.permissions import UsagePermission
from dakehu.charging.seed import seed
from dakehu.charging.services.rating import rate_spool, usage_save

__all__ = ["Usage", "UsagePermission", "rate_spool", "seed", "usage_save"]
