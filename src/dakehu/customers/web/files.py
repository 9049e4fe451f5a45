"""Pages of one customer file: record, opening, changing, standing, collaborators, live check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.duplicates import Duplicate
from dakehu.customers.domain.merging import FileMerged
from dakehu.customers.domain.states import CUSTOMER_STATES, CustomerEvent, CustomerStatus
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import collaborators_of, contacts_of, customer_get, customers_for
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.likenesses import likenesses_of
from dakehu.customers.services.assigning import collaborator_add, collaborator_remove
from dakehu.customers.services.customers import customer_change, customer_create, customer_move
from dakehu.customers.web.forms import ChangeForm, CollaboratorForm, CustomerForm
from dakehu.customers.web.kinship import tree_for
from dakehu.customers.web.words import GRADES, MOVES, STATUSES, url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.errors import message_for
from dakehu.infra.ui.api import (
    Button,
    Fact,
    Figure,
    FormPage,
    Group,
    Kind,
    Part,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    page,
    record_page,
)
from dakehu.kernel.errors import DomainError, NotFound
from dakehu.organisation.api import OrgUnit, dictionary_label


@page(Permission.VIEW, methods=("GET",))
def customer_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The file: key figures, facts, contacts, group, and what other chapters hang beside them."""
    actor = actor_of(request)
    try:
        customer = customer_get(actor, pk)
    except FileMerged as merged:
        messages.info(request, message_for(merged))
        return go_to(request, url_of(merged.data["into"]))
    contacts = list(contacts_of(actor, customer))
    people = list(collaborators_of(customer))
    may_change, may_assign = actor.may(Permission.CHANGE), actor.may(Permission.ASSIGN)
    about = {"customer": customer, "may_change": may_change, "may_assign": may_assign}
    tabs = [
        Tab(
            "file",
            pgettext("customer", "File"),
            "customers/facts.html",
            {**about, "facts": _facts(actor, customer)},
        ),
        Tab(
            "contacts",
            _("Contacts"),
            "customers/contacts.html",
            {**about, "contacts": contacts, "roles": {c.pk: _role(c.role) for c in contacts}},
            count=len(contacts),
            part=Part.PEOPLE,
        ),
        Tab(
            "branches",
            _("Group and branches"),
            "customers/branches.html",
            {**about, "tree": SimpleLazyObject(lambda: tree_for(actor, customer))},
            count=customers_for(actor).filter(parent=customer).count(),
        ),
        Tab(
            "people",
            _("Collaborators"),
            "customers/people.html",
            {**about, "people": people, "form": CollaboratorForm()},
            count=len(people),
            part=Part.PEOPLE,
        ),
    ]
    return record_page(
        request,
        Record(
            noun="customer",
            object_id=customer.pk,
            title=customer.name,
            subtitle=f"{customer.code} · {customer.org_unit.name}",
            badges=[GRADES[str(customer.grade)], STATUSES[CustomerStatus(customer.status)]],
            figures=_figures(customer),
            tabs=tabs,
            buttons=_buttons(customer),
            back=(_("Customers"), reverse("customers-customer-list")),
        ),
    )


@page(Permission.CREATE, methods=("GET", "POST"))
def customer_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    unit = OrgUnit.objects.filter(path=actor.org_path).first()
    form = CustomerForm(
        request.POST or None,
        initial={"org_unit": unit.pk if unit else None, "parent": request.GET.get("parent", "")},
        check_url=reverse("customers-customer-check"),
        may_assign=actor.may(Permission.ASSIGN),
    )
    form.ask(_found(actor, request))

    def save(_values: dict[str, Any]) -> str:
        row = customer_create(actor=actor, draft=form.draft(owner_id=None), answer=form.answer())
        return url_of(row.pk)

    shown = _form_page(_("New customer"), form, reverse("customers-customer-list"), _("The file is open."))
    return form_page(request, shown, save)


@page(Permission.CHANGE, methods=("GET", "POST"))
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form. What was saved meanwhile is shown beside what is typed (see `form_page`)."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    held = snapshot(customer)
    form = ChangeForm(
        request.POST or None,
        initial={
            **held,
            **{name: held[f"{name}_id"] for name in ("parent", "owner", "org_unit")},
            "grade": held["hand_grade"],
        },
        check_url=reverse("customers-customer-check-other", args=[pk]),
        may_assign=actor.may(Permission.ASSIGN),
    )
    form.ask(_found(actor, request, other_than=pk))

    def save(values: dict[str, Any]) -> str:
        draft = form.draft(owner_id=customer.owner_id)
        version = values["version"]
        customer_change(actor=actor, customer_id=pk, version=version, draft=draft, answer=form.answer())
        return url_of(pk)

    title = _("Change %(name)s") % {"name": customer.name}
    return form_page(request, _form_page(title, form, url_of(pk), _("Saved.")), save)


