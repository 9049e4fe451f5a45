"""KAM-02: the pages of managers, visits and hand-overs, as people meet them; how many queries each makes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dakehu.infra.clock import now
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.clock import CST, day_of
from dakehu.managers.domain.states import VisitState
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.models import Visit
from dakehu.managers.services.feeds import feed_open
from dakehu.managers.tests.fixtures import (
    PNG,
    a_contact,
    a_file,
    a_hand_over,
    a_logged_visit,
    a_taker,
    a_visit,
    an_account,
    signed,
)
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]
CALENDAR = "/visits/calendar/"


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


def _fill(world: Scenario, count: int) -> None:
    """So many of everything: rows whose number must not change the number of queries."""
    for number in range(count):
        a_file(world, world.user("account_manager"))
        customer = an_account(world, monthly_revenue_fen=20_000_000)
        a_visit(world, customer)
        a_logged_visit(world, customer, promises=(PromiseDraft(f"承诺{number}", date(2026, 12, 1)),))
        a_hand_over(world, a_taker(world), customer)


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/managers/", 8),
        ("/visits/", 7),
        ("/visits/promises/", 7),
        ("/visits/due/", 10),
        (CALENDAR, 6),
        (f"{CALENDAR}?span=month", 6),
        ("/hand-overs/", 8),
    ],
)
def test_lists_make_as_many_queries_for_many_rows(
    page: Client, world: Scenario, url: str, queries: int
) -> None:
    _fill(world, 5)
    assert_page_queries(page, url, queries)


@pytest.mark.parametrize(
    ("made", "url_name", "queries"),
    [
        (a_file, "managers-file-record", 10),
        (a_logged_visit, "managers-visit-record", 8),
    ],
)
def test_records(page: Client, world: Scenario, made: object, url_name: str, queries: int) -> None:
    assert callable(made)
    url = reverse(url_name, args=[made(world).pk])
    assert_page_queries(page, url, queries)


def test_from_plan_to_outcome_on_a_telephone(page: Client, world: Scenario) -> None:
    customer = an_account(world)
    contact = a_contact(customer)
    form = page.get(f"/visits/new/?customer={customer.pk}").content.decode()
    assert "周敏" in form
    start = now().astimezone(CST)
    plan = {
        "customer": customer.pk,
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": "４５",
        "purpose": "续约",
    }
    page.post("/visits/new/", {**plan, "contacts": [contact.pk]})
    visit = Visit.objects.get()
    assert (visit.minutes, visit.contacts.get()) == (45, contact)
    log = {
        "visited_at": plan["starts_at"],
        "text": "谈妥",
        "contacts": [contact.pk],
        "promise_2": "送方案",
        "latitude": "37.870001",
        "longitude": "112.55",
        "version": 1,
    }
    answer = page.post(f"/visits/{visit.pk}/log/", log)
    assert answer.status_code == 422
    assert "哪天之前" in answer.content.decode()
    assert "送方案" in answer.content.decode()
    no_picture = {**log, "due_2": "2026-12-01", "photo": SimpleUploadedFile("门头.jpg", b"%PDF-1.7 x")}
    assert page.post(f"/visits/{visit.pk}/log/", no_picture).status_code == 422
    good = {**log, "due_2": "2026-12-01", "photo": SimpleUploadedFile("门头.png", PNG)}
    assert page.post(f"/visits/{visit.pk}/log/", good).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, str(visit.latitude)) == (VisitState.LOGGED, "37.870001")
    picture = page.get(f"/visits/{visit.pk}/photo/")
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    promise = visit.promises.get()
    tile = page.get(reverse("ui-tile-body", args=["managers.promises"])).content.decode()
    assert "送方案" in tile
    page.post(f"/visits/promises/{promise.pk}/close/", {"event": "keep", "outcome": "已送达", "version": 1})
    assert "已送达" in page.get(f"/visits/{visit.pk}/").content.decode()
    assert "送方案" not in page.get(reverse("ui-tile-body", args=["managers.promises"])).content.decode()


def test_the_calendar_moves_a_visit(page: Client, world: Scenario) -> None:
    visit = a_visit(world)
    day = day_of(visit.starts_at)
    for span in ("week", "month"):
        shown = page.get(f"{CALENDAR}?span={span}&day={day}").content.decode()
        assert visit.customer.name in shown
        assert f'data-move="/visits/{visit.pk}/move/"' in shown
    answer = page.post(f"/visits/{visit.pk}/move/", {"day": "2027-01-04", "version": 1, "span": "month"})
    assert answer["Location"] == f"{CALENDAR}?span=month&day=2027-01-04#visit-{visit.pk}"
    assert page.post(f"/visits/{visit.pk}/move/", {"day": "2027-01-05", "version": 1}).status_code == 409
    assert visit.customer.name in page.get(f"{CALENDAR}?day=2027-01-04").content.decode()
    assert page.get(f"{CALENDAR}?day=nonsense&span=century").status_code == 200
    assert page.get(f"{CALENDAR}?manager={world.neighbour_user.pk}").status_code == 404


def test_todays_visits_are_a_tile(page: Client, world: Scenario) -> None:
    visit = a_visit(world, starts_at=now())
    assert visit.customer.name in page.get(reverse("ui-tile-body", args=["managers.today"])).content.decode()


def test_the_feed_needs_no_sign_in_and_no_other_secret(client: Client, world: Scenario) -> None:
    visit, secret = a_visit(world), feed_open(actor=world.manager)
    answer = client.get(f"/visits/feed/{secret}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert f"SUMMARY:{visit.customer.name}" in text
    assert client.get("/visits/feed/guess.ics").status_code == 404
    assert client.post(f"/visits/feed/{secret}.ics").status_code == 405


def test_the_secret_is_shown_once(page: Client) -> None:
    shown = page.post("/visits/feed/").content.decode()
    assert ".ics" in shown
    assert ".ics" not in page.get("/visits/feed/").content.decode()
    page.post("/visits/feed/close/")
    assert "开通订阅地址" in page.get("/visits/feed/").content.decode()


def test_the_customers_file_shows_its_visits(page: Client, world: Scenario) -> None:
    visit = a_visit(world)
    text = page.get(f"/visits/of-customer/{visit.customer_id}/").content.decode()
    assert visit.purpose in text
    assert f"/visits/new/?customer={visit.customer_id}" in text


def test_a_hand_over_by_its_buttons(client: Client, world: Scenario) -> None:
    customer, taker = an_account(world), a_taker(world)
    client.force_login(world.manager_user)
    assert customer.code in client.get("/hand-overs/new/").content.decode()
    asked = {"taker": taker.pk, "reason": "调岗", "accounts": [customer.pk]}
    address = client.post("/hand-overs/new/", asked)["Location"]
    for user in (world.manager_user, taker, world.user("team_leader", unit=world.county)):
        client.force_login(user)
        text = client.get(address).content.decode()
        act = "approve" if "approve/" in text else "sign"
        version = text.split('name="version" value="')[1].split('"')[0]
        assert client.post(f"{address}{act}/", {"version": version}).status_code == 302
    customer.refresh_from_db()
    assert customer.owner == taker
    assert "已移交" in client.get(address).content.decode()


def test_an_approved_hand_over_has_no_button(client: Client, world: Scenario) -> None:
    row = signed(world, a_hand_over(world, a_taker(world)))
    client.force_login(world.manager_user)
    text = client.get(f"/hand-overs/{row.pk}/").content.decode()
    assert "withdraw/" in text
    assert "approve/" not in text
    assert client.post(f"/hand-overs/{row.pk}/explode/").status_code == 404
