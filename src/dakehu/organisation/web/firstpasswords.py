"""First passwords: who waits, the list that is shown once, links by mail, and the page a link leads to."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from dakehu.infra.exporting.api import Column, Table, stream_xlsx
from dakehu.infra.ui.api import actor_of, go_to, page
from dakehu.organisation.imports import export_table
from dakehu.organisation.models import PasswordSheet, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.firstpasswords import (
    FirstPassword,
    links_send,
    sheet_start,
    sheet_take,
    tokens,
    waiting,
)
from dakehu.organisation.services.passwords import password_set_own


@page(Permission.USER_CHANGE, methods=("GET",))
def passwords(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    people = waiting(actor)
    own = PasswordSheet.objects.filter(owner_id=actor.user_id or 0, taken_at=None).order_by("-pk")
    context = {
        "title": _("First passwords"),
        "back": (_("Users"), reverse("organisation-user-list")),
        "count": people.count(),
        "with_mail": people.exclude(email="").count(),
        "first": people.select_related("org_unit")[:20],
        "has_mail": bool(settings.EMAIL_HOST and settings.PAGES_URL),
        "sheets": own[:20],
    }
    return render(request, "organisation/first_passwords.html", context)


@page(Permission.USER_CHANGE, methods=("POST",))
def passwords_make(request: HttpRequest) -> HttpResponse:
    sheet_start(actor=actor_of(request))
    messages.success(request, _("The passwords are being made. Load the page anew in a moment."))
    return go_to(request, reverse("organisation-user-passwords"))


@page(Permission.USER_CHANGE, methods=("POST",))
def passwords_mail(request: HttpRequest) -> HttpResponse:
    count = links_send(actor=actor_of(request))
    messages.success(request, _("%(count)s links are on their way.") % {"count": count})
    return go_to(request, reverse("organisation-user-passwords"))


@page(Permission.USER_CHANGE, methods=("POST",))
def passwords_take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list in the answer itself, to print or as a workbook; it is gone by that."""
    lines = sheet_take(actor=actor_of(request), sheet_id=pk)
    if request.POST.get("form") == "xlsx":
        return stream_xlsx(actor_of(request), _table(lines))
    response = render(
        request, "organisation/password_sheet.html", {"title": _("First passwords"), "lines": lines}
    )
    response["Cache-Control"] = "no-store"
    return response


@page(Permission.USER_VIEW, methods=("GET",))
def user_export(request: HttpRequest) -> HttpResponseBase:
    """The users in the columns of the import."""
    actor = actor_of(request)
    return stream_xlsx(actor, export_table(actor))


class FirstPasswordView(PasswordResetConfirmView):
    """The page of a mailed link: it sets the first password, once."""

    template_name = "organisation/first_password.html"
    token_generator = tokens
    success_url = reverse_lazy("account_login")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.help_text = ""
        return form

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        user = cast("SetPasswordForm[User]", form).user
        password_set_own(user=user, password=form.cleaned_data["new_password1"])
        del self.request.session["_password_reset_token"]
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return HttpResponseRedirect(str(self.success_url))


def _table(lines: list[FirstPassword]) -> Table:
    headings = [_("Unit"), _("Name"), _("Sign-in name"), _("One-time password")]
    return Table(
        noun="passwordsheet",
        title=_("First passwords"),
        columns=[Column(heading) for heading in headings],
        rows=[[line.unit, line.name, line.username, line.password] for line in lines],
        notes=[_("Each must be changed at the first sign-in.")],
    )
