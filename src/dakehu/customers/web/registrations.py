"""Where customer files hang into the frame: navigation, search, pickers, tiles, words."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.grades import Grade
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.customers import customers_for
from dakehu.customers.selectors.search import best_matches
from dakehu.customers.web.words import GRADES, WORDS, url_of
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    SearchSource,
    Tile,
    TileBody,
    TileRow,
    register_nav,
    register_search,
    register_tile,
    register_words,
    rows_tile,
)
from dakehu.organisation.api import OrgUnit, User, person_named

_TILE_ROWS = 6


def register() -> None:
    register_nav(
        NavItem(
            Chapter.CUSTOMERS,
            _("Customers"),
            "customers-customer-list",
            Permission.VIEW,
            "building",
            10,
            also=("customers-contact-",),
        ),
        NavItem(
            Chapter.CUSTOMERS,
            _("Duplicate customers"),
            "customers-duplicate-list",
            Permission.MERGE,
            "copy",
            40,
            also=("customers-merge-",),
        ),
    )
    register_words(WORDS)
    register_search(
        SearchSource(
            name="customers",
            label=_("Customers"),
            find=find_customers,
            permission=Permission.VIEW,
            icon="building",
            order=10,
            label_of=_customer_label,
            more=lambda text: f"{reverse('customers-customer-list')}?{urlencode({'q': text})}",
        ),
        SearchSource(
            name="customers_owner",
            label=_("Account managers"),
            find=find_owners,
            permission=Permission.VIEW,
            label_of=_owner_label,
            in_search_box=False,
        ),
        SearchSource(
            name="customers_unit",
            label=_("Units"),
            find=find_units,
            permission=Permission.VIEW,
            label_of=_unit_label,
            in_search_box=False,
        ),
    )
    register_tile(
        Tile(
            "customers.largest",
            _("My largest accounts"),
            _largest,
            Permission.VIEW,
            order=40,
            width=4,
            url_name="customers-customer-list",
        )
    )


def find_customers(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    rows = customers_for(actor).select_related("org_unit")
    return [
        Hit(
            str(row.pk), row.name, url_of(row.pk), f"{row.code} · {row.org_unit.name}", GRADES[str(row.grade)]
        )
        for row in best_matches(rows, actor, text, limit)
    ]


def _customer_label(actor: Actor, pk: str) -> str:
    row = customers_for(actor).filter(pk=pk).first() if pk.isdecimal() else None
    return row.name if row else ""


def find_owners(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    """People of the actor's view, by name, initials of pinyin or sign-in name."""
    people = visible(User.objects.filter(is_active=True), actor, Permission.VIEW)
    if text:
        people = people.filter(person_named(text))
    found = people.select_related("org_unit").order_by("pinyin", "pk")[:limit]
    return [Hit(str(user.pk), user.name, note=f"{user.username} · {user.org_unit.name}") for user in found]


def _owner_label(actor: Actor, pk: str) -> str:
    """Also of an owner who works elsewhere: the account shows the name anyway."""
    row = User.objects.filter(pk=pk).first() if pk.isdecimal() else None
    return row.name if row and actor.may(Permission.VIEW) else ""


def find_units(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    units = visible(OrgUnit.objects.filter(is_open=True), actor, Permission.VIEW)
    found = units.filter(name__contains=text) if text else units
    return [
        Hit(str(unit.pk), unit.name, note=unit.parent.name if unit.parent else "")
        for unit in found.select_related("parent").order_by("path")[:limit]
    ]


def _unit_label(actor: Actor, pk: str) -> str:
    units = visible(OrgUnit.objects.all(), actor, Permission.VIEW)
    row = units.filter(pk=pk).first() if pk.isdecimal() else None
    return row.name if row else ""


def _largest(actor: Actor) -> TileBody:
    """The actor's own accounts by revenue; for who owns none, the special ones of their view."""
    rows = customers_for(actor).order_by("-monthly_revenue_fen", "-pk")
    mine = _top(rows.filter(owner_id=actor.user_id)) if actor.user_id is not None else []
    found = mine or _top(rows.filter(grade=Grade.SPECIAL))
    shown = [TileRow(row.name, url_of(row.pk), badge=GRADES[str(row.grade)]) for row in found]
    return rows_tile(shown, empty=_("No account is yours yet."))


def _top(rows: QuerySet[Customer]) -> list[Customer]:
    return list(rows[:_TILE_ROWS])
