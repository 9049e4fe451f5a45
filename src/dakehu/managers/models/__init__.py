from __future__ import annotations

from dakehu.managers.models.files import Credential, ManagerFile
from dakehu.managers.models.hand_over import HandOver, HandOverItem
from dakehu.managers.models.visits import CalendarFeed, Promise, Visit, VisitRule

__all__ = [
    "CalendarFeed",
    "Credential",
    "HandOver",
    "HandOverItem",
    "ManagerFile",
    "Promise",
    "Visit",
    "VisitRule",
]
