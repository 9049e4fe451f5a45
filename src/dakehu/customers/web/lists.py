"""The list of customers, its filters and what is done to many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.grades import Grade
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.search import MOST, Search
from dakehu.customers.services.assigning import customers_assign_owner, customers_set_grade
from dakehu.customers.web.forms import GradeForm, OwnerForm
from dakehu.customers.web.words import GRADES, STATUSES, grade_choices, status_choices, url_of
from dakehu.infra.access.api import SEGMENT, Actor, Scope, ScopeRule, visible
from dakehu.infra.ui.api import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    CustomFilter,
    EmptyState,
    Kind,
    ListSpec,
    MoneyFilter,
    PickField,
    actor_of,
    list_response,
    page,
)
from dakehu.organisation.api import OrgUnit, dictionary_choices, dictionary_label

NOBODY, MINE = "nobody", "mine"
_STATES = {str(status): badge for status, badge in STATUSES.items()}


_NARROWING = (
    "grade", "trade", "status", "unit", "whose", "owner", "section", "monthly_revenue_fen_min",
    "monthly_revenue_fen_max", "view",
)  # fmt: skip


def _assign(actor: Actor, row: Customer, values: dict[str, Any]) -> None:
    owner = values.get("owner")
    customers_assign_owner(actor=actor, customer_ids=[row.pk], owner_id=int(owner) if owner else None)


def _grade(actor: Actor, row: Customer, values: dict[str, Any]) -> None:
    customers_set_grade(actor=actor, customer_ids=[row.pk], grade=Grade(int(values["grade"])))


def _units(actor: Actor) -> forms.ChoiceField:
    """The units below the actor's own, two levels deep: cities and counties, or counties and teams."""
    most = (actor.scope.depth + 2) * SEGMENT
    units = visible(OrgUnit.objects.all(), actor, Permission.VIEW).order_by("path")
    found = units.exclude(path=actor.scope.path).values_list("path", "short_name")
    indent = actor.scope.depth + 1
    choices = [
        (path, "　" * (len(path) // SEGMENT - indent) + name) for path, name in found if len(path) <= most
    ]
    return forms.ChoiceField(choices=[("", _("Unit")), *choices])


def _in_unit(rows: QuerySet[Customer], path: str) -> QuerySet[Customer]:
    return rows.filter(Scope(path).condition(ScopeRule()))


def _whose(actor: Actor) -> forms.ChoiceField:
    mine = [(f"{MINE}:{actor.user_id}", _("My own"))] if actor.user_id is not None else []
    return forms.ChoiceField(choices=[("", _("Account manager")), *mine, (NOBODY, _("Nobody's"))])


def _of(rows: QuerySet[Customer], whose: str) -> QuerySet[Customer]:
    kind, _colon, user_id = whose.partition(":")
    return rows.filter(owner=None) if kind == NOBODY else rows.filter(owner_id=int(user_id))


def _of_manager(rows: QuerySet[Customer], user_id: str) -> QuerySet[Customer]:
    return rows.filter(owner_id=int(user_id)) if user_id.isdecimal() else rows.none()


def _trade(row: Customer) -> str:
    return dictionary_label("trade", row.trade) if row.trade else ""


CUSTOMERS = ListSpec[Customer](
    name="customers.customer",
    title=_("Customers"),
    permission=Permission.VIEW,
    noun="customer",
    queryset=lambda _actor: Customer.objects.select_related("owner", "org_unit"),
    columns=[
        Column("name", _("Customer name"), Kind.LINK, sort="name_sort"),
        Column("code", _("Account number"), Kind.CODE),
        Column("grade", _("Grade"), Kind.STATE, states=GRADES),
        Column("trade", _("Trade"), value=_trade),
        Column(
            "status", _("Standing"), Kind.STATE, states={str(key): badge for key, badge in STATUSES.items()}
        ),
        Column("monthly_revenue_fen", _("Monthly revenue, yuan"), Kind.MONEY, sort="monthly_revenue_fen"),
        Column("owner__name", _("Account manager")),
        Column("org_unit__name", _("Unit")),
        Column("credit_code", _("Unified social credit code"), Kind.CODE, shown=False),
        Column("phone", _("Telephone"), Kind.CODE, shown=False),
        Column("address", _("Address"), shown=False),
        Column(
            "created_at", pgettext_lazy("customer", "Opened"), Kind.MOMENT, sort="created_at", shown=False
        ),
        Column("updated_at", pgettext_lazy("customer", "Changed"), Kind.MOMENT, shown=False),
        Column("remark", _("Remark"), shown=False),
    ],
    sort="name",
    filters=[
        ChoiceFilter("grade", _("Grade"), choices=lambda _actor: grade_choices()),
        ChoiceFilter("trade", _("Trade"), choices=lambda _actor: dictionary_choices("trade")),
        ChoiceFilter("status", _("Standing"), choices=lambda _actor: status_choices()),
        CustomFilter("unit", _("Unit"), field=_units, apply=_in_unit),
        CustomFilter("whose", _("Account manager"), field=_whose, apply=_of),
        CustomFilter(
            "owner",
            _("Account manager by name"),
            quick=False,
            field=lambda _actor: PickField(source="customers_owner", required=False),
            apply=_of_manager,
        ),
        ChoiceFilter(
            "section",
            _("Trade section"),
            quick=False,
            choices=lambda _actor: dictionary_choices("trade_section"),
        ),
        MoneyFilter("monthly_revenue_fen", _("Monthly revenue, yuan")),
    ],
    search_hint=_("Part of the name, initials of its pinyin, account number or credit code"),
    row_url=lambda row: url_of(row.pk),
    actions=[
        Action(_("New customer"), "customers-customer-create", Permission.CREATE, "plus", is_primary=True),
        Action(pgettext_lazy("customer", "Import"), "/imports/customers/", Permission.IMPORT, "file-import"),
    ],
    bulk=[
        BulkAction(
            "assign",
            pgettext_lazy("customer", "Assign"),
            _assign,
            Permission.ASSIGN,
            "user-share",
            form=OwnerForm,
        ),
        BulkAction("grade", _("Change grade"), _grade, Permission.CHANGE, "crown", form=GradeForm),
    ],
    empty=EmptyState(
        _("No customers yet"),
        _("Import them from an Excel file, or open the first file by hand."),
        "building",
        actions=[
            Action(_("New customer"), "customers-customer-create", Permission.CREATE, "plus", is_primary=True)
        ],
    ),
)


@page(Permission.VIEW, methods=("GET", "POST"))
def customer_list(request: HttpRequest) -> HttpResponseBase:
    """The list as the actor sees it; a search looks into the index once for all parts of the list."""
    return list_response(request, spec_for(request))


def spec_for(request: HttpRequest) -> ListSpec[Customer]:
    """The list with this request's search, and with a word of what the search leaves out."""
    text = request.GET.get("q", "")
    search = Search(actor_of(request), exactly=any(request.GET.get(name) for name in _NARROWING))
    if search.is_cut(text):
        words = _("More than %(most)s customers match; the %(most)s of the highest grades are listed.")
        return replace(CUSTOMERS, search=search.narrow, note=words % {"most": f"{MOST:,}"})
    return replace(CUSTOMERS, search=search.narrow)
