"""What the system pages show and do, by way of the browser's requests."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import Delivery, OutboxEvent
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.infra.workdays.api import working_calendar
from dakehu.organisation.models import DictionaryEntry, OrgUnit, Role, User
from dakehu.organisation.testing import Scenario, unit_under


@pytest.fixture
def admin(world: Scenario) -> Client:
    client = Client()
    client.force_login(world.administrator_user)
    return client


def _text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode())


def _said(client: Client, path: str) -> str:
    """The page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _text(client, path)))


@pytest.mark.req("KAM-11")
def test_the_tree_shows_who_works_below_each_unit(world: Scenario, admin: Client) -> None:
    _ = world.manager_user, world.neighbour_user, world.other_team
    said = _said(admin, "/system/units/")
    assert "太原市分公司 地市 0351 1 人" in said
    assert "迎泽二组 班组 0 人" in said
    city = Client()
    city.force_login(world.user("centre_director", unit=world.taiyuan))
    said = _said(city, "/system/units/")
    assert "太原市分公司" in said
    assert "大同" not in said


def test_a_unit_is_opened_and_closed_from_the_page(world: Scenario, admin: Client) -> None:
    response = admin.post(f"/system/units/{world.county.pk}/new/", {"name": "三组"})
    unit = OrgUnit.objects.get(name="三组")
    assert response["Location"] == f"/system/units/#unit-{unit.pk}"
    admin.post(f"/system/units/{unit.pk}/state/", {"version": 1})
    assert "三组 班组 停用" in _said(admin, "/system/units/")
    admin.post(f"/system/units/{unit.pk}/state/", {"version": 2, "act": "reopen"})
    assert OrgUnit.objects.get(pk=unit.pk).is_open


def test_a_fault_comes_back_beside_its_field_with_what_was_typed(world: Scenario, admin: Client) -> None:
    response = admin.post(
        f"/system/units/{world.county.pk}/new/", {"name": world.team.name, "area_code": "0351"}
    )
    assert response.status_code == 422
    text = unescape(response.content.decode())
    assert "此处已有名为“迎泽一组”的机构" in text
    assert 'value="0351"' in text


def test_two_tabs_saving_the_same_unit(world: Scenario, admin: Client) -> None:
    address = f"/system/units/{world.team.pk}/"
    admin.post(address, {"name": "甲组", "version": 1})
    second = admin.post(address, {"name": "乙组", "version": 1})
    assert second.status_code == 409
    text = unescape(second.content.decode())
    assert "甲组" in text  # what the first tab saved
    assert 'value="乙组"' in text  # what the second typed
    assert admin.post(address, {"name": "乙组", "version": 2}).status_code == 302


def test_the_one_time_password_is_in_the_answer_and_nowhere_else(world: Scenario, admin: Client) -> None:
    form = {"username": "zhaoliu", "name": "赵六", "org_unit": world.team.pk}
    response = admin.post("/system/users/new/", form)
    shown = re.search(r'<code id="secret">([^<]+)</code>', response.content.decode())
    assert shown is not None
    assert response["Cache-Control"] == "no-store"
    user = User.objects.get(username="zhaoliu")
    assert user.check_password(shown[1])
    assert shown[1] not in str(list(AuditEntry.objects.values())) + str(dict(admin.session))


@pytest.mark.parametrize("text", ["zgq", "zeng", "曾", "zengg", "1390"])
def test_people_are_found_by_name_pinyin_initials_and_mobile(
    world: Scenario, admin: Client, text: str
) -> None:
    world.user(name="曾国强", username="zengguoqiang", mobile="13900000001")
    world.user(name="王小明")
    found = _said(admin, f"/system/users/?q={text}")
    assert "曾国强" in found
    assert "王小明" not in found


def test_the_list_stays_in_the_city(world: Scenario) -> None:
    _ = world.neighbour_user
    client = Client()
    client.force_login(world.user("team_leader", name="组长"))
    said = _said(client, "/system/users/")
    assert "组长" in said
    assert world.neighbour_user.name not in said
    assert client.get(f"/system/users/{world.neighbour_user.pk}/").status_code == 404


