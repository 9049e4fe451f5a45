"""The gate of pages, refusals in both languages, the kit's own pages, the frame."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils.translation import override

from dakehu.infra.access.api import Actor
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.api import Chapter, Hit, NavItem, SearchSource, Tile, page, rows_tile
from dakehu.infra.ui.registry import nav_for, register_nav, register_search, register_tile
from dakehu.infra.ui.tests.calls import HTMX, asked, signed_in
from dakehu.infra.ui.tests.routes import a_job
from dakehu.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
NOBODY = Actor(user_id=None, name="")
SOMEBODY = Actor(user_id=7, name="王晓明", permissions=frozenset({"a.read"}), org_path="0001")

REFUSALS = [
    (NotFound(noun="customer", id="1"), 404),
    (NotAllowed(permission="a.write"), 403),
    (Conflict(noun="customer", version=2, current={}), 409),
    (Invalid([NotFound(), NotAllowed(permission="x")]), 422),
    (DomainError(), 422),
]


@page("a.read", methods=("GET", "POST"))
def _view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def _raising(error: DomainError, request: HttpRequest) -> HttpResponse:
    @page("a.read")
    def view(_request: HttpRequest) -> HttpResponse:
        raise error

    answer = view(request)
    assert isinstance(answer, HttpResponse)
    return answer


class TestGate:
    def test_signed_out_leads_to_sign_in_and_back(self) -> None:
        answer = _view(asked(NOBODY, "/customers/?q=x"))
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/accounts/login/?next=%2Fcustomers%2F%3Fq%3Dx"

    def test_signed_out_htmx_stays_on_its_page(self) -> None:
        answer = _view(asked(NOBODY, "/customers/", **HTMX))
        assert answer.status_code == 401
        assert answer.headers["HX-Reswap"] == "none"

    def test_a_form_sent_after_the_session_leads_back_to_the_form(self) -> None:
        request = asked(
            NOBODY, "/orders/7/start/", data={"x": "1"}, Referer="http://testserver/orders/7/?tab=a"
        )
        answer = _view(request)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("?next=%2Forders%2F7%2F%3Ftab%3Da")

    def test_a_foreign_page_is_not_led_back_to(self) -> None:
        request = asked(NOBODY, "/orders/7/start/", data={}, Referer="https://example.com/x")
        assert "example.com" not in _view(request).headers["Location"]

    def test_right_and_method(self) -> None:
        assert _view(asked(SOMEBODY, "/x/")).status_code == 200
        stranger = Actor(user_id=8, name="x")
        assert _view(asked(stranger, "/x/")).status_code == 403
        request = asked(SOMEBODY, "/x/")
        request.method = "DELETE"
        assert _view(request).status_code == 405

    def test_pages_are_not_kept_by_proxies(self) -> None:
        assert "no-store" in _view(asked(SOMEBODY, "/x/")).headers["Cache-Control"]


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=str)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_is_a_page_with_words(error: DomainError, status: int, language: str) -> None:
    with override(language):
        answer = _raising(error, asked(SOMEBODY, "/x/"))
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert error.code not in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=str)
def test_a_refusal_of_htmx_is_a_toast_and_changes_nothing(error: DomainError, status: int) -> None:
    answer = _raising(error, asked(SOMEBODY, "/x/", **HTMX))
    assert answer.status_code == status
    assert answer.headers["HX-Reswap"] == "none"
    assert json.loads(answer.headers["HX-Trigger"])["ui:toast"]["tone"] == "bad"
    assert "<html" not in answer.content.decode()


def test_a_panel_that_is_refused_says_so_in_its_place() -> None:
    answer = _raising(NotFound(), asked(SOMEBODY, "/x/", **HTMX, **{"HX-Target": "div#record-tab"}))
    assert "HX-Reswap" not in answer.headers
    assert 'role="alert"' in answer.content.decode()


class TestErrorsOutsideViews:
    def test_unknown_address(self, world: Scenario) -> None:
        answer = signed_in(world.manager_user).get("/no/such/page/")
        assert answer.status_code == 404
        assert "工作台" in answer.content.decode()
        assert Client().get("/no/such/page/").status_code == 404

    def test_old_form_token(self, world: Scenario) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.manager_user)
        answer = client.post("/lists/ui.job/columns/", {"next": "/jobs/"})
        assert answer.status_code == 403
        assert "重新提交" in answer.content.decode()

    def test_fault_of_ours(self, world: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
        client = signed_in(world.manager_user)
        client.raise_request_exception = False
        monkeypatch.setattr("dakehu.infra.ui.arranging.tiles_for", lambda _actor: 1 / 0)
        answer = client.get("/", headers={"X-Correlation-Id": "abc123"})
        assert answer.status_code == 500
        assert "abc123" in answer.content.decode()


class TestFrame:
    def test_chapters_without_entries_are_left_out(self) -> None:
        register_nav(NavItem(Chapter.SALES, "x", "ui-job-list", "test.nav"))
        assert Chapter.SALES not in nav_for(SOMEBODY)
        seller = Actor(7, "x", frozenset({"test.nav"}))
        assert Chapter.SALES in nav_for(seller)
        assert Chapter.WORKBENCH in nav_for(SOMEBODY)

    @pytest.mark.parametrize(
        ("entry", "at", "current"),
        [
            ("customers-customer-list", "customers-customer-list", True),
            ("customers-customer-list", "customers-customer-record", True),
            ("customers-customer-list", "customers-contact-list", False),
            ("customers-customer-list", "customers-customers-x", False),
            ("ui-workbench", "ui-job-list", False),
            ("ui-workbench", "ui-workbench", True),
        ],
    )
    def test_the_entry_of_the_noun_is_current(self, entry: str, at: str, current: bool) -> None:
        assert NavItem(Chapter.CUSTOMERS, "x", entry).is_current(at) is current

    def test_language_and_theme_are_remembered(self, world: Scenario) -> None:
        client = signed_in(world.manager_user)
        assert "工作台" in client.get("/").content.decode()
        client.post("/language/", {"language": "en", "next": "/"})
        client.cookies["dakehu_theme"] = "dark"
        page = client.get("/").content.decode()
        assert "Workbench" in page
        assert '<html lang="en" data-bs-theme="dark"' in page

    def test_no_script_or_style_stands_in_the_page(self, world: Scenario) -> None:
        page = signed_in(world.manager_user).get("/jobs/").content.decode()
        scripts = [part.partition(">")[0] for part in page.split("<script")[1:]]
        assert scripts
        assert all("src=" in script or "application/json" in script for script in scripts)
        assert "<style" not in page
        assert " onclick" not in page

    def test_the_policy_forbids_inline_scripts(self, world: Scenario) -> None:
        policy = signed_in(world.manager_user).get("/jobs/").headers["Content-Security-Policy"]
        scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
        assert "unsafe" not in scripts


class TestSearch:
    def test_groups_and_rights(self, world: Scenario) -> None:
        hit = Hit("1", "太钢集团", "/customers/1/", "太原")
        register_search(
            SearchSource("test.open", "客户", lambda _actor, text, _limit: [hit] if text == "太钢1" else []),
            SearchSource("test.shut", "秘密", lambda _actor, _text, _limit: [hit], "no.right"),
            SearchSource("test.pick", "仅供选择", lambda _actor, _text, _limit: [hit], in_search_box=False),
        )
        client = signed_in(world.manager_user)
        found = client.get("/search/", {"q": "太钢１ "}, headers=HTMX).content.decode()
        assert "太钢集团" in found
        assert "秘密" not in found
        assert "仅供选择" not in found
        assert "<html" in client.get("/search/", {"q": "太钢1"}).content.decode()
        assert 'data-pick="1"' in client.get("/search/pick/test.pick/", {"q": "x"}).content.decode()
        assert client.get("/search/pick/test.shut/", {"q": "x"}).status_code == 404


class TestTiles:
    def test_a_tile_without_the_right_does_not_exist(self, world: Scenario) -> None:
        register_tile(Tile("test.tile", "x", lambda _actor: rows_tile([], empty="nothing"), "no.right"))
        assert signed_in(world.manager_user).get("/workbench/tiles/test.tile/").status_code == 404
        assert (
            "nothing"
            in signed_in(world.administrator_user).get("/workbench/tiles/test.tile/").content.decode()
        )


class TestJobs:
    def test_progress_polls_until_it_is_over(self, world: Scenario) -> None:
        client, job = signed_in(world.manager_user), a_job(world.manager)
        page = client.get(f"/jobs/{job.pk}/progress/")
        assert "every 1s" in page.content.decode()
        assert "40%" in page.content.decode()
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.DONE, result={"summary": "共 3 行", "url": "/jobs/"}
        )
        over = client.get(f"/jobs/{job.pk}/progress/")
        assert "every" not in over.content.decode()
        assert "共 3 行" in over.content.decode()
        assert over.headers["HX-Trigger"] == "ui:job-over"

    def test_cancel(self, world: Scenario) -> None:
        client, job = signed_in(world.manager_user), a_job(world.manager)
        part = client.post(f"/jobs/{job.pk}/cancel/", headers=HTMX)
        assert "正在停止" in part.content.decode()
        job.refresh_from_db()
        assert job.cancel_requested
