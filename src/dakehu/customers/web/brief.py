"""The visit brief: what one should know before going there, on one page for a telephone or paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dakehu.customers.briefing import BriefLine, brief_sections
from dakehu.customers.domain.birthdays import next_birthday
from dakehu.customers.domain.relations import Attitude
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import contacts_of, customer_get
from dakehu.customers.selectors.holdings import ending_agreements, ending_lines
from dakehu.customers.web.relation_words import ATTITUDES
from dakehu.customers.web.words import GRADES, STATUSES, url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.ui.api import Badge, Tone, actor_of, page, timeline
from dakehu.kernel.clock import day_of
from dakehu.organisation.api import dictionary_label

_BIRTHDAY_NEAR_DAYS, _END_NEAR_DAYS = 30, 180
_CONTACTS, _ENDS, _EVENTS = 12, 6, 6


@dataclass(frozen=True, slots=True)
class BriefContact:
    """A contact with their part, how they stand to us, and the birthday if it is near."""

    contact: Contact
    role: str
    attitude: Badge
    birthday: str


@page(Permission.VIEW, methods=("GET",))
def customer_brief(request: HttpRequest, pk: int) -> HttpResponse:
    """One page; what it lacks (no warning, no competitor) is left out."""
    actor, today = actor_of(request), day_of(now())
    customer = customer_get(actor, pk)
    sections = [
        (section.label, list(section.lines(actor, customer)), section.empty)
        for section in brief_sections(actor)
    ]
    context = {
        "title": _("Visit brief: %(name)s") % {"name": customer.name},
        "back": (customer.name, url_of(pk)),
        "note": f"{today:%Y-%m-%d}",
        "customer": customer,
        "badges": [GRADES[str(customer.grade)], STATUSES[CustomerStatus(customer.status)]],
        "trade": dictionary_label("trade", customer.trade) if customer.trade else "",
        "contacts": [_contact(row, today) for row in contacts_of(actor, customer)[:_CONTACTS]],
        "sections": [each for each in sections if each[1] or each[2]],
        "ends": _ends(actor, customer, today),
        "events": timeline(actor, "customer", str(customer.pk)).entries[:_EVENTS],
    }
    return render(request, "customers/brief.html", context)


def _contact(contact: Contact, today: date) -> BriefContact:
    role = dictionary_label("contact_role", contact.role) if contact.role else ""
    near = ""
    if contact.birthday is not None:
        day = next_birthday(contact.birthday, today)
        if (day - today).days <= _BIRTHDAY_NEAR_DAYS:
            near = _("Birthday today") if day == today else _("Birthday on %(day)s") % {"day": f"{day:%m-%d}"}
    return BriefContact(contact, role, ATTITUDES[Attitude(contact.attitude)], near)


def _ends(actor: Actor, customer: Customer, today: date) -> list[BriefLine]:
    """What ends soon, ours and others'; the first to end first."""
    ours = ending_agreements(actor, today, _END_NEAR_DAYS).filter(customer=customer)[:_ENDS]
    theirs = ending_lines(actor, today, _END_NEAR_DAYS).filter(customer=customer)[:_ENDS]
    own, other = Badge(_("Our contract"), Tone.WARN), Badge(_("Competitor"), Tone.INFO, "swords")
    found = [(row.ends_on, f"{row.number} {row.subject}", own) for row in ours]
    found += [
        (row.ends_on, f"{dictionary_label('rival_operator', row.operator)} {row.product}", other)
        for row in theirs
    ]
    found.sort(key=lambda each: str(each[0]))
    return [
        BriefLine(text, note=_("until %(day)s") % {"day": end}, badge=badge) for end, text, badge in found
    ]
