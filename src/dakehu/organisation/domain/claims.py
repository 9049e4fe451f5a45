"""What a verified token must still hold, and whom it names. Signature and times are checked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dakehu.kernel.text import clean_code, clean_name
from dakehu.organisation.domain.errors import TokenRefused
from dakehu.organisation.domain.sign_on import Match, Oidc

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
"""Signatures by a key of the provider's alone: never `none`, never a shared secret."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who came, as the provider or the directory tells. `key` is compared with the data of people here."""

    subject: str
    key: str
    name: str = ""
    email: str = ""
    mobile: str = ""
    groups: tuple[str, ...] = ()


def check_token(claims: Mapping[str, Any], *, client_id: str, nonce: str) -> None:
    """The token answers this very request and was made for us. Raises `TokenRefused`."""
    if not nonce or claims.get("nonce") != nonce:
        raise TokenRefused(reason="nonce")
    party = claims.get("azp")
    if party not in {None, client_id} or (party is None and _audiences(claims) > 1):
        raise TokenRefused(reason="azp")


def same_person(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> None:
    """Userinfo is of the token's person (OpenID Connect Core, 5.3.2). Raises `TokenRefused`."""
    if userinfo.get("sub") != claims.get("sub"):
        raise TokenRefused(reason="sub")


def person_of(claims: Mapping[str, Any], oidc: Oidc) -> Person:
    """Raises `TokenRefused` where the agreed claim is missing, or the e-mail is not verified."""
    key = _text(claims.get(oidc.claim))
    if not key:
        raise TokenRefused(reason=oidc.claim)
    if oidc.match is Match.EMAIL and claims.get("email_verified") is not True:
        raise TokenRefused(reason="email_verified")
    groups = claims.get(oidc.groups_claim)
    return Person(
        subject=f"{oidc.issuer} {claims['sub']}"[:255],
        key=key if oidc.match is Match.EMAIL else clean_code(key).lower(),
        name=clean_name(_text(claims.get("name")))[:60],
        email=_text(claims.get("email")) if claims.get("email_verified") is True else "",
        groups=tuple(_text(group) for group in groups) if isinstance(groups, list) else (),
    )


def check_discovery(document: Mapping[str, Any], issuer: str) -> list[str]:
    """Which parts of a provider's own description are missing or not its own."""
    faults = [] if document.get("issuer") == issuer else ["issuer"]
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        parts = urlsplit(_text(document.get(name)))
        if parts.scheme != "https" and parts.scheme != urlsplit(issuer).scheme:
            faults.append(name)
    return faults


def _audiences(claims: Mapping[str, Any]) -> int:
    audience = claims.get("aud")
    return len(audience) if isinstance(audience, list) else 1


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
