"""From customer files and contacts to TMF629 and TMF632."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import Contact, Customer
from dakehu.customers.rest.shapes import (
    ContactMedium,
    CustomerView,
    ExternalReference,
    IndividualView,
    MediumCharacteristic,
    OrganizationIdentification,
    OrganizationRelationship,
    OrganizationView,
)
from dakehu.infra.rest.api import Characteristic, Ref, RelatedParty, TimePeriod
from dakehu.kernel.clock import utc

CREDIT_CODE = "unifiedSocialCreditCode"
PHONE, EMAIL, ADDRESS, WEBSITE = "phone", "email", "postalAddress", "website"
_COMPOUND = (
    "欧阳端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政"
    "濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空令狐"
)
"""Family names of two characters, one after the other."""


def represent_customer(row: Customer) -> CustomerView:
    """From a row with its unit and owner."""
    organization = RelatedParty(
        id=str(row.pk),
        href=f"/tmf-api/party/v4/organization/{row.pk}",
        name=row.name,
        role="engagedParty",
        referred_type="Organization",
    )
    return CustomerView(
        id=str(row.pk),
        name=row.name,
        status=row.status,
        engaged_party=organization,
        related_party=_owner(row),
        contact_medium=tuple(_media(row)),
        characteristic=(
            Characteristic(name="accountNumber", value=row.code, value_type="string"),
            Characteristic(name="grade", value=row.grade, value_type="integer"),
            Characteristic(name="monthlyRevenue", value=row.monthly_revenue_fen / 100, value_type="number"),
            Characteristic(name="unit", value=row.org_unit.name, value_type="string"),
        ),
        valid_for=TimePeriod(start_date_time=utc(row.created_at).isoformat(timespec="milliseconds")),
    )


def last_of_customer(key: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What TMF629 wants even of a customer that was merged away."""
    name = str(payload.get("name", ""))
    engaged = {"id": key, "name": name, "role": "engagedParty", "@referredType": "Organization"}
    return {"name": name, "engagedParty": engaged}


def represent_organization(row: Customer) -> OrganizationView:
    """From a row with its unit, owner and parent, and the merges that live on in it."""
    codes = [(row.code, "accountNumber")]
    codes += [(merge.gone_code, "formerAccountNumber") for merge in row.merges.all() if not merge.undone_at]
    parent = row.parent
    return OrganizationView(
        id=str(row.pk),
        trading_name=row.name,
        name=row.name,
        name_type="legal",
        status="closed" if row.status == CustomerStatus.CLOSED else "validated",
        is_legal_entity=bool(row.credit_code),
        contact_medium=tuple(_media(row)),
        organization_identification=tuple(_identification(row)),
        external_reference=tuple(
            ExternalReference(name=code, external_reference_type=kind) for code, kind in codes
        ),
        organization_parent_relationship=OrganizationRelationship(
            organization=Ref(
                id=str(parent.pk),
                href=f"/tmf-api/party/v4/organization/{parent.pk}",
                referred_type="Organization",
            ),
            relationship_type="parent",
        )
        if parent
        else None,
        party_characteristic=tuple(
            Characteristic(name=name, value=value, value_type="string")
            for name, value in (
                ("section", row.section),
                ("trade", row.trade),
                ("unit", row.org_unit.name),
                ("remark", row.remark),
            )
            if value
        ),
        related_party=_owner(row),
    )


def represent_individual(row: Contact) -> IndividualView:
    """From a row with its customer."""
    family, given = split_name(row.name)
    media = [(PHONE, MediumCharacteristic(phone_number=row.phone), row.phone)]
    media += [(EMAIL, MediumCharacteristic(email_address=row.email), row.email)]
    return IndividualView(
        id=str(row.pk),
        full_name=row.name,
        family_name=family,
        given_name=given,
        status="validated",
        title=row.post,
        birth_date=row.birthday.isoformat() if row.birthday else "",
        contact_medium=tuple(
            ContactMedium(medium_type=kind, characteristic=holds) for kind, holds, value in media if value
        ),
        party_characteristic=tuple(
            Characteristic(name=name, value=value, value_type=kind)
            for name, value, kind in (
                ("role", row.role, "string"),
                ("attitude", row.attitude, "string"),
                ("preferences", row.preferences, "string"),
                ("remark", row.remark, "string"),
                ("isPrimary", row.is_primary, "boolean"),
            )
            if value
        ),
        related_party=(
            RelatedParty(
                id=str(row.customer_id),
                href=f"/tmf-api/party/v4/organization/{row.customer_id}",
                name=row.customer.name,
                role="employer",
                referred_type="Organization",
            ),
        ),
    )


def split_name(name: str) -> tuple[str, str]:
    """Family and given name: a Chinese one without a blank, others at their last."""
    if " " in name:
        given, _blank, family = name.rpartition(" ")
        return family, given
    is_compound = len(name) > 2 and _COMPOUND.find(name[:2]) % 2 == 0
    length = 2 if is_compound else 1
    return name[:length], name[length:]


def _owner(row: Customer) -> tuple[RelatedParty, ...]:
    if row.owner is None:
        return ()
    name = row.owner.name
    return (RelatedParty(id=str(row.owner.pk), name=name, role="accountManager", referred_type="Individual"),)


def _media(row: Customer) -> Iterator[ContactMedium]:
    if row.phone:
        yield ContactMedium(
            medium_type=PHONE, characteristic=MediumCharacteristic(phone_number=row.phone), preferred=True
        )
    if row.address:
        yield ContactMedium(medium_type=ADDRESS, characteristic=MediumCharacteristic(street1=row.address))
    if row.website:
        holds = MediumCharacteristic(social_network_id=row.website)
        yield ContactMedium(medium_type=WEBSITE, characteristic=holds)


def _identification(row: Customer) -> Iterator[OrganizationIdentification]:
    if row.credit_code:
        yield OrganizationIdentification(identification_id=row.credit_code, identification_type=CREDIT_CODE)
