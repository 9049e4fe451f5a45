"""What Dakehu asks of allauth's sign-in by others: one provider, from the settings, and nobody signs up."""

from __future__ import annotations

import functools
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest

from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.claims import person_of
from dakehu.organisation.domain.errors import TokenRefused
from dakehu.organisation.domain.sign_on import PROVIDER, Way
from dakehu.organisation.services.admission import admit, refused
from dakehu.organisation.signon.oidc import app_of, checked, provider_set
from dakehu.organisation.signon.refusal import refusal


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's signature
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        oidc = settings.OIDC
        fits = provider in {None, PROVIDER, "openid_connect"}
        return [app_of(oidc)] if oidc and fits and client_id in {None, oidc.client_id} else []

    def get_requests_session(self) -> requests.Session:
        """Bounded in time, with the certificates of the settings, and never led elsewhere."""
        oidc, session = provider_set(), requests.Session()
        if oidc.ca:
            session.verify = oidc.ca
        session.max_redirects = 0
        bounded = functools.partial(session.request, timeout=oidc.timeout_s)
        session.request = bounded  # type: ignore[method-assign]  # as allauth's own does
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The token is good: whose account is it here? The refusal is a page in words."""
        oidc = provider_set()
        try:
            person = person_of(checked(sociallogin), oidc)
        except TokenRefused as fault:
            refused(Way.SIGN_ON, "", fault)
            raise ImmediateHttpResponse(refusal(request, fault)) from None
        try:
            user = admit(way=Way.SIGN_ON, person=person, create=oidc.create, match=oidc.match)
        except DomainError as fault:
            raise ImmediateHttpResponse(refusal(request, fault)) from None
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,  # noqa: ARG002 - allauth's signature
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        fault = TokenRefused(reason=error if exception is None else type(exception).__name__)
        refused(Way.SIGN_ON, "", fault)
        raise ImmediateHttpResponse(refusal(request, fault))
