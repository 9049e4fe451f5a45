"""API clients: programs that sign in by OAuth2 client credentials."""

from __future__ import annotations

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.versions import advance
from dakehu.kernel.errors import NotFound
from dakehu.organisation.domain.errors import ClientNameTaken, RightsExceedYours
from dakehu.organisation.domain.names import read_name
from dakehu.organisation.models import ApiClient, OrgUnit, Role
from dakehu.organisation.permissions import Permission

API_SCOPE = "api"
_SHOWN = ("name", "client", "role", "org_unit", "is_active")


def client_create(*, actor: Actor, name: str, role_id: int, unit_id: int) -> tuple[ApiClient, str]:
    """A new client and its secret, which is shown this once and kept as a hash."""
    with transaction.atomic():
        unit = access_one(OrgUnit.objects.all(), actor, unit_id, Permission.CLIENT_CHANGE)
        role = _role(actor, role_id)
        secret = get_adapter().generate_client_secret()
        row = ApiClient(
            name=read_name(name), role=role, org_unit=unit, created_at=now(), created_by=actor.name
        )
        row.place(unit.path)
        row.client = _oauth_client(row.name, secret)
        try:
            with transaction.atomic():
                row.client.save()
                row.client_id = row.client.pk
                row.save()
        except IntegrityError:
            raise ClientNameTaken(field="name", name=row.name) from None
        record(actor, "client.create", _change(row, {}))
    return row, secret


def client_renew_secret(*, actor: Actor, client_id: int, version: int) -> tuple[ApiClient, str]:
    """A new secret in place of the old one; tokens already given out end too."""
    secret = get_adapter().generate_client_secret()
    with transaction.atomic():
        row = _locked(actor, client_id)
        advance(row, version)
        row.save()
        row.client.set_secret(secret)
        row.client.save()
        Token.objects.filter(client=row.client).delete()
        changed = Change("client", row.pk, row.name, {"secret": 0}, {"secret": 1}, row.org_path)
        record(actor, "client.renew_secret", changed)
    return row, secret


def client_revoke(*, actor: Actor, client_id: int, version: int) -> ApiClient:
    """Refuse the client from its next request on."""
    with transaction.atomic():
        row = _locked(actor, client_id)
        advance(row, version)
        before = snapshot(row, *_SHOWN)
        row.is_active = False
        row.save()
        Token.objects.filter(client=row.client).delete()
        row.client.set_secret(get_adapter().generate_client_secret())
        row.client.save()
        record(actor, "client.revoke", _change(row, before))
    return row


def _locked(actor: Actor, client_id: int) -> ApiClient:
    """The client, if in the actor's scope and with no more rights than the actor's."""
    row = access_one(ApiClient.objects.select_for_update(), actor, client_id, Permission.CLIENT_CHANGE)
    _role(actor, row.role_id)
    return row


def _role(actor: Actor, role_id: int) -> Role:
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound(field="role", noun="role", id=str(role_id))
    if not actor.everything and (role.everything or not actor.permissions.issuperset(role.permissions)):
        raise RightsExceedYours(field="role", name=str(role))
    return role


def _oauth_client(name: str, secret: str) -> Client:
    client = Client(
        name=name,
        type=Client.Type.CONFIDENTIAL,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        scopes=API_SCOPE,
        default_scopes=API_SCOPE,
    )
    client.set_secret(secret)
    return client


def _change(row: ApiClient, before: dict[str, object]) -> Change:
    return Change("client", row.pk, row.name, before, snapshot(row, *_SHOWN), row.org_path)
