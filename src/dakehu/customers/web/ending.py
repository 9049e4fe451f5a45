"""What comes up among the accounts one sees: contracts that end, ours and competitors', and birthdays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from dakehu.customers.domain.birthdays import next_birthday
from dakehu.customers.domain.holdings import HoldingKind
from dakehu.customers.models import Agreement, CompetitorLine, Contact
from dakehu.customers.parameters import BIRTHDAY_AHEAD, CONTRACT_ENDS
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.holdings import birthday_within, birthdays, ending_agreements, ending_lines
from dakehu.customers.web.relation_words import HOLDINGS
from dakehu.customers.web.words import url_of
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.parameters.api import value_of
from dakehu.infra.ui.api import (
    Badge,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Kind,
    ListSpec,
    Tile,
    TileBody,
    TileRow,
    Tone,
    list_view,
    rows_tile,
)
from dakehu.kernel.clock import day_of
from dakehu.organisation.api import dictionary_choices, dictionary_label

_SPANS_DAYS = (7, 14, 30, 90, 180, 365)
_BIRTHDAY_SPANS_DAYS = (7, 14, 30, 90)
_TILE_ROWS = 6


def _today() -> date:
    return day_of(now())


def _within(spans: Sequence[int]) -> Any:
    def field(_actor: Actor) -> forms.ChoiceField:
        words = ngettext_lazy("within %(days)s day", "within %(days)s days", "days")
        choices = [("", _("At any time")), *((str(days), words % {"days": days}) for days in spans)]
        return forms.ChoiceField(choices=choices)

    return field


def _ends_within(rows: QuerySet[Any], days: str) -> QuerySet[Any]:
    return rows.filter(ends_on__range=(_today(), _today() + timedelta(days=int(days))))


def _born_within(rows: QuerySet[Contact], days: str) -> QuerySet[Contact]:
    return rows.filter(birthday_within(_today(), int(days)))


def _customer_column() -> Column[Any]:
    return Column("customer__name", gettext_lazy("Customer"), Kind.LINK)


def _tab(tab: str) -> Any:
    return lambda row: f"{url_of(row.customer_id)}?tab={tab}"


def _role(row: Contact) -> str:
    return dictionary_label("contact_role", row.role) if row.role else ""


def _whose(path: str) -> CustomFilter:
    """All that one sees, or the accounts of one's own."""

    def field(actor: Actor) -> forms.ChoiceField:
        mine = [(str(actor.user_id), _("My own"))] if actor.user_id is not None else []
        return forms.ChoiceField(choices=[("", _("Account manager")), *mine])

    def apply(rows: QuerySet[Model], user_id: str) -> QuerySet[Model]:
        return rows.filter(**{path: int(user_id)})

    return CustomFilter("whose", gettext_lazy("Account manager"), field=field, apply=apply)


_MINE = _whose("customer__owner_id")
_OWNER: Column[Any] = Column("customer__owner__name", gettext_lazy("Account manager"))

COMPETITOR_LINES = ListSpec[CompetitorLine](
    name="customers.competitor-line",
    title=gettext_lazy("Competitors' lines"),
    permission=Permission.VIEW,
    queryset=lambda _actor: CompetitorLine.objects.select_related("customer__owner"),
    columns=[_customer_column(), *HOLDINGS[HoldingKind.COMPETITOR_LINE].columns, _OWNER],
    sort="ends_on",
    filters=[
        CustomFilter("within", gettext_lazy("Contract ends"), field=_within(_SPANS_DAYS), apply=_ends_within),
        ChoiceFilter(
            "operator",
            gettext_lazy("Operator"),
            choices=lambda _actor: dictionary_choices("rival_operator"),
        ),
        _MINE,
        DateFilter("ends_on", gettext_lazy("Contract ends")),
    ],
    row_url=_tab("competitors"),
    empty=EmptyState(
        gettext_lazy("No competitor's line is known"),
        gettext_lazy("Enter them on the customer's page, with source and end of contract."),
        "swords",
    ),
)

