"""The door to customer files."""

from __future__ import annotations

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import Collaborator, Contact, Customer

__all__ = ["Collaborator", "Contact", "Customer", "CustomerStatus", "Grade"]
