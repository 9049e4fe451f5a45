"""The desk's pages: the wizard asks the domain's rules as one types, the record offers the allowed moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dakehu.infra.access.api import Actor
from dakehu.numbering.models import PublicNumber, SipAccount
from dakehu.orders.domain.decomposition import StepKind
from dakehu.orders.domain.states import OrderState
from dakehu.orders.models import ProductOrder
from dakehu.orders.selectors.desk import overdue, waiting_for
from dakehu.orders.selectors.orders import orders_for
from dakehu.orders.testing import OrderScenario
from dakehu.orders.web.registrations import find_orders
from dakehu.orders.web.tiles import overdue_tile, waiting_tile
from dakehu.organisation.models import User

pytestmark = pytest.mark.req("KAM-08")


@pytest.fixture
def desk(scene: OrderScenario) -> Client:
    return signed_in(scene, "one_stop_desk")


def signed_in(scene: OrderScenario, role: str, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(scene.world.user(role, unit=scene.world.taiyuan))
    return client


def person(scene: OrderScenario, actor: Actor) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client


def typed(scene: OrderScenario, **fields: Any) -> dict[str, Any]:
    """A group of two members as the form posts it."""
    data: dict[str, Any] = {
        "customer": scene.customer.pk,
        "head-exchange": "TY01", "head-name": "晋源机械", "head-exit_prefix": "0",
        "head-attendant_prefix": "9", "head-short_length": "4", "head-capacity": "5",
        "head-gcn": scene.numbers[99],
        "rows": ["r1", "r2"],
    }  # fmt: skip
    for n in (1, 2):
        data |= {
            f"r{n}-public_number": scene.numbers[n], f"r{n}-short_number": f"800{n}",
            f"r{n}-line_kind": "fixed", f"r{n}-rights_level": "national", f"r{n}-rights_special": "on",
        }  # fmt: skip
    return {**data, **fields}


def post(client: Client, scene: OrderScenario, check: bool = False, /, **fields: Any) -> Any:
    name = "orders-draft-check" if check else "orders-draft-form"
    headers = {"HX-Request": "true", "HX-Target": "div#draft-body"} if check else {}
    return client.post(reverse(name, args=["centrex-group"]), typed(scene, **fields), headers=headers)


def value_of(html: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert tag, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


def test_customer_and_product_are_chosen_first(scene: OrderScenario, desk: Client) -> None:
    shown = desk.get(reverse("orders-draft-new"), {"customer": scene.customer.pk})
    assert "data-picker" in shown.content.decode()
    missing = desk.get(reverse("orders-draft-new"), {"offering": "centrex-group"})
    assert missing.status_code == 422
    response = desk.get(
        reverse("orders-draft-new"), {"offering": "centrex-group", "customer": str(scene.customer.pk)}
    )
    assert response["Location"] == f"/orders/new/centrex-group/?customer={scene.customer.pk}"


@pytest.mark.req("CTX-05", "CTX-10")
def test_the_empty_form_proposes_numbers(scene: OrderScenario, desk: Client) -> None:
    _ = scene.numbers
    html = desk.get(f"/orders/new/centrex-group/?customer={scene.customer.pk}").content.decode()
    assert value_of(html, "head-gcn") == scene.numbers[99]
    assert value_of(html, "r1-public_number") == scene.numbers[0]
    # 0000 begins with the exit prefix 0, so the next lawful one is proposed instead of the last four digits.
    assert value_of(html, "r1-short_number") == "1000"


@pytest.mark.req("CTX-05")
def test_the_short_number_follows_the_typed_number(scene: OrderScenario, desk: Client) -> None:
    html = post(
        desk, scene, True,
        **{"head-exit_prefix": "9", "head-attendant_prefix": "", "r1-short_number": "",
           "r1-public_number": "８８８ ００４２"},
    ).content.decode()  # fmt: skip
    assert value_of(html, "r1-short_number") == "0042"


@pytest.mark.req("CTX-13")
@pytest.mark.parametrize(
    ("short_number", "code_words"),
    [
        ("9001", "attendant prefix"),
        ("0001", "exit prefix"),
        ("8002", "another member"),
        ("801", "digits"),
    ],
)
def test_rules_are_answered_as_one_types(
    scene: OrderScenario, desk: Client, short_number: str, code_words: str
) -> None:
    response = post(desk, scene, True, **{"r1-short_number": short_number})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'id="r1-short_number_error"' in html or 'id="id_r1-short_number_error"' in html
    summary = html[html.index("draft-faults") :][:800].lower()
    assert code_words in summary or short_number in summary
    assert not ProductOrder.objects.exists()


@pytest.mark.req("CTX-11")
def test_a_full_group_is_told_on_top(scene: OrderScenario, desk: Client) -> None:
    html = post(desk, scene, True, **{"head-capacity": "1"}).content.decode()
    assert "draft-faults" in html
    assert "members and no more" in html


def test_what_is_not_filled_in_yet_is_no_fault_while_typing(scene: OrderScenario, desk: Client) -> None:
    empty = {"head-capacity": "", "head-name": ""}
    assert "draft-faults" not in post(desk, scene, True, **empty).content.decode()
    assert post(desk, scene, **empty).status_code == 422


def test_rows_are_added_and_removed(scene: OrderScenario, desk: Client) -> None:
    added = post(desk, scene, True, add="1", count="3").content.decode()
    assert re.findall(r'name="rows" value="(r\d+)"', added) == ["r1", "r2", "r3", "r4", "r5"]
    assert value_of(added, "r3-public_number") == scene.numbers[0]
    removed = post(desk, scene, True, remove="r1").content.decode()
    assert re.findall(r'name="rows" value="(r\d+)"', removed) == ["r2"]
    assert value_of(removed, "r2-short_number") == "8002"


def test_review_then_submit(scene: OrderScenario, desk: Client) -> None:
    review = post(desk, scene, stage="review")
    html = review.content.decode()
    assert review.status_code == 200
    assert value_of(html, "head-gcn") == scene.numbers[99]
    assert "8 working days" in html
    assert not ProductOrder.objects.exists()
    back = post(desk, scene, stage="edit").content.decode()
    assert value_of(back, "r2-short_number") == "8002"
    response = post(desk, scene, stage="submit", description="新装")
    order = ProductOrder.objects.get()
    assert response["Location"] == f"/orders/{order.pk}/"
    assert (order.description, order.items.count()) == ("新装", 3)


def test_a_fault_keeps_all_that_was_typed(scene: OrderScenario, desk: Client) -> None:
    response = post(desk, scene, stage="submit", **{"r2-short_number": "8001", "head-name": "新的群"})
    html = response.content.decode()
    assert response.status_code == 422
    assert value_of(html, "head-name") == "新的群"
    assert value_of(html, "r2-short_number") == "8001"
    assert not PublicNumber.objects.filter(state="reserved").exists()


def test_someone_quicker_took_the_number(scene: OrderScenario, desk: Client) -> None:
    assert post(desk, scene, stage="review").status_code == 200
    scene.submitted(scene.line_item(1))
    response = post(desk, scene, stage="submit")
    assert response.status_code == 422
    assert "r1-public_number_error" in response.content.decode()


@pytest.mark.req("CTX-02", "CTX-17")
def test_members_join_a_group_that_is_chosen(scene: OrderScenario, desk: Client) -> None:
    scene.completed()
    url = reverse("orders-draft-form", args=["centrex-member"])
    html = desk.get(url, {"customer": scene.customer.pk}).content.decode()
    group = re.search(r'<select name="head-group".*?</select>', html, re.DOTALL)
    assert group
    assert "晋源机械" in group[0]
    choice = re.findall(r'value="(\d+)" selected', group[0])
    assert value_of(html, "r1-public_number") == scene.numbers[0]
    data = {"customer": scene.customer.pk, "head-group": choice[0], "rows": "r1", "stage": "submit",
            "r1-public_number": scene.numbers[10], "r1-short_number": "8010", "r1-line_kind": "fixed",
            "r1-rights_level": "local"}  # fmt: skip
    assert desk.post(url, data).status_code == 302
    bad = desk.post(url, {**data, "head-group": "晋源机械", "r1-public_number": scene.numbers[11]})
    assert bad.status_code == 422


def test_the_record_answers_where_the_order_is(scene: OrderScenario, desk: Client) -> None:
    order = scene.taken()
    html = desk.get(f"/orders/{order.pk}/").content.decode()
    assert "“Survey” waits for 太原市分公司 to begin it." in html
    assert "0 of 8 days" in html
    assert "太原 Survey" in html


@pytest.mark.parametrize(
    ("state", "role", "offered", "missing"),
    [
        (OrderState.ACKNOWLEDGED, "one_stop_desk", {"take", "reject", "cancel"}, {"hold", "resume", "urge"}),
        (OrderState.ACKNOWLEDGED, "account_manager", {"cancel"}, {"take", "reject"}),
        (OrderState.IN_PROGRESS, "one_stop_desk", {"hold", "cancel", "urge"}, {"take", "complete", "resume"}),
        (OrderState.COMPLETED, "one_stop_desk", set(), {"cancel", "hold", "urge", "complete"}),
    ],
)
def test_buttons_are_the_moves_of_the_table(
    scene: OrderScenario, state: OrderState, role: str, offered: set[str], missing: set[str]
) -> None:
    make = {
        OrderState.ACKNOWLEDGED: scene.submitted,
        OrderState.IN_PROGRESS: scene.taken,
        OrderState.COMPLETED: scene.completed,
    }
    order = make[state]()
    html = signed_in(scene, role).get(f"/orders/{order.pk}/").content.decode()
    shown = set(re.findall(rf"/orders/{order.pk}/([a-z]+)/\"", html)) - {"sheet", "telephones"}
    assert offered <= shown
    assert not missing & shown


def test_a_whole_order_by_its_buttons(scene: OrderScenario, desk: Client) -> None:
    order = scene.submitted()
    engineer = person(scene, scene.engineer)
    assert desk.post(f"/orders/{order.pk}/take/", {"version": order.version}).status_code == 302
    while step := scene.ready(order):
        assert engineer.post(f"/order-steps/{step.pk}/start/").status_code == 302
        assert engineer.get(f"/order-steps/{step.pk}/finish/").status_code == 200
        assert engineer.post(f"/order-steps/{step.pk}/finish/", {"record": "好"}).status_code == 302
    assert ProductOrder.objects.get().stage is OrderState.COMPLETED


def test_two_tabs_take_the_same_order(scene: OrderScenario, desk: Client) -> None:
    order = scene.submitted()
    assert desk.post(f"/orders/{order.pk}/take/", {"version": order.version}).status_code == 302
    assert desk.post(f"/orders/{order.pk}/take/", {"version": order.version}).status_code == 409


def test_a_dialog_keeps_what_was_typed_and_marks_the_fault(scene: OrderScenario, desk: Client) -> None:
    order = scene.taken()
    scene.work(order, until=StepKind.TEST)
    order.refresh_from_db()
    data = {"version": order.version, "reason": "太晚了"}
    response = desk.post(f"/orders/{order.pk}/cancel/", data, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "太晚了" in response.content.decode()
    assert "removal" in response.content.decode()


def test_passwords_are_seen_once(scene: OrderScenario, desk: Client) -> None:
    order = scene.completed()
    response = desk.post(f"/orders/{order.pk}/telephones/")
    shown = dict(re.findall(r'data-password="(\d+)">([^<]+)<', response.content.decode()))
    assert set(shown) == {scene.numbers[n] for n in (1, 2, 3)}
    assert response["Cache-Control"] == "no-store"
    assert SipAccount.objects.count() == 3
    assert all(
        password not in desk.get(f"/orders/{order.pk}/").content.decode() for password in shown.values()
    )
    assert "data-password" not in desk.post(f"/orders/{order.pk}/telephones/").content.decode()
    line = SipAccount.objects.order_by("pk").first()
    assert line
    again = desk.post(f"/orders/{order.pk}/telephones/", {"line": line.pk}).content.decode()
    assert again.count("data-password") == 1
    assert shown[line.username] not in again
    assert desk.post(f"/orders/{order.pk}/telephones/", {"line": 4711}).status_code == 404


@pytest.mark.req("CTX-12")
def test_the_work_order_states_what_the_exchange_must_set(scene: OrderScenario, desk: Client) -> None:
    order = scene.taken()
    html = desk.get(f"/orders/{order.pk}/sheet/").content.decode()
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td></tr>', html)
    assert {value for _label, value in rows} >= {"TY01", "0351", scene.numbers[99], "10", "0", "9", "4"}
    assert all(scene.numbers[n] in html for n in (1, 2, 3))


def test_what_waits_for_whom(scene: OrderScenario) -> None:
    untaken, taken, done = (
        scene.submitted(scene.line_item(5)),
        scene.taken(scene.line_item(6)),
        scene.completed(),
    )
    everything = orders_for(scene.desk)
    assert set(waiting_for(everything, scene.desk)) == {untaken}
    assert set(waiting_for(everything, scene.engineer)) == {taken}
    assert not waiting_for(orders_for(scene.manager), scene.manager).exists()
    assert done not in waiting_for(everything, scene.engineer)
    assert not overdue(everything, taken.order_date).exists()
    assert taken.due_at
    assert set(overdue(everything, taken.due_at.replace(year=2030))) == {taken}


def test_a_step_in_hand_waits_for_its_worker_alone(scene: OrderScenario) -> None:
    from dakehu.orders.services.steps import step_start

    order = scene.taken()
    colleague = scene.world.actor("provisioning_engineer", unit=scene.world.taiyuan)
    step_start(actor=colleague, step_id=order.steps.get(kind="survey").pk)
    assert not waiting_for(orders_for(scene.engineer), scene.engineer).exists()
    assert waiting_for(orders_for(colleague), colleague).get() == order


def test_tiles_and_search(scene: OrderScenario) -> None:
    order = scene.taken()
    assert waiting_tile(scene.engineer).context["rows"][0].url == f"/orders/{order.pk}/"
    assert overdue_tile(scene.engineer).context["rows"] == []
    assert [hit.label for hit in find_orders(scene.manager, order.number[:10], 5)] == [order.number]
    assert find_orders(scene.world.neighbour, order.number, 5) == []
    assert find_orders(scene.manager, " ", 5) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("state=acknowledged", 1),
        ("state=inProgress&state=completed", 2),
        ("mine=waiting", 1),
        ("mine=submitted", 0),
        ("clock=late", 0),
        ("branch=00010001", 1),
        ("q=2026", 3),
    ],
)
def test_the_lists_filters(scene: OrderScenario, query: str, found: int) -> None:
    scene.submitted(scene.line_item(5))
    scene.taken(scene.line_item(6))
    scene.completed()
    html = person(scene, scene.desk).get(f"/orders/?{query or 'q='}").content.decode()
    assert len(set(re.findall(r'data-url="/orders/(\d+)/"', html))) == found


def test_a_page_of_the_list_costs_as_many_queries_for_ten_orders_as_for_one(
    scene: OrderScenario, desk: Client
) -> None:
    scene.taken(scene.line_item(1))
    desk.get("/orders/?q=")
    with CaptureQueriesContext(connection) as first:
        desk.get("/orders/?q=")
    for n in range(2, 11):
        scene.taken(scene.line_item(n))
    with CaptureQueriesContext(connection) as second:
        desk.get("/orders/?q=")
    # The calendar is read anew every few seconds, whatever the list.
    first_count, second_count = (
        sum("workdays" not in query["sql"] for query in captured.captured_queries)
        for captured in (first, second)
    )
    assert second_count == first_count <= 12


def test_the_record_in_few_queries(
    scene: OrderScenario, desk: Client, django_assert_max_num_queries: Any
) -> None:
    order = scene.taken()
    desk.get(f"/orders/{order.pk}/")
    with django_assert_max_num_queries(26):
        desk.get(f"/orders/{order.pk}/")


def test_chinese_is_the_language_of_the_desk(scene: OrderScenario) -> None:
    order = scene.taken()
    html = signed_in(scene, "one_stop_desk", "zh-hans").get(f"/orders/{order.pk}/").content.decode()
    assert "“查勘”待太原市分公司开始办理。" in html
    assert "已用 0 / 限 8 天" in html
