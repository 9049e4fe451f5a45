"""Signing in, out, the second step, sessions, and what a one-time password opens."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client

from dakehu.infra.audit.models import AuditEntry
from dakehu.organisation.models import User
from dakehu.organisation.services.users import UserDetails, user_create, user_deactivate
from dakehu.organisation.testing import PASSWORD, Scenario

LOGIN = "/accounts/login/"


def _sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str) -> int:
    return client.post(LOGIN, {"login": username, "password": password, **extra}).status_code


def _page(client: Client, path: str = LOGIN) -> str:
    return client.get(path).content.decode()


@pytest.mark.req("KAM-01")
def test_signing_in_leads_to_the_workbench(world: Scenario, client: Client) -> None:
    _ = world.manager_user
    response = client.post(LOGIN, {"login": "manager", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "王晓明" in _page(client, "/")
    entry = AuditEntry.objects.get(action="user.sign_in")
    assert (entry.actor_name, entry.label) == ("王晓明", "王晓明")
    assert entry.changes == {"address": [None, "127.0.0.1"], "way": [None, "password"]}


@pytest.mark.parametrize("typed", ["Manager", " manager ", "ｍａｎａｇｅｒ", "MANAGER"])
def test_a_name_is_understood_as_people_type_it(world: Scenario, client: Client, typed: str) -> None:
    _ = world.manager_user
    assert _sign_in(client, typed) == 302


def test_the_page_speaks_both_languages_and_offers_the_other(world: Scenario, client: Client) -> None:
    chinese = _page(client)
    assert "系统登录" in chinese
    assert "大客户管理系统" in chinese
    assert "English" in chinese
    client.post("/language/", {"language": "en", "next": LOGIN})
    english = _page(client)
    assert "System sign-in" in english
    assert "中文" in english
    assert not re.search(r"[一-鿿]", english.replace("中文", ""))


def test_after_signing_in_one_goes_where_one_wanted(world: Scenario, client: Client) -> None:
    _ = world.manager_user
    wanted = client.get("/system/units/")
    assert wanted["Location"] == "/accounts/login/?next=%2Fsystem%2Funits%2F"
    response = client.post(LOGIN, {"login": "manager", "password": PASSWORD, "next": "/system/units/"})
    assert response["Location"] == "/system/units/"
    elsewhere = Client().post(
        LOGIN, {"login": "manager", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert elsewhere["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(world: Scenario, client: Client) -> None:
    _ = world.manager_user
    wrong = client.post(LOGIN, {"login": "manager", "password": "wrong"})
    unknown = client.post(LOGIN, {"login": "nobody", "password": "wrong"})
    said = "登录名或密码不正确。"
    assert said in wrong.content.decode()
    assert said in unknown.content.decode()
    failed = AuditEntry.objects.filter(action="user.sign_in_failed")
    assert [entry.label for entry in failed] == ["王晓明"]  # what was typed for an unknown name is not kept


@pytest.mark.req("KAM-01")
def test_five_failures_lock_the_name_and_no_other(world: Scenario, client: Client) -> None:
    _ = world.manager_user, world.neighbour_user
    for _attempt in range(5):
        assert _sign_in(client, "manager", "wrong") == 200
    locked = client.post(LOGIN, {"login": "manager", "password": PASSWORD})
    assert locked.status_code == 200
    assert "锁定五分钟" in locked.content.decode()
    assert _sign_in(Client(REMOTE_ADDR="10.0.0.9"), "manager") == 200  # wherever one tries from
    assert _sign_in(client, "neighbour") == 302


def test_a_closed_account_is_not_let_in(world: Scenario, client: Client) -> None:
    user = world.manager_user
    user_deactivate(actor=world.administrator, user_id=user.pk, version=1)
    _sign_in(client, "manager")
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(world: Scenario, client: Client) -> None:
    _ = world.manager_user
    _sign_in(client, "manager")
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert client.get("/").status_code == 302
    assert AuditEntry.objects.filter(action="user.sign_out").count() == 1


@pytest.fixture
def newcomer(world: Scenario) -> tuple[User, str]:
    return user_create(
        actor=world.administrator, username="newcomer", details=UserDetails("新人", world.team.pk)
    )


@pytest.mark.req("KAM-11")
def test_a_one_time_password_opens_the_change_of_password_alone(
    newcomer: tuple[User, str], client: Client
) -> None:
    _user, password = newcomer
    response = client.post(LOGIN, {"login": "newcomer", "password": password})
    assert response["Location"] == "/accounts/password/"
    for path in ("/", "/accounts/profile/", "/jobs/", "/tmf-api/anything"):
        assert client.get(path)["Location"] == "/accounts/password/"
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/password/"
    assert "一次性密码" in _page(client, "/accounts/password/")

    fresh = {"oldpassword": password, "password1": "quiet-river-88", "password2": "quiet-river-88"}
    assert client.post("/accounts/password/", fresh)["Location"] == "/"
    assert client.get("/").status_code == 200
    user = User.objects.get(username="newcomer")
    assert not user.must_change_password
    assert user.check_password("quiet-river-88")
    assert AuditEntry.objects.filter(action="user.password_change", actor_id=user.pk).count() == 1
    assert _sign_in(Client(), "newcomer", password) == 200  # the one-time password is of no use any more


@pytest.mark.parametrize("weak", ["short", "password12", "1234567890", "newcomer88"])
def test_a_weak_password_is_refused(newcomer: tuple[User, str], client: Client, weak: str) -> None:
    _user, password = newcomer
    _sign_in(client, "newcomer", password)
    response = client.post(
        "/accounts/password/", {"oldpassword": password, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200
    assert User.objects.get(username="newcomer").must_change_password


def test_changing_the_password_ends_the_other_sessions(world: Scenario) -> None:
    _ = world.manager_user
    here, there = Client(), Client()
    _sign_in(here, "manager")
    _sign_in(there, "manager")
    fresh = {"oldpassword": PASSWORD, "password1": "quiet-river-88", "password2": "quiet-river-88"}
    assert here.post("/accounts/password/", fresh).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_one_sees_and_ends_ones_own_sessions(world: Scenario) -> None:
    _ = world.manager_user, world.neighbour_user
    here, there, other = Client(), Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Edg/130.0"), Client()
    _sign_in(here, "manager")
    _sign_in(there, "manager")
    _sign_in(other, "neighbour")
    listed = _page(here, "/accounts/sessions/")
    assert "Edge 130, Windows" in listed
    assert listed.count("终止</button>") == 1  # not one's own

    theirs = UserSession.objects.get(user__username="neighbour")
    assert here.post(f"/accounts/sessions/{theirs.pk}/end/").status_code == 404
    mine = UserSession.objects.filter(user__username="manager").order_by("pk").last()
    assert mine is not None
    assert here.post(f"/accounts/sessions/{mine.pk}/end/").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert other.get("/").status_code == 200


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.mark.req("KAM-01")
def test_a_second_step_by_app_and_recovery_codes(world: Scenario, client: Client) -> None:
    _ = world.manager_user
    _sign_in(client, "manager")
    asked = client.get("/accounts/2fa/totp/activate/")  # the password once more, before anything changes
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert (
        client.post(asked["Location"], {"password": PASSWORD})["Location"] == "/accounts/2fa/totp/activate/"
    )
    page = _page(client, "/accounts/2fa/totp/activate/")
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert secret is not None
    response = client.post("/accounts/2fa/totp/activate/", {"code": _code(secret[1])})
    assert response["Location"] == "/accounts/2fa/codes/"
    codes = re.findall(r"<li><code>(\w+)</code></li>", _page(client, "/accounts/2fa/codes/"))
    assert len(codes) == 10

    anew = Client()
    first = anew.post(LOGIN, {"login": "manager", "password": PASSWORD})
    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert anew.get("/").status_code == 302  # not in yet
    assert "第二步验证" in _page(anew, "/accounts/2fa/authenticate/")
    assert anew.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert anew.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    assert anew.get("/").status_code == 200

    again = Client()
    _sign_in(again, "manager")
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # used up


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/login/code/"]
)
def test_nobody_signs_up_or_resets_by_mail(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_ones_own_account_is_drawn(world: Scenario, client: Client, language: str) -> None:
    _ = world.manager_user
    client.cookies["dakehu_language"] = language
    _sign_in(client, "manager")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    paths = ["2fa/", "2fa/totp/activate/", "password/", "profile/", "sessions/", "reauthenticate/", "logout/"]
    for path in paths:
        response = client.get(f"/accounts/{path}")
        assert response.status_code == 200, path
        if language == "en":  # nothing Chinese but the data and the switch to Chinese
            text = re.sub("[王晓明迎泽一组客户经理中文]", "", response.content.decode())
            assert not re.search(r"[一-鿿]", text), path
