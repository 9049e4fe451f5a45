#!/usr/bin/env python
"""Takes the pictures of the user guide: a demonstration province of its own, real Chromium, in Chinese.

scripts/screenshots.py                    all of them, into docs/images
scripts/screenshots.py order report       those alone
scripts/screenshots.py --at URL …         of an installation that runs already (it must be a demonstration)
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from palette import reduced  # noqa: E402 - found by the line above
from tests.kit.installation import Installation  # noqa: E402

from dakehu.config.demo.accounts import DEMO_PASSWORD  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000
KNOWN_CUSTOMER = "晋阳云图"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
_DESK, _POCKET = (1440, 900), (390, 844)
_ACCOUNTS = 2_000
_PATIENCE_MS = 120_000


class Camera:
    """One browser with a page for each person who signs in."""

    def __init__(self, browser: Browser, address: str, wanted: set[str]) -> None:
        self._browser, self._address, self._wanted = browser, address, wanted
        self._people: dict[str, Page] = {}
        self._blank = browser.new_page()
        self.ids: dict[str, int] = {}
        self._missing: list[str] = []

    def wants(self, *names: str) -> bool:
        return not self._wanted or bool(self._wanted & set(names))

    def person(self, username: str) -> Page:
        """The page of someone who has signed in."""
        if username not in self._people:
            context = self._browser.new_context(
                base_url=self._address, locale="zh-CN", timezone_id="Asia/Shanghai",
                viewport={"width": _DESK[0], "height": _DESK[1]},
            )  # fmt: skip
            context.set_default_timeout(_PATIENCE_MS)
            page = context.new_page()
            page.on("response", self._note)
            page.goto("/accounts/login/")
            page.fill("input[name=login]", username)
            page.fill("input[type=password]", DEMO_PASSWORD)
            page.press("input[type=password]", "Enter")
            page.wait_for_url(lambda url: "/accounts/" not in url)
            self._people[username] = page
        return self._people[username]

    def open(self, username: str, path: str) -> Page:
        page = self.person(username)
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{username} at {path}: {answer.status if answer else 'no answer'}")
        self.settle(page)
        return page

    def settle(self, page: Page) -> None:
        """Until everything the page fetches has come and charts have stopped moving."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(900)

    def take(self, page: Page, name: str, size: tuple[int, int] = _DESK) -> None:
        if not self.wants(name):
            return
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("document.activeElement && document.activeElement.blur()")
        self.settle(page)
        if self._missing:
            raise SystemExit(f"{name}: " + "; ".join(self._missing))
        picture = reduced(self._blank, page.screenshot(animations="disabled", timeout=180_000))
        (IMAGES / f"{name}.png").write_bytes(picture)
        page.set_viewport_size({"width": _DESK[0], "height": _DESK[1]})
        wide = "" if len(picture) <= LARGEST else f"  larger than {LARGEST:,}"
        print(f"{name}.png  {len(picture):,}{wide}", flush=True)

    def _note(self, answer: Response) -> None:
        if answer.status >= 400:
            self._missing.append(f"{answer.status} {answer.url}")


def plain_pages(camera: Camera) -> None:
    """Pages that need nothing done before."""
    customer = f"/customers/{known_customer(camera)}/"
    group = f"/centrex/{known_group(camera)}/"
    for name, who, path, size in (
        ("workbench", "manager", "/", _DESK),
        ("workbench-phone", "manager", "/", _POCKET),
        ("customers", "taiyuan", "/customers/", _DESK),
        ("customers-phone", "manager", "/customers/", _POCKET),
        ("customer", "manager", customer, _DESK),
        ("group", "desk", group, _DESK),
        ("orders", "desk", "/orders/", _DESK),
        ("usage", "taiyuan", "/usage/", _DESK),
        ("report", "province", "/reports/calls/", _DESK),
        ("units", "admin", "/system/units/", _DESK),
        ("roles", "admin", "/system/roles/", _DESK),
        ("calendar", "admin", "/system/calendar/", _DESK),
        ("audit", "auditor", "/system/audit/", _DESK),
    ):
        if camera.wants(name):
            camera.take(camera.open(who, path), name, size)


def sign_in_page(camera: Camera) -> None:
    if camera.wants("sign-in"):
        page = camera._browser.new_context(base_url=camera._address, locale="zh-CN").new_page()
        page.goto("/accounts/login/")
        camera.take(page, "sign-in", (1000, 640))


def voice_panel(camera: Camera) -> None:
    """The customer's record at its tab of calls."""
    if camera.wants("customer-calls"):
        page = camera.open("manager", f"/customers/{known_customer(camera)}/")
        page.click("[data-part=services]")
        page.click("[data-tab=usage]")
        camera.take(page, "customer-calls")


def import_preview(camera: Camera) -> None:
    """A file with a few faults, read and checked, nothing saved."""
    if not camera.wants("import"):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "新客户名单.xlsx"
        spreadsheet(file)
        page = camera.open("manager", "/imports/customers/")
        page.set_input_files("input[type=file]", str(file))
        page.click("main form button.btn-primary")
        page.wait_for_selector("#import-rows, .imp-map", timeout=_PATIENCE_MS)
    camera.take(page, "import")


