"""The list of groups."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.centrex.models import CentrexGroup
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.facts import name_key
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import ChoiceFilter, Column, EmptyState, Kind, ListSpec
from dakehu.kernel.text import clean_line
from dakehu.numbering.api import exchange_choices


def _groups(_actor: Actor) -> QuerySet[CentrexGroup]:
    return CentrexGroup.objects.select_related("customer", "exchange").annotate(member_count=Count("members"))


def found_by(text: str) -> Q:
    """By the group's name, as wide or narrow as it was typed, by the customer's, or by the search number."""
    text = clean_line(text)
    named = Q(name_key__contains=name_key(text))
    return named | Q(customer__name__icontains=text) | Q(gcn__number__startswith=text)


def _search(rows: QuerySet[CentrexGroup], text: str) -> QuerySet[CentrexGroup]:
    return rows.filter(found_by(text))


GROUPS = ListSpec[CentrexGroup](
    name="centrex.group",
    title=_("Centrex groups"),
    permission=GroupPermission.VIEW,
    queryset=_groups,
    columns=[
        Column("name", pgettext_lazy("voice", "Group"), Kind.LINK, sort="name"),
        Column(
            "customer",
            _("Customer"),
            value=lambda row: row.customer.name,
            url=lambda row: reverse("customers-customer-record", args=[row.customer_id]),
        ),
        Column("exchange", pgettext_lazy("voice", "Exchange"), value=lambda row: row.exchange.name),
        Column("gcn_id", _("Search number (GCN)"), Kind.CODE, sort="gcn_id"),
        Column("member_count", pgettext_lazy("voice", "Members"), Kind.NUMBER),
        Column("capacity", pgettext_lazy("voice", "Capacity"), Kind.NUMBER, sort="capacity"),
        Column("exit_prefix", _("Exit prefix"), Kind.CODE),
        Column("attendant_prefix", _("Attendant prefix"), Kind.CODE, shown=False),
        Column("short_length", _("Digits of short numbers"), Kind.NUMBER, shown=False),
        Column("created_at", pgettext_lazy("voice", "Made"), Kind.DATE, sort="created_at"),
    ],
    sort="name",
    filters=[ChoiceFilter("exchange", pgettext_lazy("voice", "Exchange"), choices=exchange_choices)],
    search=_search,
    search_hint=_("Group, customer or search number"),
    row_url=lambda row: reverse("centrex-group-record", args=[row.pk]),
    empty=EmptyState(
        title=_("No Centrex groups yet"),
        text=_("A group is made when its order at the one-stop desk is completed."),
        icon="phone-spark",
    ),
    noun="group",
)
