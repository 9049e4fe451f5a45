"""The rules of single sign-on: settings, claims, groups, how many may be locked."""

from __future__ import annotations

from typing import Any

import pytest

from dakehu.organisation.domain.claims import check_discovery, check_token, person_of, same_person
from dakehu.organisation.domain.errors import MappingUnreadable, TokenRefused
from dakehu.organisation.domain.mapping import Grant, GroupMap, GroupRule, first_value, grant_for, read_map
from dakehu.organisation.domain.sign_on import Match, Oidc, in_filter, may_lock, read_directory, read_oidc

_OIDC = {"DAKEHU_OIDC_ISSUER": "https://id.example.cn", "DAKEHU_OIDC_CLIENT_ID": "dakehu"}
_LDAP = {
    "DAKEHU_LDAP_URI": "ldaps://a.example.cn, ldaps://b.example.cn",
    "DAKEHU_LDAP_BASE": "dc=example,dc=cn",
    "DAKEHU_LDAP_BIND_DN": "cn=dakehu",
    "DAKEHU_LDAP_BIND_PASSWORD": "secret",
}


def test_nothing_set_is_nothing_on() -> None:
    assert read_oidc({}) is None
    assert read_directory({}) is None


def test_secrets_are_not_shown_by_chance() -> None:
    oidc, directory = read_oidc({**_OIDC, "DAKEHU_OIDC_SECRET": "s3cret"}), read_directory(_LDAP)
    assert oidc is not None
    assert oidc.secret == "s3cret"
    assert "s3cret" not in repr(oidc)
    assert "'secret'" not in repr(directory)


def test_settings_are_read() -> None:
    oidc = read_oidc({**_OIDC, "DAKEHU_OIDC_MATCH": "email", "DAKEHU_OIDC_CREATE": "1"})
    assert oidc is not None
    assert (oidc.match, oidc.claim, oidc.create) == (Match.EMAIL, "email", True)
    directory = read_directory({**_LDAP, "DAKEHU_LDAP_LOGIN": "sAMAccountName"})
    assert directory is not None
    assert directory.uris == ("ldaps://a.example.cn", "ldaps://b.example.cn")
    assert (directory.login, directory.ident, directory.is_encrypted) == ("sAMAccountName", "entryUUID", True)


@pytest.mark.parametrize(
    "env",
    [
        {"DAKEHU_OIDC_ISSUER": "https://id.example.cn"},
        {**_OIDC, "DAKEHU_OIDC_ISSUER": "http://id.example.cn"},
        {**_OIDC, "DAKEHU_OIDC_MATCH": "anything"},
    ],
)
def test_a_provider_set_halfway_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"DAKEHU_OIDC|Match"):
        read_oidc(env)


@pytest.mark.parametrize(
    "change",
    [
        {"DAKEHU_LDAP_URI": "ldap://a.example.cn"},  # passwords in clear
        {"DAKEHU_LDAP_URI": "https://a.example.cn"},
        {"DAKEHU_LDAP_BASE": ""},
        {"DAKEHU_LDAP_BIND_PASSWORD": ""},  # an anonymous service account
    ],
)
def test_a_directory_set_halfway_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"DAKEHU_LDAP|clear"):
        read_directory({**_LDAP, **change})


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("manager", "manager"),
        ("*", "\\2a"),
        ("a)(uid=*", "a\\29\\28uid=\\2a"),
        ("a\\b\0", "a\\5cb\\00"),
        ("王晓明", "王晓明"),
    ],
)
def test_a_filter_takes_text_as_text(text: str, escaped: str) -> None:
    assert in_filter(text) == escaped


@pytest.mark.parametrize(
    ("known", "gone", "answered", "percent", "allowed"),
    [
        (100, 5, 95, 5, True),
        (100, 6, 94, 5, False),
        (10, 1, 9, 5, True),  # one may always be
        (10, 2, 8, 5, False),
        (1, 1, 0, 100, False),  # nobody at all: the directory is at fault
        (100, 100, 1, 100, True),
        (100, 1, 99, 0, True),
    ],
)
def test_how_many_may_be_locked(known: int, gone: int, answered: int, percent: int, allowed: bool) -> None:
    assert may_lock(known=known, gone=gone, answered=answered, percent=percent) is allowed


_CLAIMS: dict[str, Any] = {"sub": "1", "nonce": "n", "aud": "dakehu", "preferred_username": "Manager"}


