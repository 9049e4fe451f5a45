"""One's own account: profile, password, sessions, second factor. allauth does the work, the look is ours."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.views import PasswordChangeView
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import Fact, Kind, go_to, page
from dakehu.organisation.domain.browsers import browser_name
from dakehu.organisation.models import User
from dakehu.organisation.services.sessions import end_session


class OwnPasswordView(PasswordChangeView):  # type: ignore[misc]  # allauth ships no types
    """Leads to the workbench: whoever changes a one-time password wants to begin."""

    success_url = reverse_lazy("ui-workbench")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_first = cast("User", self.request.user).must_change_password
        layout = "ui/bare.html" if is_first else "ui/base.html"
        return {**super().get_context_data(**kwargs), "is_first": is_first, "layout": layout}


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
    ]
    context = {"title": user.name, "facts": facts, "has_second_factor": is_mfa_enabled(user)}
    return render(request, "organisation/profile.html", context)
