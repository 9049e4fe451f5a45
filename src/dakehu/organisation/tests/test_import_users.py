"""Users from a spreadsheet through the real jobs, their first passwords, and accounts that end."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
import xlsxwriter
from django.test import Client
from pytest_django.fixtures import Settings

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.importing.evaluation import decode_duplicates, decode_faults
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.mending import import_choose
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.worker import drain
from dakehu.kernel.clock import day_of
from dakehu.organisation.domain.importing import NobodyWaits, NoMailSet, SheetGone, ValidityOver, role_names
from dakehu.organisation.models import PasswordSheet, Role, User
from dakehu.organisation.selectors.actors import actor_for
from dakehu.organisation.services.firstpasswords import (
    first_password_link,
    links_send,
    sheet_start,
    sheet_take,
    sheets_forget,
)
from dakehu.organisation.services.users import user_reactivate, users_close_lapsed
from dakehu.organisation.testing import PASSWORD, Scenario

pytestmark = pytest.mark.django_db
HEADINGS = ["登录名", "姓名", "单位", "角色", "手机", "邮箱", "有效期至"]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([HEADINGS, *rows]):
            sheet.write_row(number, 0, cells)
    return file.getvalue()


def uploaded(actor: Actor, *rows: Sequence[object]) -> ImportBatch:
    batch = import_upload(actor=actor, spec="users", name="用户.xlsx", chunks=[workbook(rows)])
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def committed(actor: Actor, batch: ImportBatch) -> ImportBatch:
    import_commit(actor=actor, batch_id=batch.pk)
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def undone(actor: Actor, batch: ImportBatch) -> ImportBatch:
    import_undo(actor=actor, batch_id=batch.pk)
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def faults(batch: ImportBatch, number: int) -> set[tuple[str | None, str]]:
    text = ImportRow.objects.get(batch=batch, number=number).faults
    return {(fault.field, fault.code) for fault in decode_faults(text)} if text else set()


@pytest.fixture
def clerk(world: Scenario) -> Actor:
    """Opens accounts in Taiyuan, and has an account manager's rights besides."""
    role = Role.objects.create(
        code="clerk", name="人事员", permissions=["user.view", "user.change", "import.read_others"]
    )
    _ = world.other_team
    user = world.user("account_manager", unit=world.taiyuan, username="clerk")
    user.roles.add(role)
    return actor_for(user)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("客户经理", ["客户经理"]),
        ("客户经理、审计员；客户经理", ["客户经理", "审计员"]),
        (" , ", []),
        ("", []),
    ],
)
def test_names_of_roles_are_told_apart(text: str, names: list[str]) -> None:
    assert role_names(text) == names


@pytest.mark.req("KAM-11")
def test_users_are_opened_with_all_that_their_words_mean(world: Scenario, clerk: Actor) -> None:
    batch = uploaded(
        clerk,
        ["ZhangSan", "张三", "太原/迎泽/迎泽一组", "客户经理", "13800000011", "zs@kam.example", "2030-12-31"],
        ["lisi", "李四", world.other_team.path, "account_manager", "", "", ""],
        ["wangwu", "王五", "", "", "", "", ""],
    )
    assert (batch.good, batch.faulty) == (3, 0)
    assert committed(clerk, batch).committed == 3
    one = User.objects.get(username="zhangsan")
    assert (one.org_unit, one.mobile, str(one.valid_until)) == (world.team, "13800000011", "2030-12-31")
    assert [role.code for role in one.roles.all()] == ["account_manager"]
    assert not one.has_usable_password()
    assert one.must_change_password
    assert User.objects.get(username="lisi").org_unit == world.other_team
    assert User.objects.get(username="wangwu").org_unit == world.taiyuan
    assert AuditEntry.objects.filter(action="user.create").count() == 3
    assert OutboxEvent.objects.filter(topic="import.ended").count() == 1


