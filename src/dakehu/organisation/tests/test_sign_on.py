"""Sign-on by OpenID Connect, through the whole dance with a provider on a real port."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import LazySettings
from django.test import Client
from tests.kit.ports import free_port
from tests.kit.provider import CLIENT, SECRET, Provider, provider

from dakehu.infra.audit.models import AuditEntry
from dakehu.organisation.domain.errors import LastLocalAdministrator, PasswordElsewhere, WayNotSet
from dakehu.organisation.domain.sign_on import Match, Oidc, Way
from dakehu.organisation.models import Identity, User
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.services.users import user_deactivate, user_reset_password
from dakehu.organisation.services.ways import user_sign_in_by, user_unbind
from dakehu.organisation.testing import PASSWORD, Scenario

LEAVE, BACK = "/accounts/oidc/sso/", "/accounts/oidc/sso/callback/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_moved: Any) -> None:
        return None


@pytest.fixture
def idp(settings: LazySettings) -> Iterator[Provider]:
    with provider() as running:
        settings.OIDC = Oidc(running.issuer, CLIENT, SECRET, name="统一身份认证", timeout_s=5.0)
        yield running


def _through_the_provider(address: str) -> str:
    """What a browser does there; the path and query by which it comes back."""
    try:
        urllib.request.build_opener(_Stay).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"
    raise AssertionError("the provider did not send the browser back")


def _dance(client: Client, wanted: str = "") -> Any:
    away = client.get(LEAVE, {"next": wanted} if wanted else {})
    assert away.status_code == 302, away.content.decode()
    return client.get(_through_the_provider(away["Location"]))


def _reasons() -> list[str]:
    return [
        each.changes["reason"][1]
        for each in AuditEntry.objects.filter(action="sign_on.refuse").order_by("pk")
    ]


@pytest.mark.req("KAM-11")
def test_a_known_person_comes_in_by_the_provider(world: Scenario, client: Client, idp: Provider) -> None:
    user = world.manager_user
    assert "统一身份认证" in client.get("/accounts/login/").content.decode()
    arrived = _dance(client, "/accounts/profile/")
    assert (arrived.status_code, arrived["Location"]) == (302, "/accounts/profile/")
    assert "王晓明" in client.get("/").content.decode()
    asked = idp.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) > 20
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    entry = AuditEntry.objects.get(action="user.sign_in")
    assert entry.changes == {"address": [None, "127.0.0.1"], "way": [None, "sign_on"]}
    assert Identity.objects.get().user == user
    assert AuditEntry.objects.filter(action="user.bind", object_id=str(user.pk)).count() == 1

    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302  # the local session is over
    assert _dance(Client(), "https://evil.example/")["Location"] == "/"
    assert Identity.objects.count() == 1


def _spoiled(idp: Provider, fault: str) -> None:
    if fault == "nonce":
        idp.claims["nonce"] = "of-another-request"
    elif fault == "signature":
        idp.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif fault == "unsigned":
        idp.algorithm = "none"
    elif fault == "secret":  # signed with what everybody knows
        idp.algorithm, idp.signs_with = "HS256", "x" * 40
    elif fault == "audience":
        idp.claims["aud"] = "another-client"
    elif fault == "issuer":
        idp.claims["iss"] = "https://evil.example"
    elif fault == "expired":
        idp.claims["exp"] = 1_700_000_000
    elif fault == "person":
        idp.userinfo["sub"] = "p-2"
    elif fault == "party":
        idp.claims["azp"] = "another-client"
    else:
        idp.dropped.add(fault)


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("nonce", "nonce"),
        ("signature", "InvalidSignatureError"),
        ("unsigned", "InvalidAlgorithmError"),
        ("secret", "InvalidAlgorithmError"),
        ("audience", "InvalidAudienceError"),
        ("issuer", "InvalidIssuerError"),
        ("expired", "ExpiredSignatureError"),
        ("person", "sub"),
        ("party", "azp"),
        ("id_token", "id_token"),
        ("exp", "MissingRequiredClaimError"),
        ("preferred_username", "preferred_username"),
    ],
)
def test_a_spoiled_token_lets_nobody_in(
    world: Scenario, client: Client, idp: Provider, fault: str, reason: str
) -> None:
    _ = world.manager_user
    if fault == "preferred_username":
        idp.person.pop(fault)
    _spoiled(idp, fault)
    refused = _dance(client)
    assert refused.status_code == 403
    assert reason in refused.content.decode()
    assert "返回登录" in refused.content.decode()
    assert _reasons() == [reason]
    assert client.get("/").status_code == 302
    assert not Identity.objects.exists()


def test_an_answer_to_somebody_elses_question_is_refused(
    world: Scenario, client: Client, idp: Provider
) -> None:
    """A code that an attacker fetched is of no use in the victim's browser: its state is unknown there."""
    _ = world.manager_user
    attacker = Client()
    stolen = _through_the_provider(attacker.get(LEAVE)["Location"])
    assert client.get(stolen).status_code == 403
    assert client.get(f"{BACK}?code=x&state=y").status_code == 403
    again = _through_the_provider(client.get(LEAVE)["Location"])
    assert client.get(again).status_code == 302
    assert client.get(again).status_code == 403  # a state holds once
    assert idp.asked


