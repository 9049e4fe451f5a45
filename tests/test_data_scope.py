"""Non-interference: what one city's people do changes nothing of what another city's people are shown.

Every page, list, search, export, autocomplete and API collection that needs no object of its own is asked by
somebody of Datong, in a province where nobody in Taiyuan has done anything; then Taiyuan gets every object
that the rows of the access table make, and all is asked again. An answer that differs tells something of
what lies outside the scope: a row, a total, a suggestion, an order of rows. That objects themselves answer
404 is the access table's part (`neighbour`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dakehu.infra.testing.routes import Route, supplied
from dakehu.kernel.errors import DomainError
from dakehu.organisation.models import Post, Role, User
from dakehu.organisation.testing import Scenario
from tests.test_access_table import ROUTES

SEARCHES = ("", "q=太", "limit=1")
"""What lists understand, asked of all: what a page does not know it passes over or refuses alike."""
SOUGHT = ("测试", "ceshi", "王", "wx", "20")
"""What the made-up files, people, papers and visits are called, for the search over everything."""
OF_THE_MOMENT = re.compile(
    r'nonce="[^"]*"|nonce-[\w+/=-]+|csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|'
    r'csrf[-_]token" content="[^"]*"|\d\d:\d\d(:\d\d)?(\.\d+)?|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}'
)
SHARED = (
    "/customers/grading/",
    "/orders/new/",
    "/performance/new-products/",
    "/system/outbox/",
    "/system/parameters/",
    "/system/posts/",
    "/system/roles/",
    "/tariffs/",
    "/tmf-api/productCatalogManagement/",
)
"""What is set for the whole province and is no city's: roles, dictionaries, parameters, products, tariffs;
and deliveries given up, which those alone see who look after the system."""


def addresses(searches: Sequence[str] = SEARCHES) -> Iterator[str]:
    """Every GET that needs no object, with what is asked of it."""
    for route in ROUTES:
        if route.method != "GET" or route.path:
            continue
        url = "/" + (route.name if "/" in route.name else reverse(route.name)).lstrip("/")
        for search in searches:
            query = "&".join(filter(None, (route.query, search)))
            yield f"{url}?{query}" if query else url
    for text in SOUGHT:
        yield f"{reverse('ui-search')}?q={text}"


def answers(user: User, searches: Sequence[str] = SEARCHES) -> dict[str, str]:
    """What the person is told at each address, without what changes from moment to moment."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    told = {}
    for url in addresses(searches):
        with transaction.atomic():
            response = client.get(url)
            body = (
                b"".join(getattr(response, "streaming_content"))  # noqa: B009 - the test client's type hides it
                if response.streaming
                else response.content
            )
            transaction.set_rollback(True)
        told[url] = f"{response.status_code} {OF_THE_MOMENT.sub('', text_of(body))}"
    return told


def text_of(body: bytes) -> str:
    """The words of a page, or of a workbook's sheets."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(
            book.read(name).decode()
            for name in sorted(book.namelist())
            if name.startswith(("xl/worksheets", "xl/sharedStrings"))
        )


def fill(world: Scenario, routes: list[Route]) -> int:
    """Every object that these rows make, in Taiyuan; how many made theirs."""
    return sum(_makes(route, world) for route in routes)


def _makes(route: Route, world: Scenario) -> bool:
    theirs = _theirs(world)
    try:
        with transaction.atomic():
            supplied(route.path, world)
            if _theirs(world) == theirs:
                return True
            transaction.set_rollback(True)  # it is Datong that got something
    except (DatabaseError, DomainError):  # a second one of something that there is once
        pass
    return False


def _theirs(world: Scenario) -> tuple[int, ...]:
    """How many people Datong has, and how many roles and posts everybody."""
    people = User.objects.filter(org_unit__path__startswith=world.datong.path)
    return people.count(), Role.objects.count(), Post.objects.count()


def makers() -> dict[str, list[Route]]:
    """Rows that make objects, by their chapter."""
    chapters: dict[str, list[Route]] = {}
    for route in ROUTES:
        if callable(route.path):
            chapters.setdefault(route.path.__module__, []).append(route)
    return chapters


CHAPTERS = makers()
GROUPS = {
    "frame": ("infra", "organisation", "notices", "reporting"),
    "customers": ("customers",),
    "managers": ("managers",),
    "products": ("numbering", "centrex", "enterprise_vpn", "ringback", "catalogue"),
    "orders": ("switchd", "orders", "charging"),
}
"""Apps whose objects are made together, those that others stand on first: each group takes a walk through all
addresses before and after."""


def test_every_chapter_is_in_a_group() -> None:
    assert {chapter.split(".")[1] for chapter in CHAPTERS} == {
        each for group in GROUPS.values() for each in group
    }


@pytest.mark.req("KAM-11", "KAM-03")
@pytest.mark.parametrize("group", sorted(GROUPS))
def test_what_taiyuan_does_changes_nothing_of_what_datong_is_shown(world: Scenario, group: str) -> None:
    _ = world.datong_team, world.other_team, world.administrator_user
    witnesses = world.auditor_user, world.manager_user
    roles = Role.objects.exclude(code="administrator").values_list("code", flat=True)
    observer = world.user(*roles, unit=world.datong, username="observer", name="观察员")
    before, whole = answers(observer), _seen_by(witnesses)
    for app in GROUPS[group]:
        for chapter in sorted(each for each in CHAPTERS if each.split(".")[1] == app):
            assert fill(world, CHAPTERS[chapter]), chapter
            whole, earlier = _seen_by(witnesses), whole
            assert whole != earlier, f"{chapter}: neither who sees the province nor whose it is sees anything"
    after = answers(observer)
    differing = [url for url in before if before[url] != after[url] and not url.startswith(SHARED)]
    assert not differing, "\n".join(difference(url, before[url], after[url]) for url in differing)


def _seen_by(witnesses: Sequence[User]) -> list[dict[str, str]]:
    return [answers(user, SEARCHES[:1]) for user in witnesses]


def difference(url: str, before: str, after: str) -> str:
    """Where two answers part."""
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return f"{url}: {before[max(0, at - 60) : at + 100]!r} became {after[max(0, at - 60) : at + 100]!r}"
