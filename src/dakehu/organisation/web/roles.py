"""Roles and their rights as one matrix; posts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dakehu.infra.access.api import Actor, all_permissions
from dakehu.infra.ui.api import (
    Action,
    Column,
    FormPage,
    Kind,
    ListSpec,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
)
from dakehu.infra.ui.registry import words_of
from dakehu.organisation.models import Post, Role
from dakehu.organisation.permissions import Permission
from dakehu.organisation.services.dictionaries import post_change, post_create
from dakehu.organisation.services.roles import Grant, role_create, role_delete, role_rename, roles_grant
from dakehu.organisation.web.forms import PostForm, RoleForm


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of the matrix; `is_fixed` where this person can't change it."""

    name: str
    label: str
    is_granted: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Right:
    permission: str
    label: str
    boxes: list[Box]


def _matrix(actor: Actor, roles: list[Role]) -> list[tuple[str, list[Right]]]:
    """Rights by noun, each with a box per role."""
    may = actor.may(Permission.ROLE_CHANGE)
    rights = [
        Right(
            permission,
            str(label),
            [
                Box(
                    f"{role.pk}:{permission}",
                    f"{role}: {label}",
                    role.everything or permission in role.permissions,
                    role.everything or not may or not actor.may(permission),
                )
                for role in roles
            ],
        )
        for permission, label in all_permissions().items()
    ]
    return [
        (str(words_of(noun).label), list(group))
        for noun, group in groupby(rights, lambda right: right.permission.partition(".")[0])
    ]


@page(Permission.ROLE_VIEW, methods=("GET", "POST"))
def role_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method == "POST":
        return _granted(request, actor)
    roles = list(Role.objects.all())
    context = {
        "title": _("Roles and rights"),
        "roles": roles,
        "groups": _matrix(actor, roles),
        "may_change": actor.may(Permission.ROLE_CHANGE),
    }
    return render(request, "organisation/roles.html", context)


def _granted(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Save the matrix. Boxes that this person couldn't change are not sent: those rights stay."""
    sent: dict[int, set[str]] = {}
    for name in request.POST.getlist("grant"):
        role_id, _colon, permission = name.partition(":")
        sent.setdefault(int(role_id) if role_id.isdecimal() else 0, set()).add(permission)
    grants = {}
    for role in Role.objects.filter(everything=False):
        version = request.POST.get(f"version:{role.pk}", "")
        if version.isdecimal():
            kept = {permission for permission in role.permissions if not actor.may(permission)}
            grants[role.pk] = Grant(int(version), frozenset(sent.get(role.pk, set()) | kept))
    changed = len(roles_grant(actor=actor, grants=grants))
    if changed:
        said = ngettext(
            "The rights of %(n)s role are saved.", "The rights of %(n)s roles are saved.", changed
        )
        messages.success(request, said % {"n": changed})
    return go_to(request, reverse("organisation-role-list"))


@page(Permission.ROLE_CHANGE, methods=("GET", "POST"))
def role_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def save(values: dict[str, Any]) -> str:
        role_create(
            actor=actor,
            code=values["code"],
            name=values["name"],
            name_en=values["name_en"],
            like_id=values["like"],
        )
        return reverse("organisation-role-list")

    shown = FormPage(
        title=_("New role"),
        form=RoleForm(request.POST or None),
        back=reverse("organisation-role-list"),
        done=_("The role is made."),
        noun="role",
    )
    return form_page(request, shown, save)


@page(Permission.ROLE_CHANGE, methods=("GET", "POST"))
def role_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor, role = actor_of(request), get_object_or_404(Role, pk=pk)

    def save(values: dict[str, Any]) -> str:
        values["version"] = values["version"] or 0
        role_rename(actor=actor, role_id=pk, **values)
        return reverse("organisation-role-list")

    initial = {"name": role.name, "name_en": role.name_en, "version": role.version}
    shown = FormPage(
        title=str(role),
        form=RoleForm(request.POST or None, role=role, initial=initial),
        back=reverse("organisation-role-list"),
        done=_("Saved."),
        noun="role",
        context={"role": role},
        template="organisation/role_form.html",
    )
    return form_page(request, shown, save)


@page(Permission.ROLE_CHANGE, methods=("POST",))
def role_remove(request: HttpRequest, pk: int) -> HttpResponse:
    version = request.POST.get("version", "")
    role_delete(actor=actor_of(request), role_id=pk, version=int(version) if version.isdecimal() else 0)
    messages.success(request, _("The role is removed."))
    return go_to(request, reverse("organisation-role-list"))


POSTS: ListSpec[Post] = ListSpec(
    name="organisation.post",
    noun="post",
    title=gettext_lazy("Posts"),
    queryset=lambda _actor: Post.objects.all(),
    permission=Permission.POST_VIEW,
    scoped=False,
    columns=[
        Column("name", gettext_lazy("Name"), Kind.LINK),
        Column("name_en", gettext_lazy("English name")),
        Column("code", gettext_lazy("Code"), Kind.CODE, sort="code"),
        Column("is_active", gettext_lazy("In use"), Kind.YES_NO),
    ],
    sort="code",
    row_url=lambda post: reverse("organisation-post-change", args=[post.pk]),
    actions=[
        Action(
            gettext_lazy("New post"),
            "organisation-post-create",
            permission=Permission.POST_CHANGE,
            icon="plus",
            is_primary=True,
        )
    ],
)
post_list = list_view(POSTS)


@page(Permission.POST_CHANGE, methods=("GET", "POST"))
def post_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)

    def save(values: dict[str, Any]) -> str:
        post_create(actor=actor, code=values["code"], name=values["name"], name_en=values["name_en"])
        return reverse("organisation-post-list")

    shown = FormPage(
        title=_("New post"),
        form=PostForm(request.POST or None),
        back=reverse("organisation-post-list"),
        done=_("The post is made."),
        noun="post",
    )
    return form_page(request, shown, save)


@page(Permission.POST_CHANGE, methods=("GET", "POST"))
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor, post = actor_of(request), get_object_or_404(Post, pk=pk)

    def save(values: dict[str, Any]) -> str:
        values["version"] = values["version"] or 0
        post_change(actor=actor, post_id=pk, **values)
        return reverse("organisation-post-list")

    initial = {
        "name": post.name,
        "name_en": post.name_en,
        "is_active": post.is_active,
        "version": post.version,
    }
    shown = FormPage(
        title=str(post),
        form=PostForm(request.POST or None, post=post, initial=initial),
        back=reverse("organisation-post-list"),
        done=_("Saved."),
        noun="post",
    )
    return form_page(request, shown, save)
