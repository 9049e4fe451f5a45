"""Users from a spreadsheet: the columns, and how rows are checked, saved and taken back (KAM-11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import SEGMENT, Actor, require, visible
from dakehu.infra.exporting.api import Column, Kind, Table
from dakehu.infra.importing.api import (
    Duplicate,
    Finding,
    ImportColumn,
    ImportSpec,
    Made,
    Outcome,
    parsers,
    register_import,
)
from dakehu.kernel.errors import DomainError
from dakehu.organisation.domain.importing import UserRow
from dakehu.organisation.domain.names import read_name, read_username
from dakehu.organisation.models import OrgUnit, User
from dakehu.organisation.permissions import Permission
from dakehu.organisation.selectors.words import unit_line
from dakehu.organisation.services.userimport import CheckedUser, check_users, user_save, users_take_back

NAME = "users"
COLUMNS = [
    ImportColumn(
        "username", _("Sign-in name"), parsers.checked(parsers.code(40, upper=False), read_username),
        aliases=("账号", "用户名", "登录账号", "工号", "Login", "Username", "Account"), required=True,
        example="wangxm", note=_("Letters and digits, a letter first. A known one changes that account."),
    ),
    ImportColumn(
        "name", pgettext_lazy("person", "Name"), parsers.checked(parsers.name(60), read_name),
        aliases=("人员姓名", "员工姓名", "Full name"), required=True, example="王晓明",
    ),
    ImportColumn(
        "unit", _("Unit"), parsers.text(120),
        aliases=("所属单位", "所属机构", "单位", "机构", "部门", "单位编码", "机构编码", "Unit code"),
        example="太原/迎泽/迎泽一组", blank="",
        note=_("Path such as city/county/team, name, or the code's digits; blank for your own."),
    ),
    ImportColumn(
        "roles", _("Roles"), parsers.text(300), aliases=("角色名称", "岗位角色", "Role"), blank="",
        example="客户经理", note=_("Names with commas between; only roles whose rights you have yourself."),
    ),
    ImportColumn(
        "mobile", _("Mobile"), parsers.code(20, upper=False),
        aliases=("手机", "手机号", "电话", "联系电话", "Telephone"),
        example="13800000001", blank="",
    ),
    ImportColumn(
        "email", _("E-mail"), parsers.email(), aliases=("邮件", "邮箱", "电子邮件", "邮箱地址", "Mail"),
        example="wangxm@kam.example", blank="",
    ),
    ImportColumn(
        "valid_until", _("Valid until"), parsers.day(), aliases=("有效期至", "截止日期", "到期日"),
        example="2027-12-31", note=_("The last day; blank: no end."),
    ),
]  # fmt: skip


def check(actor: Actor, rows: Sequence[UserRow]) -> list[Finding]:
    """Faults with their columns; known sign-in names and numbers as duplicates."""
    return [_finding(checked) for checked in check_users(actor, rows)]


def commit(actor: Actor, rows: Sequence[UserRow], wanted: Sequence[bool]) -> list[Outcome]:
    """Open and change accounts; a row that a rule refuses by now says so beside its cell."""
    checked = check_users(actor, rows)
    return [_saved(actor, row, each, meant) for row, each, meant in zip(rows, checked, wanted, strict=True)]


def undo(actor: Actor, made: Sequence[Made]) -> list[DomainError | None]:
    return users_take_back(actor=actor, versions=[(int(item.object_id), item.version) for item in made])


def export_table(actor: Actor) -> Table:
    """The users of the actor's view in the very columns of the import."""
    require(actor, Permission.USER_VIEW)
    users = visible(User.objects.prefetch_related("roles"), actor, Permission.USER_VIEW)
    return Table(
        noun="user",
        title=_now("Users"),
        columns=[
            Column(str(c.heading), Kind.DATE if c.field == "valid_until" else Kind.TEXT) for c in COLUMNS
        ],
        rows=_rows(users.order_by("org_path", "pinyin", "pk").iterator(chunk_size=500)),
    )


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_import(
        ImportSpec(
            name=NAME,
            noun="user",
            title=_("Users"),
            permission=Permission.USER_CHANGE,
            columns=COLUMNS,
            draft=UserRow,
            check=check,
            commit=commit,
            undo=undo,
            keys=UserRow.keys,
            unique=frozenset({"username"}),
            url=lambda pk: reverse("organisation-user-record", args=[pk]),
            list_url="organisation-user-list",
            max_rows=20_000,
        )
    )


def _finding(checked: CheckedUser) -> Finding:
    known = str(checked.known.pk) if checked.known else ""
    return Finding(checked.faults, [Duplicate(reason, known) for reason in checked.answers])


def _saved(actor: Actor, row: UserRow, checked: CheckedUser, meant: bool) -> Outcome:
    if checked.faults or (checked.answers and not meant):
        return _finding(checked)
    try:
        user = user_save(actor=actor, row=row, checked=checked)
    except DomainError as fault:
        return fault
    return Made(str(user.pk), user.version)


def _rows(users: Iterable[User]) -> Iterable[Sequence[object]]:
    units = {unit.path: unit for unit in OrgUnit.objects.all()}
    for user in users:
        ends = range(2 * SEGMENT, len(user.org_path) + 1, SEGMENT)
        line = [units[user.org_path[:end]] for end in ends if user.org_path[:end] in units]
        unit = unit_line(line) or units[user.org_path].name
        roles = "、".join(role.name for role in user.roles.all())
        yield [user.username, user.name, unit, roles, user.mobile, user.email, user.valid_until]
