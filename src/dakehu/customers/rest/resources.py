"""TMF629 Customer Management and TMF632 Party Management over the customer files.

One file is an organisation (TMF632) and, once it buys, a customer (TMF629): both have its id. Files are never
deleted by a client: the desk closes them, or merges one into another, whose account number then stands
among the survivor's external references.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.models import Contact, Customer, Merge
from dakehu.customers.permissions import Permission
from dakehu.customers.rest.reading import (
    last_of_customer,
    represent_customer,
    represent_individual,
    represent_organization,
)
from dakehu.customers.rest.shapes import (
    CustomerUpdate,
    CustomerView,
    IndividualUpdate,
    IndividualView,
    NewCustomer,
    NewIndividual,
    NewOrganization,
    OrganizationUpdate,
    OrganizationView,
)
from dakehu.customers.rest.writing import (
    create_customer,
    create_individual,
    create_organization,
    delete_individual,
    patch_customer,
    patch_individual,
    patch_organization,
)
from dakehu.customers.selectors.customers import customers_for
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.rest.api import Attribute, Create, Kind, Patch, Resource

_PARTY = "party/v4"


def _files(actor: Actor) -> QuerySet[Customer]:
    return customers_for(actor).select_related("org_unit", "owner", "parent")


def _organizations(actor: Actor) -> QuerySet[Customer]:
    return _files(actor).prefetch_related("merges")


def _contacts(actor: Actor) -> QuerySet[Contact]:
    return visible(Contact.objects.select_related("customer"), actor, Permission.VIEW)


def _number_now(number: str) -> str:
    """The account number, or that of the file into which its file was merged."""
    merges = Merge.objects.filter(gone_code=number, undone_at=None)
    return merges.values_list("kept__code", flat=True).first() or number


CUSTOMER = Resource(
    name="customer",
    api="customerManagement/v4",
    model=Customer,
    shape=CustomerView,
    rows=_files,
    represent=represent_customer,
    title=pgettext_lazy("tmf", "Customer"),
    attributes=(
        Attribute("name", "name", sortable=True),
        Attribute("status", "status", sortable=True),
        Attribute("engagedParty.id", "pk", Kind.NUMBER),
        Attribute("relatedParty.id", "owner_id", Kind.NUMBER),
        Attribute("characteristic.grade", "grade", Kind.NUMBER, sortable=True),
        Attribute("characteristic.accountNumber", "code"),
        Attribute("validFor.startDateTime", "created_at", Kind.MOMENT, sortable=True),
    ),
    create=Create(NewCustomer, create_customer),
    patch=Patch(CustomerUpdate, patch_customer),
    events={
        "customer.created": "CustomerCreateEvent",
        "customer.changed": "CustomerAttributeValueChangeEvent",
        "customer.moved": "CustomerStateChangeEvent",
        "customers.merged": "CustomerAttributeValueChangeEvent",
        "customers.unmerged": "CustomerAttributeValueChangeEvent",
        "customer.put_back": "CustomerCreateEvent",
    },
    gone={"customer.merged_away": "CustomerDeleteEvent"},
    last=last_of_customer,
)
ORGANIZATION = Resource(
    name="organization",
    api=_PARTY,
    model=Customer,
    shape=OrganizationView,
    rows=_organizations,
    represent=represent_organization,
    title=_("Organization"),
    attributes=(
        Attribute("tradingName", "name", sortable=True),
        Attribute("name", "name", sortable=True),
        Attribute("organizationIdentification.identificationId", "credit_code"),
        Attribute("externalReference.name", "code", decode=_number_now),
        Attribute("organizationParentRelationship.organization.id", "parent_id", Kind.NUMBER),
        Attribute("relatedParty.id", "owner_id", Kind.NUMBER),
        Attribute("partyCharacteristic.trade", "trade"),
        Attribute("partyCharacteristic.section", "section"),
    ),
    create=Create(NewOrganization, create_organization),
    patch=Patch(OrganizationUpdate, patch_organization),
    events={
        "customer.created": "OrganizationCreateEvent",
        "customer.changed": "OrganizationAttributeValueChangeEvent",
        "customer.moved": "OrganizationStateChangeEvent",
        "customers.merged": "OrganizationAttributeValueChangeEvent",
        "customers.unmerged": "OrganizationAttributeValueChangeEvent",
        "customer.put_back": "OrganizationCreateEvent",
    },
    gone={"customer.merged_away": "OrganizationDeleteEvent"},
)
INDIVIDUAL = Resource(
    name="individual",
    api=_PARTY,
    model=Contact,
    shape=IndividualView,
    rows=_contacts,
    represent=represent_individual,
    title=pgettext_lazy("tmf", "Individual"),
    attributes=(
        Attribute("fullName", "name", sortable=True),
        Attribute("title", "post"),
        Attribute("birthDate", "birthday", Kind.DATE, sortable=True),
        Attribute("relatedParty.id", "customer_id", Kind.NUMBER),
        Attribute("partyCharacteristic.role", "role"),
    ),
    create=Create(NewIndividual, create_individual),
    patch=Patch(IndividualUpdate, patch_individual),
    delete=delete_individual,
    events={
        "contact.created": "IndividualCreateEvent",
        "contact.changed": "IndividualAttributeValueChangeEvent",
    },
    gone={"contact.removed": "IndividualDeleteEvent"},
)
