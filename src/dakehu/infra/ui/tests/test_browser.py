"""The kit in a real browser: keyboard, drafts that outlive a session, a clean console under the policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from dakehu.infra.ui.tests.calls import signed_in
from dakehu.infra.ui.tests.routes import a_job
from dakehu.organisation.testing import PASSWORD, Scenario

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    # The driver runs an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(transactional_db: None) -> Scenario:
    return Scenario()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, world: Scenario) -> Iterator[Page]:
    """The administrator's browser; nothing but refusals of the network may stand in its console."""
    client = signed_in(world.administrator_user)
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    cookie = client.cookies["dakehu_session"].value
    context.add_cookies([{"name": "dakehu_session", "value": cookie, "url": live_server.url}])
    found = context.new_page()
    said: list[str] = []
    found.on("pageerror", lambda error: said.append(str(error)))
    found.on(
        "console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None
    )
    yield found
    # Leave nothing running while the database is emptied.
    found.goto("about:blank")
    context.close()
    assert [text for text in said if not text.startswith("Failed to load resource")] == []


def _sign_in(page: Page) -> None:
    page.fill("input[name=login]", "administrator")
    page.fill("input[type=password]", PASSWORD)
    page.press("input[type=password]", "Enter")


def test_keys_walk_through_lists_and_chapters(page: Page, world: Scenario) -> None:
    jobs = [a_job(world.administrator, title=f"任务{n:02d}", state="done") for n in range(30)]
    page.goto("/jobs/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.is-current")).to_have_count(1)
    expect(page.locator("tr.is-current")).to_contain_text("任务29")
    page.keyboard.press("]")
    expect(page.locator("[data-row]")).to_have_count(5)
    assert "after=" in page.url
    page.keyboard.press("[")
    expect(page.locator("[data-row]")).to_have_count(25)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/jobs/{jobs[-1].pk}/")
    page.keyboard.press("?")
    expect(page.locator("#dk-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#dk-search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("y")
    page.wait_for_url("**/system/**")


def test_filters_answer_as_one_types_and_the_address_follows(page: Page, world: Scenario) -> None:
    for n in range(4):
        a_job(world.administrator, title=f"任务{n}", state="done")
    page.goto("/jobs/")
    page.fill("[data-list-search]", "任务３")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-list-search]")).to_be_focused()
    page.fill("[data-list-search]", "没有的")
    expect(page.locator(".dk-empty")).to_be_visible()
    page.fill("[data-list-search]", "")
    page.select_option("select[name=state]", "done")
    expect(page.locator(".dk-chip")).to_have_count(1)
    assert "state=done" in page.url
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(4)
    page.click(".dk-chip")
    expect(page.locator(".dk-chip")).to_have_count(0)


def test_theme_and_language_are_switched_in_place(page: Page) -> None:
    page.goto("/jobs/")
    before = page.get_attribute("html", "data-bs-theme")
    page.click("[data-theme-switch]")
    after = page.get_attribute("html", "data-bs-theme")
    assert {before, after} == {"light", "dark"}
    page.click("button[lang=en]")
    expect(page.locator("h1")).to_have_text("My jobs")
    assert page.get_attribute("html", "data-bs-theme") == after


def test_nothing_typed_is_lost_when_the_session_ends(page: Page) -> None:
    page.goto("/system/posts/new/")
    page.fill("input[name=name]", "大客户中心主任")
    page.fill("input[name=code]", "centre-director")
    Session.objects.all().delete()
    page.click(".dk-form-foot .btn-primary")
    page.wait_for_url("**/accounts/login/**")
    expect(page.locator("[data-toast]")).to_contain_text("已填写的内容会保留")
    _sign_in(page)
    page.wait_for_url("**/system/posts/new/")
    expect(page.locator("input[name=name]")).to_have_value("大客户中心主任")
    expect(page.locator("input[name=code]")).to_have_value("centre-director")
    expect(page.locator("[data-toast]")).to_contain_text("已恢复")
    page.click(".dk-form-foot .btn-primary")
    page.wait_for_url("**/system/posts/")
    page.goto("/system/posts/new/")
    expect(page.locator("input[name=name]")).to_have_value("")


def test_a_list_offers_to_sign_in_beside_it_when_the_session_has_ended(page: Page, world: Scenario) -> None:
    a_job(world.administrator, state="done")
    page.goto("/jobs/")
    Session.objects.all().delete()
    page.fill("[data-list-search]", "客户")
    expect(page.locator("#dk-session")).to_be_visible()
    page.click("#dk-session [data-dialog-close]")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-list-search]")).to_have_value("客户")


def test_a_server_that_cannot_be_reached_is_said_and_the_page_stays(page: Page, world: Scenario) -> None:
    a_job(world.administrator, state="done")
    page.goto("/jobs/")
    page.context.set_offline(True)
    page.fill("[data-list-search]", "客户")
    expect(page.locator(".dk-toast-bad").first).to_contain_text("无法连接服务器")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".dk-toast-good").first).to_contain_text("连接已恢复")


def test_a_question_is_asked_before_a_view_is_deleted(page: Page, world: Scenario) -> None:
    page.goto("/jobs/?state=failed")
    page.click(".dk-view-button")
    page.fill(".dk-view-form [name=name]", "失败的任务")
    page.click(".dk-view-form button")
    page.wait_for_url("**/jobs/?view=*")
    expect(page.locator("[data-toast]")).to_contain_text("失败的任务")
    _ask_to_delete(page)
    page.click("#dk-confirm [value=no]")
    page.reload()
    expect(page.locator(".dk-view-item")).to_have_count(1)
    _ask_to_delete(page)
    page.click("#dk-confirm [value=yes]")
    page.wait_for_url(lambda address: "view=" not in address)
    expect(page.locator(".dk-view-item")).to_have_count(0)


def _ask_to_delete(page: Page) -> None:
    page.click(".dk-view-button")
    page.click(".dk-view-item [aria-label=删除]")
    expect(page.locator("#dk-confirm")).to_contain_text("失败的任务")


def test_a_form_left_unsaved_asks_first(page: Page) -> None:
    page.goto("/system/posts/new/")
    page.fill("input[name=name]", "主任")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.goto("/jobs/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("address", ["/", "/jobs/", "/system/posts/new/", "/search/?q=x", "/no/such/page/"])
def test_a_telephone_shows_the_page_without_scrolling_sideways(
    page: Page, address: str, world: Scenario
) -> None:
    a_job(world.administrator, title="很长的任务名称" * 8, state="failed", error="数据库不可用" * 20)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".dk-top [data-bs-target='#dk-nav']")
    expect(page.locator("#dk-nav")).to_be_visible()
