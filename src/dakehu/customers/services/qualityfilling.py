"""Filling in one thing of a file in place, and saying that a field is still right (KAM-13)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.quality import FormatMissed, NotFillable, Rule, has_format
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import AccountQuality, Contact, Customer, QualityFault
from dakehu.customers.selectors.qualityfacts import DECIDES, FIELDS, facts_of
from dakehu.customers.selectors.qualityrules import rule_book
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create
from dakehu.customers.services.customers import customer_change, customer_locked
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.subjects import Fill, subject_of
from dakehu.infra.access.api import Actor, hold_places
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import Conflict, NotFound
from dakehu.kernel.text import clean_line, clean_name, fold_width

_REACH = {"contact_phone": "phone", "contact_email": "email"}


def quality_fill(*, actor: Actor, customer_id: int, subject: str, version: int, text: str) -> AccountQuality:
    """Enter what the subject lacks, by the services that any form goes through; the score as it is then.

    `version` is the customer's as it was read. Raises `Conflict`, the fault of the entry, `FormatMissed`,
    `NotFillable`.
    """
    fill = subject_of(subject).fill
    with transaction.atomic():
        hold_places()
        row = _opened(actor, customer_id, subject, version)
        if fill is Fill.FIELD:
            _check(row, subject, clean_line(fold_width(text)))
            entered: dict[str, Any] = {subject: text}
            draft = replace(draft_of(row), **entered)
            customer_change(actor=actor, customer_id=customer_id, version=version, draft=draft)
        elif fill is Fill.PERSON:
            _add_person(actor, row, subject, text)
        elif fill is Fill.REACH:
            _check(row, subject, clean_line(fold_width(text)))
            _set_reach(actor, row, subject, text)
        else:
            raise NotFillable(field="value")
        return AccountQuality.objects.get(pk=customer_id)


def quality_confirm(*, actor: Actor, customer_id: int, subject: str, version: int) -> AccountQuality:
    """Someone looked: the field is as it is on file. It is as of today from now on."""
    if subject not in FIELDS:
        raise NotFillable
    with transaction.atomic():
        row = _opened(actor, customer_id, subject, version)
        value = getattr(row, subject)
        record(
            actor,
            "customer.confirm",
            Change("customer", row.pk, row.name, {}, {subject: value}, row.org_path),
        )
        keep_quality([row.pk], touched={row.pk: [subject]})
        return AccountQuality.objects.get(pk=customer_id)


def draft_of(row: Customer) -> CustomerDraft:
    """The file as a form would send it back unchanged."""
    return CustomerDraft(
        name=row.name,
        org_unit_id=row.org_unit_id,
        credit_code=row.credit_code,
        section=row.section,
        trade=row.trade,
        grade=Grade(row.hand_grade) if row.hand_grade else None,
        status=CustomerStatus(row.status),
        owner_id=row.owner_id,
        parent_id=row.parent_id,
        monthly_revenue_fen=row.monthly_revenue_fen,
        address=row.address,
        phone=row.phone,
        website=row.website,
        remark=row.remark,
    )


def _opened(actor: Actor, customer_id: int, subject: str, version: int) -> Customer:
    """The account, locked, if file and fault are as they were read. Raises `Conflict`."""
    row = customer_locked(actor, customer_id)
    is_faulty = QualityFault.objects.filter(customer=row, subject=subject).exists()
    if row.version != version or not is_faulty:
        raise Conflict(noun="customer", version=row.version, current=snapshot(row))
    return row


def _rule_of(row: Customer, subject: str) -> Rule | None:
    stage = facts_of([row], {}, day_of(now()))[row.pk].stage
    return next((rule for rule in rule_book().asked(stage, row.grade) if rule.subject == subject), None)


def _check(row: Customer, subject: str, text: str) -> None:
    """What is entered here mends the fault, or is not taken."""
    rule = _rule_of(row, subject)
    if not text or (rule is not None and not has_format(rule.format, text)):
        raise FormatMissed(field="value", text=text)


def _add_person(actor: Actor, row: Customer, subject: str, text: str) -> None:
    """A new contact of that name; one who is on file by it takes the part."""
    name, role = clean_name(text), DECIDES if subject == "decider" else ""
    held = Contact.objects.filter(customer=row, name=name).first() if name and role else None
    if held is None:
        contact_create(actor=actor, customer_id=row.pk, draft=ContactDraft(name=name, role=role))
    else:
        draft = replace(_contact_draft(held), role=role)
        contact_change(actor=actor, contact_id=held.pk, version=held.version, draft=draft)


def _set_reach(actor: Actor, row: Customer, subject: str, text: str) -> None:
    held = Contact.objects.filter(customer=row).order_by("-is_primary", "id").first()
    if held is None:
        raise NotFound(noun="contact", id="")
    entered: dict[str, Any] = {_REACH[subject]: text}
    draft = replace(_contact_draft(held), **entered)
    contact_change(actor=actor, contact_id=held.pk, version=held.version, draft=draft)


def _contact_draft(row: Contact) -> ContactDraft:
    return ContactDraft(
        name=row.name,
        post=row.post,
        role=row.role,
        phone=row.phone,
        email=row.email,
        birthday=row.birthday,
        is_primary=row.is_primary,
        remark=row.remark,
        attitude=row.attitude,
        reports_to_id=row.reports_to_id,
        preferences=row.preferences,
    )
