"""One's own account: profile, password, sessions, second factor. allauth does the work, the look is ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import Fact, Kind, go_to, page
from dakehu.organisation.domain.browsers import browser_name
from dakehu.organisation.domain.errors import PasswordElsewhere
from dakehu.organisation.domain.sign_on import PROVIDER, Oidc, Way
from dakehu.organisation.models import User
from dakehu.organisation.services.sessions import end_session


class SignInView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """The sign-in page, with the way to the sign-on provider where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        oidc: Oidc | None = settings.OIDC
        if oidc is not None:
            wanted = get_next_redirect_url(self.request)
            address = reverse("openid_connect_login", args=[PROVIDER])
            context["sign_on_url"] = f"{address}?{urlencode({'next': wanted})}" if wanted else address
            context["sign_on_name"] = oidc.name or _("Single sign-on")
        return context


class OwnPasswordView(PasswordChangeView):  # type: ignore[misc]  # allauth ships no types
    """Leads to the workbench: whoever changes a one-time password wants to begin."""

    success_url = reverse_lazy("ui-workbench")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_first = cast("User", self.request.user).must_change_password
        layout = "ui/bare.html" if is_first else "ui/base.html"
        return {**super().get_context_data(**kwargs), "is_first": is_first, "layout": layout}


_own_password: Callable[[HttpRequest], HttpResponseBase] = OwnPasswordView.as_view()


@page()
def own_password(request: HttpRequest) -> HttpResponseBase:
    """The page that changes one's password, where it is kept here."""
    user = cast("User", request.user)
    if user.signs_in_by != Way.PASSWORD:
        raise PasswordElsewhere(name=user.name)
    return _own_password(request)


class OwnSessionsView(ListUserSessionsView):  # type: ignore[misc]  # allauth ships no types
    """The list of one's sessions, browsers by their names."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for session in context["sessions"]:
            session.browser = browser_name(session.user_agent) or session.user_agent[:40]
        return context


@page(methods=("POST",))
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions, wherever it is."""
    end_session(cast("User", request.user), pk)
    messages.success(request, _("The session is ended."))
    return go_to(request, reverse("usersessions_list"))


@page(methods=("GET",))
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is to the system: unit, view, roles, and the ways to protect the account."""
    user = cast("User", request.user)
    facts = [
        Fact(_("Sign-in name"), user.username, Kind.CODE),
        Fact(_("Unit"), user.org_unit),
        Fact(_("Sees"), user.scope_unit or user.org_unit),
        Fact(_("Post"), user.post),
        Fact(_("Roles"), "、".join(str(role) for role in user.roles.all())),
        Fact(_("Mobile"), user.mobile, Kind.CODE),
        Fact(_("E-mail"), user.email),
        Fact(_("Signs in by"), user.get_signs_in_by_display()),
    ]
    context = {
        "title": user.name,
        "facts": facts,
        "has_second_factor": is_mfa_enabled(user),
        "has_password": user.signs_in_by == Way.PASSWORD,
    }
    return render(request, "organisation/profile.html", context)
