"""The people at a customer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dakehu.customers.domain.errors import EntryUnknown, NameMissing
from dakehu.customers.models import Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.services.customers import customer_locked
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.versions import advance
from dakehu.kernel.text import clean_line, clean_name, fold_width
from dakehu.organisation.api import dictionary_labels

_SHOWN = ("name", "post", "role", "phone", "email", "birthday", "is_primary", "remark")


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What the contact form holds."""

    name: str
    post: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    birthday: date | None = None
    is_primary: bool = False
    remark: str = ""


def contact_create(*, actor: Actor, customer_id: int, draft: ContactDraft) -> Contact:
    """A new contact; the first of a customer is its primary one."""
    with transaction.atomic():
        customer = customer_locked(actor, customer_id)
        row = Contact(customer=customer)
        _fill(row, draft)
        row.is_primary = draft.is_primary or not Contact.objects.filter(customer=customer).exists()
        _save(row)
        record(actor, "contact.create", _change(customer, row, {}))
    return row


def contact_change(*, actor: Actor, contact_id: int, version: int, draft: ContactDraft) -> Contact:
    with transaction.atomic():
        row = _locked(actor, contact_id)
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        _fill(row, draft)
        row.is_primary = draft.is_primary
        _save(row)
        record(actor, "contact.change", _change(row.customer, row, before))
    return row


def contact_remove(*, actor: Actor, contact_id: int, version: int) -> None:
    with transaction.atomic():
        row = _locked(actor, contact_id)
        advance(row, version)
        change = _change(row.customer, row, snapshot(row, *_SHOWN), removed=True)
        row.delete()
        record(actor, "contact.remove", change)


def _locked(actor: Actor, contact_id: int) -> Contact:
    rows = Contact.objects.select_for_update(of=("self",)).select_related("customer")
    return access_one(rows, actor, contact_id, Permission.CHANGE)


def _fill(row: Contact, draft: ContactDraft) -> None:
    row.name = clean_name(draft.name)
    if not row.name:
        raise NameMissing(field="name")
    if draft.role and draft.role not in dictionary_labels("contact_role"):
        raise EntryUnknown(field="role", dictionary="contact_role", text=draft.role)
    row.post, row.role = clean_line(draft.post), draft.role
    row.phone, row.email = clean_line(fold_width(draft.phone)), draft.email.strip()
    row.birthday, row.remark = draft.birthday, clean_line(draft.remark)


def _save(row: Contact) -> None:
    """Keep the row, and at most one primary contact beside it."""
    if row.is_primary:
        Contact.objects.filter(customer=row.customer, is_primary=True).exclude(pk=row.pk).update(
            is_primary=False
        )
    row.save()


def _change(customer: Customer, row: Contact, before: dict[str, object], *, removed: bool = False) -> Change:
    after = {} if removed else snapshot(row, *_SHOWN)
    return Change("customer", customer.pk, f"{customer.name}：{row.name}", before, after, customer.org_path)