AGREEMENTS = ListSpec[Agreement](
    name="customers.agreement",
    title=gettext_lazy("Customers' contracts"),
    permission=Permission.VIEW,
    queryset=lambda _actor: Agreement.objects.select_related("customer__owner", "file"),
    columns=[_customer_column(), *HOLDINGS[HoldingKind.AGREEMENT].columns, _OWNER],
    sort="ends_on",
    filters=[
        CustomFilter("within", gettext_lazy("Contract ends"), field=_within(_SPANS_DAYS), apply=_ends_within),
        _MINE,
        DateFilter("ends_on", gettext_lazy("Contract ends")),
    ],
    row_url=_tab("papers"),
    empty=EmptyState(
        gettext_lazy("No contract is entered"),
        gettext_lazy("Enter them on the customer's page: the end is then seen in time."),
        "file-certificate",
    ),
)

BIRTHDAYS = ListSpec[Contact](
    name="customers.birthday",
    title=gettext_lazy("Contacts' birthdays"),
    permission=Permission.VIEW,
    queryset=lambda _actor: Contact.objects.filter(birthday_key__isnull=False).select_related(
        "customer__owner"
    ),
    columns=[
        Column("name", pgettext_lazy("contact", "Name"), Kind.LINK),
        _customer_column(),
        Column("birthday", gettext_lazy("Birthday"), Kind.DATE, sort="birthday_key"),
        Column("post", pgettext_lazy("contact", "Position")),
        Column("role", gettext_lazy("Part in a purchase"), value=_role),
        Column("phone", gettext_lazy("Telephone"), Kind.CODE),
        Column("preferences", gettext_lazy("Preferences")),
        _OWNER,
    ],
    sort="birthday",
    filters=[
        CustomFilter(
            "within", gettext_lazy("Birthday"), field=_within(_BIRTHDAY_SPANS_DAYS), apply=_born_within
        ),
        _MINE,
    ],
    row_url=_tab("contacts"),
    empty=EmptyState(
        gettext_lazy("No birthday is known"),
        gettext_lazy("Enter birthdays with the contacts on the customer's page."),
        "cake",
    ),
)

competitor_line_list = list_view(COMPETITOR_LINES)
agreement_list = list_view(AGREEMENTS)
birthday_list = list_view(BIRTHDAYS)


def _own(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Of the actor's own accounts: a tile is about one's own work, the list is about all one sees."""
    return rows.filter(customer__owner_id=actor.user_id)


def _birthday_tile(actor: Actor) -> TileBody:
    today = _today()
    found = [
        (next_birthday(row.birthday, today), row)
        for row in _own(birthdays(actor, today, value_of(BIRTHDAY_AHEAD)), actor)[:200]
        if row.birthday is not None
    ]
    found.sort(key=lambda each: (each[0], each[1].pk))
    rows = [
        TileRow(
            f"{row.name} · {row.customer.name}", f"{url_of(row.customer_id)}?tab=contacts", f"{day:%m-%d}"
        )
        for day, row in found[:_TILE_ROWS]
    ]
    return rows_tile(rows, empty=_("No birthday among your contacts in the days ahead."))


def _ending_tile(actor: Actor) -> TileBody:
    """Our own contracts and the competitors' that end first, in one row of dates."""
    today, days = _today(), value_of(CONTRACT_ENDS)
    ours, theirs = Badge(_("Our contract"), Tone.WARN), Badge(_("Competitor"), Tone.INFO, "swords")
    found = [
        (str(row.ends_on), TileRow(row.customer.name, _tab("papers")(row), str(row.ends_on), ours))
        for row in _own(ending_agreements(actor, today, days), actor)[:_TILE_ROWS]
    ]
    found += [
        (str(row.ends_on), TileRow(row.customer.name, _tab("competitors")(row), str(row.ends_on), theirs))
        for row in _own(ending_lines(actor, today, days), actor)[:_TILE_ROWS]
    ]
    found.sort(key=lambda each: each[0])
    rows = [row for _end, row in found[:_TILE_ROWS]]
    return rows_tile(
        rows, empty=_("No contract of your accounts ends in the next %(days)s days.") % {"days": days}
    )


TILES = (
    Tile(
        "customers.ending",
        gettext_lazy("Contracts that end soon"),
        _ending_tile,
        Permission.VIEW,
        order=50,
        width=4,
        url_name="customers-agreement-list",
    ),
    Tile(
        "customers.birthdays",
        gettext_lazy("Birthdays ahead"),
        _birthday_tile,
        Permission.VIEW,
        order=55,
        width=4,
        url_name="customers-birthday-list",
    ),
)
