"""Paging by key: every row once, in the database's own order, forwards and backwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.lists.keyset import Cursor, Order, decode, encode, page_of
from dakehu.infra.ui.tests.routes import a_job

pytestmark = pytest.mark.django_db

ORDERS = [
    Order("title"),
    Order("title", descending=True),
    Order("finished_at"),
    Order("finished_at", descending=True),
    Order("created_at", descending=True),
    Order(),
    Order("done", descending=True),
]
_AT = now()


def _jobs(drawn: list[tuple[int, int | None]]) -> None:
    """Jobs with many equal titles and some that have not finished."""
    for title, finished in drawn:
        at = None if finished is None else _AT + timedelta(minutes=finished)
        a_job(SYSTEM, title=f"任务{title}", finished_at=at, done=title)


def _walk(parts: list[QuerySet[Job]], order: Order, size: int) -> tuple[list[Any], list[Any]]:
    """The keys met going forwards to the end, and then backwards to the beginning."""
    page = page_of(parts, order, size)
    assert not page.previous
    there = [row.pk for row in page.rows]
    while page.next:
        page = page_of(parts, order, size, after=page.next)
        there += [row.pk for row in page.rows]
    back = [row.pk for row in page.rows]
    while page.previous:
        page = page_of(parts, order, size, before=page.previous)
        back = [row.pk for row in page.rows] + back
    return there, back


ROWS = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3))), max_size=17)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ROWS, size=st.integers(1, 6))
def test_every_row_once_and_in_order(order: Order, drawn: list[tuple[int, int | None]], size: int) -> None:
    Job.objects.all().delete()
    _jobs(drawn)
    expected = list(Job.objects.order_by(*order.fields()).values_list("pk", flat=True))
    there, back = _walk([Job.objects.all()], order, size)
    assert there == expected
    assert back == expected


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_disjoint_parts_are_merged_by_the_databases_order(order: Order) -> None:
    _jobs([(n % 4, None if n % 3 == 0 else n % 5) for n in range(23)])
    parts = [Job.objects.filter(done__lt=2), Job.objects.filter(done=2), Job.objects.filter(done=3)]
    expected = list(Job.objects.order_by(*order.fields()).values_list("pk", flat=True))
    there, back = _walk(parts, order, 4)
    assert there == expected
    assert back == expected


def test_a_row_inserted_before_the_place_moves_nothing() -> None:
    _jobs([(n, None) for n in range(6)])
    first = page_of([Job.objects.all()], Order("done"), 3)
    a_job(SYSTEM, title="先来的", done=0)
    second = page_of([Job.objects.all()], Order("done"), 3, after=first.next)
    assert [row.done for row in second.rows] == [3, 4, 5]


@pytest.mark.parametrize("text", ["", "x", "!!!", "bnVsbA", "W10", "WyJhIl0", "WzEsMiwzXQ", "é"])
def test_an_address_that_someone_edited_shows_the_first_page(text: str) -> None:
    _jobs([(n, None) for n in range(4)])
    assert len(page_of([Job.objects.all()], Order("created_at"), 3, after=text).rows) == 3


def test_a_cursor_survives_the_address() -> None:
    job = a_job(SYSTEM, finished_at=_AT)
    cursor = Cursor(job.finished_at, job.pk)
    assert decode(encode(cursor), Job, Order("finished_at")) == cursor