def _matrix(admin: Client) -> dict[str, list[str]]:
    """What the browser would send: the boxes that are checked and not disabled, and the versions."""
    text = _text(admin, "/system/roles/")
    boxes = re.findall(r'<input type="checkbox"[^>]*name="grant" value="([^"]+)"[^>]*>', text)
    tags = re.findall(r'<input type="checkbox"[^>]*name="grant"[^>]*>', text)
    checked = [b for b, tag in zip(boxes, tags, strict=True) if " checked" in tag and " disabled" not in tag]
    versions = dict(re.findall(r'name="(version:\d+)" value="(\d+)"', text))
    return {"grant": checked, **{name: [version] for name, version in versions.items()}}


@pytest.mark.req("KAM-11")
def test_the_matrix_saves_what_was_changed_and_nothing_else(world: Scenario, admin: Client) -> None:
    form = _matrix(admin)
    before = {role.code: role.permissions for role in Role.objects.all()}
    admin.post("/system/roles/", form)
    assert {role.code: role.permissions for role in Role.objects.all()} == before
    assert not AuditEntry.objects.filter(action="role.grant").exists()

    auditor = Role.objects.get(code="auditor")
    form["grant"].remove(f"{auditor.pk}:audit.view")
    form["grant"].append(f"{auditor.pk}:user.change")
    admin.post("/system/roles/", form)
    auditor.refresh_from_db()
    assert "audit.view" not in auditor.permissions
    assert "user.change" in auditor.permissions
    assert AuditEntry.objects.filter(action="role.grant").count() == 1
    assert admin.post("/system/roles/", form).status_code == 302  # nothing differs any more


def test_a_stale_matrix_is_refused_whole(world: Scenario, admin: Client) -> None:
    form = _matrix(admin)
    auditor = Role.objects.get(code="auditor")
    Role.objects.filter(pk=auditor.pk).update(version=auditor.version + 1)
    form["grant"].remove(f"{auditor.pk}:audit.view")
    assert admin.post("/system/roles/", form).status_code == 409
    assert "audit.view" in Role.objects.get(pk=auditor.pk).permissions


def test_a_lost_right_is_gone_at_the_next_request(world: Scenario, admin: Client) -> None:
    client = Client()
    client.force_login(world.auditor_user)
    assert client.get("/system/audit/").status_code == 200
    form = _matrix(admin)
    form["grant"].remove(f"{Role.objects.get(code='auditor').pk}:audit.view")
    admin.post("/system/roles/", form)
    assert client.get("/system/audit/").status_code == 403


def test_a_dictionary_is_kept_from_its_page(world: Scenario, admin: Client) -> None:
    admin.post("/system/dictionaries/trade/new/", {"code": "sport", "label": "体育", "is_active": "on"})
    entry = DictionaryEntry.objects.get(code="sport")
    assert (entry.label, entry.order, entry.is_active) == ("体育", 15, True)
    form = {"label": "体育健身", "order": 1, "version": 1}
    admin.post(f"/system/dictionaries/entries/{entry.pk}/", form)
    entry.refresh_from_db()
    assert (entry.label, entry.order, entry.is_active) == ("体育健身", 1, False)
    assert "体育健身" in _said(admin, "/system/dictionaries/trade/")


NOTICE = "一、元旦：1月1日（周三）放假1天。\n二、春节：1月22日至28日放假调休，共7天。1月19日（周日）上班。"


def test_a_notice_is_looked_at_before_it_is_saved(world: Scenario, admin: Client) -> None:
    address = "/system/calendar/2031/notice/"
    preview = admin.post(address, {"text": NOTICE, "step": "preview", "version": 0})
    assert preview.status_code == 200
    text = preview.content.decode()
    assert text.count("org-day-holiday") == 8
    assert text.count("org-day-made-up") == 1
    assert working_calendar().is_working_day(date(2031, 1, 22))  # nothing saved yet

    saved = admin.post(address, {"text": NOTICE, "step": "save", "version": 0})
    assert saved["Location"] == "/system/calendar/2031/"
    assert not working_calendar().is_working_day(date(2031, 1, 22))
    assert admin.post(address, {"text": NOTICE, "step": "save", "version": 0}).status_code == 409


def test_a_notice_that_is_none_is_refused_with_its_line(world: Scenario, admin: Client) -> None:
    faulty = "一、元旦：1月1日（周日）放假1天。"
    response = admin.post("/system/calendar/2031/notice/", {"text": faulty, "step": "save"})
    assert response.status_code == 422
    assert "与所注星期不符" in response.content.decode()


