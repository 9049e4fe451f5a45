"""This chapter's rows of the access table."""

from __future__ import annotations

from dakehu.charging.tests.routes import _customer
from dakehu.infra.testing.routes import Route

ROUTES = [
    Route("reporting-calls-report"),
    Route("reporting-revenue-report"),
    Route("reporting-revenue-panel", path=lambda world: {"pk": _customer(world).pk}, neighbour=404),
]
