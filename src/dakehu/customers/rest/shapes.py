"""TMF629 v4's Customer, TMF632 v4's Organization and Individual, as far as customer files have them."""

from __future__ import annotations

import msgspec

from dakehu.infra.rest.api import Characteristic, Entity, Ref, RelatedParty, Shape, TimePeriod


class MediumCharacteristic(Shape, frozen=True, kw_only=True):
    """One of them, by the medium's type; `contact_type` says whose."""

    contact_type: str = ""
    phone_number: str = ""
    email_address: str = ""
    street1: str = ""
    social_network_id: str = ""


class ContactMedium(Shape, frozen=True, kw_only=True):
    """`medium_type` is phone, email, postalAddress or website."""

    medium_type: str
    characteristic: MediumCharacteristic
    preferred: bool = False


class OrganizationIdentification(Shape, frozen=True, kw_only=True):
    """The unified social credit code is of type `unifiedSocialCreditCode` (GB 32100)."""

    identification_id: str
    identification_type: str


class ExternalReference(Shape, frozen=True, kw_only=True):
    """Account numbers: the file's own, and those of files that were merged into it."""

    name: str
    external_reference_type: str


class OrganizationRelationship(Shape, frozen=True, kw_only=True):
    organization: Ref
    relationship_type: str


class CustomerView(Entity, frozen=True, kw_only=True):
    """The file in its part as customer; `engaged_party` is the same file as an organisation."""

    name: str
    status: str
    engaged_party: RelatedParty
    related_party: tuple[RelatedParty, ...] = ()
    contact_medium: tuple[ContactMedium, ...] = ()
    characteristic: tuple[Characteristic, ...] = ()
    valid_for: TimePeriod


class OrganizationView(Entity, frozen=True, kw_only=True):
    """The file as an organisation, whether it buys or not."""

    trading_name: str
    name: str
    name_type: str
    status: str
    is_legal_entity: bool
    contact_medium: tuple[ContactMedium, ...] = ()
    organization_identification: tuple[OrganizationIdentification, ...] = ()
    external_reference: tuple[ExternalReference, ...] = ()
    organization_parent_relationship: OrganizationRelationship | None = None
    party_characteristic: tuple[Characteristic, ...] = ()
    related_party: tuple[RelatedParty, ...] = ()


class IndividualView(Entity, frozen=True, kw_only=True):
    """A contact: a person at a customer's."""

    full_name: str
    family_name: str
    given_name: str
    status: str
    title: str = ""
    birth_date: str = ""
    contact_medium: tuple[ContactMedium, ...] = ()
    party_characteristic: tuple[Characteristic, ...] = ()
    related_party: tuple[RelatedParty, ...] = ()


class PartyRef(Shape, frozen=True, kw_only=True):
    id: str
    role: str = ""
    referred_type: str = msgspec.field(default="", name="@referredType")


class NewCustomer(Shape, frozen=True, kw_only=True):
    """An organisation on file that becomes a customer."""

    name: str
    engaged_party: PartyRef


class CustomerUpdate(Shape, frozen=True, kw_only=True):
    """`status` moves along the account's states; all else is the organisation's."""

    status: str | msgspec.UnsetType = msgspec.UNSET


class ParentRelationship(Shape, frozen=True, kw_only=True):
    organization: PartyRef
    relationship_type: str = ""


class NewOrganization(Shape, frozen=True, kw_only=True):
    """A new file. Characteristics: `section`, `trade`, `unit`, `remark`; `namesDiffer` and `kinship` answer
    what a refusal asked about files like it."""

    trading_name: str
    name: str = ""
    contact_medium: tuple[ContactMedium, ...] = ()
    organization_identification: tuple[OrganizationIdentification, ...] = ()
    organization_parent_relationship: ParentRelationship | None = None
    party_characteristic: tuple[Characteristic, ...] = ()


class OrganizationUpdate(Shape, frozen=True, kw_only=True):
    trading_name: str | msgspec.UnsetType = msgspec.UNSET
    contact_medium: tuple[ContactMedium, ...] | msgspec.UnsetType | None = msgspec.UNSET
    organization_identification: tuple[OrganizationIdentification, ...] | msgspec.UnsetType | None = (
        msgspec.UNSET
    )
    organization_parent_relationship: ParentRelationship | msgspec.UnsetType | None = msgspec.UNSET
    party_characteristic: tuple[Characteristic, ...] | msgspec.UnsetType | None = msgspec.UNSET


class NewIndividual(Shape, frozen=True, kw_only=True):
    """A new contact of the customer that `related_party` names."""

    related_party: tuple[PartyRef, ...]
    full_name: str = ""
    family_name: str = ""
    given_name: str = ""
    title: str = ""
    birth_date: str = ""
    contact_medium: tuple[ContactMedium, ...] = ()
    party_characteristic: tuple[Characteristic, ...] = ()


class IndividualUpdate(Shape, frozen=True, kw_only=True):
    full_name: str | msgspec.UnsetType = msgspec.UNSET
    title: str | msgspec.UnsetType | None = msgspec.UNSET
    birth_date: str | msgspec.UnsetType | None = msgspec.UNSET
    contact_medium: tuple[ContactMedium, ...] | msgspec.UnsetType | None = msgspec.UNSET
    party_characteristic: tuple[Characteristic, ...] | msgspec.UnsetType | None = msgspec.UNSET
