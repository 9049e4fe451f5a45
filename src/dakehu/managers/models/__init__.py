from __future__ import annotations

from dakehu.managers.models.files import Credential, ManagerFile
from dakehu.managers.models.hand_over import HandOver, HandOverItem
from dakehu.managers.models.performance import (
    Appeal,
    Contract,
    ContractTerm,
    EnteredFigure,
    FigureRecord,
    MonthFigure,
    MonthResult,
    NewProduct,
)
from dakehu.managers.models.visits import CalendarFeed, Promise, Visit, VisitRule

__all__ = [
    "Appeal",
    "CalendarFeed",
    "Contract",
    "ContractTerm",
    "Credential",
    "EnteredFigure",
    "FigureRecord",
    "HandOver",
    "HandOverItem",
    "ManagerFile",
    "MonthFigure",
    "MonthResult",
    "NewProduct",
    "Promise",
    "Visit",
    "VisitRule",
]
