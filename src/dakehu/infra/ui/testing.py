"""For the tests of pages: how many queries a page makes."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def assert_page_queries(client: Client, url: str, number: int, **headers: str) -> None:
    """Fetch the page twice (the first time fills caches) and hold that the second makes `number` queries."""
    client.get(url, headers=headers)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url, headers=headers)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    made = [query["sql"] for query in captured.captured_queries]
    listing = "\n".join(f"{at}. {sql[:300]}" for at, sql in enumerate(made, 1))
    assert len(made) == number, f"{url}: {len(made)} queries instead of {number}\n{listing}"
