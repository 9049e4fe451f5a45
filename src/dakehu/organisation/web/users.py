"""Users: list, record, form, one-time passwords."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import (
    Action,
    Badge,
    BulkAction,
    Button,
    ChoiceFilter,
    Column,
    EmptyState,
    Fact,
    FormPage,
    Group,
    Kind,
    ListSpec,
    Record,
    Tab,
    Tone,
    YesNoFilter,
    actor_of,
    form_page,
    go_to,
    list_view,
    page,
    record_page,
)
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.models import WAYS, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.units import unit_choices
from dakehu.organisation.selectors.users import (
    post_choices,
    role_choices,
    user_for,
    users_all,
    users_matching,
)
from dakehu.organisation.services.users import (
    UserDetails,
    user_change,
    user_create,
    user_deactivate,
    user_give_role,
    user_reactivate,
    user_reset_password,
    user_take_role,
)
from dakehu.organisation.services.ways import user_sign_in_by
from dakehu.organisation.web.forms import RoleChoiceForm, UserForm, WayForm
from dakehu.organisation.web.ways import way_buttons

STATES = {
    "True": Badge(pgettext_lazy("account", "Active"), Tone.GOOD),
    "False": Badge(pgettext_lazy("account", "Closed"), Tone.QUIET),
}


def _url(user: User) -> str:
    return reverse("organisation-user-record", args=[user.pk])


def _give_role(actor: Actor, user: User, values: dict[str, Any]) -> None:
    user_give_role(actor=actor, user_id=user.pk, role_id=values["role"])


def _take_role(actor: Actor, user: User, values: dict[str, Any]) -> None:
    user_take_role(actor=actor, user_id=user.pk, role_id=values["role"])


def _sign_in_by(actor: Actor, user: User, values: dict[str, Any]) -> None:
    user_sign_in_by(actor=actor, user_id=user.pk, version=user.version, way=Way(values["way"]))


def _close(actor: Actor, user: User, _values: dict[str, Any]) -> None:
    user_deactivate(actor=actor, user_id=user.pk, version=user.version)


USERS: ListSpec[User] = ListSpec(
    name="organisation.user",
    noun="user",
    title=gettext_lazy("Users"),
    queryset=lambda _actor: users_all(),
    permission=Permission.USER_VIEW,
    columns=[
        Column("name", pgettext_lazy("person", "Name"), Kind.LINK, sort="pinyin"),
        Column("username", gettext_lazy("Sign-in name"), Kind.CODE, sort="username"),
        Column("org_unit", gettext_lazy("Unit"), sort="org_path"),
        Column("post", gettext_lazy("Post")),
        Column(
            "roles",
            gettext_lazy("Roles"),
            value=lambda user: "、".join(str(role) for role in user.roles.all()),
        ),
        Column("mobile", gettext_lazy("Mobile"), Kind.CODE, shown=False),
        Column("email", gettext_lazy("E-mail"), shown=False),
        Column("valid_until", gettext_lazy("Valid until"), Kind.DATE, sort="valid_until", shown=False),
        Column(
            "signs_in_by",
            gettext_lazy("Signs in by"),
            value=lambda user: user.get_signs_in_by_display(),
            shown=False,
        ),
        Column("last_login", gettext_lazy("Last sign-in"), Kind.MOMENT, sort="last_login", shown=False),
        Column("is_active", gettext_lazy("State"), Kind.STATE, states=STATES),
    ],
    sort="name",
    filters=[
        ChoiceFilter(
            "unit",
            gettext_lazy("Unit"),
            path="org_unit",
            choices=lambda actor: unit_choices(actor, Permission.USER_VIEW),
        ),
        ChoiceFilter("role", gettext_lazy("Role"), path="roles", choices=lambda _actor: role_choices()),
        ChoiceFilter(
            "post", gettext_lazy("Post"), path="post", choices=lambda _actor: post_choices(), quick=False
        ),
        ChoiceFilter("way", gettext_lazy("Signs in by"), path="signs_in_by", choices=WAYS, quick=False),
        YesNoFilter("active", pgettext_lazy("account", "Active"), path="is_active"),
    ],
    search=users_matching,
    search_hint=gettext_lazy("Name, pinyin, sign-in name or mobile"),
    row_url=_url,
    actions=[
        Action(
            gettext_lazy("New user"),
            "organisation-user-create",
            permission=Permission.USER_CHANGE,
            icon="plus",
            is_primary=True,
        ),
        Action(gettext_lazy("Import"), "/imports/users/", Permission.USER_CHANGE, "file-import"),
        Action(
            gettext_lazy("Export for import"), "organisation-user-export", Permission.USER_VIEW, "file-export"
        ),
        Action(gettext_lazy("First passwords"), "organisation-user-passwords", Permission.USER_CHANGE, "key"),
    ],
    bulk=[
        BulkAction(
            "give-role",
            gettext_lazy("Give a role"),
            _give_role,
            Permission.USER_CHANGE,
            "shield-plus",
            form=RoleChoiceForm,
        ),
        BulkAction(
            "take-role",
            gettext_lazy("Take a role away"),
            _take_role,
            Permission.USER_CHANGE,
            "shield-minus",
            form=RoleChoiceForm,
        ),
        BulkAction(
            "way",
            gettext_lazy("Change how they sign in"),
            _sign_in_by,
            Permission.USER_CHANGE,
            "login-2",
            form=WayForm,
        ),
        BulkAction(
            "close",
            gettext_lazy("Close accounts"),
            _close,
            Permission.USER_CHANGE,
            "user-off",
            question=gettext_lazy("Close %(count)s accounts? Open sessions end at once."),
            is_dangerous=True,
        ),
    ],
    empty=EmptyState(
        gettext_lazy("No users here yet"),
        gettext_lazy("Open an account for each person who works with the system."),
        icon="users",
    ),
)
user_list = list_view(USERS)


@page(Permission.USER_VIEW, methods=("GET",))
def user_record(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_for(actor_of(request), pk)
    facts = [
        Fact(_("Sign-in name"), user.username, Kind.CODE),
        Fact(_("Unit"), user.org_unit),
        Fact(_("Sees"), user.scope_unit or user.org_unit),
        Fact(_("Post"), user.post),
        Fact(_("Roles"), "、".join(str(role) for role in user.roles.all())),
        Fact(_("Mobile"), user.mobile, Kind.CODE),
        Fact(_("E-mail"), user.email),
        Fact(_("Valid until"), user.valid_until, Kind.DATE),
        Fact(_("Signs in by"), user.get_signs_in_by_display()),
        Fact(_("Last sign-in"), user.last_login, Kind.MOMENT),
    ]
    badges = [STATES[str(user.is_active)]]
    if user.must_change_password:
        badges.append(Badge(_("One-time password"), Tone.WARN))
    record = Record(
        noun="user",
        object_id=user.pk,
        title=user.name,
        subtitle=str(user.org_unit),
        badges=badges,
        tabs=[Tab("facts", _("Account"), "organisation/facts.html", {"facts": facts})],
        buttons=_buttons(user, is_self=user.pk == actor_of(request).user_id),
        back=(_("Users"), reverse("organisation-user-list")),
    )
    return record_page(request, record)


def _buttons(user: User, *, is_self: bool) -> list[Button]:
    change, version = Permission.USER_CHANGE, {"version": user.version}
    buttons = [
        Button(
            _("Change"),
            reverse("organisation-user-change", args=[user.pk]),
            "pencil",
            change,
            is_primary=True,
        )
    ]
    if is_self:
        return buttons
    if user.is_active:
        see_as = Button(
            _("See as this user"),
            reverse("organisation-user-see-as", args=[user.pk]),
            "eye",
            Permission.USER_SEE_AS,
            post=True,
        )
        reset = Button(
            _("Reset password"),
            reverse("organisation-user-reset", args=[user.pk]),
            "key",
            change,
            post=True,
            question=_("Give %(name)s a new one-time password? Open sessions end.") % {"name": user.name},
        )
        close = Button(
            _("Close account"),
            reverse("organisation-user-close", args=[user.pk]),
            "user-off",
            change,
            is_dangerous=True,
            post=True,
            question=_("Close the account of %(name)s? Open sessions end at once.") % {"name": user.name},
            fields=version,
        )
        here = [reset] if user.signs_in_by == Way.PASSWORD else []
        return [*buttons, see_as, *here, *way_buttons(user), close]
    reopen = Button(
        _("Open account again"),
        reverse("organisation-user-reopen", args=[user.pk]),
        "user-check",
        change,
        post=True,
        fields=version,
    )
    return [*buttons, reopen]


def _form_page(form: UserForm, title: str, back: str, done: str = "") -> FormPage:
    person = [name for name in ("username", "name", "mobile", "email", "valid_until") if name in form.fields]
    return FormPage(
        title=title,
        form=form,
        groups=[
            Group(_("Person"), person),
            Group(_("Unit and post"), ["org_unit", "post"]),
            Group(_("Rights"), ["scope_unit", "roles"]),
        ],
        back=back,
        done=done,
        noun="user",
    )


def _details(values: dict[str, Any]) -> UserDetails:
    return UserDetails(
        name=values["name"],
        org_unit_id=values["org_unit"],
        scope_unit_id=values["scope_unit"],
        post_id=values["post"],
        role_ids=frozenset(values["roles"]),
        email=values["email"],
        mobile=values["mobile"],
        valid_until=values["valid_until"],
    )


@page(Permission.USER_CHANGE, methods=("GET", "POST"))
def user_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    made: list[tuple[User, str]] = []

    def save(values: dict[str, Any]) -> str:
        made.append(user_create(actor=actor, username=values["username"], details=_details(values)))
        return _url(made[0][0])

    form = UserForm(request.POST or None, actor=actor)
    response = form_page(request, _form_page(form, _("New user"), reverse("organisation-user-list")), save)
    return _password_once(request, *made[0]) if made else response


@page(Permission.USER_CHANGE, methods=("GET", "POST"))
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    user = user_for(actor, pk)

    def save(values: dict[str, Any]) -> str:
        version = values["version"] or 0
        return _url(user_change(actor=actor, user_id=pk, version=version, details=_details(values)))

    form = UserForm(request.POST or None, actor=actor, user=user, initial=UserForm.initial_of(user))
    return form_page(request, _form_page(form, user.name, _url(user), _("Saved.")), save)


@page(Permission.USER_CHANGE, methods=("POST",))
def user_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user, password = user_reset_password(actor=actor_of(request), user_id=pk)
    return _password_once(request, user, password)


@page(Permission.USER_CHANGE, methods=("POST",))
def user_close(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_deactivate(actor=actor_of(request), user_id=pk, version=_version(request))
    messages.success(request, _("The account of %(name)s is closed.") % {"name": user.name})
    return go_to(request, _url(user))


@page(Permission.USER_CHANGE, methods=("POST",))
def user_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_reactivate(actor=actor_of(request), user_id=pk, version=_version(request))
    messages.success(request, _("The account of %(name)s is open again.") % {"name": user.name})
    return go_to(request, _url(user))


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else 0


def _password_once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The one-time password in the answer itself: it is stored nowhere but as a hash."""
    context = {
        "title": user.name,
        "label": _("One-time password of %(name)s") % {"name": user.name},
        "names": [(_("Sign-in name"), user.username)],
        "secret": password,
        "next": _("It must be changed at the first sign-in. Hand it over in person or by telephone."),
        "back": _url(user),
    }
    response = render(request, "organisation/secret_once.html", context)
    response["Cache-Control"] = "no-store"
    return response
