"""The whole State × Event product of each machine, and that moves and effects belong together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from dakehu.kernel.states import IllegalMove, StateTable
from dakehu.switch.sip.dialogs import DIALOG, DialogEvent
from dakehu.switch.sip.transactions import tables
from dakehu.switch.sip.transactions.tables import (
    CLIENT,
    CLIENT_EFFECTS,
    CLIENT_MACHINE,
    INVITE_CLIENT,
    INVITE_CLIENT_EFFECTS,
    INVITE_CLIENT_MACHINE,
    INVITE_SERVER,
    INVITE_SERVER_EFFECTS,
    INVITE_SERVER_MACHINE,
    SERVER,
    SERVER_EFFECTS,
    SERVER_MACHINE,
    ClientEvent,
    Effect,
    InviteClientEvent,
    InviteServerEvent,
    Machine,
    ServerEvent,
)

TABLES: list[tuple[StateTable[Any, Any], type[Any]]] = [
    (INVITE_CLIENT, InviteClientEvent),
    (CLIENT, ClientEvent),
    (INVITE_SERVER, InviteServerEvent),
    (SERVER, ServerEvent),
    (DIALOG, DialogEvent),
]
COMPILED: list[tuple[StateTable[Any, Any], Mapping[Any, tuple[Effect, ...]], Machine]] = [
    (INVITE_CLIENT, INVITE_CLIENT_EFFECTS, INVITE_CLIENT_MACHINE),
    (CLIENT, CLIENT_EFFECTS, CLIENT_MACHINE),
    (INVITE_SERVER, INVITE_SERVER_EFFECTS, INVITE_SERVER_MACHINE),
    (SERVER, SERVER_EFFECTS, SERVER_MACHINE),
]
# Pairs without a move: what can't happen there, or comes too late to matter. Written out, so that a move that
# appears or disappears must be thought about twice.
MISSING = {
    "INVITE client transaction": {
        "calling": {"timer D", "timer M"},
        "proceeding": {"timer A", "timer D", "timer M"},
        "accepted": {"1xx", "300-699", "timer A", "timer B", "timer D", "transport error"},
        "completed": {"1xx", "2xx", "timer A", "timer B", "timer M"},
        "terminated": {str(event) for event in InviteClientEvent},
    },
    "non-INVITE client transaction": {
        "trying": {"timer K"},
        "proceeding": {"timer K"},
        "completed": {"1xx", "200-699", "timer E", "timer F", "transport error"},
        "terminated": {str(event) for event in ClientEvent},
    },
    "INVITE server transaction": {
        "proceeding": {"ACK", "timer G", "timer H", "timer I", "timer L"},
        "accepted": {"send 1xx", "send 300-699", "timer G", "timer H", "timer I"},
        "completed": {"send 1xx", "send 2xx", "send 300-699", "timer I", "timer L"},
        "confirmed": {str(event) for event in InviteServerEvent} - {"timer I"},
        "terminated": {str(event) for event in InviteServerEvent},
    },
    "non-INVITE server transaction": {
        "trying": {"timer J", "transport error"},
        "proceeding": {"timer J"},
        "completed": {"send 1xx", "send 200-699"},
        "terminated": {str(event) for event in ServerEvent},
    },
    "dialog": {
        "early": set(),
        "confirmed": {"2xx", "300-699"},
        "terminated": {str(event) for event in DialogEvent},
    },
}


def _members(kind: type[StrEnum]) -> list[StrEnum]:
    return list(kind)


@pytest.mark.parametrize(("table", "events"), TABLES, ids=lambda value: getattr(value, "name", ""))
def test_state_event_product(table: StateTable[Any, Any], events: type[Any]) -> None:
    for state, event in product(_members(type(table.initial)), _members(events)):
        if event in MISSING[table.name][state]:
            with pytest.raises(IllegalMove):
                table.move(state, event)
        else:
            assert isinstance(table.move(state, event), type(table.initial))


@pytest.mark.parametrize(
    ("table", "effects", "machine"), COMPILED, ids=lambda value: getattr(value, "name", "")
)
def test_compiled_machine_says_what_the_table_says(
    table: StateTable[Any, Any], effects: Mapping[Any, tuple[Effect, ...]], machine: Machine
) -> None:
    assert set(machine) == set(table.moves)
    assert set(effects) <= set(table.moves)
    for (state, event), after in table.moves.items():
        move = machine[state, event]
        assert move.state is after
        assert move.effects == effects.get((state, event), ())


@pytest.mark.parametrize("table", [table for table, _ in TABLES], ids=lambda table: table.name)
def test_diagram_is_drawn_from_the_table(table: StateTable[Any, Any]) -> None:
    lines = table.mermaid().splitlines()
    assert len(lines) == 2 + len(table.moves) + sum(table.is_final(state) for state in type(table.initial))
    assert table.is_final(type(table.initial)("terminated"))


def test_every_timer_is_an_event_of_one_machine() -> None:
    events = [str(event) for _, kind in TABLES for event in kind if str(event).startswith("timer")]
    assert sorted(events) == sorted(f"timer {timer}" for timer in tables.Timer)
