"""What this app hangs into the frame: navigation, words of its nouns, tiles, search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor, visible
from dakehu.infra.backups.api import Permission as BackupPermission
from dakehu.infra.parameters.api import Permission as ParameterPermission
from dakehu.infra.ui.api import (
    Chapter,
    Hit,
    NavItem,
    SearchSource,
    Words,
    register_nav,
    register_search,
    register_tile,
    register_words,
)
from dakehu.infra.workdays.api import Permission as CalendarPermission
from dakehu.organisation.permissions import Permission

_NAV = (
    NavItem(Chapter.SYSTEM, _("Organisation"), "organisation-unit-list", Permission.UNIT_VIEW, "sitemap", 10),
    NavItem(Chapter.SYSTEM, _("Users"), "organisation-user-list", Permission.USER_VIEW, "users", 20),
    NavItem(
        Chapter.SYSTEM, _("Roles and rights"), "organisation-role-list", Permission.ROLE_VIEW, "shield", 30
    ),
    NavItem(Chapter.SYSTEM, _("Posts"), "organisation-post-list", Permission.POST_VIEW, "id-badge", 40),
    NavItem(
        Chapter.SYSTEM,
        _("Dictionaries"),
        "organisation-dictionary-list",
        Permission.DICTIONARY_VIEW,
        "vocabulary",
        50,
    ),
    NavItem(
        Chapter.SYSTEM,
        _("Working calendar"),
        "organisation-calendar-list",
        CalendarPermission.HOLIDAY_VIEW,
        "calendar",
        60,
    ),
    NavItem(
        Chapter.SYSTEM, _("Audit trail"), "organisation-audit-list", Permission.AUDIT_VIEW, "history", 70
    ),
    NavItem(
        Chapter.SYSTEM,
        _("Parked deliveries"),
        "organisation-outbox-list",
        Permission.OUTBOX_VIEW,
        "inbox",
        80,
    ),
    NavItem(
        Chapter.SYSTEM,
        _("Parameters"),
        "organisation-parameter-list",
        ParameterPermission.PARAMETER_VIEW,
        "adjustments",
        65,
    ),
    NavItem(
        Chapter.SYSTEM,
        _("Backups"),
        "organisation-backup-list",
        BackupPermission.BACKUP_VIEW,
        "database-export",
        85,
    ),
    NavItem(
        Chapter.SYSTEM,
        _("Single sign-on"),
        "organisation-sign-on-record",
        Permission.SIGN_ON_VIEW,
        "login-2",
        88,
    ),
    NavItem(Chapter.SYSTEM, _("API clients"), "organisation-client-list", Permission.CLIENT_VIEW, "api", 90),
)


def register() -> None:
    from dakehu.organisation.web.tiles import TILES

    register_nav(*_NAV)
    register_tile(*TILES)
    register_words(*_words())
    register_search(
        SearchSource(
            name="users",
            label=_("Users"),
            find=_find_users,
            permission=Permission.USER_VIEW,
            icon="user",
            order=80,
            label_of=_user_label,
            more=lambda text: f"{reverse('organisation-user-list')}?{urlencode({'q': text})}",
        ),
        SearchSource(
            name="units",
            label=_("Units"),
            find=_find_units,
            permission=Permission.UNIT_VIEW,
            icon="sitemap",
            order=85,
        ),
    )


def _find_users(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    from dakehu.organisation.selectors.users import users_all, users_matching

    found = users_matching(visible(users_all(), actor, Permission.USER_VIEW).filter(is_active=True), text)
    return [
        Hit(str(user.pk), user.name, reverse("organisation-user-record", args=[user.pk]), str(user.org_unit))
        for user in found[:limit]
    ]


def _find_units(actor: Actor, text: str, limit: int) -> Sequence[Hit]:
    from dakehu.organisation.models import OrgUnit

    units = visible(OrgUnit.objects.filter(name__contains=text), actor, Permission.UNIT_VIEW)
    return [
        Hit(
            str(unit.pk),
            unit.name,
            reverse("organisation-unit-change", args=[unit.pk]),
            unit.parent.name if unit.parent else "",
        )
        for unit in units.select_related("parent").order_by("path")[:limit]
    ]


def _user_label(actor: Actor, object_id: str) -> str:
    from dakehu.organisation.models import User

    users = visible(User.objects.all(), actor, Permission.USER_VIEW)
    user = users.filter(pk=object_id).first() if object_id.isdecimal() else None
    return user.name if user else ""


def _named(model_name: str) -> Callable[[Any], str]:
    """Turns a stored id into the row's name."""

    def shown(value: Any) -> str:
        from dakehu.organisation import models

        row = getattr(models, model_name).objects.filter(pk=value).first()
        return str(row) if row else str(value)

    return shown


def _way(value: Any) -> str:
    from dakehu.organisation.models import WAYS

    return str(dict(WAYS).get(value, value))


def _roles(codes: Any) -> str:
    from dakehu.organisation.models import Role

    names = {role.code: str(role) for role in Role.objects.all()}
    return "、".join(names.get(code, code) for code in codes)


def _rights(permissions: Any) -> str:
    from dakehu.infra.access.api import all_permissions

    labels = all_permissions()
    return "、".join(str(labels.get(each, each)) for each in permissions)


