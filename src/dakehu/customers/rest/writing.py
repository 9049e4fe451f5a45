"""From TMF629 and TMF632 to the services of the chapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from msgspec import UNSET

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer, Kinship
from dakehu.customers.domain.relations import Attitude
from dakehu.customers.domain.states import CUSTOMER_STATES, CustomerEvent, CustomerStatus
from dakehu.customers.models import Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.rest.reading import ADDRESS, CREDIT_CODE, EMAIL, PHONE, WEBSITE
from dakehu.customers.rest.shapes import (
    ContactMedium,
    CustomerUpdate,
    IndividualUpdate,
    NewCustomer,
    NewIndividual,
    NewOrganization,
    OrganizationIdentification,
    OrganizationUpdate,
    ParentRelationship,
)
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import customer_change, customer_create, customer_move
from dakehu.customers.services.qualityfilling import draft_of
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.rest.api import Characteristic, Made, RestError
from dakehu.organisation.api import OrgUnit


class ValueRefused(RestError):
    """An attribute's value can't be understood. Data: `attribute`, `value`."""

    code = "customers.rest_value"


class StatusOutOfReach(RestError):
    """No step leads from the account's standing to the one asked for. Data: `status`."""

    code = "customers.rest_status"
    status = 409


def create_customer(actor: Actor, body: NewCustomer) -> Made[Customer]:
    """Let the organisation be a customer; one that is already answers as a repetition does."""
    row = _organization(actor, body.engaged_party.id, "engagedParty.id")
    if row.status == CustomerStatus.ACTIVE:
        return Made(row, replayed=True)
    return Made(_brought(actor, row, CustomerStatus.ACTIVE))


def patch_customer(actor: Actor, row: Customer, changes: CustomerUpdate) -> Customer:
    if changes.status is UNSET:
        return row
    if changes.status not in set(CustomerStatus):
        raise ValueRefused(field="status", attribute="status", value=str(changes.status)[:40])
    return _brought(actor, row, CustomerStatus(changes.status))


def create_organization(actor: Actor, body: NewOrganization) -> Made[Customer]:
    """A new file; files like it are refused until the characteristics `namesDiffer`, `kinship` answer."""
    said, media = _said(body.party_characteristic), _media(body.contact_medium)
    draft = CustomerDraft(
        name=body.trading_name or body.name,
        org_unit_id=_unit(actor, said.get("unit")),
        credit_code=_credit_code(body.organization_identification),
        section=str(said.get("section", "")),
        trade=str(said.get("trade", "")),
        remark=str(said.get("remark", "")),
        parent_id=_parent(body.organization_parent_relationship),
        phone=media.get("phone", ""),
        address=media.get("address", ""),
        website=media.get("website", ""),
    )
    return Made(customer_create(actor=actor, draft=draft, answer=_answer(said)))


def patch_organization(actor: Actor, row: Customer, changes: OrganizationUpdate) -> Customer:
    draft, answer = draft_of(row), Answer()
    if changes.trading_name is not UNSET:
        draft = replace(draft, name=str(changes.trading_name))
    if changes.contact_medium is not UNSET:
        media = _media(_several(changes.contact_medium))
        draft = replace(
            draft,
            phone=media.get("phone", ""),
            address=media.get("address", ""),
            website=media.get("website", ""),
        )
    if changes.organization_identification is not UNSET:
        draft = replace(draft, credit_code=_credit_code(_several(changes.organization_identification)))
    if changes.organization_parent_relationship is not UNSET:
        parent = changes.organization_parent_relationship
        draft = replace(draft, parent_id=_parent(parent if isinstance(parent, ParentRelationship) else None))
    if changes.party_characteristic is not UNSET:
        said = _said(_several(changes.party_characteristic))
        section, trade, remark = (str(said.get(name, "")) for name in ("section", "trade", "remark"))
        draft, answer = replace(draft, section=section, trade=trade, remark=remark), _answer(said)
        if "unit" in said and said["unit"] != row.org_unit.name:
            draft = replace(draft, org_unit_id=_unit(actor, said["unit"]))
    return customer_change(actor=actor, customer_id=row.pk, version=row.version, draft=draft, answer=answer)


def create_individual(actor: Actor, body: NewIndividual) -> Made[Contact]:
    parties = [each for each in body.related_party if each.referred_type in {"", "Organization", "Customer"}]
    customer = _organization(actor, parties[0].id if parties else "", "relatedParty.id")
    said, media = _said(body.party_characteristic), _media(body.contact_medium)
    draft = ContactDraft(
        name=body.full_name or f"{body.family_name}{body.given_name}",
        post=body.title,
        birthday=_day(body.birth_date),
        phone=media.get("phone", ""),
        email=media.get("email", ""),
        **_of_person(said),
    )
    return Made(contact_create(actor=actor, customer_id=customer.pk, draft=draft))


