"""API clients by OAuth2 client credentials, from the page that makes them to the actor that calls."""

from __future__ import annotations

import base64

import pytest
from django.test import Client, RequestFactory

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.rest.authentication import authenticate
from dakehu.infra.rest.errors import TokenInvalid
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.organisation.domain.errors import ClientNameTaken, RightsExceedYours
from dakehu.organisation.models import ApiClient, Role
from dakehu.organisation.selectors.actors import actor_for_client
from dakehu.organisation.services.clients import client_create, client_renew_secret, client_revoke
from dakehu.organisation.testing import Scenario


def _make(world: Scenario, name: str = "计费系统") -> tuple[ApiClient, str]:
    actor = world.administrator
    role = Role.objects.get(code="auditor")
    return client_create(actor=actor, name=name, role_id=role.pk, unit_id=world.taiyuan.pk)


def _token(client_id: str, secret: str) -> str | None:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    response = Client().post(
        "/oauth2/token", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    return str(response.json()["access_token"]) if response.status_code == 200 else None


def _bearer(token: str) -> RequestFactory:
    return RequestFactory(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.req("KAM-11")
def test_a_client_acts_with_its_roles_rights_over_its_units_subtree(world: Scenario) -> None:
    row, secret = _make(world)
    token = _token(row.client_id, secret)
    assert token is not None
    actor = authenticate(_bearer(token).get("/tmf-api/anything"))
    assert (actor.user_id, actor.name) == (None, "计费系统")
    assert actor.scope.path == world.taiyuan.path
    assert actor.permissions == set(Role.objects.get(code="auditor").permissions)
    assert actor.may("unit.view")
    assert not actor.may("unit.change")


def test_the_secret_is_shown_once_and_kept_as_a_hash(world: Scenario) -> None:
    row, secret = _make(world)
    assert secret not in str(row.client.__dict__)
    assert secret not in str(AuditEntry.objects.get(action="client.create").changes)
    assert _token(row.client_id, "wrong") is None


def test_a_new_secret_ends_the_old_one_and_its_tokens(world: Scenario) -> None:
    row, old = _make(world)
    token = _token(row.client_id, old)
    assert token is not None
    _row, new = client_renew_secret(actor=world.administrator, client_id=row.pk, version=1)
    with pytest.raises(TokenInvalid):
        authenticate(_bearer(token).get("/"))
    assert _token(row.client_id, old) is None
    assert _token(row.client_id, new) is not None
    with pytest.raises(Conflict):
        client_renew_secret(actor=world.administrator, client_id=row.pk, version=1)


def test_a_revoked_client_is_refused_at_once(world: Scenario) -> None:
    row, secret = _make(world)
    token = _token(row.client_id, secret)
    assert token is not None
    client_revoke(actor=world.administrator, client_id=row.pk, version=1)
    with pytest.raises(TokenInvalid):
        authenticate(_bearer(token).get("/"))
    assert _token(row.client_id, secret) is None
    assert actor_for_client(row.client_id) is None
    assert actor_for_client("nobody") is None


def test_a_right_taken_from_the_role_is_gone_at_the_next_call(world: Scenario) -> None:
    row, secret = _make(world)
    token = _token(row.client_id, secret)
    assert token is not None
    Role.objects.filter(code="auditor").update(permissions=["unit.view"])
    assert authenticate(_bearer(token).get("/")).permissions == {"unit.view"}


def test_nobody_makes_a_client_that_may_more_than_they(world: Scenario) -> None:
    clerk = world.actor_with("client.change", unit=world.taiyuan)
    auditor = Role.objects.get(code="auditor")
    with pytest.raises(RightsExceedYours):
        client_create(actor=clerk, name="某系统", role_id=auditor.pk, unit_id=world.taiyuan.pk)
    able = world.actor_with("client.change", *auditor.permissions, unit=world.taiyuan)
    with pytest.raises(NotFound):
        client_create(actor=able, name="某系统", role_id=auditor.pk, unit_id=world.datong.pk)
    client_create(actor=able, name="某系统", role_id=auditor.pk, unit_id=world.team.pk)
    with pytest.raises(ClientNameTaken):
        client_create(actor=able, name="某系统", role_id=auditor.pk, unit_id=world.team.pk)
    with pytest.raises(NotAllowed):
        client_create(actor=world.auditor, name="另一", role_id=auditor.pk, unit_id=world.team.pk)
