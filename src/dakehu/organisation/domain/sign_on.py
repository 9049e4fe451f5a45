"""Single sign-on as the environment sets it: an OpenID Connect provider, a directory by LDAP.

Both are off unless named. What is set halfway is refused at the start, in words for who set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

PROVIDER = "sso"
"""The provider's name in addresses: `/accounts/oidc/sso/callback/`."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Way(StrEnum):
    """How a person proves who they are."""

    PASSWORD = "password"  # noqa: S105 - the way's name
    DIRECTORY = "directory"
    SIGN_ON = "sign_on"


class Match(StrEnum):
    """Which of a person's data here a claim is compared with."""

    LOGIN = "login"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider. `name` stands on the button; `ca` is a PEM file, empty: the system's."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    name: str = ""
    match: Match = Match.LOGIN
    claim: str = "preferred_username"
    groups_claim: str = "groups"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    create: bool = False
    ca: str = ""
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory. `uris` are tried in turn; `login` is the attribute that holds the sign-in name.

    `people` narrows the search to persons, an LDAP filter; `ident` names the attribute that never changes
    (`entryUUID`, Active Directory: `objectGUID`). Groups come from the entry's `member_of`, and, with a
    `group_base`, from the groups below it that name the entry as `member`.
    """

    uris: tuple[str, ...]
    base: str
    bind_dn: str
    bind_password: str = field(repr=False)
    starttls: bool = False
    ca: str = ""
    login: str = "uid"
    people: str = "(objectClass=person)"
    ident: str = "entryUUID"
    name: str = "cn"
    email: str = "mail"
    mobile: str = "mobile"
    member_of: str = "memberOf"
    group_base: str = ""
    create: bool = False
    timeout_s: float = 4.0

    @property
    def is_encrypted(self) -> bool:
        return self.starttls or all(uri.startswith("ldaps://") for uri in self.uris)


def read_oidc(env: Mapping[str, str]) -> Oidc | None:
    """The provider that `DAKEHU_OIDC_…` describe, None without an issuer. Raises `ValueError`."""
    issuer = env.get("DAKEHU_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise ValueError("DAKEHU_OIDC_ISSUER must start with https://")
    match = Match(env.get("DAKEHU_OIDC_MATCH", Match.LOGIN))
    usual = "email" if match is Match.EMAIL else "preferred_username"
    return Oidc(
        issuer=issuer,
        client_id=_needed(env, "DAKEHU_OIDC_CLIENT_ID"),
        secret=env.get("DAKEHU_OIDC_SECRET", ""),
        name=env.get("DAKEHU_OIDC_NAME", ""),
        match=match,
        claim=env.get("DAKEHU_OIDC_CLAIM") or usual,
        groups_claim=env.get("DAKEHU_OIDC_GROUPS") or "groups",
        scopes=tuple((env.get("DAKEHU_OIDC_SCOPES") or "openid profile email").split()),
        create=env.get("DAKEHU_OIDC_CREATE") == "1",
        ca=env.get("DAKEHU_OIDC_CA", ""),
        timeout_s=float(env.get("DAKEHU_OIDC_TIMEOUT_S") or 5),
    )


def read_directory(env: Mapping[str, str]) -> Directory | None:
    """The directory that `DAKEHU_LDAP_…` describe, None without a URI. Raises `ValueError`."""
    uris = tuple(uri for uri in env.get("DAKEHU_LDAP_URI", "").replace(",", " ").split() if uri)
    if not uris:
        return None
    directory = Directory(
        uris=uris,
        base=_needed(env, "DAKEHU_LDAP_BASE"),
        bind_dn=_needed(env, "DAKEHU_LDAP_BIND_DN"),
        bind_password=env.get("DAKEHU_LDAP_BIND_PASSWORD", ""),
        starttls=env.get("DAKEHU_LDAP_STARTTLS") == "1",
        ca=env.get("DAKEHU_LDAP_CA", ""),
        create=env.get("DAKEHU_LDAP_CREATE") == "1",
        group_base=env.get("DAKEHU_LDAP_GROUP_BASE", ""),
        timeout_s=float(env.get("DAKEHU_LDAP_TIMEOUT_S") or 4),
        **{
            name: env[variable]
            for name, variable in (
                ("login", "DAKEHU_LDAP_LOGIN"),
                ("people", "DAKEHU_LDAP_PEOPLE"),
                ("ident", "DAKEHU_LDAP_IDENT"),
                ("name", "DAKEHU_LDAP_NAME"),
                ("email", "DAKEHU_LDAP_EMAIL"),
                ("mobile", "DAKEHU_LDAP_MOBILE"),
                ("member_of", "DAKEHU_LDAP_MEMBER_OF"),
            )
            if env.get(variable)
        },
    )
    _check_directory(directory)
    return directory


def _check_directory(directory: Directory) -> None:
    for uri in directory.uris:
        if urlsplit(uri).scheme not in {"ldap", "ldaps"} or not urlsplit(uri).hostname:
            raise ValueError("DAKEHU_LDAP_URI must start with ldaps:// or ldap://")
        if not directory.is_encrypted and urlsplit(uri).hostname not in _HERE:
            raise ValueError("Passwords must not travel in clear: use ldaps:// or DAKEHU_LDAP_STARTTLS=1")
    if not directory.bind_password:  # an empty password would be an anonymous bind
        raise ValueError("DAKEHU_LDAP_BIND_PASSWORD or DAKEHU_LDAP_BIND_PASSWORD_FILE is missing")


def _needed(env: Mapping[str, str], name: str) -> str:
    if not env.get(name, "").strip():
        raise ValueError(f"{name} is missing")
    return env[name].strip()


_ESCAPED = {"\\": "\\5c", "*": "\\2a", "(": "\\28", ")": "\\29", "\0": "\\00"}


def in_filter(text: str) -> str:
    """Text as it may stand in an LDAP filter (RFC 4515): a star in a name is a star, not any name."""
    return "".join(_ESCAPED.get(sign, sign) for sign in text)


def may_lock(*, known: int, gone: int, answered: int, percent: int) -> bool:
    """Whether so many may be locked at once; an empty answer says more of the directory than of them."""
    return answered > 0 and gone <= max(1, known * percent // 100)
