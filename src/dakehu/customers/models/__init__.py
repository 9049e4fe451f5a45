from __future__ import annotations

from dakehu.customers.models.customer import CodeSeries, Customer
from dakehu.customers.models.grading import GradeRule
from dakehu.customers.models.people import Collaborator, Contact
from dakehu.customers.models.roster import (
    DisputeClaim,
    OwnershipDispute,
    OwnershipPeriod,
    ReclaimRule,
    RosterEntry,
    RosterShare,
)

__all__ = [
    "CodeSeries",
    "Collaborator",
    "Contact",
    "Customer",
    "DisputeClaim",
    "GradeRule",
    "OwnershipDispute",
    "OwnershipPeriod",
    "ReclaimRule",
    "RosterEntry",
    "RosterShare",
]