def test_the_year_is_a_picture(world: Scenario, admin: Client) -> None:
    text = _text(admin, "/system/calendar/2026/")
    assert text.count("org-day-holiday") == 33
    assert text.count("org-day-made-up") == 6
    assert "2026 年共 248 个工作日" in text
    assert "尚未录入" in _text(admin, "/system/calendar/2040/")


def _written(world: Scenario) -> AuditEntry:
    actor = Actor(1, "王晓明", org_path=world.team.path)
    with transaction.atomic():
        change = Change("user", 77, "赵六", {"name": "赵五"}, {"name": "赵六"}, world.team.path)
        record(actor, "user.change", change)
    return AuditEntry.objects.latest("id")


@pytest.mark.req("KAM-11")
def test_the_trail_is_searched_and_shows_old_and_new(world: Scenario, admin: Client) -> None:
    entry = _written(world)
    said = _said(admin, f"/system/audit/{entry.pk}/")
    assert "姓名 赵五 赵六" in said
    here = f"correlation={entry.correlation_id}"
    for query in ("q=赵六", "who=王晓明", "noun=user", "object=77", "action=user.", here):
        assert "赵五 → 赵六" in _said(admin, f"/system/audit/?{query}"), query
    for query in ("q=钱七", "who=李", "noun=role", "object=78", "action=role.", "correlation=x"):
        assert "赵五 → 赵六" not in _said(admin, f"/system/audit/?{query}"), query
    day = timezone.localdate().isoformat()
    assert "赵五 → 赵六" in _said(admin, f"/system/audit/?at_min={day}&at_max={day}")


def test_the_trail_of_another_city_is_not_there(world: Scenario) -> None:
    entry = _written(world)
    client = Client()
    client.force_login(world.user("centre_director", unit=world.datong))
    assert "赵六" not in _said(client, "/system/audit/")
    assert client.get(f"/system/audit/{entry.pk}/").status_code == 404


def test_a_parked_delivery_is_sent_again(world: Scenario, admin: Client) -> None:
    event = OutboxEvent.objects.create(
        topic="order.completed", key="5", correlation_id="x", at=timezone.now()
    )
    delivery = Delivery.objects.create(
        event=event,
        consumer="no.consumer",
        state=Delivery.State.PARKED,
        attempts=12,
        due_at=timezone.now(),
        error="ValueError: 账务系统没有回答",
    )
    assert "账务系统没有回答" in _said(admin, "/system/outbox/")
    admin.post("/system/outbox/?_bulk=again", {"pk": delivery.pk, "_step": "run"})
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("due", 0)
    assert AuditEntry.objects.get(action="delivery.send_again").label == "order.completed → no.consumer"
    assert admin.post(f"/system/outbox/{delivery.pk}/again/").status_code == 404  # not parked any more


def test_the_workbench_tells_an_administrator_what_to_do_first(world: Scenario) -> None:
    client = Client()
    client.force_login(world.user("administrator", unit=world.province))
    said = _said(client, "/workbench/tiles/organisation.notices/")
    assert "设立地市、县区和班组" in said
    assert "为人员开设账号" in said
    _ = world.manager_user
    said = _said(client, "/workbench/tiles/organisation.notices/")
    assert "设立地市" not in said


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/system/units/", 5),
        ("/system/users/", 11),
        ("/system/roles/", 5),
        ("/system/dictionaries/", 7),
        ("/system/audit/", 7),
        ("/system/sign-on/", 5),
        ("/accounts/profile/", 6),
    ],
)
def test_pages_cost_the_same_however_much_there_is(world: Scenario, path: str, queries: int) -> None:
    client = Client()
    client.force_login(world.administrator_user)
    for number in range(30):
        world.user("account_manager", unit=unit_under(world.county, f"第{number}组"))
        _written(world)
    assert_page_queries(client, path, queries)


@pytest.mark.req("KAM-11")
def test_each_group_of_parameters_stands_once(world: Scenario) -> None:
    client = Client()
    client.force_login(world.administrator_user)
    page = client.get("/system/parameters/")
    groups = [group for group, _rows in page.context["groups"]]
    assert len(groups) == len(set(groups)) > 2
    assert all(rows for _group, rows in page.context["groups"])
