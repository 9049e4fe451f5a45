"""One installation for all end-to-end tests of a run: started once, stopped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("home"))
    try:
        running.start()
        yield running
    finally:
        running.remove()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
