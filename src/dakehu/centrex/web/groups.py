"""Pages of groups: members, numbering, work order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dakehu.centrex.domain.rules import count_short_numbers
from dakehu.centrex.domain.workorder import ExchangeWorkOrder
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.permissions import GroupPermission
from dakehu.centrex.selectors.groups import CountedGroup, group_get, groups_for, members_of
from dakehu.centrex.services.groups import group_remove, group_rename
from dakehu.centrex.web.forms import GroupNameForm
from dakehu.centrex.web.lists import GROUPS
from dakehu.centrex.web.words import WORK_ORDER_LABELS, services_of
from dakehu.customers.api import customer_get
from dakehu.infra.ui.api import (
    Badge,
    Button,
    Fact,
    Figure,
    FormPage,
    Kind,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.numbering.api import LinePermission, codes_tab, line_badge, line_get, lines_for, rights_label

group_list = list_view(GROUPS)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the table shows it."""

    member: CentrexMember
    badge: Badge
    rights: str
    services: list[str]
    telephone: str


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the numbering tree."""

    label: str
    icon: str = ""
    note: str = ""
    url: str = ""
    badge: Badge | None = None
    children: tuple[Node, ...] = ()
    is_open: bool = True
    is_current: bool = False


@page(GroupPermission.VIEW, methods=("GET",))
def group_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: who is in it under which short number, with which rights, on which telephone."""
    actor = actor_of(request)
    group = group_get(actor, pk)
    members = [row_of(member) for member in members_of(group)]
    may_change = actor.may(GroupPermission.CHANGE)
    return record_page(
        request,
        Record(
            noun="group",
            object_id=group.pk,
            title=group.name,
            subtitle=f"{group.customer.name} · {group.exchange.name}",
            figures=_figures(group),
            tabs=[
                Tab(
                    "members",
                    pgettext_lazy("voice", "Members"),
                    "centrex/members.html",
                    {"members": members, "group": group, "may_change": may_change},
                    count=len(members),
                ),
                Tab("facts", pgettext_lazy("voice", "Group"), "centrex/facts.html", {"facts": _facts(group)}),
                Tab(
                    "tree",
                    pgettext_lazy("voice", "Numbering"),
                    "centrex/tree.html",
                    {"nodes": _tree(group, members)},
                ),
                codes_tab(group.codes, reverse("centrex-group-codes", args=[group.pk]) if may_change else ""),
                Tab("work-order", _("Work order"), "centrex/work_order.html", _work_order(group)),
            ],
            buttons=_buttons(group),
            back=(_("Centrex groups"), reverse("centrex-group-list")),
            warning=_("The group has reached its capacity.") if group.member_count >= group.capacity else "",
        ),
    )


@page(GroupPermission.CHANGE, methods=("GET", "POST"))
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    group = group_get(actor, pk)
    form = GroupNameForm(request.POST or None, initial={"version": group.version, "name": group.name})

    def save(values: dict[str, Any]) -> str:
        group_rename(actor=actor, group_id=pk, **values)
        return place_of(pk)

    shown = FormPage(
        title=_("Rename %(group)s") % {"group": group.name},
        form=form,
        note=_("Capacity, prefixes and the length of short numbers are agreed once and never change."),
        back=place_of(pk),
        done=_("Saved."),
        noun="group",
    )
    return form_page(request, shown, save)


@page(GroupPermission.CHANGE, methods=("POST",))
def group_remove_now(request: HttpRequest, pk: int) -> HttpResponse:
    group_remove(actor=actor_of(request), group_id=pk)
    messages.success(request, _("The group is removed; its search number is free again."))
    return go_to(request, reverse("centrex-group-list"))


@page(GroupPermission.VIEW, methods=("GET",))
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a customer's record: its groups, and its lines outside any group."""
    actor = actor_of(request)
    customer = customer_get(actor, pk)
    groups = list(groups_for(actor, customer_id=customer.pk))
    singles = []
    if actor.may(LinePermission.VIEW):
        singles = [
            {"line": line, "badge": line_badge(line.status)}
            for line in lines_for(actor, customer_id=customer.pk).filter(centrex_member=None)[:200]
        ]
    return render(request, "centrex/customer_panel.html", {"groups": groups, "singles": singles})


@page(GroupPermission.VIEW, methods=("GET",))
def line_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab on a line's record: its membership."""
    actor = actor_of(request)
    line = line_get(actor, pk)
    groups = groups_for(actor, customer_id=line.customer_id)
    member = CentrexMember.objects.select_related("line__exchange", "group").filter(
        line_id=pk, group__in=groups.values("pk")
    )
    rows = [row_of(row) for row in member]
    context = {"members": rows, "group": rows[0].member.group if rows else None}
    return render(request, "centrex/line_panel.html", {**context, "may_change": False})


