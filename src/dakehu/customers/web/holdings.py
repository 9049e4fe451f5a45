"""Pages of competitors' lines, equipment, contracts and documents: tabs, forms, downloads."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.customers.domain.holdings import HoldingKind
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.holdings import holding_file, holding_get, holding_kind, holdings_of
from dakehu.customers.services.holdings import holding_add, holding_change, holding_remove
from dakehu.customers.web.holding_forms import FORMS
from dakehu.customers.web.relation_words import HOLDINGS
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.files.api import file_response
from dakehu.infra.ui.api import FormPage, actor_of, form_page, go_to, page

TABS = {
    HoldingKind.COMPETITOR_LINE: "competitors",
    HoldingKind.EQUIPMENT: "equipment",
    HoldingKind.AGREEMENT: "papers",
    HoldingKind.DOCUMENT: "papers",
}
"""The tab of the customer's page on which each kind stands."""


@page(Permission.VIEW, methods=("GET",))
def holdings_panel(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """A tab on the customer's record, with a table for each of its kinds."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    tables = [_table(actor, customer, kind) for kind, place in TABS.items() if place == tab]
    context = {"customer": customer, "tables": tables, "may_change": actor.may(Permission.CHANGE)}
    return render(request, "customers/holdings.html", context)


@page(Permission.CHANGE, methods=("GET", "POST"))
def holding_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A new record of customer `pk`."""
    actor, which = actor_of(request), holding_kind(kind)
    customer = customer_get(actor, pk)
    form = FORMS[which](request.POST or None, request.FILES or None, is_new=True)

    def save(_values: dict[str, Any]) -> str:
        holding_add(actor=actor, customer_id=pk, draft=form.draft(), upload=form.upload())
        return _back(pk, which)

    title = _("%(what)s: %(name)s") % {"what": HOLDINGS[which].new, "name": customer.name}
    shown = FormPage(title, form, back=_back(pk, which), done=_("Saved."), noun="customer")
    return form_page(request, shown, save)


@page(Permission.CHANGE, methods=("GET", "POST"))
def holding_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    actor, which = actor_of(request), holding_kind(kind)
    row = holding_get(actor, which, pk)
    back = _back(row.customer_id, which)
    form = FORMS[which](request.POST or None, request.FILES or None, initial=snapshot(row), is_new=False)

    def save(values: dict[str, Any]) -> str:
        holding_change(
            actor=actor, holding_id=pk, version=values["version"], draft=form.draft(), upload=form.upload()
        )
        return back

    title = _("Change %(name)s") % {"name": str(row)}
    return form_page(request, FormPage(title, form, back=back, done=_("Saved."), noun="customer"), save)


@page(Permission.CHANGE, methods=("POST",))
def holding_end(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    actor, which = actor_of(request), holding_kind(kind)
    row = holding_get(actor, which, pk)
    version = request.POST.get("version", "")
    holding_remove(actor=actor, kind=which, holding_id=pk, version=int(version) if version.isdecimal() else 0)
    return go_to(request, _back(row.customer_id, which))


@page(Permission.VIEW, methods=("GET",))
def holding_download(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """The file attached to a record, for whoever sees the customer."""
    actor = actor_of(request)
    file = holding_file(actor, holding_kind(kind), pk)
    with transaction.atomic():
        record(actor, "file.download", Change(noun="file", object_id=file.pk, label=file.name))
    return file_response(file)


def _table(actor: Actor, customer: Customer, kind: HoldingKind) -> dict[str, Any]:
    words = HOLDINGS[kind]
    rows = [
        {
            "row": row,
            "cells": [(column, column.html(row)) for column in words.columns],
            "change": reverse("customers-holding-change", args=[kind, row.pk]),
            "remove": reverse("customers-holding-remove", args=[kind, row.pk]),
        }
        for row in holdings_of(actor, customer, kind)
    ]
    new = reverse("customers-holding-create", args=[customer.pk, kind])
    return {"words": words, "rows": rows, "new": new, "id": f"holdings-{kind}"}


def _back(customer_id: int, kind: HoldingKind) -> str:
    return f"{url_of(customer_id)}?tab={TABS[kind]}"
