"""allauth's OpenID Connect, stricter: whatever the provider says is checked before it counts.

allauth trusts an ID token that came straight from the provider, and looks for no nonce. Here the token's
signature is checked by the provider's keys, with issuer, audience, times, nonce and authorised party, and
what userinfo adds must be of the token's person. Nothing in the address chooses scopes or a process.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dakehu.organisation.domain.claims import ALGORITHMS, check_discovery, check_token, same_person
from dakehu.organisation.domain.errors import ProviderSilent, TokenRefused, WayNotSet
from dakehu.organisation.domain.sign_on import PROVIDER, Oidc, Way

_LEEWAY_S = 60
_REQUIRED = ["exp", "iat", "aud", "iss", "sub", "nonce"]


def provider_set() -> Oidc:
    """The provider of the settings. Raises `WayNotSet`."""
    oidc: Oidc | None = settings.OIDC
    if oidc is None:
        raise WayNotSet(way=Way.SIGN_ON)
    return oidc


def app_of(oidc: Oidc) -> SocialApp:
    """The settings as allauth wants them; never stored."""
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER,
        name=oidc.name,
        client_id=oidc.client_id,
        secret=oidc.secret,
        settings={"server_url": oidc.issuer.rstrip("/"), "oauth_pkce_enabled": True},
    )


def fetched(url: str, token: str = "") -> dict[str, Any]:
    """A JSON object of the provider. Raises `ProviderSilent`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, headers=headers)
            answer.raise_for_status()
            document = answer.json()
    except (OSError, ValueError):  # what requests raises is an OSError, broken JSON a ValueError
        raise ProviderSilent from None
    if not isinstance(document, dict):
        raise ProviderSilent
    return document


def discovered(oidc: Oidc) -> dict[str, Any]:
    """The provider's description of itself. Raises `ProviderSilent`, `TokenRefused`."""
    document = fetched(f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
    if faults := check_discovery(document, oidc.issuer):
        raise TokenRefused(reason=faults[0])
    return document


def read_token(text: str, *, keys: dict[str, Any], oidc: Oidc) -> dict[str, Any]:
    """The claims of an ID token after signature, issuer, audience and times. Raises `TokenRefused`."""
    try:
        header = jwt.get_unverified_header(text)
        return jwt.decode(
            text,
            key=_key(keys, header.get("kid")),
            algorithms=list(ALGORITHMS),
            audience=oidc.client_id,
            issuer=oidc.issuer,
            leeway=_LEEWAY_S,
            options={"require": _REQUIRED},
        )
    except (jwt.PyJWTError, ValueError, KeyError) as fault:
        raise TokenRefused(reason=type(fault).__name__) from None


def _key(keys: dict[str, Any], kid: str | None) -> jwt.PyJWK:
    """The provider's key that the token names; without a name the only one. Raises `KeyError`."""
    signing = [key for key in keys.get("keys", []) if key.get("use", "sig") == "sig" and key["kty"] != "oct"]
    named = [key for key in signing if key.get("kid") == kid] if kid else signing
    if len(named) != 1:
        raise KeyError("kid")
    return jwt.PyJWK.from_json(json.dumps(named[0]))


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """The exchange with the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = discovered(provider_set())
        return self._openid_config

    def complete_login(
        self,
        request: HttpRequest,
        app: SocialApp,  # noqa: ARG002 - allauth's signature
        token: SocialToken,
        **kwargs: Any,
    ) -> SocialLogin:
        text = kwargs["response"].get("id_token")
        if not isinstance(text, str):
            raise TokenRefused(reason="id_token")
        claims = read_token(text, keys=fetched(self.openid_config["jwks_uri"]), oidc=provider_set())
        told: dict[str, Any] = {}
        if url := self.openid_config.get("userinfo_endpoint"):
            told = fetched(url, token.token)
            same_person(claims, told)
        return self.get_provider().sociallogin_from_response(request, {"id_token": {**told, **claims}})


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    oauth2_adapter_class = Adapter

    def get_scope(self) -> list[str]:
        return list(provider_set().scopes)

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: object = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """To the provider, with a nonce that only this browser's session knows."""
        nonce = secrets.token_urlsafe(24)
        kwargs["auth_params"] = {"nonce": nonce}
        response: HttpResponse = super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)
        return response


def checked(login: SocialLogin) -> dict[str, Any]:
    """The claims of a finished exchange, once they answer the question that was asked."""
    claims: dict[str, Any] = login.account.extra_data["id_token"]
    check_token(claims, client_id=provider_set().client_id, nonce=login.state.get("nonce", ""))
    return claims
