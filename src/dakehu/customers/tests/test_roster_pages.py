"""KAM-12: the pages of the named-account list, as people of different roles meet them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dakehu.customers.domain.roster import EntryState, Share
from dakehu.customers.models import Customer, OwnershipDispute, OwnershipPeriod, ReclaimRule, RosterEntry
from dakehu.customers.services.disputes import dispute_open
from dakehu.customers.services.ownership import keep_in_step, today
from dakehu.customers.services.roster import roster_apply
from dakehu.customers.tests.fixtures import a_customer, billed
from dakehu.customers.tests.rosters import an_application, an_entry
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-12")]
LIST, DESK, NEW, OWNERSHIP = "/roster/", "/roster/desk/", "/roster/new/", "/roster/ownership/"
CREDIT = "/roster/credit/"


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


@pytest.fixture
def director(world: Scenario) -> Client:
    client = Client()
    client.force_login(world.user("centre_director", unit=world.county))
    return client


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def _application(row: Customer, owner: int, **fields: Any) -> dict[str, Any]:
    return {"customer": row.pk, "owner": owner, "criterion": "revenue", "reason": "收入达标", **fields}


def test_an_application_goes_through_review_and_approval(
    page: Client, director: Client, world: Scenario
) -> None:
    row, partner = a_customer(world.team), world.user("account_manager")
    sent = _application(row, world.manager_user.pk, partner_1=partner.pk, percent_1=40)
    assert page.post(NEW, sent).status_code == 302
    entry = RosterEntry.objects.get()
    leader = Client()
    leader.force_login(world.user("team_leader"))
    assert row.name in _text(leader, DESK)
    bulk = {"_step": "run", "pk": [entry.pk], "reason": "情况属实"}
    assert leader.post(f"{DESK}?_bulk=pass", bulk, headers={"HX-Request": "true"}).status_code == 200
    assert row.name in _text(director, DESK)
    assert "审批" in _text(director, f"/roster/{entry.pk}/")
    assert director.post(f"/roster/{entry.pk}/approve/", {"version": 2, "reason": ""}).status_code == 302
    text = _text(page, f"/roster/{entry.pk}/")
    for shown in ("在册", "60%", "40%", "情况属实", "通过了初审"):
        assert shown in text
    row.refresh_from_db()
    assert row.owner == world.manager_user
    assert row.name in _text(page, f"{LIST}?state=in_force")
    assert row.name not in _text(page, f"{LIST}?state=left")


def test_faults_keep_what_was_typed(page: Client, world: Scenario) -> None:
    row, partner = a_customer(world.team), world.user("account_manager")
    shares = {"partner_1": partner.pk, "percent_1": 60, "partner_2": world.neighbour_user.pk, "percent_2": 50}
    answer = page.post(NEW, _application(row, world.manager_user.pk, **shares))
    text = answer.content.decode()
    assert answer.status_code == 422
    for shown in ("110", "收入达标", row.name, partner.name):
        assert shown in text
    assert not RosterEntry.objects.exists()


def test_duplicates_are_shown_and_answered(page: Client, world: Scenario) -> None:
    a_customer(world.team, name="山西晋阳云图科技有限公司")
    row = a_customer(world.team, name="晋阳云图科技有限公司")
    text = _text(page, f"{NEW}?customer={row.pk}")
    assert "山西晋阳云图科技有限公司" in text
    assert 'name="duplicates_seen"' in text
    sent = _application(row, world.manager_user.pk)
    assert page.post(NEW, sent).status_code == 422
    assert page.post(NEW, {**sent, "duplicates_seen": "on"}).status_code == 302


def test_a_rejection_says_why(director: Client, world: Scenario) -> None:
    entry = roster_apply(actor=SYSTEM, application=an_application(a_customer(world.team), world.manager_user))
    address = f"/roster/{entry.pk}/reject/"
    assert director.post(address, {"version": 1, "reason": ""}).status_code == 422
    assert director.post(address, {"version": 1, "reason": "收入不足"}).status_code == 302
    assert "收入不足" in _text(director, f"/roster/{entry.pk}/")
    assert director.post(address, {"version": 2, "reason": "x"}).status_code == 422


def test_who_owned_it_on_that_day(page: Client, world: Scenario) -> None:
    row = a_customer(world.team, name="汾河大厦")
    other = world.user("account_manager", name="周海燕")
    for owner, since in [(other.pk, today() - timedelta(days=60)), (world.manager_user.pk, today())]:
        row.owner_id = owner
        row.save()
        keep_in_step([row], since=since)
    assert OwnershipPeriod.objects.count() == 2
    now = _text(page, OWNERSHIP)
    then = _text(page, f"{OWNERSHIP}?day={today() - timedelta(days=1)}")
    before = _text(page, f"{OWNERSHIP}?day={today() - timedelta(days=61)}")
    assert "周海燕" not in now
    assert "汾河大厦" in now
    assert "周海燕" in then
    assert "汾河大厦" not in before
    tab = _text(page, f"/customers/{row.pk}/ownership/")
    assert tab.index("王晓明") < tab.index("周海燕")
    export = page.get(f"{OWNERSHIP}?_export=csv&day={today() - timedelta(days=1)}")
    assert "周海燕" in b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream


def test_revenue_goes_by_who_owned_and_shared_it_on_that_day(
    page: Client, director: Client, world: Scenario
) -> None:
    row, partner = a_customer(world.team), world.user("account_manager", name="周海燕")
    elsewhere = a_customer(world.datong_team, owner_id=world.neighbour_user.pk)
    an_entry(row, world.manager_user, shares=(Share(partner.pk, 30),))
    billed(row, 1_000)
    billed(elsewhere, 77_000)
    text = _text(director, CREDIT)
    line = text[text.index("周海燕") :]
    for shown in ("300.00", "1,000.00", "700.00"):
        assert shown in text
    assert "300.00" in line
    assert "77,000" not in text
    assert "周海燕" not in _text(director, f"{CREDIT}?day={today() - timedelta(days=1)}")
    export = director.get(f"{CREDIT}?_export=csv")
    assert "周海燕" in b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream
    assert_page_queries(director, CREDIT, 10)


@pytest.mark.parametrize("day", ["2999-01-01", "昨天", "2026-13-01"])
def test_a_day_that_is_none_is_told_of(page: Client, day: str) -> None:
    text = _text(page, f"{CREDIT}?day={day}")
    assert day in text
    assert "alert" in text
    assert page.get(f"{CREDIT}?unit=9999").status_code == 404


def test_a_dispute_from_claim_to_decision(page: Client, director: Client, world: Scenario) -> None:
    row, rival = a_customer(world.team), world.user("account_manager", name="周海燕")
    an_entry(row, rival)
    sent = {"customer": row.pk, "claimant": world.manager_user.pk, "evidence": "合同由我签订"}
    assert page.post("/disputes/new/", sent).status_code == 302
    case = OwnershipDispute.objects.get()
    text = _text(director, f"/disputes/{case.pk}/decide/")
    assert "王晓明" in text
    assert "周海燕" in text
    decided = {"version": 1, "awarded_to": world.manager_user.pk, "since": today(), "decision": "以合同为准"}
    assert director.post(f"/disputes/{case.pk}/decide/", decided).status_code == 302
    text = _text(page, f"/disputes/{case.pk}/")
    for shown in ("合同由我签订", "以合同为准", "已裁决"):
        assert shown in text
    row.refresh_from_db()
    assert row.owner == world.manager_user


def test_the_rule_is_set_on_a_page(director: Client) -> None:
    assert "90" in _text(director, "/roster/rule/")
    sent = {"idle_days": 60, "grace_days": 10, "rest_days": 45, "version": 1}
    assert director.post("/roster/rule/", {**sent, "idle_days": 9999}).status_code == 422
    assert director.post("/roster/rule/", sent).status_code == 302
    assert ReclaimRule.objects.get().rest_days == 45


def test_the_workbench_tells_of_warned_accounts(page: Client, world: Scenario) -> None:
    entry = an_entry(a_customer(world.team, name="汾河大厦"), world.manager_user)
    RosterEntry.objects.filter(pk=entry.pk).update(state=EntryState.WARNED, warned_on=today())
    assert "汾河大厦" in _text(page, "/workbench/tiles/customers.roster/")


@pytest.mark.parametrize(
    ("address", "empty"),
    [
        (LIST, "名单上还没有客户"),
        (DESK, "没有等您处理的"),
        (OWNERSHIP, "还没有客户有归属"),
        ("/disputes/", "没有争议"),
    ],
)
def test_empty_lists_say_what_to_do(director: Client, address: str, empty: str) -> None:
    assert empty in _text(director, address)


@pytest.mark.parametrize("count", [3, 12])
def test_queries_of_the_pages_do_not_grow(page: Client, world: Scenario, count: int) -> None:
    partners = [world.user("account_manager") for _each in range(2)]
    shares = tuple(Share(partner.pk, 10) for partner in partners)
    rows = [a_customer(world.team) for _each in range(count)]
    entries = [an_entry(row, world.manager_user, shares=shares) for row in rows]
    case = dispute_open(
        actor=SYSTEM, customer_id=rows[0].pk, claimant_id=world.manager_user.pk, evidence="先签"
    )
    for address, queries in [
        (f"{LIST}?state=in_force", 7),
        (f"{OWNERSHIP}?day={today()}", 7),
        ("/disputes/?state=open", 7),
        (f"/roster/{entries[0].pk}/", 8),
        (f"/customers/{rows[0].pk}/ownership/", 7),
        (f"/disputes/{case.pk}/", 7),
    ]:
        assert_page_queries(page, address, queries)
