"""One installation and one browser for the end-to-end tests of a process, started when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dakehu.config.demo.accounts import DEMO_PASSWORD
from tests.kit.installation import Installation
from tests.kit.visitor import Visitor, chromium


class People:
    """The demonstration's users, each signed in on first use, in a browser of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._here: dict[str, Visitor] = {}

    def __getitem__(self, username: str) -> Visitor:
        if username not in self._here:
            self._here[username] = Visitor(self._browser, self._address, username, DEMO_PASSWORD)
        return self._here[username]

    def leave(self) -> None:
        """All go, and nobody's browser may have complained."""
        for visitor in self._here.values():
            visitor.context.close()
        faults = {name: visitor.faults for name, visitor in self._here.items() if visitor.faults}
        assert faults == {}


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("home"))
    try:
        running.start()
        yield running
    finally:
        running.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Its driver runs an event loop in this thread: gone before tests that have one of their own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def people(browser: Browser, installation: Installation) -> Iterator[People]:
    found = People(browser, installation.address)
    yield found
    found.leave()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
