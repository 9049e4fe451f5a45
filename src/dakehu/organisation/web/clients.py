"""API clients: list, record, secret shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.access.api import access_one
from dakehu.infra.ui.api import (
    Action,
    Badge,
    Button,
    Column,
    EmptyState,
    Fact,
    FormPage,
    Kind,
    ListSpec,
    Record,
    Tab,
    Tone,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.organisation.models import ApiClient
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.clients import client_create, client_renew_secret, client_revoke
from dakehu.organisation.web.forms import ClientForm

STATES = {
    "True": Badge(pgettext_lazy("account", "Active"), Tone.GOOD),
    "False": Badge(gettext_lazy("Revoked"), Tone.QUIET),
}


def _url(client: ApiClient) -> str:
    return reverse("organisation-client-record", args=[client.pk])


CLIENTS: ListSpec[ApiClient] = ListSpec(
    name="organisation.client",
    noun="client",
    title=gettext_lazy("API clients"),
    note=gettext_lazy("Programs that call the TM Forum API, each with a role's rights over a unit's data."),
    queryset=lambda _actor: ApiClient.objects.select_related("role", "org_unit"),
    permission=Permission.CLIENT_VIEW,
    columns=[
        Column("name", gettext_lazy("Name"), Kind.LINK, sort="name"),
        Column("client_id", gettext_lazy("Client id"), Kind.CODE),
        Column("role", gettext_lazy("Role")),
        Column("org_unit", gettext_lazy("Sees")),
        Column("created_at", gettext_lazy("Since"), Kind.MOMENT, sort="id"),
        Column("is_active", gettext_lazy("State"), Kind.STATE, states=STATES),
    ],
    sort="name",
    row_url=_url,
    actions=[
        Action(
            gettext_lazy("New API client"),
            "organisation-client-create",
            permission=Permission.CLIENT_CHANGE,
            icon="plus",
            is_primary=True,
        )
    ],
    empty=EmptyState(
        gettext_lazy("No program may call yet"),
        gettext_lazy("Make a client for each system that calls the API; it signs in by OAuth2."),
        icon="api",
    ),
)
client_list = list_view(CLIENTS)


@page(Permission.CLIENT_VIEW, methods=("GET",))
def client_record(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ApiClient.objects.select_related("role", "org_unit")
    client = access_one(rows, actor_of(request), pk, Permission.CLIENT_VIEW)
    facts = [
        Fact(_("Client id"), client.client_id, Kind.CODE),
        Fact(_("Role"), client.role),
        Fact(_("Sees"), client.org_unit),
        Fact(_("Since"), client.created_at, Kind.MOMENT),
        Fact(_("Made by"), client.created_by),
        Fact(_("Token address"), request.build_absolute_uri(reverse("rest-token")), Kind.CODE),
    ]
    record = Record(
        noun="client",
        object_id=client.pk,
        title=client.name,
        badges=[STATES[str(client.is_active)]],
        tabs=[Tab("facts", _("Client"), "organisation/facts.html", {"facts": facts})],
        buttons=_buttons(client) if client.is_active else [],
        back=(_("API clients"), reverse("organisation-client-list")),
    )
    return record_page(request, record)


def _buttons(client: ApiClient) -> list[Button]:
    version = {"version": client.version}
    return [
        Button(
            _("New secret"),
            reverse("organisation-client-renew", args=[client.pk]),
            "key",
            Permission.CLIENT_CHANGE,
            post=True,
            question=_("Give %(name)s a new secret? The old one ends at once.") % {"name": client.name},
            fields=version,
        ),
        Button(
            _("Revoke"),
            reverse("organisation-client-revoke", args=[client.pk]),
            "ban",
            Permission.CLIENT_CHANGE,
            is_dangerous=True,
            post=True,
            question=_("Refuse %(name)s from now on? This cannot be undone.") % {"name": client.name},
            fields=version,
        ),
    ]


@page(Permission.CLIENT_CHANGE, methods=("GET", "POST"))
def client_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    made: list[tuple[ApiClient, str]] = []

    def save(values: dict[str, Any]) -> str:
        made.append(
            client_create(actor=actor, name=values["name"], role_id=values["role"], unit_id=values["unit"])
        )
        return _url(made[0][0])

    shown = FormPage(
        title=_("New API client"),
        form=ClientForm(request.POST or None, actor=actor),
        back=reverse("organisation-client-list"),
        noun="client",
    )
    response = form_page(request, shown, save)
    return _secret_once(request, *made[0]) if made else response


@page(Permission.CLIENT_CHANGE, methods=("POST",))
def client_renew(request: HttpRequest, pk: int) -> HttpResponse:
    renewed = client_renew_secret(actor=actor_of(request), client_id=pk, version=_version(request))
    return _secret_once(request, *renewed)


@page(Permission.CLIENT_CHANGE, methods=("POST",))
def client_end(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_revoke(actor=actor_of(request), client_id=pk, version=_version(request))
    messages.success(request, _("%(name)s is refused from now on.") % {"name": client.name})
    return go_to(request, _url(client))


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else 0


def _secret_once(request: HttpRequest, client: ApiClient, secret: str) -> HttpResponse:
    """The secret in the answer itself: it is stored nowhere but as a hash."""
    context = {
        "title": client.name,
        "label": _("Secret of %(name)s") % {"name": client.name},
        "names": [
            (_("Client id"), client.client_id),
            (_("Token address"), request.build_absolute_uri(reverse("rest-token"))),
        ],
        "secret": secret,
        "next": _("Put it into the calling system now: it is not shown again."),
        "back": _url(client),
    }
    response = render(request, "organisation/secret_once.html", context)
    response["Cache-Control"] = "no-store"
    return response
