from __future__ import annotations

from dakehu.customers.models.churn import ChurnThreshold, ChurnWarning
from dakehu.customers.models.customer import CodeSeries, Customer
from dakehu.customers.models.grading import GradePeriod, GradeRule
from dakehu.customers.models.holdings import Agreement, CompetitorLine, Document, Equipment, Holding
from dakehu.customers.models.merging import LikePair, Merge, MergeMove
from dakehu.customers.models.people import Collaborator, Contact
from dakehu.customers.models.quality import (
    AccountQuality,
    QualityFault,
    QualityMonth,
    QualityReminder,
    QualityRule,
    QualityTally,
)
from dakehu.customers.models.revenue import MonthlyRevenue
from dakehu.customers.models.roster import (
    DisputeClaim,
    OwnershipDispute,
    OwnershipPeriod,
    ReclaimRule,
    RosterEntry,
    RosterShare,
)

__all__ = [
    "AccountQuality",
    "Agreement",
    "ChurnThreshold",
    "ChurnWarning",
    "CodeSeries",
    "Collaborator",
    "CompetitorLine",
    "Contact",
    "Customer",
    "DisputeClaim",
    "Document",
    "Equipment",
    "GradePeriod",
    "GradeRule",
    "Holding",
    "LikePair",
    "Merge",
    "MergeMove",
    "MonthlyRevenue",
    "OwnershipDispute",
    "OwnershipPeriod",
    "QualityFault",
    "QualityMonth",
    "QualityReminder",
    "QualityRule",
    "QualityTally",
    "ReclaimRule",
    "RosterEntry",
    "RosterShare",
]
