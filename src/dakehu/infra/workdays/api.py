"""The door to the working calendar."""

from __future__ import annotations

from dakehu.infra.workdays.calendar import (
    YearPlan,
    notice_preview,
    working_calendar,
    year_from_notice,
    year_plan,
    years_known,
)
from dakehu.infra.workdays.permissions import Permission

__all__ = [
    "Permission",
    "YearPlan",
    "notice_preview",
    "working_calendar",
    "year_from_notice",
    "year_plan",
    "years_known",
]
