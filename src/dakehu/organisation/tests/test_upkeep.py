"""The way in for an empty installation, and what the worker clears away."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from dakehu.infra.clock import now
from dakehu.infra.worker import drain
from dakehu.organisation.models import User
from dakehu.organisation.seed import seed
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.testing import PASSWORD, Scenario


def _command(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("administrator", *arguments, stdout=out)
    return out.getvalue().split()


@pytest.mark.django_db
def test_an_empty_installation_gets_its_first_administrator() -> None:
    with pytest.raises(CommandError, match="setup"):
        _command()
    seed()
    username, password = _command("root-1", "--name", "张管理")
    user = User.objects.get(username=username)
    assert user.check_password(password)
    assert user.must_change_password
    assert actor_for(user).everything

    _username, again = _command("root-1")  # the way back in when the password is lost
    assert User.objects.get(username="root-1").check_password(again)
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="登录名"):
        _command("1 2")


def test_expired_sessions_and_tokens_are_cleared_and_live_ones_stay(world: Scenario) -> None:
    _ = world.manager_user
    gone, here = Client(), Client()
    for client in (gone, here):
        client.post("/accounts/login/", {"login": "manager", "password": PASSWORD})
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=now() - timedelta(minutes=1))
    for number, minutes in enumerate((-1, 1)):
        Token.objects.create(type="at", hash=str(number), expires_at=now() + timedelta(minutes=minutes))

    drain("sessions-clear")

    assert [session.pk for session in Session.objects.all()] == [here.session.session_key]
    assert [each.session_key for each in UserSession.objects.all()] == [here.session.session_key]
    assert Token.objects.get().hash == "1"
    assert here.get("/").status_code == 200
