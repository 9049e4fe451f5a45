"""Counts: exact up to a bound, an estimate beyond, never a slow count inside a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Count as CountOf
from django.db.models import OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.lists import counting
from dakehu.infra.ui.lists.counting import Count, full_count, quick_count, rounded
from dakehu.infra.ui.tests.routes import a_job


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, 0), (7, 7), (99, 99), (123, 120), (10_501, 11_000), (1_049_999, 1_000_000), (1_050_000, 1_100_000)],
)
def test_an_estimate_has_two_figures(number: int, shown: int) -> None:
    assert rounded(number) == shown


@pytest.mark.django_db
class TestCount:
    def _parts(self, rows: int) -> list[QuerySet[Job]]:
        for n in range(rows):
            a_job(SYSTEM, done=n % 2)
        return [Job.objects.filter(done=0), Job.objects.filter(done=1)]

    def test_a_short_list_is_counted_at_once(self) -> None:
        assert quick_count(self._parts(7), 5, narrowed=False) == Count(7)

    def test_a_long_list_says_how_far_it_was_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "AT_ONCE", 5)
        assert quick_count(self._parts(7), 3, narrowed=False) == Count(5, is_exact=False, is_open=True)

    def test_a_page_of_a_filtered_list_counts_nothing(self) -> None:
        parts = self._parts(7)
        with CaptureQueriesContext(connection) as captured:
            assert quick_count(parts, 5, narrowed=True) == Count(5, is_exact=False, is_open=True)
        assert not captured.captured_queries

    @pytest.mark.parametrize("count", [full_count, lambda parts: quick_count(parts, 3, narrowed=False)])
    def test_what_is_shown_beside_rows_is_not_reckoned(self, count: Callable[..., Count]) -> None:
        beside = Job.objects.filter(kind=OuterRef("kind")).order_by().values("kind")
        parts = [part.annotate(alike=beside.annotate(n=CountOf("pk")).values("n")) for part in self._parts(7)]
        with CaptureQueriesContext(connection) as captured:
            assert count(parts) == Count(7)
        assert not any("alike" in query["sql"] or "GROUP BY" in query["sql"] for query in captured)

    def test_exact_up_to_the_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "EXACT_UP_TO", 7)
        assert full_count(self._parts(7)) == Count(7)

    def test_an_estimate_beyond_it_that_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "EXACT_UP_TO", 5)
        parts = self._parts(7)
        beyond = full_count(parts)
        assert not beyond.is_exact
        assert beyond.number >= 5
        with CaptureQueriesContext(connection) as captured:
            assert quick_count(parts, 3, narrowed=True) == beyond
        assert not captured.captured_queries
