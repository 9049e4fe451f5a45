"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.centrex.testing import GroupScenario
from dakehu.infra.testing.routes import Route
from dakehu.numbering.testing import a_customer


def _group(world: Any) -> dict[str, int]:
    return {"pk": GroupScenario(world).group.pk}


def _member(world: Any) -> dict[str, int]:
    return {"pk": GroupScenario(world).member(1).pk}


def _line(world: Any) -> dict[str, int]:
    return {"pk": GroupScenario(world).member(1).line_id}


_RENAMED = {"version": 1, "name": "晋源重工"}
_JOINING = {
    "public_number": "03518880005",
    "short_number": "8005",
    "line_kind": "fixed",
    "rights_level": "local",
}
_CHANGED = {"version": 1, "short_number": "8100", "rights_level": "own_group", "in_group_only": "on"}


def _for_changers(route: Route) -> Route:
    """Auditors and account managers see, and change nothing."""
    return replace(route, auditor=403, manager=403)


ROUTES = [
    Route("centrex-group-list"),
    Route("centrex-group-record", path=_group, neighbour=404),
    _for_changers(Route("centrex-group-change", path=_group)),
    _for_changers(Route("centrex-group-change", "POST", path=_group, data=_RENAMED, administrator=302)),
    _for_changers(Route("centrex-group-night", path=_group)),
    _for_changers(Route("centrex-group-night", "POST", path=_group, data={"version": 1}, administrator=302)),
    _for_changers(Route("centrex-group-codes", path=_group)),
    _for_changers(
        Route(
            "centrex-group-codes", "POST", path=_group, data={"version": 1, "absent": "72"}, administrator=302
        )
    ),
    _for_changers(Route("centrex-group-remove", "POST", path=_group, administrator=302)),
    _for_changers(Route("centrex-member-create", path=_group)),
    _for_changers(
        Route(
            "centrex-member-create",
            "POST",
            path=_group,
            data=_JOINING,
            administrator=302,
            also={"provisioning_engineer": 302},
        )
    ),
    Route("centrex-member-proposal", path=_group, neighbour=404),
    _for_changers(Route("centrex-member-change", path=_member)),
    _for_changers(
        Route(
            "centrex-member-change",
            "POST",
            path=_member,
            data=_CHANGED,
            administrator=302,
            also={"one_stop_desk": 302},
        )
    ),
    _for_changers(Route("centrex-member-remove", "POST", path=_member, administrator=302)),
    Route("centrex-customer-panel", path=lambda world: {"pk": a_customer(world).pk}, neighbour=404),
    Route("centrex-line-panel", path=_line, neighbour=404),
]
