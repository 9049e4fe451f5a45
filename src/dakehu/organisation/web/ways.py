"""How a person signs in, changed by an administrator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dakehu.infra.ui.api import Button, FormPage, Group, actor_of, form_page, go_to, page
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.users import user_for
from dakehu.organisation.services.ways import user_sign_in_by, user_unbind
from dakehu.organisation.web.forms import WayForm


def way_buttons(user: User) -> list[Button]:
    """Nothing where passwords of this system are the only way there is."""
    if settings.OIDC is None and settings.LDAP is None and user.signs_in_by == Way.PASSWORD:
        return []
    address = reverse("organisation-user-way", args=[user.pk])
    change = Button(_("How they sign in"), address, "login-2", Permission.USER_CHANGE, dialog=True)
    if not user.identities.exists():
        return [change]
    unbind = Button(
        _("Undo the binding"),
        reverse("organisation-user-unbind", args=[user.pk]),
        "unlink",
        Permission.USER_CHANGE,
        post=True,
        question=_("Let the next person who comes by this name have the account of %(name)s?")
        % {"name": user.name},
    )
    return [change, unbind]


@page(Permission.USER_CHANGE, methods=("GET", "POST"))
def user_way(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    user = user_for(actor, pk)
    back = reverse("organisation-user-record", args=[pk])

    def save(values: dict[str, Any]) -> str:
        version = values["version"] or 0
        user_sign_in_by(actor=actor, user_id=pk, version=version, way=Way(values["way"]))
        return back

    form = WayForm(request.POST or None, initial={"way": user.signs_in_by, "version": user.version})
    groups = [Group(_("How they sign in"), ["way"])]
    return form_page(
        request, FormPage(user.name, form, groups, back=back, done=_("Saved."), noun="user"), save
    )


@page(Permission.USER_CHANGE, methods=("POST",))
def user_unbound(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_unbind(actor=actor_of(request), user_id=pk)
    messages.success(request, _("The binding is undone."))
    return go_to(request, reverse("organisation-user-record", args=[user.pk]))
