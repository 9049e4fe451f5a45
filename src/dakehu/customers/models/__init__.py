from __future__ import annotations

from dakehu.customers.models.churn import ChurnThreshold, ChurnWarning
from dakehu.customers.models.customer import CodeSeries, Customer
from dakehu.customers.models.grading import GradePeriod, GradeRule
from dakehu.customers.models.people import Collaborator, Contact
from dakehu.customers.models.revenue import MonthlyRevenue

__all__ = [
    "ChurnThreshold",
    "ChurnWarning",
    "CodeSeries",
    "Collaborator",
    "Contact",
    "Customer",
    "GradePeriod",
    "GradeRule",
    "MonthlyRevenue",
]
