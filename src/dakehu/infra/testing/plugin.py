"""pytest's glue: emptying the audit tables after tests that commit, a fresh start for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from django_tasks_db.management.commands import db_worker

_original: Any = vars(TransactionTestCase)["_fixture_teardown"]
_made: list[str] = []


def _teardown(case: TransactionTestCase) -> None:
    """Flush, then bring back the rows that migrations made: other tests count on them.

    SQLite's audit triggers stand aside: its flush is a DELETE, which they refuse.
    """
    kept: list[tuple[str, str]] = []
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'"
            )
            kept = cursor.fetchall()
            for name, _sql in kept:
                cursor.execute(f"DROP TRIGGER {name}")
    setattr(case, "serialized_rollback", True)  # noqa: B010 - the flush is told that rows come back by themselves
    setattr(connections["default"], "_test_serialized_contents", _made[0])  # noqa: B010
    _original(case)
    with connections["default"].cursor() as cursor:
        for _name, sql in kept:
            cursor.execute(sql)
        for table in _tables_without_a_model():
            cursor.execute(f'TRUNCATE "{table}"')
    _bring_back()


def _bring_back() -> None:
    """All rows there were when the test database was made."""
    connections["default"].creation.deserialize_db_from_string(_made[0])


def _tables_without_a_model() -> list[str]:
    """On PostgreSQL: what Django's flush leaves full, such as the index of a search."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return []
    known = {"django_migrations", *connection.introspection.django_table_names(include_views=False)}
    return sorted(set(connection.introspection.table_names()) - known)


def _close_outside_transactions() -> None:
    """What `django_tasks_db`'s worker calls between tasks; in a test's transaction it would end the test."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def pytest_configure(config: Any) -> None:
    db_worker.__dict__["close_old_connections"] = _close_outside_transactions
    setattr(TransactionTestCase, "_fixture_teardown", _teardown)  # noqa: B010 - private: mypy knows it not


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember the rows that migrations made."""
    with django_db_blocker.unblock():
        _made[:] = [connections["default"].creation.serialize_db_to_string()]


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """No counter of failed sign-ins and no language of some request outlives its test."""
    yield
    cache.clear()
    translation.deactivate()