def row_of(member: CentrexMember) -> MemberRow:
    account = getattr(member.line, "sip_account", None)
    return MemberRow(
        member=member,
        badge=line_badge(member.line.status),
        rights=rights_label(member.rights_level),
        services=[str(service) for service in services_of(member)],
        telephone=account.username if account else "",
    )


def place_of(pk: int) -> str:
    return reverse("centrex-group-record", args=[pk])


def _figures(group: CountedGroup) -> list[Figure]:
    value = group.value()
    return [
        Figure(
            pgettext_lazy("voice", "Members"),
            group.member_count,
            Kind.NUMBER,
            note=_("of %(most)s") % {"most": group.capacity},
        ),
        Figure(_("Search number (GCN)"), group.gcn_id, Kind.CODE),
        Figure(_("Exit prefix"), group.exit_prefix, Kind.CODE),
        Figure(_("Attendant prefix"), group.attendant_prefix or None, Kind.CODE),
        Figure(_("Short numbers possible"), count_short_numbers(value), Kind.NUMBER),
    ]


def _facts(group: CentrexGroup) -> list[Fact]:
    return [
        Fact(
            _("Customer"),
            group.customer.name,
            url=reverse("customers-customer-record", args=[group.customer_id]),
        ),
        Fact(
            pgettext_lazy("voice", "Exchange"),
            group.exchange.name,
            url=reverse("numbering-exchange-record", args=[group.exchange_id]),
        ),
        Fact(_("Area code"), group.exchange.area_code, Kind.CODE),
        Fact(_("Search number (GCN)"), group.gcn_id, Kind.CODE, note=_("Blocked: it serves no line.")),
        Fact(_("Maximum capacity"), group.capacity, Kind.NUMBER, note=_("Agreed once; never changed.")),
        Fact(_("Exit prefix"), group.exit_prefix, Kind.CODE),
        Fact(_("Attendant prefix"), group.attendant_prefix, Kind.CODE),
        Fact(_("Digits of short numbers"), group.short_length, Kind.NUMBER),
        Fact(
            _("Night number"), group.night_number, Kind.CODE, note=_("It rings while no attendant is there.")
        ),
        Fact(pgettext_lazy("voice", "Made"), group.created_at, Kind.MOMENT),
    ]


def _tree(group: CentrexGroup, rows: list[MemberRow]) -> list[Node]:
    """What can be dialled in the group: consoles, short numbers, the way out."""
    members = tuple(
        Node(
            row.member.short_number,
            "phone",
            row.member.line.user_name or row.member.line.public_number_id,
            reverse("numbering-line-record", args=[row.member.line_id]),
            row.badge,
        )
        for row in rows
    )
    nodes = [Node(_("Short numbers"), "hash", _("dialled alone"), children=members)]
    if group.attendant_prefix:
        consoles = tuple(node for node, row in zip(members, rows, strict=True) if row.member.is_attendant)
        label = _("%(prefix)s: attendant") % {"prefix": group.attendant_prefix}
        nodes.append(Node(label, "headset", children=consoles))
    out = _("%(prefix)s and a public number: outside") % {"prefix": group.exit_prefix}
    nodes.append(Node(out, "world"))
    return [Node(group.name, "phone-spark", group.gcn_id, children=tuple(nodes))]


def _work_order(group: CentrexGroup) -> dict[str, Any]:
    stored = getattr(group, "work_order", None)
    if stored is None:
        return {"printed": ""}
    content = {**stored.content}
    for name in ("capacity", "short_length"):
        content[name] = int(content[name])
    labels = {name: str(label) for name, label in WORK_ORDER_LABELS.items()}
    return {"printed": ExchangeWorkOrder(**content).printed(labels), "issued_at": stored.issued_at}


def _buttons(group: CountedGroup) -> list[Button]:
    change = GroupPermission.CHANGE
    found = []
    if group.member_count < group.capacity:
        url = reverse("centrex-member-create", args=[group.pk])
        found.append(Button(_("Add member"), url, "plus", change, is_primary=True))
    found.append(
        Button(
            pgettext_lazy("voice", "Rename"),
            reverse("centrex-group-change", args=[group.pk]),
            "pencil",
            change,
        )
    )
    url = reverse("centrex-group-night", args=[group.pk])
    found.append(Button(_("Night number"), url, "moon", change))
    if group.member_count == 0:
        found.append(
            Button(
                _("Remove group"),
                reverse("centrex-group-remove", args=[group.pk]),
                "trash",
                change,
                is_dangerous=True,
                post=True,
                question=_("Remove the group? Its search number becomes free again."),
            )
        )
    return found