def patch_individual(actor: Actor, row: Contact, changes: IndividualUpdate) -> Contact:
    draft = ContactDraft(
        row.name, row.post, row.role, row.phone, row.email, row.birthday, row.is_primary, row.remark,
        row.attitude, row.reports_to_id, row.preferences,
    )  # fmt: skip
    if changes.full_name is not UNSET:
        draft = replace(draft, name=str(changes.full_name))
    if changes.title is not UNSET:
        draft = replace(draft, post=str(changes.title or ""))
    if changes.birth_date is not UNSET:
        draft = replace(draft, birthday=_day(str(changes.birth_date or "")))
    if changes.contact_medium is not UNSET:
        media = _media(_several(changes.contact_medium))
        draft = replace(draft, phone=media.get("phone", ""), email=media.get("email", ""))
    if changes.party_characteristic is not UNSET:
        blank = replace(draft, role="", preferences="", remark="", attitude=Attitude.NEUTRAL)
        draft = replace(blank, **_of_person(_said(_several(changes.party_characteristic))))
    return contact_change(actor=actor, contact_id=row.pk, version=row.version, draft=draft)


def delete_individual(actor: Actor, row: Contact) -> None:
    contact_remove(actor=actor, contact_id=row.pk, version=row.version)


def _brought(actor: Actor, row: Customer, status: CustomerStatus) -> Customer:
    """The account one step on along its states; nothing where it stands there already."""
    now = CustomerStatus(row.status)
    if now is status:
        return row
    for event in CustomerEvent:
        if CUSTOMER_STATES.allows(now, event) and CUSTOMER_STATES.move(now, event) is status:
            return customer_move(actor=actor, customer_id=row.pk, version=row.version, event=event)
    raise StatusOutOfReach(field="status", status=str(status))


def _organization(actor: Actor, text: str, attribute: str) -> Customer:
    """The file by its id or account number, within the actor's view."""
    rows = customers_for(actor).select_related("org_unit", "owner", "parent")
    is_id = text.isascii() and text.isdigit() and len(text) < 18
    found = rows.filter(pk=int(text)).first() if is_id else rows.filter(code=text[:16]).first()
    if found is None or not text:
        raise ValueRefused(field=attribute, attribute=attribute, value=text[:40])
    return found


def _unit(actor: Actor, said: object) -> int:
    """The unit by name or id; without one, the unit that the actor works in."""
    units = visible(OrgUnit.objects.filter(is_open=True), actor, Permission.CREATE)
    text = str(said or "")
    if not text:
        found = units.filter(path=actor.org_path).first()
    elif text.isascii() and text.isdigit() and len(text) < 18:
        found = units.filter(pk=int(text)).first()
    else:
        found = units.filter(name=text[:80]).first()
    if found is None:
        raise ValueRefused(
            field="partyCharacteristic.unit", attribute="partyCharacteristic.unit", value=text[:40]
        )
    return found.pk


def _parent(relationship: ParentRelationship | None) -> int | None:
    if relationship is None:
        return None
    text = relationship.organization.id
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        where = "organizationParentRelationship.organization.id"
        raise ValueRefused(field=where, attribute=where, value=text[:40])
    return int(text)


def _credit_code(identifications: Iterable[OrganizationIdentification]) -> str:
    codes = (each.identification_id for each in identifications if each.identification_type == CREDIT_CODE)
    return next(codes, "")


def _media(media: Iterable[ContactMedium]) -> dict[str, str]:
    """The first of each type, under the names that drafts have."""
    found: dict[str, str] = {}
    for medium in media:
        holds = medium.characteristic
        name, value = {
            PHONE: ("phone", holds.phone_number),
            EMAIL: ("email", holds.email_address),
            ADDRESS: ("address", holds.street1),
            WEBSITE: ("website", holds.social_network_id),
        }.get(medium.medium_type, ("", ""))
        if name and value:
            found.setdefault(name, value)
    return found


def _answer(said: Mapping[str, Any]) -> Answer:
    kinship = str(said.get("kinship", Kinship.UNSAID))
    if kinship not in set(Kinship):
        where = "partyCharacteristic.kinship"
        raise ValueRefused(field=where, attribute=where, value=kinship[:40])
    return Answer(Kinship(kinship), names_differ=said.get("namesDiffer") is True)


def _of_person(said: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: str(said[name]) for name in ("role", "preferences", "remark", "attitude") if said.get(name)
    }
    return {**values, "is_primary": said.get("isPrimary") is True}


def _said(characteristics: Iterable[Characteristic]) -> dict[str, Any]:
    return {each.name: each.value for each in characteristics}


def _several(value: Any) -> tuple[Any, ...]:
    """What a patch sets of a list; nothing where it takes the list away."""
    return value if isinstance(value, tuple) else ()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise ValueRefused(field="birthDate", attribute="birthDate", value=text[:40]) from None
