"""Customers in the words of the trade: badges, labels, what the audit's fields are called."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.states import CustomerEvent, CustomerStatus
from dakehu.customers.models import Customer
from dakehu.infra.ui.api import Badge, Tone, Words
from dakehu.organisation.api import OrgUnit, User, dictionary_label


def grade_label(grade: object) -> str:
    """The dictionary's word for a grade."""
    try:
        return dictionary_label("customer_grade", Grade(int(str(grade))).entry)
    except ValueError:
        return str(grade)


_lazy_grade = lazy(grade_label, str)

GRADES = {
    str(int(Grade.SPECIAL)): Badge(_lazy_grade(Grade.SPECIAL), Tone.WARN, "crown"),
    str(int(Grade.FIRST)): Badge(_lazy_grade(Grade.FIRST), Tone.INFO, "star"),
    str(int(Grade.SECOND)): Badge(_lazy_grade(Grade.SECOND), Tone.NEUTRAL, "star-half"),
    str(int(Grade.THIRD)): Badge(_lazy_grade(Grade.THIRD), Tone.NEUTRAL, "circle"),
    str(int(Grade.SMALL)): Badge(_lazy_grade(Grade.SMALL), Tone.QUIET, "point"),
}
STATUSES = {
    CustomerStatus.PROSPECT: Badge(pgettext_lazy("customer", "Prospect"), Tone.INFO, "target"),
    CustomerStatus.ACTIVE: Badge(pgettext_lazy("customer", "In service"), Tone.GOOD),
    CustomerStatus.LOST: Badge(pgettext_lazy("customer", "Lost"), Tone.BAD),
    CustomerStatus.CLOSED: Badge(pgettext_lazy("customer", "Closed"), Tone.QUIET),
}
MOVES = {
    CustomerEvent.ACTIVATE: (_("Mark as in service"), "plug-connected"),
    CustomerEvent.LOSE: (_("Mark as lost"), "plug-connected-x"),
    CustomerEvent.WIN_BACK: (_("Mark as won back"), "arrow-back-up"),
    CustomerEvent.CLOSE: (_("Close the file"), "archive"),
}


def status_choices() -> list[tuple[str, str | Promise]]:
    return [(str(status), badge.label) for status, badge in STATUSES.items()]


def grade_choices() -> list[tuple[str, str | Promise]]:
    return [(grade, badge.label) for grade, badge in GRADES.items()]


def url_of(customer_id: object) -> str:
    return reverse("customers-customer-record", args=[customer_id])


def _named(model: type[Any]) -> Any:
    def shown(value: object) -> str:
        row = model.objects.filter(pk=value).first() if value else None
        return str(row) if row else ""

    return shown


def _entry(dictionary: str) -> Any:
    return lambda value: dictionary_label(dictionary, str(value)) if value else ""


def _status(value: object) -> str:
    badge = STATUSES.get(CustomerStatus(str(value))) if value else None
    return str(badge.label) if badge else ""


WORDS = Words(
    "customer",
    _("Customer"),
    fields={
        "name": _("Customer name"),
        "credit_code": _("Unified social credit code"),
        "section": _("Trade section"),
        "trade": _("Trade"),
        "grade": _("Grade"),
        "status": _("Standing"),
        "parent_id": _("Parent customer"),
        "org_unit_id": _("Unit"),
        "owner_id": _("Account manager"),
        "monthly_revenue_fen": _("Monthly revenue"),
        "address": _("Address"),
        "phone": _("Telephone"),
        "website": _("Website"),
        "remark": _("Remark"),
        "collaborator": _("Collaborator"),
        "post": pgettext_lazy("contact", "Position"),
        "role": _("Part in a purchase"),
        "email": _("E-mail"),
        "birthday": _("Birthday"),
        "is_primary": _("First contact"),
        "merged": _("Merged file"),
        "other_than": _("Not the same as"),
    },
    actions={
        "customer.create": _("opened the file"),
        "customer.change": _("changed the file"),
        "customer.import": _("imported the file"),
        "customer.take_back": _("took the import back"),
        "customer.assign": _("assigned the account"),
        "customer.grade": _("changed the grade"),
        "customer.activate": _("marked the customer as in service"),
        "customer.lose": _("marked the customer as lost"),
        "customer.win_back": _("marked the customer as won back"),
        "customer.close": _("closed the file"),
        "customer.merge": _("merged a file into this one"),
        "customer.merge_away": _("merged the file into another"),
        "customer.unmerge": _("undid a merge"),
        "customer.put_back": _("put the file back by undoing a merge"),
        "customer.distinct": _("declared two files different customers"),
        "customer.collaborator_add": _("added a collaborator"),
        "customer.collaborator_remove": _("removed a collaborator"),
        "contact.create": _("added a contact"),
        "contact.change": _("changed a contact"),
        "contact.remove": _("removed a contact"),
    },
    shown={
        "grade": grade_label,
        "status": _status,
        "section": _entry("trade_section"),
        "trade": _entry("trade"),
        "role": _entry("contact_role"),
        "parent_id": _named(Customer),
        "org_unit_id": _named(OrgUnit),
        "owner_id": _named(User),
    },
    url=url_of,
)
