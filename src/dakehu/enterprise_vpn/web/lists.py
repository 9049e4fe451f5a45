"""The lists of VPNs and of one VPN's members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.permissions import VpnPermission
from dakehu.enterprise_vpn.selectors.facts import name_key
from dakehu.enterprise_vpn.services.members import vpn_members_remove
from dakehu.enterprise_vpn.web.words import barring_label
from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Action, BulkAction, Column, EmptyState, Kind, ListSpec
from dakehu.kernel.text import clean_line
from dakehu.numbering.api import LineStatus, line_badge


def found_by(text: str) -> Q:
    """By the VPN's name, as wide or narrow as it was typed, or by the customer's."""
    text = clean_line(text)
    return Q(name_key__contains=name_key(text)) | Q(customer__name__icontains=text)


def _vpns(_actor: Actor) -> QuerySet[EnterpriseVpn]:
    return EnterpriseVpn.objects.select_related("customer").annotate(member_count=Count("members"))


VPNS = ListSpec[EnterpriseVpn](
    name="enterprise_vpn.vpn",
    title=_("Enterprise VPNs"),
    permission=VpnPermission.VIEW,
    queryset=_vpns,
    columns=[
        Column("name", pgettext_lazy("voice", "VPN"), Kind.LINK, sort="name"),
        Column(
            "customer",
            _("Customer"),
            value=lambda row: row.customer.name,
            url=lambda row: reverse("customers-customer-record", args=[row.customer_id]),
        ),
        Column("member_count", pgettext_lazy("vpn", "Members"), Kind.NUMBER),
        Column("short_length", _("Digits of short numbers"), Kind.NUMBER),
        Column("exit_prefix", pgettext_lazy("vpn", "Exit prefix"), Kind.CODE),
        Column("attendant", _("Attendant's number"), Kind.CODE),
        Column("main_number", _("Main number"), Kind.CODE),
        Column("created_at", pgettext_lazy("vpn", "Made"), Kind.DATE, sort="created_at"),
    ],
    sort="name",
    search=lambda rows, text: rows.filter(found_by(text)),
    search_hint=_("VPN or customer"),
    row_url=lambda row: reverse("vpns-vpn-record", args=[row.pk]),
    actions=[
        Action(_("New VPN"), "vpns-vpn-create", VpnPermission.CHANGE, "plus", is_primary=True),
    ],
    empty=EmptyState(
        title=_("No enterprise VPNs yet"),
        text=_("A VPN joins the lines and Centrex groups of a customer in all cities in one numbering plan."),
        icon="topology-star-3",
        actions=[Action(_("New VPN"), "vpns-vpn-create", VpnPermission.CHANGE, "plus", is_primary=True)],
    ),
    noun="vpn",
)


def _search(rows: QuerySet[MemberRow], text: str) -> QuerySet[MemberRow]:
    text = clean_line(text)
    return rows.filter(
        Q(short_number__startswith=text)
        | Q(line__public_number__number__contains=text)
        | Q(line__user_name__icontains=text)
    )


def _take_out(actor: Actor, row: MemberRow, _values: dict[str, Any]) -> None:
    vpn_members_remove(actor=actor, vpn_id=row.vpn_id, member_ids=[row.pk])


_STATES = {str(status): line_badge(status) for status in LineStatus}
_MEMBERS = ListSpec[MemberRow](
    name="enterprise_vpn.members",
    title=pgettext_lazy("vpn", "Members"),
    permission=VpnPermission.VIEW,
    queryset=lambda _actor: MemberRow.objects.none(),
    columns=[
        Column("short_number", _("Short number"), Kind.LINK, sort="short_number"),
        Column(
            "number",
            _("Public number"),
            Kind.CODE,
            value=lambda row: row.line.public_number_id,
            url=lambda row: reverse("numbering-line-record", args=[row.line_id]),
        ),
        Column("user", pgettext_lazy("voice", "User"), value=lambda row: row.line.user_name),
        Column("exchange", pgettext_lazy("voice", "Exchange"), value=lambda row: row.line.exchange.name),
        Column("line__status", _("State"), Kind.STATE, states=_STATES),
        Column(
            "joined",
            pgettext_lazy("voice", "Joined as"),
            value=lambda row: _("with its group") if row.group_id else _("single line"),
        ),
        Column("barred", _("Barred off-net calls"), value=lambda row: barring_label(row.barred)),
        Column(
            "closed",
            _("Closed user group"),
            value=lambda row: row.closed_group.name if row.closed_group else "",
        ),
        Column("joined_at", pgettext_lazy("voice", "Joined"), Kind.DATE, sort="joined_at", shown=False),
    ],
    sort="short_number",
    search=_search,
    search_hint=_("Short number, public number or user"),
    bulk=[
        BulkAction[MemberRow](
            "take-out",
            _("Take out of the VPN"),
            _take_out,
            VpnPermission.CHANGE,
            "door-exit",
            question=_("Take %(count)s members out of the VPN? Their lines stay in service."),
            is_dangerous=True,
        )
    ],
    empty=EmptyState(
        title=pgettext_lazy("vpn", "No members yet"),
        text=_("Add single lines, or a Centrex group with all its lines."),
        icon="phone-plus",
    ),
    noun="vpn",
)


def members_list(vpn: EnterpriseVpn, *, may_change: bool) -> ListSpec[MemberRow]:
    """The members of one VPN; whoever may change it comes to a member's form by its row."""
    rows = MemberRow.objects.filter(vpn=vpn).select_related("line__exchange", "closed_group")
    return replace(
        _MEMBERS,
        queryset=lambda _actor: rows,
        row_url=_form_of if may_change else _line_of,
    )


def _form_of(row: MemberRow) -> str:
    return reverse("vpns-member-change", args=[row.pk])


def _line_of(row: MemberRow) -> str:
    return reverse("numbering-line-record", args=[row.line_id])