@pytest.mark.req("KAM-11")
def test_nobody_gives_more_than_they_have(world: Scenario, clerk: Actor) -> None:
    world.user("account_manager", unit=world.datong_team, username="far")
    world.user("administrator", unit=world.team, username="mighty")
    batch = uploaded(
        clerk,
        ["a1", "甲", "平城一组", "", "", "", ""],
        ["a2", "乙", "", "系统管理员", "", "", ""],
        ["a3", "丙", "", "没有的角色", "", "", ""],
        ["far", "丁", "", "", "", "", ""],
        ["mighty", "戊", "", "", "", "", ""],
        ["1x", "己", "", "", "", "bad", "2020-01-01"],
    )
    assert (batch.good, batch.faulty) == (0, 6)
    assert faults(batch, 2) == {("unit", "organisation.unit_unknown")}
    assert faults(batch, 3) == {("roles", "organisation.rights_exceed_yours")}
    assert faults(batch, 4) == {("roles", "organisation.role_unknown")}
    assert faults(batch, 5) == {("username", "organisation.username_taken")}
    assert faults(batch, 6) == {("username", "organisation.rights_exceed_yours")}
    assert {field for field, _code in faults(batch, 7)} >= {"username", "email"}


@pytest.mark.req("KAM-11")
def test_a_known_user_is_changed_where_that_is_meant_and_given_back(world: Scenario, clerk: Actor) -> None:
    known = world.user("account_manager", username="wang", name="王晓明", mobile="13800000001")
    batch = uploaded(
        clerk,
        ["wang", "王小明", "迎泽二组", "", "", "", "2030-01-01"],
        ["neu", "新人", "", "", "13800000001", "", ""],
    )
    rows = {row.number: row for row in ImportRow.objects.filter(batch=batch)}
    assert [d.reason.code for d in decode_duplicates(rows[2].duplicates)] == ["organisation.user_on_file"]
    assert [d.reason.code for d in decode_duplicates(rows[3].duplicates)] == ["organisation.mobile_on_file"]
    import_choose(actor=clerk, batch_id=batch.pk, numbers=[2], wanted=True)
    assert committed(clerk, batch).committed == 1
    known.refresh_from_db()
    assert (known.name, known.org_unit, known.mobile) == ("王小明", world.other_team, "13800000001")
    assert known.check_password(PASSWORD)
    assert undone(clerk, batch).undone == 1
    known.refresh_from_db()
    assert (known.name, known.org_unit, known.valid_until) == ("王晓明", world.team, None)
    assert [role.code for role in known.roles.all()] == ["account_manager"]


@pytest.mark.req("KAM-11")
def test_an_undo_removes_what_nobody_used(world: Scenario, clerk: Actor) -> None:
    batch = uploaded(clerk, *([f"u{n}", f"员工{n}", "", "", "", "", ""] for n in range(3)))
    committed(clerk, batch)
    User.objects.filter(username="u0").update(last_login=now())
    User.objects.filter(username="u1").update(version=2)
    batch = undone(clerk, batch)
    assert (batch.undone, batch.kept) == (1, 2)
    assert not User.objects.filter(username="u2").exists()
    kept = {row.object_id: row.kept_because for row in ImportMade.objects.filter(batch=batch, removed=False)}
    assert "signed_in_since" in kept[str(User.objects.get(username="u0").pk)]


@pytest.mark.req("KAM-11")
def test_first_passwords_are_taken_once_and_kept_nowhere(
    world: Scenario, clerk: Actor, capfd: pytest.CaptureFixture[str]
) -> None:
    committed(clerk, uploaded(clerk, *([f"u{n}", f"员工{n}", "", "", "", "", ""] for n in range(25))))
    sheet = sheet_start(actor=clerk)
    drain("tasks")
    sheet.refresh_from_db()
    assert (sheet.is_ready, sheet.people) == (True, 25)
    assert not sheet_is_for(sheet, world.administrator)
    lines = sheet_take(actor=clerk, sheet_id=sheet.pk)
    first = lines[0]
    assert len({line.password for line in lines}) == 25
    client = Client()
    response = client.post("/accounts/login/", {"login": first.username, "password": first.password})
    assert response.headers["Location"] == "/accounts/password/"
    assert client.get("/").headers["Location"] == "/accounts/password/"
    with pytest.raises(SheetGone):
        sheet_take(actor=clerk, sheet_id=sheet.pk)
    kept = str(list(PasswordSheet.objects.values())) + str(list(Job.objects.values()))
    kept += str(list(AuditEntry.objects.values("changes", "label"))) + "".join(capfd.readouterr())
    assert not [line for line in lines if line.password in kept]
    with pytest.raises(NobodyWaits):
        sheet_start(actor=clerk)


