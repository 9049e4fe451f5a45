"""One table for the whole system: route × role → status.

Every app lists its routes in `tests/routes.py`. This module walks all URL patterns, ours and those of
libraries: one that no table names fails, and so does a table row that names no pattern. Then each row is
called as every role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dakehu.infra.testing.routes import Route, supplied
from dakehu.organisation.models import User
from dakehu.organisation.seed import seed
from dakehu.organisation.testing import Scenario

OPEN_ROUTES = [Route("health", anonymous=200)]
"""Routes of the composition root itself."""
NOT_OURS: dict[str, str] = {}
"""Patterns of libraries that no app's table holds, each with the reason."""


def _routes() -> list[Route]:
    modules = [f"{app}.tests.routes" for app in settings.DAKEHU_APPS]
    return OPEN_ROUTES + [
        route
        for module in modules
        if find_spec(module.rpartition(".")[0]) and find_spec(module)
        for route in import_module(module).ROUTES
    ]


def _patterns(
    resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every pattern as its qualified name, its template ("api/customer/{pk}") and itself."""
    for pattern in resolver.url_patterns:
        template = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _patterns(pattern, template, inner)
        else:
            yield ":".join((*spaces, pattern.name or "")), template, pattern


ROUTES = _routes()
PATTERNS = list(_patterns(get_resolver()))


def test_every_pattern_has_its_rows() -> None:
    rows: dict[str, set[str]] = {}
    for route in ROUTES:
        rows.setdefault(route.name, set()).add(route.method)
    missing = []
    for name, template, pattern in PATTERNS:
        if name in NOT_OURS or template in NOT_OURS:
            continue
        listed = rows.get(name, set()) | rows.get(template, set())
        said = getattr(pattern.callback, "methods", None)
        lacking = set(said or ()) - listed
        if not listed or lacking:
            missing.append(f"{name or template} ({', '.join(sorted(lacking)) or 'any method'})")
    assert not missing, "no row in any tests/routes.py:\n  " + "\n  ".join(missing)


def test_every_row_names_a_pattern() -> None:
    known = {name for name, _template, _pattern in PATTERNS} | {template for _n, template, _p in PATTERNS}
    stray = {route.name for route in ROUTES} - known
    assert not stray, f"rows without a pattern: {sorted(stray)}"
    assert not set(NOT_OURS) - known


def _id(route: Route) -> str:
    return f"{route.method} {route.name}{'?' + route.query if route.query else ''}"


@pytest.mark.req("KAM-11")
@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=_id)
def test_each_role_gets_its_status(route: Route) -> None:
    seed()
    expected = route.expected()
    assert {role: _status(route, role) for role in expected} == expected


def _status(route: Route, role: str) -> int:
    """What the role is answered, in a world of its own that is undone: no role sees another's doings."""
    with transaction.atomic():
        world, client = Scenario(), Client(raise_request_exception=False)
        if role != "anonymous":
            client.force_login(_user(world, role))
        status = _call(client, route, world).status_code
        transaction.set_rollback(True)
    return status


def _user(world: Scenario, role: str) -> User:
    known = {
        "auditor": lambda: world.auditor_user,
        "account_manager": lambda: world.manager_user,
        "neighbour": lambda: world.neighbour_user,
        "administrator": lambda: world.administrator_user,
    }
    return known[role]() if role in known else world.user(role)


def _call(client: Client, route: Route, world: Scenario) -> HttpResponseBase:
    path = supplied(route.path, world)
    url = route.name.format(**path) if "{" in route.name else reverse(route.name, kwargs=path)
    url = f"/{url.lstrip('/')}" + (f"?{route.query}" if route.query else "")
    data = supplied(route.data, world)
    if route.json:
        body = json.dumps(data, default=str)
        response = client.generic(route.method, url, body, content_type=route.content_type)
    elif route.method == "POST":
        response = client.post(url, data)
    else:
        response = client.generic(route.method, url)
    if response.streaming:
        b"".join(getattr(response, "streaming_content"))  # noqa: B009 - the test client's type hides it
    return response
