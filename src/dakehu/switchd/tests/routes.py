"""This chapter's rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.infra.testing.routes import Route
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange


def _line(world: Any) -> dict[str, int]:
    return {"pk": a_line(a_customer(world), a_block(an_exchange(world.taiyuan))[0]).pk}


ROUTES = [
    Route("switchd-alarm-panel", path=_line, neighbour=404),
    Route("switchd-alarm", path=_line, auditor=403, manager=403),
    Route(
        "switchd-alarm",
        "POST",
        path=_line,
        data={"version": "0", "at": "07:00"},
        auditor=403,
        manager=403,
        administrator=302,
    ),
]
