"""Rows of the access table: route × role → status.

Each app lists its routes in `tests/routes.py` as `ROUTES: list[Route]`; `tests/test_access_table.py` of the
whole project walks every URL pattern, fails for a pattern or method without a row, and calls each row as
every role. The roles, all working in the province that `dakehu.organisation.testing.Scenario` builds:

- anonymous: nobody is signed in. Pages answer 302 (to the sign-in page), the API 401.
- auditor: reads the whole province, changes nothing.
- manager: a key-account manager of a team in Taiyuan, owner of the objects that `path` makes there.
- neighbour: a key-account manager of Datong, for whom those objects don't exist (404).
- administrator: may everything everywhere.

    ROUTES = [
        Route("customers-customer-list", auditor=200, manager=200),
        Route("customers-customer-record", path=lambda world: {"pk": a_customer(world).pk},
              auditor=200, manager=200, neighbour=404),
        Route("customers-customer-create", method="POST", data={...}, auditor=403, manager=302,
              administrator=302),
    ]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Supplied = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]
"""A mapping, or a function of the test's `Scenario` that makes the objects it names and gives a mapping."""


@dataclass(frozen=True, slots=True)
class Route:
    """One URL and method, with the status each role gets.

    `name` is what `reverse` takes; for a REST path without a name, its template as the resolver shows it
    ("api/customer/{pk}"). `neighbour` equals `manager` unless given: give it wherever `path` makes objects.
    `also` holds further roles by code, working where the manager does. `data` is a form; with `json` it is
    sent as a JSON body.
    """

    name: str
    method: str = "GET"
    path: Supplied = field(default_factory=dict)
    query: str = ""
    data: Supplied = field(default_factory=dict)
    json: bool = False
    content_type: str = "application/json"
    anonymous: int = 302
    auditor: int = 200
    manager: int = 200
    neighbour: int | None = None
    administrator: int = 200
    also: Mapping[str, int] = field(default_factory=dict)

    def expected(self) -> dict[str, int]:
        """Every role's status, in the table's order."""
        return {
            "anonymous": self.anonymous,
            "auditor": self.auditor,
            "account_manager": self.manager,
            "neighbour": self.manager if self.neighbour is None else self.neighbour,
            "administrator": self.administrator,
            **self.also,
        }


def supplied(values: Supplied, world: object) -> dict[str, Any]:
    """The mapping itself, or what the function makes of the scenario."""
    return dict(values(world) if callable(values) else values)
