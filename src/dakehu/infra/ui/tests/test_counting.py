"""Counts: exact up to a bound, an estimate beyond, never a slow count inside a page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.lists import counting
from dakehu.infra.ui.lists.counting import Count, count, rounded
from dakehu.infra.ui.tests.routes import a_job


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, 0), (7, 7), (99, 99), (123, 120), (10_501, 11_000), (1_049_999, 1_000_000), (1_050_000, 1_100_000)],
)
def test_an_estimate_has_two_figures(number: int, shown: int) -> None:
    assert rounded(number) == shown


@pytest.mark.django_db
def test_exact_up_to_the_bound_and_open_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "EXACT_UP_TO", 5)
    for _n in range(5):
        a_job(SYSTEM)
    parts = [Job.objects.filter(done=40), Job.objects.filter(done=41)]
    assert count(parts) == Count(5)
    a_job(SYSTEM, done=41)
    beyond = count(parts)
    assert not beyond.is_exact
    if connection.vendor == "postgresql":
        return  # the planner's guess, whatever it is
    assert beyond.is_open
    assert count(parts, patient=True) == Count(6, is_exact=False)
    with CaptureQueriesContext(connection) as captured:
        assert count(parts) == Count(6, is_exact=False)
    assert all("LIMIT" in query["sql"] for query in captured.captured_queries)
