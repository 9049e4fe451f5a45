"""The door to customer files."""

from __future__ import annotations

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer, Duplicate, Kinship, Likeness
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.states import CustomerEvent, CustomerStatus
from dakehu.customers.models import Collaborator, Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import branches_of, contacts_of, customer_get, customers_for
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.merges import former_names, survivors_of
from dakehu.customers.selectors.search import best_matches, matching
from dakehu.customers.services.assigning import (
    collaborator_add,
    collaborator_remove,
    customers_assign_owner,
    customers_set_grade,
)
from dakehu.customers.services.bulk import customers_create_many
from dakehu.customers.services.checking import CheckedDraft, check_drafts
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import (
    customer_change,
    customer_create,
    customer_move,
    customer_served,
)
from dakehu.customers.services.hanging import Hanging, register_hanging
from dakehu.customers.services.loading import LoadedContact, LoadedFile, load_files, load_series, loading

__all__ = [
    "Answer",
    "CheckedDraft",
    "Collaborator",
    "Contact",
    "ContactDraft",
    "Customer",
    "CustomerDraft",
    "CustomerEvent",
    "CustomerStatus",
    "Duplicate",
    "Grade",
    "Hanging",
    "Kinship",
    "Likeness",
    "LoadedContact",
    "LoadedFile",
    "Permission",
    "best_matches",
    "branches_of",
    "check_drafts",
    "collaborator_add",
    "collaborator_remove",
    "contact_change",
    "contact_create",
    "contact_remove",
    "contacts_of",
    "customer_change",
    "customer_create",
    "customer_get",
    "customer_move",
    "customer_served",
    "customers_assign_owner",
    "customers_create_many",
    "customers_for",
    "customers_set_grade",
    "duplicates_of",
    "former_names",
    "load_files",
    "load_series",
    "loading",
    "matching",
    "register_hanging",
    "survivors_of",
]