@page(Permission.CHANGE, methods=("POST",))
def customer_move_on(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """One step of the account's standing, by a button of the record."""
    if event not in set(CustomerEvent):
        raise NotFound(noun="event", id=event)
    version = request.POST.get("version", "")
    customer_move(
        actor=actor_of(request),
        customer_id=pk,
        version=int(version) if version.isdecimal() else 0,
        event=CustomerEvent(event),
    )
    messages.success(request, _("Saved."))
    return go_to(request, url_of(pk))


@page(Permission.VIEW, methods=("GET",))
def customer_check(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """While one types: whether the credit code can be, and who is on file with it or with a like name."""
    code, fault = request.GET.get("credit_code", "").strip(), ""
    try:
        read_credit_code(code)
    except DomainError as error:
        fault = message_for(error)
    found = likenesses_of(
        actor_of(request), name=request.GET.get("name", ""), credit_code=code, other_than=pk
    )
    context = {
        "found": found.shown,
        "is_hidden": found.is_hidden,
        "fault": fault,
        "is_right": bool(code) and not fault,
    }
    return render(request, "customers/check.html", context)


@page(Permission.ASSIGN, methods=("POST",))
def collaborator_new(request: HttpRequest, pk: int) -> HttpResponse:
    user_id = request.POST.get("user", "")
    collaborator_add(
        actor=actor_of(request), customer_id=pk, user_id=int(user_id) if user_id.isdecimal() else 0
    )
    return go_to(request, f"{url_of(pk)}?tab=people")


@page(Permission.ASSIGN, methods=("POST",))
def collaborator_end(request: HttpRequest, pk: int, user: int) -> HttpResponse:
    collaborator_remove(actor=actor_of(request), customer_id=pk, user_id=user)
    return go_to(request, f"{url_of(pk)}?tab=people")


def _found(actor: Actor, request: HttpRequest, other_than: int | None = None) -> list[Duplicate]:
    """What is like the file that was sent; nothing for a form that is only shown."""
    if request.method != "POST":
        return []
    sent = request.POST
    return duplicates_of(
        actor, name=sent.get("name", ""), credit_code=sent.get("credit_code", ""), other_than=other_than
    )


def _form_page(title: str, form: CustomerForm, back: str, done: str) -> FormPage:
    return FormPage(
        title,
        form,
        [
            Group(_("Who it is"), ["name", "names_differ", "credit_code", "kinship", "parent"]),
            Group(_("Whose it is"), ["org_unit", "owner"]),
            Group(_("What it does and brings"), ["trade", "section", "monthly_revenue_fen", "grade"]),
            Group(_("How to reach it"), ["phone", "website", "address", "remark"]),
        ],
        back=back,
        done=done,
        noun="customer",
        template="customers/form.html",
    )


def _figures(customer: Customer) -> list[Figure]:
    owner = customer.owner.name if customer.owner else None
    return [
        Figure(
            _("Monthly revenue"),
            customer.monthly_revenue_fen,
            Kind.MONEY,
            _("yuan"),
            _("average of twelve months"),
        ),
        Figure(_("Account manager"), owner or pgettext("customer", "nobody")),
        Figure(_("On file since"), customer.created_at, Kind.DATE),
    ]


def _facts(actor: Actor, customer: Customer) -> list[Fact]:
    parent = customer.parent if customer.parent and actor.scope.contains(customer.parent.org_path) else None
    website = customer.website
    address = website if website.startswith(("http://", "https://")) else f"http://{website}"
    return [
        Fact(_("Account number"), customer.code, Kind.CODE),
        Fact(_("Unified social credit code"), customer.credit_code, Kind.CODE),
        Fact(_("Parent customer"), parent and parent.name, url=url_of(parent.pk) if parent else ""),
        Fact(_("Trade"), _entry("trade", customer.trade)),
        Fact(_("Trade section"), _entry("trade_section", customer.section)),
        Fact(_("Unit"), customer.org_unit.name),
        Fact(_("Telephone"), customer.phone, Kind.CODE),
        Fact(_("Website"), website, url=address if website else ""),
        Fact(_("Address"), customer.address),
        Fact(_("Remark"), customer.remark),
        Fact(pgettext("customer", "Changed"), customer.updated_at, Kind.MOMENT),
    ]


def _buttons(customer: Customer) -> list[Button]:
    edit = reverse("customers-customer-change", args=[customer.pk])
    branch = f"{reverse('customers-customer-create')}?parent={customer.pk}"
    brief = reverse("customers-customer-brief", args=[customer.pk])
    buttons = [
        Button(_("Edit"), edit, "pencil", Permission.CHANGE, is_primary=True),
        Button(_("New branch"), branch, "hierarchy", Permission.CREATE),
        Button(_("Visit brief"), brief, "clipboard-text", Permission.VIEW),
        Button(
            _("Merge"), reverse("customers-merge-choose", args=[customer.pk]), "arrows-join", Permission.MERGE
        ),
    ]
    for event in CUSTOMER_STATES.events(CustomerStatus(customer.status)):
        label, icon = MOVES[event]
        buttons.append(
            Button(
                label,
                reverse("customers-customer-move", args=[customer.pk, event]),
                icon,
                Permission.CHANGE,
                post=True,
                question=_("%(act)s: %(name)s?") % {"act": label, "name": customer.name},
                is_dangerous=event is CustomerEvent.CLOSE,
                fields={"version": customer.version},
            )
        )
    return buttons


def _entry(dictionary: str, code: str) -> str:
    return dictionary_label(dictionary, code) if code else ""


def _role(code: str) -> str:
    return _entry("contact_role", code)