def test_a_good_token_passes() -> None:
    check_token(_CLAIMS, client_id="dakehu", nonce="n")
    check_token({**_CLAIMS, "aud": ["dakehu", "x"], "azp": "dakehu"}, client_id="dakehu", nonce="n")
    same_person(_CLAIMS, {"sub": "1", "name": "x"})


@pytest.mark.parametrize(
    ("change", "nonce"),
    [
        ({"nonce": "other"}, "n"),
        ({"nonce": ""}, ""),
        ({"nonce": None}, "n"),
        ({"azp": "other"}, "n"),
        ({"aud": ["dakehu", "x"]}, "n"),
    ],
)
def test_a_token_for_somebody_else_does_not(change: dict[str, Any], nonce: str) -> None:
    with pytest.raises(TokenRefused):
        check_token({**_CLAIMS, **change}, client_id="dakehu", nonce=nonce)


def test_userinfo_of_another_person_is_refused() -> None:
    with pytest.raises(TokenRefused):
        same_person(_CLAIMS, {"sub": "2"})
    with pytest.raises(TokenRefused):
        same_person(_CLAIMS, {})


_BY_LOGIN = Oidc("https://id.example.cn", "dakehu")
_BY_EMAIL = Oidc("https://id.example.cn", "dakehu", match=Match.EMAIL, claim="email")


def test_whom_a_token_names() -> None:
    person = person_of({**_CLAIMS, "groups": ["kam", 7], "name": " 王 晓明 "}, _BY_LOGIN)
    assert (person.key, person.subject) == ("manager", "https://id.example.cn 1")
    assert person.groups == ("kam", "")
    verified = {**_CLAIMS, "email": "Wang@example.cn", "email_verified": True}
    assert person_of(verified, _BY_EMAIL).key == "Wang@example.cn"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_unverified_e_mail_names_nobody(verified: object) -> None:
    with pytest.raises(TokenRefused):
        person_of({**_CLAIMS, "email": "wang@example.cn", "email_verified": verified}, _BY_EMAIL)


@pytest.mark.parametrize("key", ["", None, 7, ["manager"]])
def test_a_token_without_the_agreed_claim_names_nobody(key: object) -> None:
    with pytest.raises(TokenRefused):
        person_of({**_CLAIMS, "preferred_username": key}, _BY_LOGIN)


def test_a_provider_describes_itself() -> None:
    good = {
        "issuer": "https://id.example.cn",
        "authorization_endpoint": "https://id.example.cn/a",
        "token_endpoint": "https://id.example.cn/t",
        "jwks_uri": "https://id.example.cn/k",
    }
    assert check_discovery(good, "https://id.example.cn") == []
    assert check_discovery({**good, "issuer": "https://evil.example"}, "https://id.example.cn") == ["issuer"]
    assert check_discovery({**good, "jwks_uri": "http://id.example.cn/k"}, good["issuer"]) == ["jwks_uri"]
    assert len(check_discovery({}, "https://id.example.cn")) == 4


_MAP = GroupMap(
    "太原", rules=(GroupRule("kam", roles=("account_manager",)), GroupRule("desk", "大同", ("order_desk",)))
)


@pytest.mark.parametrize(
    ("groups", "grant"),
    [
        ((), Grant("太原")),
        (("other",), Grant("太原")),
        (("KAM",), Grant("太原", frozenset({"account_manager"}))),
        (("cn=desk,ou=groups,dc=example",), Grant("大同", frozenset({"order_desk"}))),
        (("desk", "kam"), Grant("大同", frozenset({"order_desk", "account_manager"}))),
    ],
)
def test_what_groups_bring(groups: tuple[str, ...], grant: Grant) -> None:
    assert grant_for(groups, _MAP) == grant


def test_the_file_of_groups() -> None:
    text = '{"unit": "太原", "follow": true, "groups": [{"group": "kam", "roles": ["account_manager"]}]}'
    assert read_map(text) == GroupMap(
        "太原", follow=True, rules=(GroupRule("kam", "", ("account_manager",)),)
    )
    assert first_value("a=b") == "b"
    assert first_value("/a/b=c") == "/a/b=c"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"groups": [{}]}', '{"groups": [{"group": 7}]}', '{"unit": 1}']
)
def test_a_broken_file_of_groups_is_told(text: str) -> None:
    with pytest.raises(MappingUnreadable):
        read_map(text)
