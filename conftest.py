"""What the whole suite shares: compiled catalogues, test data from outside, the `database` mark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["dakehu.infra.testing.plugin", "dakehu.organisation.testing"]
ROOT = Path(__file__).resolve().parent
TESTDATA = Path(os.environ.get("DAKEHU_TESTDATA", ROOT.parent / "shared"))


def pytest_configure(config: pytest.Config) -> None:
    from dakehu.infra.i18n import compile_all  # Django is set up only now

    if not hasattr(config, "workerinput"):
        compile_all()


def pytest_make_parametrize_id(val: object) -> str | None:
    """An object without a name of its own is called by its type: addresses differ between processes."""
    return type(val).__name__ if " at 0x" in repr(val) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark `database` on all that touches one: those run on SQLite and again on PostgreSQL."""
    fixtures = {"db", "transactional_db", "live_server", "client", "django_db_setup"}
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or item.get_closest_marker("e2e") or names & fixtures:
            item.add_marker("database")


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of published specifications and test messages; the test is skipped where it is absent."""
    if not TESTDATA.is_dir():
        pytest.skip(f"no test data at {TESTDATA} (set DAKEHU_TESTDATA)")
    return TESTDATA
