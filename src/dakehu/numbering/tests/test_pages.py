"""Pages of exchanges, numbers and lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.numbering.domain.services import Services, ServicesChange
from dakehu.numbering.models import Exchange, Line, LineServices, PublicNumber, SipAccount
from dakehu.numbering.selectors.lines import line_get, services_of
from dakehu.numbering.services.numbers import number_block
from dakehu.numbering.services.supplementary import Reported, line_services_report, line_services_set
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.numbering.web.registrations import find_lines
from dakehu.organisation.api import User
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(world: Scenario) -> Exchange:
    return an_exchange(world.taiyuan, "TY01", name="府西街局")


@pytest.fixture
def numbers(exchange: Exchange) -> list[str]:
    return a_block(exchange)


@pytest.fixture
def line(world: Scenario, numbers: list[str]) -> Line:
    return a_line(a_customer(world, name="太原晋源机械有限公司"), numbers[1])


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    """A provisioning engineer's browser."""
    client.force_login(world.user("provisioning_engineer"))
    return client


def shown(client: Client, url: str, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_an_exchange_and_its_first_block_by_form(client: Client, world: Scenario) -> None:
    client.force_login(world.administrator_user)
    form = {
        "name": "府西街局",
        "code": "ty01",
        "kind": "S1240",
        "city": world.taiyuan.pk,
        "area_code": "０３５１",
    }
    assert client.post(reverse("numbering-exchange-create"), form).status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.code, exchange.area_code) == ("TY01", "0351")
    again = client.post(reverse("numbering-exchange-create"), form)
    assert again.status_code == 422
    assert "已被其他交换局使用" in again.content.decode()
    block = reverse("numbering-block-create", args=[exchange.pk])
    assert client.post(block, {"first": "8880000", "last": "8880009"}).status_code == 302
    assert PublicNumber.objects.count() == 10
    refused = client.post(block, {"first": "8880005", "last": "8880004"})
    assert refused.status_code == 422
    assert "不是有效号段" in refused.content.decode()


def test_an_exchanges_page(desk: Client, exchange: Exchange, numbers: list[str]) -> None:
    number_block(actor=SYSTEM, number=numbers[5])
    url = reverse("numbering-exchange-record", args=[exchange.pk])
    page = shown(desk, url)
    for text in ("府西街局", "S1240", "空闲", "99"):
        assert text in page
    assert numbers[0] in shown(desk, url, tab="blocks")
    free = shown(desk, reverse("numbering-number-free", args=[exchange.pk]), pattern="8?")
    assert numbers[80] in free
    assert numbers[70] not in free


def test_the_list_of_numbers(desk: Client, exchange: Exchange, numbers: list[str], line: Line) -> None:
    url = reverse("numbering-number-list")
    assert "冷冻" in shown(desk, url)
    in_service = shown(desk, url, state="assigned")
    assert numbers[1] in in_service
    assert numbers[2] not in in_service
    assert numbers[33] in shown(desk, url, ends="33")


@pytest.mark.req("LIN-01", "LIN-06")
def test_a_line_is_suspended_and_resumed_on_its_page(desk: Client, line: Line) -> None:
    url = reverse("numbering-line-record", args=[line.pk])
    assert "在用" in shown(desk, url)
    suspend = reverse("numbering-line-suspend", args=[line.pk])
    assert desk.post(suspend, {}).status_code == 422
    assert desk.post(suspend, {"reason": "violation"}).status_code == 302
    page = shown(desk, url)
    assert "违停" in page
    assert "停机" in page
    assert desk.post(suspend, {"reason": "arrears"}).status_code == 422
    assert desk.post(reverse("numbering-line-resume", args=[line.pk])).status_code == 302
    line.refresh_from_db()
    assert line.status == "active"


def test_a_telephones_password_is_shown_on_one_page(desk: Client, line: Line) -> None:
    response = desk.post(reverse("numbering-line-telephone", args=[line.pk]))
    account = SipAccount.objects.get()
    assert account.username in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    password = response.context["telephone"].password
    assert password not in shown(desk, reverse("numbering-line-record", args=[line.pk]))


def test_lines_are_found_by_beginning_and_end(world: Scenario, line: Line) -> None:
    number = line.public_number_id
    for text in (number, number[:6], number[-4:], "０３５１８８８", "8880"):
        assert [hit.label for hit in find_lines(world.manager, text, 5)] == [number]
    assert find_lines(world.neighbour, number, 5) == []
    assert find_lines(world.manager, "12", 5) == []
    assert find_lines(world.manager, "晋源", 5) == []


