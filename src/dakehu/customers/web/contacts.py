"""Pages of a customer's contacts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import contact_get, contacts_of, customer_get
from dakehu.customers.services.contacts import contact_change, contact_create, contact_remove
from dakehu.customers.web.forms import ContactChangeForm, ContactForm
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import snapshot
from dakehu.infra.ui.api import FormPage, actor_of, form_page, go_to, page


@page(Permission.CHANGE, methods=("GET", "POST"))
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new contact of customer `pk`."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    form = ContactForm(request.POST or None, others=_others(actor, customer))

    def save(_values: dict[str, Any]) -> str:
        contact_create(actor=actor, customer_id=pk, draft=form.draft())
        return _back(pk)

    title = _("New contact at %(name)s") % {"name": customer.name}
    return form_page(request, FormPage(title, form, back=_back(pk), done=_("Saved."), noun="customer"), save)


@page(Permission.CHANGE, methods=("GET", "POST"))
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    contact = contact_get(actor, pk)
    form = ContactChangeForm(
        request.POST or None,
        initial={**snapshot(contact), "reports_to": contact.reports_to_id},
        others=_others(actor, contact.customer, but=contact.pk),
    )
    back = _back(contact.customer_id)

    def save(values: dict[str, Any]) -> str:
        contact_change(actor=actor, contact_id=pk, version=values["version"], draft=form.draft())
        return back

    title = _("Change %(name)s") % {"name": contact.name}
    return form_page(request, FormPage(title, form, back=back, done=_("Saved."), noun="customer"), save)


@page(Permission.CHANGE, methods=("POST",))
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    contact = contact_get(actor, pk)
    version = request.POST.get("version", "")
    contact_remove(actor=actor, contact_id=pk, version=int(version) if version.isdecimal() else 0)
    return go_to(request, _back(contact.customer_id))


def _others(actor: Actor, customer: Customer, but: int | None = None) -> list[tuple[str, str]]:
    """The contacts whom one may report to."""
    rows = [row for row in contacts_of(actor, customer) if row.pk != but]
    return [(str(row.pk), f"{row.name} · {row.post}" if row.post else row.name) for row in rows]


def _back(customer_id: int) -> str:
    return f"{url_of(customer_id)}?tab=contacts"