def _words() -> list[Words]:
    unit, role = _named("OrgUnit"), _named("Role")
    return [
        Words(
            "unit",
            _("Unit"),
            {
                "name": _("Name"),
                "short_name": _("Short name"),
                "area_code": _("Area code"),
                "is_open": pgettext_lazy("unit", "Open"),
                "parent_id": _("Below"),
                "path": _("Path"),
            },
            {
                "unit.create": pgettext_lazy("unit", "Opened"),
                "unit.rename": _("Renamed"),
                "unit.move": _("Moved"),
                "unit.close": pgettext_lazy("unit", "Closed"),
                "unit.reopen": pgettext_lazy("unit", "Opened again"),
            },
            {"parent_id": unit},
            url=lambda _id: reverse("organisation-unit-list"),
        ),
        Words(
            "user",
            _("User"),
            {
                "username": _("Sign-in name"),
                "name": pgettext_lazy("person", "Name"),
                "email": _("E-mail"),
                "mobile": _("Mobile"),
                "valid_until": _("Valid until"),
                "org_unit_id": _("Unit"),
                "scope_unit_id": _("Sees"),
                "post_id": _("Post"),
                "roles": _("Roles"),
                "is_active": pgettext_lazy("account", "Active"),
                "password": _("Password"),
                "address": _("Address"),
                "way": _("By"),
                "signs_in_by": _("Signs in by"),
                "bound": _("Bound to"),
            },
            {
                "user.deactivate": _("Account closed"),
                "user.reactivate": _("Account opened again"),
                "user.take_back": _("Import taken back"),
                "user.first_password": _("First password given"),
                "user.invite": _("First password by mail"),
                "user.reset_password": _("Password reset"),
                "user.password_change": _("Own password changed"),
                "user.see_as": _("Pages seen as this user"),
                "user.see_as_end": _("End of seeing pages as this user"),
                "user.sign_in": _("Signed in"),
                "user.sign_out": _("Signed out"),
                "user.sign_in_failed": _("Sign-in failed"),
                "user.bind": _("Bound to a person of the provider or directory"),
                "user.unbind": _("Binding undone"),
                "user.gone": _("Locked: gone from the directory"),
            },
            {
                "way": _way,
                "signs_in_by": _way,
                "org_unit_id": unit,
                "scope_unit_id": unit,
                "post_id": _named("Post"),
                "roles": _roles,
            },
            url=lambda object_id: reverse("organisation-user-record", args=[object_id]),
        ),
        Words(
            "role",
            _("Role"),
            {"code": _("Code"), "name": _("Name"), "name_en": _("English name"), "permissions": _("Rights")},
            {"role.rename": _("Renamed"), "role.grant": _("Rights changed")},
            {"permissions": _rights},
            url=lambda _id: reverse("organisation-role-list"),
        ),
        Words(
            "post",
            _("Post"),
            {"code": _("Code"), "name": _("Name"), "name_en": _("English name"), "is_active": _("In use")},
            url=lambda _id: reverse("organisation-post-list"),
        ),
        Words(
            "dictionary",
            _("Dictionary"),
            {
                "code": _("Code"),
                "label": _("Label"),
                "label_en": _("English label"),
                "order": _("Place in the list"),
                "is_active": _("In use"),
            },
            {"dictionary.entry_create": _("Entry added"), "dictionary.entry_change": _("Entry changed")},
            url=lambda _id: reverse("organisation-dictionary-list"),
        ),
        Words(
            "calendar",
            _("Working calendar"),
            {"holidays": _("Holidays"), "workdays": _("Made-up working days")},
            {"calendar.year_set": _("Year read from its notice")},
            {"holidays": _days, "workdays": _days},
            url=lambda object_id: reverse("organisation-calendar-year", args=[object_id]),
        ),
        Words(
            "client",
            _("API client"),
            {
                "name": _("Name"),
                "client_id": _("Client id"),
                "role_id": _("Role"),
                "org_unit_id": _("Sees"),
                "is_active": pgettext_lazy("account", "Active"),
                "secret": _("Secret"),
            },
            {"client.renew_secret": _("Secret renewed"), "client.revoke": _("Revoked")},
            {"role_id": role, "org_unit_id": unit},
            url=lambda object_id: reverse("organisation-client-record", args=[object_id]),
        ),
        Words(
            "delivery",
            _("Parked delivery"),
            {"state": _("State")},
            {"delivery.send_again": _("Sent again")},
        ),
        Words(
            "parameter",
            _("Parameter"),
            {"value": _("Value"), "effective_from": _("Holds from"), "reason": _("Reason")},
            {"parameter.set": _("Value set"), "parameter.withdraw": _("Value taken back")},
            url=lambda name: reverse("organisation-parameter-record", args=[name]),
        ),
        Words(
            "backup",
            _("Backup"),
            {
                "size": _("Size, bytes"),
                "files": _("Files"),
                "proof": _("Proof"),
                "made_at": _("Made"),
                "writes": _("Writes replaced"),
            },
            {"backup.make": _("Made"), "backup.restore": _("Restored")},
            url=lambda _name: reverse("organisation-backup-list"),
        ),
        Words("passwordsheet", _("List of one-time passwords")),
        Words(
            "sign_on",
            _("Single sign-on"),
            {
                "reason": _("Reason"),
                "known": _("People here"),
                "answered": _("People in the directory"),
                "gone": _("Missing"),
                "percent": _("Allowed, %"),
            },
            {
                "sign_on.refuse": _("Turned away"),
                "sign_on.compare_refused": _("Too many missing, nobody locked"),
            },
            url=lambda _way: reverse("organisation-sign-on-record"),
        ),
        Words("audit", _("Audit trail")),
        Words("holiday", _("Working calendar")),
        Words("outbox", _("Parked deliveries")),
        Words("job", _("Background job")),
        Words("view", _("View of a list")),
    ]


def _days(value: Any) -> str:
    """Dates with their festivals: "10-01 国庆节、…"."""
    return (
        "、".join(f"{day[5:]} {name}" for day, name in value.items())
        if isinstance(value, dict)
        else str(value)
    )