def test_pages_cost_a_fixed_number_of_queries(
    desk: Client, line: Line, django_assert_max_num_queries: Any
) -> None:
    desk.get(reverse("numbering-line-list"))
    for name in ("numbering-line-list", "numbering-number-list", "numbering-exchange-list"):
        with django_assert_max_num_queries(14):
            desk.get(reverse(name))


def test_the_list_of_lines_pages_by_number(
    desk: Client, world: Scenario, numbers: list[str], line: Line
) -> None:
    customer = a_customer(world)
    for number in numbers[2:30]:
        a_line(customer, number)
    url = reverse("numbering-line-list")
    first = desk.get(url).context["list"]
    assert [row.label for row in first.rows] == numbers[1:26]
    second = desk.get(url + first.next).context["list"]
    assert [row.label for row in second.rows] == numbers[26:30]
    assert numbers[29] in shown(desk, url, q=numbers[29])
    assert numbers[29] in shown(desk, url, q="0029")


@pytest.mark.req("LIN-03", "CTX-07", "VPN-05", "VPN-07")
def test_the_services_of_a_line_who_set_them_and_when(desk: Client, world: Scenario, line: Line) -> None:
    url = reverse("numbering-line-record", args=[line.pk])
    form = reverse("numbering-line-services", args=[line.pk])
    typed = {
        "forward_busy": "８００２",
        "no_answer_s": "30",
        "hotline": "114",
        "abbreviated": "01 8001\n02 03518880002\n",
        "restriction": "2",
        "password": "1234",
        "version": "0",
    }
    assert desk.post(form, typed).status_code == 302
    opened_ms = int(line.opened_at.timestamp() * 1000)
    forwarded = replace(services_of(line_get(SYSTEM, line.pk)), forward_always="8003")
    late = ServicesChange(line.public_number_id, forwarded, opened_ms + 10**9, 1_793_678_400_000)
    assert line_services_report(late) is Reported.APPLIED
    desk.get(url, {"tab": "services"})
    assert_page_queries(desk, f"{url}?tab=services", 8)
    page = shown(desk, url, tab="services")
    for text in ("8002", "8003", "**01 → 8001", "国内长途和国际长途", "用户话机", "2026-11-03"):
        assert text in page, text
    assert "不可及前转" not in page, "a fixed line has none"
    assert User.objects.get(pk=desk.session["_auth_user_id"]).name in page
    assert 'value="8002"' in shown(desk, form)
    assert services_of(line_get(SYSTEM, line.pk)).restriction_key, "what proves the password stays"


@pytest.mark.req("CTX-15", "VPN-05")
def test_faults_stand_at_their_fields_and_what_was_overtaken_is_shown(desk: Client, line: Line) -> None:
    form = reverse("numbering-line-services", args=[line.pk])
    wrong = {
        "forward_always": "abc",
        "no_answer_s": "99",
        "abbreviated": "1 8001",
        "password": "12a4",
        "restriction": "0",
        "version": "0",
    }
    response = desk.post(form, wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"password"}
    response = desk.post(form, {**wrong, "password": ""})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"forward_always", "no_answer_s", "abbreviated"}
    line_services_set(actor=SYSTEM, line_id=line.pk, services=Services(hotline="112"))
    good = {"no_answer_s": "20", "restriction": "0", "hotline": "114", "version": "0"}
    overtaken = desk.post(form, good)
    assert overtaken.status_code == 409
    assert "112" in overtaken.content.decode()
    seen = str(LineServices.objects.get(line=line).version)
    assert desk.post(form, {**good, "version": seen}).status_code == 302
    assert services_of(line_get(SYSTEM, line.pk)) == Services(hotline="114")


def test_what_was_refused_is_told_on_the_lines_page(desk: Client, line: Line) -> None:
    opened_ms = int(line.opened_at.timestamp() * 1000)
    wanted = Services(forward_not_reachable="8003")
    change = ServicesChange(line.public_number_id, wanted, opened_ms + 1, opened_ms + 1)
    assert line_services_report(change) is Reported.REFUSED
    page = shown(desk, reverse("numbering-line-record", args=[line.pk]), tab="services")
    assert "被拒绝" in page
