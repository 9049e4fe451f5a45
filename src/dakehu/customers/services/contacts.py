"""The people at a customer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dakehu.customers.domain.birthdays import day_of_year
from dakehu.customers.domain.errors import EntryUnknown, LeaderLoop, LeaderUnknown
from dakehu.customers.domain.people import LONGEST_OF_CONTACT, check_contact
from dakehu.customers.domain.relations import Attitude, leads_back
from dakehu.customers.models import Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.things import forget_things, index_things
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import raise_faults
from dakehu.kernel.text import clean_line, clean_name, fold_width
from dakehu.organisation.api import dictionary_labels

_SHOWN = (
    "name", "post", "role", "attitude", "reports_to", "phone", "email", "birthday", "preferences",
    "is_primary", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What the contact form holds; `reports_to_id` is another contact of the same customer."""

    name: str
    post: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    birthday: date | None = None
    is_primary: bool = False
    remark: str = ""
    attitude: str = Attitude.NEUTRAL
    reports_to_id: int | None = None
    preferences: str = ""


def contact_create(*, actor: Actor, customer_id: int, draft: ContactDraft) -> Contact:
    """A new contact; the first of a customer is its primary one."""
    with transaction.atomic():
        customer = customer_locked(actor, customer_id)
        row = Contact(customer=customer)
        _fill(row, draft)
        row.is_primary = draft.is_primary or not Contact.objects.filter(customer=customer).exists()
        _save(row)
        keep_quality([customer.pk])
        record(actor, "contact.create", _change(customer, row, {}))
        publish("contact.created", key=row.pk, payload={"customer": customer.pk})
    return row


def contact_change(*, actor: Actor, contact_id: int, version: int, draft: ContactDraft) -> Contact:
    with transaction.atomic():
        row = _locked(actor, contact_id)
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        _fill(row, draft)
        row.is_primary = draft.is_primary
        _save(row)
        keep_quality([row.customer_id])
        record(actor, "contact.change", _change(row.customer, row, before))
        publish("contact.changed", key=row.pk, payload={"customer": row.customer_id})
    return row


def contact_remove(*, actor: Actor, contact_id: int, version: int) -> None:
    with transaction.atomic():
        row = _locked(actor, contact_id)
        advance(row, version)
        change = _change(row.customer, row, snapshot(row, *_SHOWN), removed=True)
        forget_things("contact", [row.pk])
        row.delete()
        keep_quality([row.customer_id])
        record(actor, "contact.remove", change)
        publish("contact.removed", key=contact_id, payload={"path": row.customer.org_path})


def _locked(actor: Actor, contact_id: int) -> Contact:
    """The contact under its customer's lock: first contact and reporting lines concern its neighbours too."""
    found = access_one(Contact.objects.all(), actor, contact_id, Permission.CHANGE)
    customer = customer_locked(actor, found.customer_id)
    row = access_one(Contact.objects.select_for_update(of=("self",)), actor, contact_id, Permission.CHANGE)
    row.customer = customer
    return row


def _fill(row: Contact, draft: ContactDraft) -> None:
    row.name = clean_name(draft.name)
    row.post, row.role = clean_line(draft.post), draft.role
    row.phone, row.email = clean_line(fold_width(draft.phone)), draft.email.strip()
    row.preferences, row.remark = clean_line(draft.preferences), clean_line(draft.remark)
    raise_faults(check_contact({name: getattr(row, name) for name in LONGEST_OF_CONTACT}))
    if draft.role and draft.role not in dictionary_labels("contact_role"):
        raise EntryUnknown(field="role", dictionary="contact_role", text=draft.role)
    row.birthday = draft.birthday
    row.birthday_key = day_of_year(draft.birthday) if draft.birthday else None
    if draft.attitude not in set(Attitude):
        raise EntryUnknown(field="attitude", dictionary="", text=draft.attitude)
    row.attitude = draft.attitude
    _set_leader(row, draft.reports_to_id)


def _set_leader(row: Contact, leader_id: int | None) -> None:
    """Let the contact report to another of the same customer; the caller holds the customer's lock."""
    leaders: dict[int, int | None] = {}
    if leader_id is not None:
        others = Contact.objects.filter(customer=row.customer_id)
        leaders = dict(others.values_list("pk", "reports_to_id"))
        if leader_id not in leaders:
            raise LeaderUnknown(field="reports_to")
        if leads_back(row.pk, leader_id, leaders):
            raise LeaderLoop(field="reports_to", name=others.get(pk=leader_id).name)
    row.reports_to_id = leader_id


def _save(row: Contact) -> None:
    """Keep the row, and at most one primary contact beside it."""
    if row.is_primary:
        Contact.objects.filter(customer=row.customer, is_primary=True).exclude(pk=row.pk).update(
            is_primary=False
        )
    row.save()
    index_things("contact", [row])


def _change(customer: Customer, row: Contact, before: dict[str, object], *, removed: bool = False) -> Change:
    after = {} if removed else snapshot(row, *_SHOWN)
    return Change("customer", customer.pk, f"{customer.name}：{row.name}", before, after, customer.org_path)
