"""The list of calls, whole or of one customer."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.charging.models import Tariff, Usage
from dakehu.charging.permissions import TariffPermission, UsagePermission
from dakehu.charging.web.words import CAUSES, CLASSES, class_label, talk
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    ChoiceFilter,
    Column,
    CustomFilter,
    DateFilter,
    EmptyState,
    Kind,
    ListSpec,
    TextFilter,
)


def _usages(_actor: Actor) -> QuerySet[Usage]:
    return Usage.objects.select_related("customer")


COLUMNS: list[Column[Usage]] = [
    Column("began_at", _("Began"), Kind.MOMENT, sort="began_at", width="9rem"),
    Column("customer", _("Customer"), value=lambda u: u.customer.name if u.customer else ""),
    Column("calling_number", _("Calling line"), Kind.CODE),
    Column("dialled", _("Dialled"), Kind.CODE),
    Column("called_number", _("Called line"), Kind.CODE, shown=False),
    Column("call_class", _("Class of call"), value=lambda u: class_label(u.call_class)),
    Column("cause", _("End"), Kind.STATE, states={str(key): badge for key, badge in CAUSES.items()}),
    Column("talk", _("Talk time"), Kind.CODE, value=lambda u: talk(u.talk_ms)),
    Column("charge_fen", _("Charge, yuan"), Kind.MONEY),
]

USAGES: ListSpec[Usage] = ListSpec(
    name="charging.usage",
    title=_("Calls and charges"),
    permission=UsagePermission.VIEW,
    queryset=_usages,
    columns=COLUMNS,
    sort="-began_at",
    filters=[
        TextFilter("calling_number", _("Calling line"), lookup="startswith"),
        ChoiceFilter(
            "call_class", _("Class of call"), choices=[(str(k), label) for k, label in CLASSES.items()]
        ),
        ChoiceFilter("cause", _("End"), choices=[(str(k), badge.label) for k, badge in CAUSES.items()]),
        DateFilter("began_at", _("Began"), quick=True),
        CustomFilter(
            "customer",
            _("Customer's number in the system"),
            quick=False,
            field=lambda _actor: forms.IntegerField(min_value=1),
            apply=lambda rows, pk: rows.filter(customer_id=pk),
        ),
    ],
    row_url=lambda usage: reverse("charging-usage-record", args=[usage.pk]),
    empty=EmptyState(
        title=_("No calls yet"),
        text=_("A call stands here seconds after it has ended."),
        icon="phone",
    ),
    noun="usage",
)

TARIFFS: ListSpec[Tariff] = ListSpec(
    name="charging.tariff",
    title=_("Tariffs"),
    permission=TariffPermission.VIEW,
    queryset=lambda _actor: Tariff.objects.all(),
    columns=[
        Column("effective_from", _("In force from"), Kind.DATE, sort="effective_from"),
        Column("name", _("Name"), Kind.LINK),
        Column("published_at", _("Published"), Kind.MOMENT),
    ],
    sort="-effective_from",
    row_url=lambda tariff: reverse("charging-tariff-record", args=[tariff.pk]),
    actions=[
        Action(
            _("New tariff"), "charging-tariff-create", TariffPermission.PUBLISH, icon="plus", is_primary=True
        )
    ],
    scoped=False,
    noun="tariff",
)


def usages_of(customer_id: int) -> ListSpec[Usage]:
    """The calls of one customer, for the panel on its record."""
    return replace(
        USAGES,
        name="charging.customer_usage",
        queryset=lambda _actor: Usage.objects.filter(customer_id=customer_id).select_related("customer"),
        columns=[column for column in COLUMNS if column.key != "customer"],
        filters=[each for each in USAGES.filters if each.name != "customer"],
        page_size=15,
    )