def test_who_cancels_there_may_try_again(world: Scenario, client: Client, idp: Provider) -> None:
    idp.refuses = "access_denied"
    assert _dance(client).status_code == 403
    assert client.get("/accounts/profile/").status_code == 302


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize("part", ["/.well-known/openid-configuration", "/keys", "/userinfo"])
def test_while_the_provider_is_down_passwords_still_work(
    world: Scenario, client: Client, idp: Provider, part: str
) -> None:
    _ = world.administrator_user
    idp.is_silent_at.add(part)
    said = client.get(LEAVE) if part.startswith("/.well") else _dance(client)
    assert said.status_code == 403
    assert "没有响应" in said.content.decode()
    signed_in = client.post("/accounts/login/", {"login": "administrator", "password": PASSWORD})
    assert signed_in["Location"] == "/"
    entry = AuditEntry.objects.get(action="user.sign_in")
    assert entry.changes["way"] == [None, "password"]


def test_a_provider_that_is_not_there_at_all(world: Scenario, client: Client, settings: LazySettings) -> None:
    _ = world.province
    settings.OIDC = Oidc(f"http://127.0.0.1:{free_port()}", CLIENT, SECRET, timeout_s=1.0)
    assert client.get(LEAVE).status_code == 403


def test_without_a_provider_there_is_no_way(world: Scenario, client: Client) -> None:
    _ = world.province
    assert client.get(LEAVE).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()


@pytest.mark.req("KAM-11")
def test_closed_accounts_stay_closed(world: Scenario, client: Client, idp: Provider) -> None:
    user_deactivate(actor=world.administrator, user_id=world.manager_user.pk, version=1)
    assert _dance(client)["Location"] == "/accounts/inactive/"
    assert client.get("/").status_code == 302


