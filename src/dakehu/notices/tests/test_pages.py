"""The bell, the list and the administrator's pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.clock import now
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.notices.models import Dispatch, Notice, Preference
from dakehu.notices.tests.servers import Group, Post
from dakehu.notices.tests.test_telling import CHURN, a_reader, a_robot, warn
from dakehu.organisation.models import User
from dakehu.organisation.testing import Scenario


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _notices(world: Scenario, count: int) -> None:
    for number in range(count):
        warn(a_customer(world.team), world.manager_user, mark=str(number))


@pytest.mark.req("KAM-11")
def test_the_bell_counts_in_one_query(world: Scenario) -> None:
    client = _client(world.manager_user)
    assert "dk-bell-count" not in client.get("/notices/bell/").content.decode()
    row = {"user": world.manager_user, "kind": "customers.given", "facts": {"count": 2}, "at": now()}
    Notice.objects.bulk_create(Notice(mark=str(number), **row) for number in range(120))
    html = client.get("/notices/bell/").content.decode()
    assert "99+" in html
    assert_page_queries(client, "/notices/bell/", 5)


@pytest.mark.req("KAM-11")
def test_the_list_reads_the_same_number_of_queries_for_any_number(world: Scenario) -> None:
    client = _client(world.manager_user)
    _notices(world, 2)
    assert_page_queries(client, "/notices/", 7)
    _notices(world, 12)
    assert_page_queries(client, "/notices/", 7)


def test_opening_a_notice_reads_it_and_leads_on(world: Scenario) -> None:
    client = _client(world.manager_user)
    customer = a_customer(world.team)
    warn(customer, world.manager_user)
    row = Notice.objects.get()
    response = client.get(reverse("notices-notice-record", args=[row.pk]))
    assert response.headers["Location"] == f"/customers/{customer.pk}/"
    assert Notice.objects.get().read_at is not None
    _notices(world, 3)
    client.post("/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_filters_by_kind_and_state(world: Scenario) -> None:
    client = _client(world.manager_user)
    customer = a_customer(world.team)
    warn(customer, world.manager_user)
    assert customer.name in client.get(f"/notices/?kind={CHURN}&state=unread").content.decode()
    assert customer.name not in client.get("/notices/?state=read").content.decode()
    assert customer.name not in client.get("/notices/?kind=order.urged").content.decode()


def test_preferences_are_saved_by_the_page(world: Scenario) -> None:
    client = _client(world.manager_user)
    form = {"mail": [CHURN], "robot": [CHURN], "quiet_from": 0, "quiet_to": 0, "digest_hour": 9}
    response = client.post("/notices/preferences/", {**form, "language": "en", "version": 0})
    assert response.status_code == 302
    row = Preference.objects.get(user=world.manager_user)
    assert row.chosen[CHURN] == ["mail", "robot"]
    assert row.digest_hour == 9


def test_a_robot_is_entered_and_its_secrets_are_never_shown(world: Scenario, group: Group) -> None:
    client = _client(world.administrator_user)
    form = {
        "name": "群",
        "unit": world.team.pk,
        "style": "dingtalk",
        "language": "zh-hans",
        "is_active": "on",
    }
    response = client.post("/system/robots/new/", {**form, "address": group.url, "secret": "SECret7"})
    address = response.headers["Location"]
    for shown in (address, f"{address}change/"):
        html = client.get(shown).content.decode()
        assert "4f1c9e70" not in html
        assert "SECret7" not in html
    refused = client.post("/system/robots/new/", {**form, "name": "二", "address": "ftp://chat.example/"})
    assert refused.status_code == 422


def test_what_was_sent_is_listed(world: Scenario, post: Post, group: Group) -> None:
    a_robot(world, group.url)
    customer = a_customer(world.team)
    warn(customer, a_reader(world))
    assert Dispatch.objects.count() == 2
    client = _client(world.administrator_user)
    html = client.get("/system/notices-sent/?channel=robot").content.decode()
    assert "迎泽一组群" in html
    assert_page_queries(client, "/system/notices-sent/", 6)
