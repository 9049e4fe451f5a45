"""Single sign-on as people see it: a real Chromium, a real provider, a real directory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from tests.kit.ports import free_port
from tests.kit.provider import CLIENT, SECRET, Provider, provider
from tests.kit.slapd import BASE, SERVICE, SERVICE_PASSWORD, slapd
from tests.kit.visitor import Visitor, chromium

from dakehu.infra.audit.models import AuditEntry
from dakehu.organisation.domain.sign_on import Directory, Oidc, Way
from dakehu.organisation.testing import PASSWORD, Scenario

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> Scenario:
    return Scenario()


@pytest.fixture
def idp(settings: LazySettings) -> Iterator[Provider]:
    with provider() as running:
        settings.OIDC = Oidc(running.issuer, CLIENT, SECRET, name="统一身份认证")
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop; the database is this thread's
    try:
        with chromium() as running:
            yield running
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _fits(page: Page, name: str) -> None:
    folder = os.environ.get("E2E_SHOTS")
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.req("KAM-11")
def test_a_person_presses_the_button_and_is_in(
    browser: Browser, live_server: LiveServer, world: Scenario, idp: Provider
) -> None:
    _ = world.manager_user
    page = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto("/accounts/login/?next=/accounts/profile/")
    _fits(page, "sign-in-zh")
    page.click("text=English")
    _fits(page, "sign-in-en")
    assert not re.search("[一-鿿]", page.inner_text("body").replace("统一身份认证", "").replace("中文", ""))
    page.click("text=中文")
    page.click("text=统一身份认证")
    page.wait_for_url("**/accounts/profile/")
    expect(page.locator("body")).to_contain_text("王晓明")
    assert AuditEntry.objects.filter(action="user.sign_in").count() == 1
    assert faults == []

    stranger = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
    idp.person.update(sub="p-2", preferred_username="stranger")
    stranger.goto("/accounts/login/")
    stranger.click("text=统一身份认证")
    expect(stranger.locator("body")).to_contain_text("没有账号")
    _fits(stranger, "refused-zh")
    stranger.click("text=返回登录")
    stranger.click("text=English")
    stranger.click("text=统一身份认证")
    expect(stranger.locator("body")).to_contain_text("have no account here")
    _fits(stranger, "refused-en")


@pytest.mark.req("KAM-11")
def test_an_administrator_sees_and_checks_what_is_set(
    browser: Browser,
    live_server: LiveServer,
    world: Scenario,
    idp: Provider,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    user = world.user("account_manager", username="li.na", name="李娜", signs_in_by=Way.DIRECTORY)
    with slapd(tmp_path / "slapd") as server:
        server.add_person("li.na", name="李娜")
        dead = f"ldaps://127.0.0.1:{free_port()}"
        settings.LDAP = Directory((server.secure, dead), BASE, SERVICE, SERVICE_PASSWORD, ca=server.ca)
        settings.SIGN_ON_MAPPING = str(tmp_path / "groups.json")
        Path(settings.SIGN_ON_MAPPING).write_text(
            '{"unit": "太原", "groups": [{"group": "kam-yingze", "unit": "太原/迎泽", '
            '"roles": ["account_manager"]}, {"group": "cn=kam-datong,ou=groups,dc=example,dc=cn", '
            '"unit": "大同", "roles": ["account_manager", "team_leader"]}]}'
        )
        visitor = Visitor(browser, live_server.url, world.administrator_user.username, PASSWORD)
        page = visitor.page
        visitor.go("/system/sign-on/")
        _fits(page, "sso-zh")
        page.click("text=立即检查")
        expect(page.locator("body")).to_contain_text("服务账号有效")
        expect(page.locator("body")).to_contain_text("无法连接")
        expect(page.locator("body")).to_contain_text("没有名为“大同”的有效单位")
        _fits(page, "sso-checked-zh")
        page.click("text=立即比对")
        page.click("[data-confirm-yes]")
        page.wait_for_url("**/system/sign-on/")
        expect(page.locator("body")).to_contain_text("等待中")
        visitor.go(f"/system/users/{user.pk}/")
        _fits(page, "user-zh")
        page.click("a:has-text('登录方式')")
        expect(page.locator("#dk-dialog-body select[name=way]")).to_have_value("directory")
        _fits(page, "way-zh")
        page.context.add_cookies([{"name": "dakehu_language", "value": "en", "url": live_server.url}])
        visitor.go("/system/sign-on/")
        page.click("text=Check now")
        expect(page.locator("body")).to_contain_text("No connection")
        _fits(page, "sso-checked-en")
        assert visitor.faults == []
