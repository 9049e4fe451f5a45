"""What Dakehu asks of allauth: nobody signs up by themselves, and passwords are changed by our service."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dakehu.infra.clock import now
from dakehu.infra.errors import message_for
from dakehu.kernel.clock import day_of
from dakehu.kernel.errors import DomainError
from dakehu.organisation.models import User
from dakehu.organisation.services.passwords import password_set_own
from dakehu.organisation.services.signins import sign_in_failed
from dakehu.organisation.signon.sessions import came_by_sign_on

_SAID_BY_THE_PAGE = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Sign-in name or password are not right."),
        "too_many_login_attempts": _(
            "Too many wrong passwords: the name is locked for five minutes. "
            "If you have forgotten the password, ask your administrator for a new one."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def set_password(self, user: User, password: str) -> None:
        password_set_own(user=user, password=password)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.must_change_password and not came_by_sign_on(request, user):
            return reverse("account_change_password")
        return str(super().get_login_redirect_url(request))

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """A limited account ends with its last day, also before the worker has closed it."""
        if user.has_lapsed(day_of(now())):
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        found: HttpResponse | None = super().pre_login(request, user, **how)
        return found

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A silent directory, or one that knows a person without an account here, is no wrong password."""
        try:
            user: User | None = super().authenticate(request, **credentials)
        except DomainError as fault:
            self._rollback_login_failed_rl_usage()
            raise ValidationError(message_for(fault)) from None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        known = get_user_model().objects.filter(username=str(credentials.get("username", "")).lower())
        user = known.first()
        if isinstance(user, User):  # a name nobody bears may be a password in the wrong field: not kept
            sign_in_failed(user=user, address=str(self.get_client_ip(request)))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template not in _SAID_BY_THE_PAGE:
            super().add_message(request, level, *args, **kwargs)
