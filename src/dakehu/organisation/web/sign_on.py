"""To the sign-on provider and back."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.errors import ProviderSilent
from dakehu.organisation.domain.sign_on import PROVIDER, Way
from dakehu.organisation.services.admission import refused
from dakehu.organisation.signon.oidc import Adapter
from dakehu.organisation.signon.refusal import refusal


@never_cache
@require_GET
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider; a link, since the content policy lets no form lead to another site."""
    _require(provider_id)
    provider = get_adapter(request).get_provider(request, PROVIDER)
    try:
        response: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, get_next_redirect_url(request))
    except DomainError as fault:
        return _turned_away(request, fault)
    return response


@never_cache
@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider with a code: allauth checks the state, exchanges it, asks for the second step."""
    _require(provider_id)
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(Adapter(request, PROVIDER))(request)
    except DomainError as fault:
        return _turned_away(request, fault)
    except (OSError, ValueError, OAuth2Error):  # the provider fell silent, or spoke something else
        return _turned_away(request, ProviderSilent())
    return response


def _require(provider_id: str) -> None:
    if settings.OIDC is None or provider_id != PROVIDER:
        raise Http404


def _turned_away(request: HttpRequest, fault: DomainError) -> HttpResponse:
    refused(Way.SIGN_ON, "", fault)
    return refusal(request, fault)