def spreadsheet(path: Path) -> None:
    """Invented customers: good ones, a wrong check digit, a missing name, one that is on file already."""
    rows = [
        ("客户名称", "统一社会信用代码", "行业", "月收入", "联系电话", "地址"),
        ("晋中云岭机械制造有限公司", "", "工业", "12,500.00", "0351-7654321", "太原市迎泽区并州路12号"),
        ("太原锦程物流有限公司", "91140100MA0EXAMP0X", "", "8,600", "0351-7654322", "太原市小店区平阳路7号"),
        ("", "", "", "3,000", "0351-7654323", "太原市杏花岭区府东街3号"),
        ("晋阳云图科技有限公司（演示）", "", "", "9,900", "0351-7654324", "太原市云帆路1号"),
        ("太原双塔文化传媒有限公司", "", "", "一万二", "13800000000", "太原市迎泽区双塔寺街5号"),
        ("山西汾河源食品有限公司", "", "", "5,400", "电话待补", "太原市晋源区长兴南街9号"),
        ("太原柳巷商贸有限公司", "", "", "2,150.50", "0351-7654327", "太原市迎泽区柳巷21号"),
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def one_order(camera: Camera) -> None:
    """One order from the form to its telephones, with pictures on the way."""
    if not camera.wants("order-new", "order-form", "order-review", "order", "order-telephones"):
        return
    manager = camera.open("manager", f"/orders/new/?customer={known_customer(camera)}")
    camera.take(manager, "order-new")
    manager.check("input[name=offering][value=centrex-group]")
    manager.click("main form .btn-primary")
    fill_group(camera, manager)
    camera.take(manager, "order-form")
    manager.click("button[name=stage][value=review]")
    camera.settle(manager)
    camera.take(manager, "order-review")
    manager.click("button[name=stage][value=submit]")
    manager.wait_for_url(re.compile(r"/orders/\d+/"))
    order = re.sub(r"^https?://[^/]+", "", manager.url).split("?")[0]
    act(camera, "desk", order, "受理")
    do_steps(camera, order, 2)
    camera.take(camera.open("manager", order), "order")
    if camera.wants("order-telephones"):
        do_steps(camera, order, 20)
        page = camera.open("desk", order)
        page.click("[data-tab=telephones]")
        page.click("button:has-text('发放密码')")
        camera.take(page, "order-telephones")


def fill_group(camera: Camera, page: Page) -> None:
    camera.settle(page)
    page.select_option("[name=head-exchange]", "TY01")
    camera.settle(page)
    page.fill("[name=head-name]", "云图四期总机群")
    page.fill("[name=head-exit_prefix]", "0")
    page.fill("[name=head-attendant_prefix]", "9")
    page.fill("[name=head-short_length]", "4")
    page.fill("[name=head-capacity]", "50")
    page.press("[name=head-capacity]", "Tab")
    camera.settle(page)


def act(camera: Camera, who: str, path: str, label: str) -> bool:
    """Press a button of the record, and what its dialog asks for; whether there was such a button."""
    page = camera.open(who, path)
    button = page.locator(f"main :is(button, a.btn):has-text('{label}'):visible").first
    if not button.count():
        return False
    button.click()
    page.wait_for_timeout(700)
    dialog = page.locator("dialog[open]")
    if dialog.count():
        for area in dialog.locator("textarea, input[type=text]").all():
            area.fill("已按调单完成，测试正常")
        dialog.locator(".btn-primary, .btn-danger").last.click()
    camera.settle(page)
    return True


def do_steps(camera: Camera, path: str, moves: int) -> None:
    """Begin and finish steps, whoever of the two may."""
    for _move in range(moves):
        if not any(
            act(camera, who, path, label) for who in ("engineer", "desk") for label in ("完成", "开始")
        ):
            return


def known_customer(camera: Camera) -> int:
    return _found(camera, "customer", f"/customers/?q={KNOWN_CUSTOMER}", r"/customers/(\d+)/")


def known_group(camera: Camera) -> int:
    return _found(camera, "group", f"/centrex/?q={KNOWN_CUSTOMER}", r"/centrex/(\d+)/")


def _found(camera: Camera, noun: str, path: str, pattern: str) -> int:
    if noun not in camera.ids:
        page = camera.open("manager", path)
        for link in page.locator("main a[href]").all():
            found = re.fullmatch(pattern, link.get_attribute("href") or "")
            if found:
                camera.ids[noun] = int(found[1])
                break
        else:
            raise SystemExit(f"No {noun} of the demonstration at {path}")
    return camera.ids[noun]


SCENES: tuple[Callable[[Camera], None], ...] = (
    sign_in_page, plain_pages, voice_panel, import_preview, one_order,
)  # fmt: skip


@contextmanager
def address_of(given: str) -> Iterator[str]:
    """The given installation's address, or a new one's while it runs."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="dakehu-pictures-") as home:
        own = Installation(Path(home), accounts=_ACCOUNTS)
        try:
            for command in (["setup"], ["demo", "--accounts", str(_ACCOUNTS)]):  # no hurry here
                subprocess.run(
                    [sys.executable, "-m", "dakehu.config", *command], env=own.environment, check=True
                )
            own.start()
            wait_for_figures(own)
            yield own.address
        finally:
            own.remove()


def wait_for_figures(own: Installation) -> None:
    """Until the worker has brought the demonstration's calls to the lake."""
    for _second in range(120):
        if own.rows("SELECT count(*) FROM reporting_lakefile")[0][0]:
            time.sleep(3)
            return
        time.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="pictures to take; all without")
    parser.add_argument("--at", default="", metavar="URL", help="an installation that runs already")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with address_of(options.at) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=_FLAGS, env=os.environ | {"LANGUAGE": "zh_CN"}
        )
        camera = Camera(browser, address, set(options.names))
        for scene in SCENES:
            scene(camera)
        browser.close()


if __name__ == "__main__":
    main()
