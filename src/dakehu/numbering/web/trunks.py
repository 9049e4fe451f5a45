"""Pages of trunk groups, and which of them a number would take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    Button,
    Column,
    EmptyState,
    Fact,
    Figure,
    FormPage,
    Group,
    Kind,
    ListSpec,
    Record,
    Tab,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.kernel.numbers import CallClass, Unreachable, classify
from dakehu.numbering.domain.trunks import NoWay, Outgoing, Rewriting, Serves, Way, ways_out
from dakehu.numbering.models import Exchange, TrunkGroup
from dakehu.numbering.permissions import TrunkPermission
from dakehu.numbering.selectors.numbers import exchange_get
from dakehu.numbering.selectors.trunks import trunk_get, trunk_values, trunks_for
from dakehu.numbering.services.trunks import trunk_account_set, trunk_change, trunk_create, trunk_remove
from dakehu.numbering.web.trunkforms import (
    ALL_NUMBERS,
    SERVES,
    AccountForm,
    NewTrunkForm,
    TrunkForm,
    WayForm,
    gateway_text,
    initial_of,
)
from dakehu.numbering.web.words import exchange_choices

_NO_WAY = {
    NoWay.NO_GATEWAY: gettext_lazy("No trunk group leads there from this exchange."),
    NoWay.CONGESTION: gettext_lazy("The trunk groups that lead there have no channel for such a call."),
}


def _prefixes(row: TrunkGroup) -> str:
    return "、".join(prefix or ALL_NUMBERS for prefix in row.prefixes)


TRUNKS = ListSpec[TrunkGroup](
    name="numbering.trunk",
    title=gettext_lazy("Trunk groups"),
    permission=TrunkPermission.VIEW,
    queryset=trunks_for,
    scoped=False,
    columns=[
        Column("code", gettext_lazy("Code"), Kind.LINK, sort="code"),
        Column("exchange", pgettext_lazy("voice", "Exchange"), value=lambda row: row.exchange.name),
        Column("prefixes", gettext_lazy("Prefixes"), Kind.CODE, value=_prefixes),
        Column("gateways", gettext_lazy("Gateways"), Kind.NUMBER, value=lambda row: len(row.gateways)),
        Column("serves", gettext_lazy("Takes calls of"), value=lambda row: SERVES[Serves(row.serves)]),
        Column("rank", gettext_lazy("Order"), Kind.NUMBER, sort="rank"),
        Column("channels", gettext_lazy("Channels"), Kind.NUMBER, sort="channels"),
        Column("reserved", gettext_lazy("Reserved for emergencies"), Kind.NUMBER),
    ],
    sort="code",
    search=lambda rows, text: rows.filter(code__icontains=text),
    search_hint=gettext_lazy("Code"),
    row_url=lambda row: reverse("numbering-trunk-record", args=[row.pk]),
    actions=[
        Action(
            gettext_lazy("New trunk group"),
            "numbering-trunk-create",
            TrunkPermission.CHANGE,
            "plus",
            is_primary=True,
        ),
        Action(gettext_lazy("Which trunk?"), "numbering-trunk-way", TrunkPermission.VIEW, "route"),
    ],
    empty=EmptyState(
        title=gettext_lazy("No trunk groups yet"),
        text=gettext_lazy("Without one calls stay in our own exchanges."),
        icon="arrows-split",
    ),
    noun="trunk",
)
trunk_list = list_view(TRUNKS)


@dataclass(frozen=True, slots=True)
class Found:
    """What would become of a call: ways in order, or why there is none."""

    number: str = ""
    why: str = ""
    ways: tuple[Way, ...] = ()


@page(TrunkPermission.VIEW, methods=("GET",))
def trunk_record(request: HttpRequest, pk: int) -> HttpResponse:
    row = trunk_get(actor_of(request), pk)
    change = TrunkPermission.CHANGE
    account = reverse("numbering-trunk-account", args=[pk])
    return record_page(
        request,
        Record(
            noun="trunk",
            object_id=row.pk,
            title=row.code,
            subtitle=row.exchange.name,
            figures=[
                Figure(gettext_lazy("Channels"), row.channels, Kind.NUMBER),
                Figure(gettext_lazy("Reserved for emergencies"), row.reserved, Kind.NUMBER),
                Figure(gettext_lazy("Gateways"), len(row.gateways), Kind.NUMBER),
                Figure(gettext_lazy("Order"), row.rank, Kind.NUMBER),
            ],
            tabs=[Tab("facts", _("Trunk group"), "numbering/trunk_facts.html", {"facts": _facts(row)})],
            buttons=[
                Button(_("Change"), reverse("numbering-trunk-change", args=[pk]), "pencil", change),
                Button(_("Credentials"), account, "key", change),
                Button(
                    _("Remove trunk group"),
                    reverse("numbering-trunk-remove", args=[pk]),
                    "trash",
                    change,
                    is_dangerous=True,
                    post=True,
                    question=_(
                        "Remove the trunk group? Calls that are on it go on, new ones take another way."
                    ),
                ),
            ],
            back=(_("Trunk groups"), reverse("numbering-trunk-list")),
        ),
    )


@page(TrunkPermission.CHANGE, methods=("GET", "POST"))
def trunk_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    initial = {
        "serves": Serves.AREA, "prefixes": ALL_NUMBERS, "order": 0, "channels": 30, "reserved": 0,
        "called_strip": 0, "calling_strip": 0,
    }  # fmt: skip
    form = NewTrunkForm(request.POST or None, initial=initial, exchanges=exchange_choices(actor))

    def save(values: dict[str, Any]) -> str:
        group = form.group(values["code"])
        row = trunk_create(actor=actor, exchange_id=int(values["exchange"]), group=group)
        return _place_of(row.pk)

    shown = FormPage(
        title=_("New trunk group"),
        form=form,
        groups=[Group("", ["code", "exchange"]), *_groups()],
        back=reverse("numbering-trunk-list"),
        done=_("Saved; calls follow within seconds."),
        noun="trunk",
    )
    return form_page(request, shown, save)


@page(TrunkPermission.CHANGE, methods=("GET", "POST"))
def trunk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = trunk_get(actor, pk)
    form = TrunkForm(request.POST or None, initial=initial_of(row))

    def save(values: dict[str, Any]) -> str:
        trunk_change(actor=actor, trunk_id=pk, version=values["version"] or 0, group=form.group(row.code))
        return _place_of(pk)

    shown = FormPage(
        title=_("Change %(name)s") % {"name": row.code},
        form=form,
        groups=_groups(),
        back=_place_of(pk),
        done=_("Saved; calls follow within seconds."),
        noun="trunk",
    )
    return form_page(request, shown, save)


@page(TrunkPermission.CHANGE, methods=("GET", "POST"))
def trunk_account(request: HttpRequest, pk: int) -> HttpResponse:
    """What the other network knows us by; the password is never shown."""
    actor = actor_of(request)
    row = trunk_get(actor, pk)
    initial = {"version": row.version, "username": row.account_username, "realm": row.account_realm}

    def save(values: dict[str, Any]) -> str:
        trunk_account_set(actor=actor, trunk_id=pk, **values)
        return _place_of(pk)

    shown = FormPage(
        title=_("Credentials of %(name)s") % {"name": row.code},
        form=AccountForm(request.POST or None, initial=initial),
        note=_("How the group answers when the other network asks who is calling."),
        back=_place_of(pk),
        done=_("Saved; calls follow within seconds."),
        noun="trunk",
    )
    return form_page(request, shown, save)


@page(TrunkPermission.CHANGE, methods=("POST",))
def trunk_remove_now(request: HttpRequest, pk: int) -> HttpResponse:
    trunk_remove(actor=actor_of(request), trunk_id=pk)
    messages.success(request, _("The trunk group is removed."))
    return go_to(request, reverse("numbering-trunk-list"))


@page(TrunkPermission.VIEW, methods=("GET",))
def trunk_way(request: HttpRequest) -> HttpResponse:
    """Which trunks a number would take from an exchange, by the code that decides calls."""
    actor = actor_of(request)
    form = WayForm(request.GET if "number" in request.GET else None, exchanges=exchange_choices(actor))
    context: dict[str, Any] = {"title": _("Which trunk?"), "form": form}
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        exchange = exchange_get(actor, int(values["exchange"]))
        found = _found(exchange, values["number"], values["calling"])
        context |= {"found": found, "rows": _ways(actor, found.ways)}
    return render(request, "numbering/trunk_way.html", context)


def _found(exchange: Exchange, number: str, calling: str) -> Found:
    to = classify(number, exchange.area_code)
    if isinstance(to, Unreachable):
        return Found(why=_("This is no number that can be dialled there."))
    is_emergency = to.call_class is CallClass.EMERGENCY
    call = Outgoing(to.number, calling, exchange.code, exchange.area_code, is_emergency)
    ways = ways_out(trunk_values(), call, lambda _code: 0, lambda _gateway: False)
    return Found(to.number, str(_NO_WAY[ways])) if isinstance(ways, NoWay) else Found(to.number, "", ways)


def _ways(actor: Actor, ways: tuple[Way, ...]) -> list[dict[str, object]]:
    """Each way; a group of another city has no address here."""
    seen = dict(trunks_for(actor).values_list("code", "pk"))
    return [
        {
            "pk": seen.get(way.group),
            "group": way.group,
            "gateway": gateway_text(way.gateway) if way.group in seen else "",
            "called": way.called,
            "calling": way.calling,
        }
        for way in ways
    ]


def _facts(row: TrunkGroup) -> list[Fact]:
    group = row.value()
    account = f"{group.account.username} @ {group.account.realm}" if group.account is not None else ""
    return [
        Fact(
            pgettext_lazy("voice", "Exchange"),
            row.exchange.name,
            url=reverse("numbering-exchange-record", args=[row.exchange_id]),
        ),
        Fact(_("Takes calls of"), SERVES[group.serves]),
        Fact(_("Prefixes"), _prefixes(row), Kind.CODE),
        Fact(_("Gateways"), "、".join(map(gateway_text, group.gateways)), Kind.CODE),
        Fact(_("Further sources"), "、".join(group.sources), Kind.CODE),
        Fact(_("Called number"), _rewriting(group.called)),
        Fact(_("Calling number"), _rewriting(group.calling)),
        Fact(_("Credentials"), account, Kind.CODE, note=_("The password is never shown.")),
    ]


def _rewriting(rule: Rewriting) -> str:
    if not rule.strip and not rule.prepend:
        return _("as it is")
    return _("%(strip)s digits off, “%(prepend)s” before") % {"strip": rule.strip, "prepend": rule.prepend}


def _groups() -> list[Group]:
    return [
        Group(_("What leads there"), ["serves", "prefixes", "order"]),
        Group(_("Gateways"), ["gateways", "sources"]),
        Group(_("Channels"), ["channels", "reserved"]),
        Group(
            _("Numbers as they are sent"),
            ["called_strip", "called_prepend", "calling_strip", "calling_prepend"],
        ),
    ]


def _place_of(pk: int) -> str:
    return reverse("numbering-trunk-record", args=[pk])
