from __future__ import annotations

from dakehu.customers.models.customer import CodeSeries, Customer
from dakehu.customers.models.dictionaries import GradeRule, Trade
from dakehu.customers.models.people import Collaborator, Contact

__all__ = ["CodeSeries", "Collaborator", "Contact", "Customer", "GradeRule", "Trade"]
