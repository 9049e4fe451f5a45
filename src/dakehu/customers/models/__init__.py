from __future__ import annotations

from dakehu.customers.models.customer import CodeSeries, Customer
from dakehu.customers.models.grading import GradeRule
from dakehu.customers.models.merging import LikePair, Merge, MergeMove
from dakehu.customers.models.people import Collaborator, Contact

__all__ = ["CodeSeries", "Collaborator", "Contact", "Customer", "GradeRule", "LikePair", "Merge", "MergeMove"]
