"""allauth's forms with our words, and names understood as people type them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from dakehu.kernel.text import clean_code


def _without_placeholders(form: forms.Form) -> None:
    """The labels say it already."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Sign-in name")
        self.fields["login"].widget.attrs.update({"autofocus": True, "autocapitalize": "none"})
        self.fields["password"].label = _("Password")
        _without_placeholders(self)

    def clean_login(self) -> str:
        """Full-width letters, capitals and stray blanks are no reason to refuse someone."""
        return clean_code(super().clean_login()).lower()
