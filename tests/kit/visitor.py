"""A person at a browser: signs in, goes to pages, chooses in pickers. Real Chromium, in Chinese."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 30_000
_SIZES = ((1440, 900), (390, 844))


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The system's Chromium with these flags more; the test is skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        try:
            yield running
        finally:
            running.close()


class Visitor:
    """One signed-in person. `faults` is what their browser's console complained of.

    `E2E_SHOTS=<folder>` keeps pictures of what `shown` is called for, at a desk's and a telephone's width.
    """

    def __init__(self, browser: Browser, address: str, username: str, password: str) -> None:
        self.address, self.username = address, username
        self.context = browser.new_context(
            base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900}
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(error.stack or str(error)))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type in {"error", "warning"} else None,
        )
        self._sign_in(password)

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{self.username} at {path}: {answer.status}"

    def pick(self, field: str, text: str) -> None:
        """Choose in a picker what typing `text` finds."""
        self.page.fill(f"#id_{field}", text)
        self.page.click(f"[data-picker]:has(#id_{field}) [data-pick]:has-text('{text}')")

    def shown(self, name: str) -> None:
        """Nothing sticks out of the page at either width; a picture of both where wanted."""
        folder = os.environ.get("E2E_SHOTS")
        for width, height in _SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide at {width}"
            if folder:
                self.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": _SIZES[0][0], "height": _SIZES[0][1]})

    def _sign_in(self, password: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", self.username)
        self.page.fill("input[type=password]", password)
        self.page.press("input[type=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