@pytest.mark.req("KAM-11")
def test_the_second_step_is_asked_for(world: Scenario, client: Client, idp: Provider) -> None:
    TOTP.activate(world.manager_user, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(world.manager_user).get_unused_codes()
    assert _dance(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    assert AuditEntry.objects.get(action="user.sign_in").changes["way"] == [None, "sign_on"]


def test_a_one_time_password_need_not_be_changed_by_who_came_without(
    world: Scenario, client: Client, idp: Provider
) -> None:
    User.objects.filter(pk=world.manager_user.pk).update(must_change_password=True)
    assert _dance(client)["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.req("KAM-11")
def test_an_unknown_person_is_told_so(world: Scenario, client: Client, idp: Provider) -> None:
    _ = world.province
    idp.person["preferred_username"] = "stranger"
    refused = _dance(client)
    assert refused.status_code == 403
    assert "stranger" in refused.content.decode()
    assert not User.objects.filter(username="stranger").exists()
    assert _reasons() == ["not_known_here"]


@pytest.mark.req("KAM-11")
def test_a_name_that_somebody_else_has_now_is_not_taken_for_its_first_bearer(
    world: Scenario, client: Client, idp: Provider
) -> None:
    _ = world.manager_user
    _dance(client)
    idp.person["sub"] = "p-2"
    assert _dance(Client()).status_code == 403
    assert _reasons() == ["somebody_else"]
    user_unbind(actor=world.administrator, user_id=world.manager_user.pk)
    assert client.get("/").status_code == 302  # who was in is out
    assert _dance(Client()).status_code == 302


def test_a_renamed_person_keeps_the_account(world: Scenario, client: Client, idp: Provider) -> None:
    _ = world.manager_user
    _dance(client)
    idp.person["preferred_username"] = "wang.xiaoming"
    other = Client()
    assert _dance(other).status_code == 302
    assert "王晓明" in other.get("/").content.decode()


def test_matching_by_a_verified_e_mail(
    world: Scenario, client: Client, idp: Provider, settings: LazySettings
) -> None:
    settings.OIDC = Oidc(idp.issuer, CLIENT, SECRET, match=Match.EMAIL, claim="email")
    User.objects.filter(pk=world.manager_user.pk).update(email="wang@example.cn")
    idp.person.update(email="Wang@Example.cn", email_verified=False)
    assert _dance(client).status_code == 403
    idp.person["email_verified"] = True
    assert _dance(client).status_code == 302
    client.post("/accounts/logout/")
    Identity.objects.all().delete()
    User.objects.filter(pk=world.neighbour_user.pk).update(email="WANG@example.cn")
    settings.OIDC = Oidc(idp.issuer, CLIENT, SECRET, match=Match.EMAIL, claim="email", create=True)
    assert _dance(client).status_code == 403  # two people with one address: nobody is meant
    User.objects.filter(email__iexact="wang@example.cn").update(is_active=False)
    assert _dance(client)["Location"] == "/accounts/inactive/"  # and a closed account is not opened anew
    assert User.objects.filter(username="wang").count() == 0


def _groups_file(path: Path, **content: Any) -> str:
    path.write_text(json.dumps(content, ensure_ascii=False))
    return str(path)


@pytest.mark.req("KAM-11")
def test_new_people_get_what_their_groups_bring_and_no_more(
    world: Scenario, client: Client, idp: Provider, settings: LazySettings, tmp_path: Path
) -> None:
    _ = world.team
    settings.OIDC = Oidc(idp.issuer, CLIENT, SECRET, create=True)
    idp.person.update(preferred_username="li.na", name="李娜", groups=["kam", "root"])
    assert _dance(client).status_code == 403  # nothing says where they work
    assert _reasons() == ["unit_unmapped"]
    settings.SIGN_ON_MAPPING = _groups_file(
        tmp_path / "groups.json",
        unit="太原",
        groups=[
            {"group": "kam", "unit": "太原/迎泽/迎泽一组", "roles": ["account_manager"]},
            {"group": "root", "roles": ["administrator"]},
        ],
    )
    assert _dance(client).status_code == 302
    user = User.objects.get(username="li.na")
    assert (user.name, user.org_unit, user.signs_in_by) == ("李娜", world.team, Way.SIGN_ON)
    assert [role.code for role in user.roles.all()] == ["account_manager"]  # no group makes an administrator
    assert client.get("/accounts/password/").status_code == 422
    assert Client().post("/accounts/login/", {"login": "li.na", "password": "!"}).status_code == 200

    stranger = Client()
    idp.person.update(sub="p-9", preferred_username="zhao.min", groups=[])
    assert _dance(stranger).status_code == 302
    assert not User.objects.get(username="zhao.min").roles.exists()
    assert stranger.get("/customers/").status_code == 403


@pytest.mark.req("KAM-11")
def test_rights_follow_the_groups_where_the_file_says_so(
    world: Scenario, client: Client, idp: Provider, settings: LazySettings, tmp_path: Path
) -> None:
    _ = world.team, world.manager_user
    settings.OIDC = Oidc(idp.issuer, CLIENT, SECRET, create=True)
    settings.SIGN_ON_MAPPING = _groups_file(
        tmp_path / "groups.json",
        unit="太原",
        follow=True,
        groups=[{"group": "kam", "roles": ["account_manager"]}],
    )
    _dance(client)  # who has a password here keeps what the administrator gave
    assert [role.code for role in world.manager_user.roles.all()] == ["account_manager"]
    idp.person.update(sub="p-5", preferred_username="li.na", groups=["kam"])
    _dance(Client())
    user = User.objects.get(username="li.na")
    assert user.roles.count() == 1
    idp.person["groups"] = []
    _dance(Client())
    assert user.roles.count() == 0
    assert AuditEntry.objects.filter(action="user.change", object_id=str(user.pk)).count() == 1
    Path(settings.SIGN_ON_MAPPING).write_text("{")
    idp.person["groups"] = ["kam"]
    assert _dance(Client()).status_code == 302  # a broken file changes nothing and shuts nobody out
    assert user.roles.count() == 0


def test_no_token_is_kept(world: Scenario, client: Client, idp: Provider) -> None:
    _ = world.manager_user
    _dance(client)
    assert not SocialToken.objects.exists()
    assert not SocialAccount.objects.exists()
    kept = json.dumps({key: str(value) for key, value in client.session.items()})
    assert not [word for word in kept.split('"') if word.count(".") == 2 and word.startswith("eyJ")]


@pytest.mark.req("KAM-11")
def test_somebody_can_always_get_in_without_the_provider(world: Scenario, idp: Provider) -> None:
    second = world.user("administrator", unit=world.province)
    admin = world.administrator
    moved = user_sign_in_by(actor=admin, user_id=second.pk, version=1, way=Way.SIGN_ON)
    assert not moved.has_usable_password()
    with pytest.raises(PasswordElsewhere):
        user_reset_password(actor=admin, user_id=second.pk)
    with pytest.raises(WayNotSet):
        user_sign_in_by(actor=admin, user_id=second.pk, version=2, way=Way.DIRECTORY)
    with pytest.raises(LastLocalAdministrator):
        user_sign_in_by(
            actor=actor_for(second), user_id=world.administrator_user.pk, version=1, way=Way.SIGN_ON
        )