def sheet_is_for(sheet: PasswordSheet, actor: Actor) -> bool:
    try:
        sheet_take(actor=actor, sheet_id=sheet.pk)
    except SheetGone:
        return False
    return True


def test_a_list_that_nobody_took_is_gone_after_a_day(world: Scenario, clerk: Actor) -> None:
    committed(clerk, uploaded(clerk, ["u1", "员工", "", "", "", "", ""]))
    sheet = sheet_start(actor=clerk)
    drain("tasks")
    PasswordSheet.objects.update(made_at=now() - timedelta(days=2))
    sheets_forget()
    assert PasswordSheet.objects.get(pk=sheet.pk).sealed == ""
    with pytest.raises(SheetGone):
        sheet_take(actor=clerk, sheet_id=sheet.pk)


@pytest.mark.req("KAM-11")
def test_a_mailed_link_sets_the_password_once(world: Scenario, clerk: Actor, settings: Settings) -> None:
    committed(clerk, uploaded(clerk, ["u1", "员工", "", "", "", "u1@kam.example", ""]))
    settings.EMAIL_HOST = ""
    with pytest.raises(NoMailSet):
        links_send(actor=clerk)
    settings.EMAIL_HOST, settings.PAGES_URL = "mail.example", "http://testserver"
    assert links_send(actor=clerk) == 1
    user = User.objects.get(username="u1")
    assert OutboxEvent.objects.get(topic="user.invited").payload == {}
    path = first_password_link(user).removeprefix("http://testserver")
    client = Client()
    shown = client.get(path, follow=True)
    form = shown.request["PATH_INFO"]
    assert "set-password" in form
    chosen = {"new_password1": "kaolin-river-77", "new_password2": "kaolin-river-77"}
    assert client.post(form, chosen).headers["Location"] == "/accounts/login/"
    user.refresh_from_db()
    assert user.check_password("kaolin-river-77")
    assert not user.must_change_password
    again = Client().get(path, follow=True).content.decode()
    assert "new_password1" not in again
    login = Client().post("/accounts/login/", {"login": "u1", "password": "kaolin-river-77"})
    assert login.headers["Location"] == "/"


@pytest.mark.req("KAM-11")
def test_an_account_ends_with_its_last_day(world: Scenario) -> None:
    user = world.user("account_manager", username="temp")
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(valid_until=day_of(now()))
    assert users_close_lapsed() == 0
    assert (
        Client().post("/accounts/login/", {"login": "temp", "password": PASSWORD}).headers["Location"] == "/"
    )
    User.objects.filter(pk=user.pk).update(valid_until=day_of(now()) - timedelta(days=1))
    user.refresh_from_db()
    assert not actor_for(user).permissions
    assert (
        "inactive"
        in Client().post("/accounts/login/", {"login": "temp", "password": PASSWORD}).headers["Location"]
    )
    assert users_close_lapsed() == 1
    user.refresh_from_db()
    assert not user.is_active
    with pytest.raises(ValidityOver):
        user_reactivate(actor=world.administrator, user_id=user.pk, version=user.version)


@pytest.mark.req("KAM-11")
def test_an_export_can_be_imported_again(world: Scenario, clerk: Actor) -> None:
    committed(
        clerk,
        uploaded(
            clerk, ["u1", "员工一", "迎泽一组", "客户经理", "13800000021", "u1@kam.example", "2030-01-01"]
        ),
    )
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    content = b"".join(client.get("/system/users/export/").streaming_content)  # type: ignore[attr-defined]
    batch = import_upload(actor=clerk, spec="users", name="再导.xlsx", chunks=[content])
    drain("tasks")
    row = next(row for row in ImportRow.objects.filter(batch=batch) if "员工一" in row.cells)
    assert not row.faults
    assert re.search("user_on_file", row.duplicates)


def test_pages_of_first_passwords(world: Scenario, clerk: Actor) -> None:
    committed(clerk, uploaded(clerk, ["u1", "员工一", "", "", "", "", ""]))
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    assert "员工一" in client.get("/system/users/passwords/").content.decode()
    client.post("/system/users/passwords/new/")
    drain("tasks")
    sheet = PasswordSheet.objects.get()
    response = client.post(f"/system/users/passwords/{sheet.pk}/", {"form": "page"})
    assert response.headers["Cache-Control"] == "no-store"
    assert "u1" in response.content.decode()
