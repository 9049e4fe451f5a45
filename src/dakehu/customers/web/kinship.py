"""The tree of a group on the customer's page, fetched level by level, and moving a branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customer_get
from dakehu.customers.selectors.kinship import branches_below, line_up
from dakehu.customers.services.kinship import customer_place
from dakehu.customers.web.words import GRADES, url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Badge, FormPage, PickField, VersionField, actor_of, form_page, page


@dataclass(frozen=True, slots=True)
class Node:
    """An account in the tree. `children` None: fetched when it is opened; `after`: there are more of them."""

    customer: Customer
    grade: Badge
    has_branches: bool
    is_current: bool = False
    children: Sequence[Node] | None = None
    after: str = ""


class PlaceForm(forms.Form):
    parent = PickField(
        source="customers",
        label=gettext_lazy("Parent customer"),
        required=False,
        help_text=gettext_lazy("Blank: it stands at the top of its own group."),
    )
    version = VersionField()


def tree_for(actor: Actor, customer: Customer) -> Node:
    """The tree opened from its top down to the account and one level below."""
    line = line_up(actor, customer)
    node: Node | None = None
    for row in reversed(line):
        page_of = branches_below(actor, row.pk)
        children = [_node(each, page_of.leading) for each in page_of.rows]
        if node is not None:
            children = _opened(children, node)
        node = Node(
            row,
            GRADES[str(row.grade)],
            bool(children),
            is_current=row.pk == customer.pk,
            children=children,
            after=page_of.after,
        )
    if node is None:
        raise RuntimeError("a line holds at least the account itself")
    return node


def _opened(children: list[Node], opened: Node) -> list[Node]:
    """The children with the opened one among them, first where its page is not the first."""
    if any(each.customer.pk == opened.customer.pk for each in children):
        return [opened if each.customer.pk == opened.customer.pk else each for each in children]
    return [opened, *children]


def _node(row: Customer, those_leading: Any) -> Node:
    return Node(row, GRADES[str(row.grade)], row.pk in those_leading)


@page(Permission.VIEW, methods=("GET",))
def branches(request: HttpRequest, pk: int) -> HttpResponse:
    """The accounts right below one, as items of the tree."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    found = branches_below(actor, customer.pk, request.GET.get("after", ""))
    children = [_node(row, found.leading) for row in found.rows]
    parent = Node(customer, GRADES[str(customer.grade)], bool(children), children=children, after=found.after)
    return render(request, "customers/tree_items.html", {"node": parent})


@page(Permission.CHANGE, methods=("GET", "POST"))
def customer_place_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Moving the account, with all below it, under another parent."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    back = f"{url_of(pk)}?tab=branches"
    line = line_up(actor, customer)
    seen = line[-2].pk if len(line) > 1 else ""
    form = PlaceForm(request.POST or None, initial={"parent": seen, "version": customer.version})

    def save(values: dict[str, Any]) -> str:
        parent = values["parent"]
        parent_id = int(parent) if parent.isdecimal() else None
        customer_place(actor=actor, customer_id=pk, version=values["version"], parent_id=parent_id)
        return back

    title = _("Move %(name)s under another parent") % {"name": customer.name}
    note = _("Its branches come along.")
    shown = FormPage(title, form, back=back, note=note, done=_("Saved."), noun="customer")
    return form_page(request, shown, save)
