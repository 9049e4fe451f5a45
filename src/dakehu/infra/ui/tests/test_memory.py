"""What is kept of a list: last filters, columns, views of one's own and shared ones."""

from __future__ import annotations

import re

import pytest

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.lists.memory import kept_for
from dakehu.infra.ui.models import SavedView
from dakehu.infra.ui.tests.calls import signed_in
from dakehu.infra.ui.tests.routes import a_job
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def _save(client: object, **data: object) -> SavedView:
    fields = {"name": "失败的任务", "params": "state=failed", "next": "/jobs/?state=failed", **data}
    response = client.post("/lists/ui.job/views/", fields)  # type: ignore[attr-defined]  # a test client
    assert response.status_code == 302, response.content.decode()
    return SavedView.objects.exclude(name="").latest("pk")


def test_the_last_filters_come_back_until_cleared(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    a_job(world.manager, title="甲", state="done")
    a_job(world.manager, title="乙")
    client.get("/jobs/?state=done&q=甲")
    again = client.get("/jobs/").content.decode()
    assert "甲" in again
    assert "乙" not in again
    assert 'value="甲"' not in again, "what was searched for is not remembered"
    client.get("/jobs/?q=")
    assert "乙" in client.get("/jobs/").content.decode()


def test_the_same_filters_are_written_once(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    client.get("/jobs/?state=done")
    before = SavedView.objects.get().updated_at
    client.get("/jobs/?state=done")
    assert SavedView.objects.get().updated_at == before


def test_chosen_columns_are_shown_and_the_usual_ones_come_back(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    a_job(world.manager)
    client.post("/lists/ui.job/columns/", {"column": ["title", "no-such", "state"], "next": "/jobs/"})
    heads = re.findall(r'<th scope="col" class="dk-cell-(\w+)', client.get("/jobs/").content.decode())
    assert heads == ["link", "state"]
    client.post("/lists/ui.job/columns/", {"next": "/jobs/"})
    assert client.get("/jobs/").content.decode().count('<th scope="col"') == 6


def test_a_view_keeps_filters_and_columns(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    a_job(world.manager, title="甲", state="failed")
    a_job(world.manager, title="乙")
    view = _save(client, column=["title"])
    page = client.get(f"/jobs/?view={view.pk}").content.decode()
    assert "甲" in page
    assert "乙" not in page
    assert page.count('<th scope="col"') == 1
    assert AuditEntry.objects.filter(noun="view", action="view.save").count() == 1


def test_a_view_of_the_same_name_is_replaced(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    first, second = _save(client), _save(client, params="state=done")
    assert first.pk == second.pk
    assert second.params == "state=done"


def test_a_shared_view_is_seen_by_the_unit_and_below(world: Scenario) -> None:
    chief = world.user("account_manager", unit=world.county, name="主任")
    view = _save(signed_in(chief), is_shared="on")
    below = world.actor("account_manager", unit=world.team)
    above = world.actor("account_manager", unit=world.taiyuan)
    assert [each.pk for each in kept_for(below, "ui.job").views] == [view.pk]
    assert not kept_for(above, "ui.job").views
    assert not kept_for(world.neighbour, "ui.job").views


def test_nobody_deletes_the_view_of_another(world: Scenario) -> None:
    chief = world.user("account_manager", unit=world.county)
    view = _save(signed_in(chief), is_shared="on")
    assert signed_in(world.manager_user).post(f"/lists/views/{view.pk}/delete/").status_code == 404
    assert signed_in(chief).post(f"/lists/views/{view.pk}/delete/", {"next": "/jobs/"}).status_code == 302
    assert not SavedView.objects.exclude(name="").exists()


@pytest.mark.parametrize("name", ["", "  ", "，。"])
def test_a_view_needs_a_name(world: Scenario, name: str) -> None:
    response = signed_in(world.manager_user).post("/lists/ui.job/views/", {"name": name})
    assert response.status_code == 422


def test_views_are_bounded(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    for n in range(50):
        _save(client, name=f"视图{n}")
    assert client.post("/lists/ui.job/views/", {"name": "再一个"}).status_code == 422
    _save(client, name="视图7")


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_it_leads_nowhere_else(world: Scenario, elsewhere: str) -> None:
    client = signed_in(world.manager_user)
    response = client.post("/lists/ui.job/columns/", {"next": elsewhere})
    assert response.headers["Location"] == "/"
