"""Reading customer files."""

from __future__ import annotations

from django.db.models import QuerySet

from dakehu.customers.domain.drafts import Known
from dakehu.customers.domain.grades import DEFAULT_THRESHOLDS, Grade, GradeThreshold
from dakehu.customers.domain.grading import RuleKind
from dakehu.customers.models import Collaborator, Contact, Customer, GradeRule
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import access_customer
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.organisation.api import dictionary_labels


def customers_for(actor: Actor, permission: Permission = Permission.VIEW) -> QuerySet[Customer]:
    """The accounts that the actor sees: the subtree's, and those they collaborate on."""
    return visible(Customer.objects.all(), actor, permission)


def customer_get(actor: Actor, customer_id: object) -> Customer:
    """One account with its unit and owner, or `NotFound`; `FileMerged` says where it went."""
    rows = Customer.objects.select_related("org_unit", "owner", "parent")
    return access_customer(rows, actor, customer_id, Permission.VIEW)


def contacts_of(actor: Actor, customer: Customer) -> QuerySet[Contact]:
    """The account's contacts, the first one first."""
    return visible(Contact.objects.filter(customer=customer), actor, Permission.VIEW)


def contact_get(actor: Actor, contact_id: object) -> Contact:
    """One contact with its customer, or `NotFound`."""
    return access_one(Contact.objects.select_related("customer"), actor, contact_id, Permission.VIEW)


def collaborators_of(customer: Customer) -> QuerySet[Collaborator]:
    """Who works on the account beside its owner; the caller has reached the account by a gate."""
    return Collaborator.objects.filter(customer=customer).select_related("user__org_unit").order_by("pk")


def branches_of(actor: Actor, customer: Customer) -> QuerySet[Customer]:
    """The accounts right below this one that the actor sees."""
    return customers_for(actor).filter(parent=customer).order_by("name_sort", "pk")


def grade_thresholds() -> tuple[GradeThreshold, ...]:
    """The thresholds in force, highest grade first."""
    rules = GradeRule.objects.filter(kind=RuleKind.REVENUE, is_active=True).order_by("grade")
    rows = [GradeThreshold(Grade(rule.grade), rule.least_fen) for rule in rules]
    return tuple(rows) or DEFAULT_THRESHOLDS


def known_entries() -> Known:
    """What the dictionaries hold, as drafts are checked against it."""
    return Known(
        sections=frozenset(dictionary_labels("trade_section")), trades=frozenset(dictionary_labels("trade"))
    )
