"""What to fill next: faults by grade and gain, of own accounts or all in view; pages by key (KAM-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from dakehu.customers.models import Contact, Customer, QualityFault
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.qualityfacts import FIELDS
from dakehu.customers.subjects import Fill, Subject, known_subjects, subject_of
from dakehu.infra.access.api import Actor, visible
from dakehu.kernel.errors import NotFound

PAGE = 50
_REACH = {"contact_phone": 0, "contact_email": 1}


class Whose(StrEnum):
    MINE = "mine"
    ALL = "all"
    """Of every account in one's view: for leaders and stewards."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which faults are asked for; with a customer theirs alone; after the key of the last one seen."""

    whose: Whose = Whose.MINE
    customer_id: int | None = None
    subject: str = ""
    grade: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A fault with what is on file now; `can_fill` says that it can be mended in place."""

    fault: QualityFault
    subject: Subject
    text: str
    can_fill: bool


def to_fill(actor: Actor, wanted: Wanted) -> tuple[list[Line], str]:
    """A page of faults and the key of the next one, empty after the last. Four queries."""
    rows = visible(QualityFault.objects.select_related("customer__owner"), actor, Permission.VIEW)
    if wanted.customer_id is not None:
        rows = rows.filter(customer=wanted.customer_id)
    elif wanted.whose is Whose.MINE:
        rows = rows.filter(owner=actor.user_id) if actor.user_id is not None else rows.none()
    elif wanted.whose is Whose.NOBODY:
        rows = rows.filter(owner=None)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.grade is not None:
        rows = rows.filter(grade=wanted.grade)
    rank, _dot, last = wanted.after.partition(".")
    if last.isdecimal() and rank.lstrip("-").isdecimal():
        rows = rows.filter(Q(rank__gt=int(rank)) | Q(rank=int(rank), pk__gt=int(last)))
    known = [subject.name for subject in known_subjects()]
    found = list(rows.filter(subject__in=known).order_by("rank", "pk")[: PAGE + 1])
    more = f"{found[PAGE - 1].rank}.{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return _lines(found[:PAGE]), more


def owns_accounts(actor: Actor) -> bool:
    return actor.user_id is not None and Customer.objects.filter(owner=actor.user_id).exists()


def line_of(actor: Actor, customer_id: int, subject: str) -> Line:
    """One fault as it is now, or `NotFound`."""
    rows = visible(QualityFault.objects.select_related("customer__owner"), actor, Permission.VIEW)
    row = rows.filter(customer=customer_id, subject=subject).first()
    if row is None:
        raise NotFound(noun="quality_fault", id=subject)
    return _lines([row])[0]


def _lines(rows: Sequence[QualityFault]) -> list[Line]:
    reached = {row.customer_id for row in rows if subject_of(row.subject).fill is Fill.REACH}
    contacts: dict[int, tuple[str, str]] = {}
    first = Contact.objects.filter(customer__in=reached).order_by("-is_primary", "id") if reached else ()
    for contact in first:
        contacts.setdefault(contact.customer_id, (contact.phone, contact.email))
    lines = []
    for row in rows:
        subject = subject_of(row.subject)
        text = getattr(row.customer, row.subject) if row.subject in FIELDS else ""
        can_fill = subject.fill in {Fill.FIELD, Fill.PERSON}
        if subject.fill is Fill.REACH and row.customer_id in contacts:
            text, can_fill = contacts[row.customer_id][_REACH[row.subject]], True
        lines.append(Line(row, subject, text, can_fill))
    return lines
