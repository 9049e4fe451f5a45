"""Pages of VPNs: what they show, what they refuse and how."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.centrex.testing import GroupScenario
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.services.vpns import closed_group_create, vpn_create
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.enterprise_vpn.web.registrations import find_vpns
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.registry import words_of
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.numbers import CallClass
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> VpnScenario:
    return VpnScenario(world)


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    """A provisioning engineer's browser, of the whole province."""
    client.force_login(world.user("provisioning_engineer", unit=world.province))
    return client


def shown(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.req("VPN-01", "VPN-04", "VPN-09")
def test_a_vpn_is_made_and_changed_by_form(desk: Client, scene: VpnScenario) -> None:
    line = scene.line(scene.taiyuan[1])
    form = {
        "customer": scene.customer.pk,
        "name": "晋源全省专网",
        "short_length": "５",
        "exit_prefix": "9",
        "attendant": "60000",
        "attendant_limit": "4",
        "main_number": "0351-8880001",
    }
    url = reverse("vpns-vpn-create")
    wrong = desk.post(url, {**form, "attendant": "91000", "short_length": "9"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"attendant", "short_length"}
    assert desk.post(url, form).status_code == 302
    vpn = EnterpriseVpn.objects.get()
    assert vpn.main_number == line.public_number_id
    change = reverse("vpns-vpn-change", args=[vpn.pk])
    changed = {**form, "version": "1", "shows_main_number": "on", "exit_prefix": ""}
    assert desk.post(change, changed).status_code == 302
    assert desk.post(change, changed).status_code == 409
    page = shown(desk, reverse("vpns-vpn-record", args=[vpn.pk]), tab="plan")
    for text in ("晋源全省专网", "60000", line.public_number_id, "总机号码", "修改了专网"):
        assert text in page


@pytest.mark.req("VPN-01", "VPN-02", "VPN-08", "VPN-15")
def test_lines_are_pasted_and_every_fault_names_its_line(desk: Client, scene: VpnScenario) -> None:
    numbers = [scene.taiyuan[1], scene.datong[1], scene.datong[2]]
    for number in numbers:
        scene.line(number)
    closed = closed_group_create(actor=SYSTEM, vpn_id=scene.vpn.pk, name="财务闭合群")
    url = reverse("vpns-member-create", args=[scene.vpn.pk])
    pasted = f"{numbers[0]}\t61001\n\n０３５２-8880001，61001\n12\n0352 2229999"
    response = desk.post(url, {"lines": pasted})
    assert response.status_code == 422
    assert "第 4 行" in str(response.context["form"].errors["lines"])
    told = str(desk.post(url, {"lines": pasted.replace("\n12", "")}).context["form"].errors["lines"])
    assert "第 3 行：短号码 61001 已被占用" in told
    assert "第 4 行" in told
    assert not MemberRow.objects.exists()
    good = f"{numbers[0]}\t61001\n{numbers[1]} 62001\n{numbers[2]}"
    data = {"lines": good, "barred": ["national", "international"], "closed_group": closed.pk}
    assert desk.post(url, data).status_code == 302
    assert sorted(MemberRow.objects.values_list("short_number", flat=True)) == ["61001", "62001", "80002"]
    assert set(MemberRow.objects.values_list("closed_group", flat=True)) == {closed.pk}
    members = shown(desk, reverse("vpns-member-list", args=[scene.vpn.pk]))
    for text in (numbers[1], "国内长途、国际及港澳台", "财务闭合群", "单机"):
        assert text in members
    assert "62001" not in shown(desk, reverse("vpns-member-list", args=[scene.vpn.pk]), q="61001")
    assert "财务闭合群" in shown(desk, reverse("vpns-vpn-record", args=[scene.vpn.pk]), tab="closed")


@pytest.mark.req("VPN-01")
def test_a_group_joins_and_members_are_taken_out_in_numbers(desk: Client, world: Scenario) -> None:
    group = GroupScenario(world)
    for index in (1, 2):
        group.member(index)
    plan = VpnScenario(world).plan()
    vpn = vpn_create(actor=SYSTEM, customer_id=group.customer.pk, plan=plan)
    join = reverse("vpns-group-join", args=[vpn.pk])
    assert group.group.name in shown(desk, join)
    assert desk.post(join, {"group": group.group.pk, "lead": "61"}).status_code == 302
    rows = list(MemberRow.objects.order_by("short_number"))
    assert [row.short_number for row in rows] == ["61001", "61002"]
    url = f"{reverse('vpns-member-list', args=[vpn.pk])}?_bulk=take-out"
    ask = desk.post(url, {"pk": [row.pk for row in rows]}, headers={"HX-Request": "true"})
    assert "2" in ask.content.decode()
    done = desk.post(url, {"pk": [row.pk for row in rows], "_step": "run"}, headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert not MemberRow.objects.exists()


@pytest.mark.req("VPN-08", "VPN-10", "VPN-11")
def test_a_member_becomes_an_attendant_and_logs_in(desk: Client, scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    url = reverse("vpns-member-change", args=[member.pk])
    form = {"version": "1", "short_number": "61001", "barred": ["special"], "attendant": "in_group"}
    response = desk.post(url, form)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"attendant"}
    assert desk.post(url, {**form, "attendant": "out_group"}).status_code == 302
    assert desk.post(reverse("vpns-attendant-login", args=[member.pk]), {"logged_in": "1"}).status_code == 302
    member.refresh_from_db()
    assert (member.is_logged_in, member.value().barred) == (True, frozenset({CallClass.SPECIAL}))
    record = reverse("vpns-vpn-record", args=[scene.vpn.pk])
    page = shown(desk, record, tab="attendants")
    assert "群外话务员" in page
    assert "已登录" in page
    assert "话务员" in shown(desk, reverse("vpns-line-panel", args=[member.line_id]))
    assert scene.vpn.name in shown(desk, reverse("vpns-customer-panel", args=[scene.customer.pk]))
    assert desk.post(reverse("vpns-vpn-remove", args=[scene.vpn.pk])).status_code == 422
    assert desk.post(reverse("vpns-member-remove", args=[member.pk])).status_code == 302
    assert desk.post(reverse("vpns-vpn-remove", args=[scene.vpn.pk])).status_code == 302


def test_vpns_are_found_by_name_and_customer(desk: Client, scene: VpnScenario) -> None:
    _ = scene.vpn
    for text in ("晋源全省", "机械", "晋源 全省专网"):
        assert "晋源全省专网" in shown(desk, reverse("vpns-vpn-list"), q=text)
    assert [hit.label for hit in find_vpns(scene.world.manager, "全省", 5)] == ["晋源全省专网"]
    assert find_vpns(scene.world.neighbour, "全省", 5) == []


def test_pages_cost_a_fixed_number_of_queries(desk: Client, scene: VpnScenario) -> None:
    for at in range(1, 6):
        scene.member(scene.taiyuan[at], f"610{at:02d}")
    record = reverse("vpns-vpn-record", args=[scene.vpn.pk])
    assert_page_queries(desk, record, 8)
    assert_page_queries(desk, f"{record}?tab=closed", 8)
    assert_page_queries(desk, reverse("vpns-member-list", args=[scene.vpn.pk]), 7)
    assert_page_queries(desk, reverse("vpns-vpn-list"), 6)


def test_who_may_not_change_is_offered_no_change(client: Client, scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    client.force_login(scene.world.manager_user)
    record = shown(client, reverse("vpns-vpn-record", args=[scene.vpn.pk]))
    assert reverse("vpns-member-create", args=[scene.vpn.pk]) not in record
    members = shown(client, reverse("vpns-member-list", args=[scene.vpn.pk]))
    assert reverse("vpns-member-change", args=[member.pk]) not in members
    assert reverse("vpns-vpn-create") not in shown(client, reverse("vpns-vpn-list"))


def test_every_action_has_its_words() -> None:
    assert {"vpn.create", "vpn.add_member", "vpn.login_attendant"} <= set(words_of("vpn").actions)
