"""Rows of the access table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import Delivery, OutboxEvent
from dakehu.infra.parameters.api import parameter_set
from dakehu.infra.testing.routes import Route
from dakehu.kernel.clock import day_of
from dakehu.organisation.models import Dictionary, Post, Role
from dakehu.organisation.services.clients import client_create


def _shown(name: str, **fields: Any) -> Route:
    """A form that only administrators see."""
    return Route(name, **{"auditor": 403, "manager": 403, **fields})


def _saved(name: str, **fields: Any) -> Route:
    """A write of administrators that leads on to another page."""
    return Route(name, method="POST", **{"auditor": 403, "manager": 403, "administrator": 302, **fields})


def _unit(world: Any) -> dict[str, Any]:
    return {"pk": world.other_team.pk}


def _new_place(world: Any) -> dict[str, Any]:
    return {"parent": world.datong_team.parent_id, "version": 1}


def _parent(world: Any) -> dict[str, Any]:
    return {"parent": world.county.pk}


def _user(world: Any) -> dict[str, Any]:
    return {"pk": world.user("account_manager").pk}


def _closed_user(world: Any) -> dict[str, Any]:
    return {"pk": world.user("account_manager", is_active=False).pk}


def _user_form(world: Any) -> dict[str, Any]:
    return {"username": "zhaoliu", "name": "赵六", "org_unit": world.team.pk}


def _user_change(world: Any) -> dict[str, Any]:
    return {"name": "赵六", "org_unit": world.team.pk, "version": 1}


def _role(_world: Any) -> dict[str, Any]:
    return {"pk": Role.objects.create(code="spare", name="备用").pk}


def _post(_world: Any) -> dict[str, Any]:
    return {"pk": Post.objects.create(code="spare", name="备用").pk}


def _entry(_world: Any) -> dict[str, Any]:
    return {"pk": Dictionary.objects.get(code="trade").entries.all()[0].pk}


def _audit(world: Any) -> dict[str, Any]:
    entry = AuditEntry.objects.create(
        at=timezone.now(),
        actor_name="某人",
        action="user.change",
        noun="user",
        object_id="1",
        org_path=world.team.path,
        correlation_id="x",
    )
    return {"pk": entry.pk}


def _parked(_world: Any) -> dict[str, Any]:
    event = OutboxEvent.objects.create(topic="a.b", key="1", correlation_id="x", at=timezone.now())
    delivery = Delivery.objects.create(
        event=event, consumer="c", state=Delivery.State.PARKED, due_at=timezone.now()
    )
    return {"pk": delivery.pk}


def _client(world: Any) -> dict[str, Any]:
    auditor = Role.objects.get(code="auditor")
    row, _secret = client_create(
        actor=world.administrator, name="对端系统", role_id=auditor.pk, unit_id=world.team.pk
    )
    return {"pk": row.pk}


def _client_form(world: Any) -> dict[str, Any]:
    return {"name": "新系统", "role": Role.objects.get(code="auditor").pk, "unit": world.team.pk}


def _coming(world: Any) -> dict[str, Any]:
    tomorrow = day_of(timezone.now()) + timedelta(days=1)
    row = parameter_set(actor=world.administrator, since=tomorrow, value=40, **_PARAMETER)
    return {"pk": row.pk}


_PARAMETER = {"name": "numbering.reserved_days"}
_PROVIDER = {"provider_id": "sso"}
_TRADE = {"code": "trade"}
_NOTICE = {"text": "元旦：1月1日放假1天。", "step": "save", "version": "0"}

_SIGN_IN = [
    # Who is signed in already is led on; signing in needs the password, which no row gives.
    Route("account_login", anonymous=200, auditor=302, manager=302, administrator=302),
    Route(
        "account_login",
        method="POST",
        data={"login": "nobody", "password": "wrong"},
        anonymous=200,
        auditor=302,
        manager=302,
        administrator=302,
    ),
    # No provider is set up in the tests of this table.
    Route("openid_connect_login", path=_PROVIDER, anonymous=404, auditor=404, manager=404, administrator=404),
    Route(
        "openid_connect_callback", path=_PROVIDER, anonymous=404, auditor=404, manager=404, administrator=404
    ),
    Route("account_logout", anonymous=302),
    Route("account_logout", method="POST", anonymous=302, auditor=302, manager=302, administrator=302),
    Route("account_inactive", anonymous=200),
    Route("account_reauthenticate"),
    Route("account_change_password"),
    Route("account_change_password", method="POST", data={"oldpassword": "wrong"}),
    Route("usersessions_list"),
    Route(
        "organisation-session-end",
        path={"pk": 99},
        method="POST",
        auditor=404,
        manager=404,
        administrator=404,
    ),
    Route("organisation-profile-record"),
    Route("mfa_index"),
    # The second step exists only between the first and the signed-in state.
    Route("mfa_authenticate", auditor=302, manager=302, administrator=302),
    Route("mfa_reauthenticate", auditor=302, manager=302, administrator=302),
    # Changing the second factor asks for the password again; without one there is nothing to change.
    Route("mfa_activate_totp", auditor=302, manager=302, administrator=302),
    Route("mfa_deactivate_totp", auditor=404, manager=404, administrator=404),
    Route("mfa_view_recovery_codes", auditor=404, manager=404, administrator=404),
    Route("mfa_generate_recovery_codes", auditor=302, manager=302, administrator=302),
    Route("mfa_download_recovery_codes", auditor=404, manager=404, administrator=404),
]
_UNITS = [
    Route("organisation-unit-list"),
    _shown("organisation-unit-create", path=_parent),
    _saved("organisation-unit-create", path=_parent, data={"name": "三组"}),
    _shown("organisation-unit-change", path=_unit),
    _saved("organisation-unit-change", path=_unit, data={"name": "三组", "version": 1}),
    _shown("organisation-unit-move", path=_unit),
    _saved("organisation-unit-move", path=_unit, data=_new_place),
    _shown("organisation-unit-close", path=_unit),
    _saved("organisation-unit-close", path=_unit, data={"version": 1}),
    _saved("organisation-unit-state", path=_unit, data={"version": 1}),
]
_USERS = [
    Route("organisation-user-list", manager=403, also={"team_leader": 200}),
    _shown("organisation-user-list", method="POST", query="_bulk=give-role"),
    _shown("organisation-user-create", also={"team_leader": 403}),
    _saved("organisation-user-create", data=_user_form, administrator=200),
    Route("organisation-user-record", path=_user, manager=403, also={"team_leader": 200}),
    _shown("organisation-user-change", path=_user),
    _saved("organisation-user-change", path=_user, data=_user_change),
    _saved("organisation-user-reset", path=_user, administrator=200),
    Route("organisation-user-export", manager=403),
    _shown("organisation-user-passwords"),
    _saved("organisation-user-passwords-make", administrator=422),
    _saved("organisation-user-passwords-mail", administrator=422),
    _saved("organisation-user-passwords-take", path={"pk": 1}, administrator=422),
    Route("organisation-user-first", path={"uidb64": "MQ", "token": "none"}, anonymous=200),
    Route("organisation-user-first", method="POST", path={"uidb64": "MQ", "token": "none"}, anonymous=200),
    _saved("organisation-user-see-as", path=_user),
    Route("organisation-sight-end", method="POST", auditor=302, manager=302, administrator=302),
    _saved("organisation-user-close", path=_user, data={"version": 1}),
    _saved("organisation-user-reopen", path=_closed_user, data={"version": 1}),
    _shown("organisation-user-way", path=_user),
    _saved("organisation-user-way", path=_user, data={"way": "password", "version": 1}),
    _saved("organisation-user-unbind", path=_user),
]
_ROLES = [
    Route("organisation-role-list", manager=403),
    _saved("organisation-role-list"),
    _shown("organisation-role-create"),
    _saved("organisation-role-create", data={"code": "extra", "name": "外加"}),
    _shown("organisation-role-change", path=_role),
    _saved("organisation-role-change", path=_role, data={"name": "外加", "version": 1}),
    _saved("organisation-role-delete", path=_role, data={"version": 1}),
    Route("organisation-post-list", manager=403),
    _shown("organisation-post-create"),
    _saved("organisation-post-create", data={"code": "extra", "name": "外加"}),
    _shown("organisation-post-change", path=_post),
    _saved("organisation-post-change", path=_post, data={"name": "外加", "version": 1}),
]
_REFERENCE = [
    Route("organisation-dictionary-list", manager=200),
    Route("organisation-dictionary-record", path=_TRADE, manager=200),
    _shown("organisation-dictionary-create", path=_TRADE, also={"data_steward": 200}),
    _saved("organisation-dictionary-create", path=_TRADE, data={"code": "x", "label": "某"}),
    _shown("organisation-dictionary-change", path=_entry),
    _saved("organisation-dictionary-change", path=_entry, data={"label": "某", "version": 1}),
    Route("organisation-calendar-list", manager=200),
    Route("organisation-calendar-year", path={"year": 2026}, manager=200),
    Route(
        "organisation-calendar-change",
        path={"year": 2031},
        auditor=403,
        manager=403,
        also={"data_steward": 200},
    ),
    _saved("organisation-calendar-change", path={"year": 2031}, data=_NOTICE),
]
_WATCH = [
    Route("organisation-parameter-list", manager=403, also={"system_operator": 200}),
    Route("organisation-parameter-record", path=_PARAMETER, manager=403, also={"system_operator": 200}),
    _saved(
        "organisation-parameter-record", path=_PARAMETER, data={"value": 40}, also={"system_operator": 302}
    ),
    _saved("organisation-parameter-withdraw", path=_coming),
    Route("organisation-backup-list", manager=403, also={"system_operator": 200}),
    _saved("organisation-backup-create", also={"system_operator": 302}),
    Route("organisation-sign-on-record", manager=403, also={"system_operator": 200}),
    Route("organisation-sign-on-check", method="POST", manager=403, also={"system_operator": 200}),
    # Without a directory there is nothing to compare with.
    Route(
        "organisation-sign-on-compare",
        method="POST",
        auditor=403,
        manager=403,
        administrator=422,
        also={"system_operator": 422},
    ),
    Route("organisation-audit-list", manager=403),
    Route("organisation-audit-record", path=_audit, manager=403, also={"centre_director": 200}),
    Route("organisation-outbox-list", manager=403),
    _shown("organisation-outbox-list", method="POST", query="_bulk=again"),
    Route("organisation-outbox-record", path=_parked, manager=403),
    _saved("organisation-outbox-again", path=_parked),
    Route("organisation-client-list", manager=403),
    _shown("organisation-client-create"),
    _saved("organisation-client-create", data=_client_form, administrator=200),
    Route("organisation-client-record", path=_client, manager=403),
    _saved("organisation-client-renew", path=_client, data={"version": 1}, administrator=200),
    _saved("organisation-client-revoke", path=_client, data={"version": 1}),
]
ROUTES = [*_SIGN_IN, *_UNITS, *_USERS, *_ROLES, *_REFERENCE, *_WATCH]
