"""The lists of exchanges, numbers and lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    CustomFilter,
    EmptyState,
    Kind,
    ListSpec,
)
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.numbers import BlockReason
from dakehu.numbering.models import Exchange, Line, PublicNumber
from dakehu.numbering.permissions import ExchangePermission, LinePermission, NumberPermission
from dakehu.numbering.selectors.numbers import exchanges_for, number_matches, numbers_for
from dakehu.numbering.services.numbers import number_block, number_unblock
from dakehu.numbering.web.words import (
    BLOCK_REASONS,
    LINE_BADGES,
    LINE_KINDS,
    NUMBER_BADGES,
    block_reason,
    exchange_choices,
    exchange_kind,
    kind_label,
    rights_label,
)

_WIDEST = "9" * 12


EXCHANGES = ListSpec[Exchange](
    name="numbering.exchange",
    title=pgettext_lazy("voice", "Exchanges"),
    permission=ExchangePermission.VIEW,
    queryset=exchanges_for,
    scoped=False,
    columns=[
        Column("name", pgettext_lazy("voice", "Exchange"), Kind.LINK, sort="name"),
        Column("code", _("Code"), Kind.CODE, sort="code"),
        Column("kind", _("Type"), value=lambda row: exchange_kind(row.kind), sort="kind"),
        Column("area_code", _("Area code"), Kind.CODE, sort="area_code"),
        Column("city", pgettext_lazy("voice", "City"), value=lambda row: row.city.short_name),
    ],
    sort="area_code",
    row_url=lambda row: reverse("numbering-exchange-record", args=[row.pk]),
    actions=[
        Action(
            _("New exchange"),
            "numbering-exchange-create",
            ExchangePermission.CHANGE,
            icon="plus",
            is_primary=True,
        )
    ],
    empty=EmptyState(
        title=_("No exchanges yet"),
        text=_("An exchange gets blocks of numbers; lines are opened on them."),
        icon="server",
    ),
    noun="exchange",
)


def _block(actor: Actor, row: PublicNumber, values: dict[str, Any]) -> None:
    number_block(actor=actor, number=row.pk, reason=BlockReason(values["reason"]))


def _unblock(actor: Actor, row: PublicNumber, _values: dict[str, Any]) -> None:
    number_unblock(actor=actor, number=row.pk)


class BlockForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(str(k), v) for k, v in BLOCK_REASONS.items() if k is not BlockReason.GCN],
    )


NUMBERS = ListSpec[PublicNumber](
    name="numbering.number",
    title=pgettext_lazy("voice", "Numbers"),
    permission=NumberPermission.VIEW,
    queryset=numbers_for,
    scoped=False,
    columns=[
        Column("number", pgettext_lazy("voice", "Number"), Kind.CODE),
        Column("exchange", pgettext_lazy("voice", "Exchange"), value=lambda row: row.exchange.name),
        Column("state", _("State"), Kind.STATE, states={str(k): v for k, v in NUMBER_BADGES.items()}),
        Column("block_reason", _("Blocked for"), value=lambda row: block_reason(row.block_reason)),
        Column("holder", _("Reserved for"), Kind.CODE),
        Column("reserved_until", _("Reserved until"), Kind.MOMENT),
        Column("free_from", _("Free from"), Kind.DATE),
    ],
    filters=[
        ChoiceFilter("exchange", pgettext_lazy("voice", "Exchange"), choices=exchange_choices),
        ChoiceFilter("state", _("State"), choices=[(str(k), v.label) for k, v in NUMBER_BADGES.items()]),
        CustomFilter(
            "ends",
            _("Ends with"),
            quick=False,
            field=lambda _actor: forms.RegexField(r"[0-9]{1,11}"),
            apply=lambda rows, ends: rows.filter(tail__range=(ends[::-1], ends[::-1] + _WIDEST)),
        ),
    ],
    search=lambda rows, text: rows.filter(number_matches(text)),
    search_hint=_("Number, its beginning or its end"),
    bulk=[
        BulkAction(
            "block",
            pgettext_lazy("voice", "Block"),
            _block,
            NumberPermission.CHANGE,
            icon="ban",
            form=BlockForm,
            question=_("Block %(count)s numbers? They serve no line until they are unblocked."),
        ),
        BulkAction(
            "unblock", pgettext_lazy("voice", "Unblock"), _unblock, NumberPermission.CHANGE, icon="lock-open"
        ),
    ],
    empty=EmptyState(
        title=_("No numbers here"),
        text=_("Numbers come with the blocks given to an exchange."),
        icon="numbers",
    ),
    noun="number",
)


def _lines(_actor: Actor) -> QuerySet[Line]:
    return Line.objects.select_related("exchange", "customer", "sip_account")


LINES = ListSpec[Line](
    name="numbering.line",
    title=pgettext_lazy("voice", "Lines"),
    permission=LinePermission.VIEW,
    queryset=_lines,
    columns=[
        Column("public_number_id", pgettext_lazy("voice", "Number"), Kind.LINK, sort="public_number_id"),
        Column(
            "customer",
            _("Customer"),
            value=lambda row: row.customer.name,
            url=lambda row: reverse("customers-customer-record", args=[row.customer_id]),
        ),
        Column("user_name", pgettext_lazy("voice", "User")),
        Column("kind", pgettext_lazy("voice", "Kind"), value=lambda row: kind_label(row.kind)),
        Column("status", _("State"), Kind.STATE, states={str(k): v for k, v in LINE_BADGES.items()}),
        Column("exchange", pgettext_lazy("voice", "Exchange"), value=lambda row: row.exchange.name),
        Column(
            "rights_level", _("Call rights"), value=lambda row: rights_label(row.rights_level), shown=False
        ),
        Column(
            "telephone",
            pgettext_lazy("voice", "Telephone"),
            Kind.YES_NO,
            value=lambda row: hasattr(row, "sip_account"),
        ),
        Column("opened_at", pgettext_lazy("voice", "Opened"), Kind.DATE, sort="opened_at"),
    ],
    sort="public_number_id",
    filters=[
        ChoiceFilter("exchange", pgettext_lazy("voice", "Exchange"), choices=exchange_choices),
        ChoiceFilter(
            "kind", pgettext_lazy("voice", "Kind"), choices=[(str(k), v) for k, v in LINE_KINDS.items()]
        ),
        ChoiceFilter(
            "status", _("State"), choices=[(str(k), v.label) for k, v in LINE_BADGES.items()], many=False
        ),
    ],
    search=lambda rows, text: rows.filter(
        public_number__in=PublicNumber.objects.filter(number_matches(text)).order_by()
    ),
    search_hint=_("Number, its beginning or its end"),
    row_url=lambda row: reverse("numbering-line-record", args=[row.pk]),
    row_class=lambda row: "dk-row-quiet" if row.status == LineStatus.CEASED else "",
    empty=EmptyState(
        title=_("No lines here"),
        text=_("A line is opened when its order is completed."),
        icon="phone",
    ),
    noun="line",
)
