"""The State × Event product of a machine."""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from dakehu.kernel.states import IllegalMove, StateTable


def assert_state_product(table: StateTable[Any, Any], events: type[StrEnum] | None = None) -> None:
    """Walk every pair: a listed one moves as the table says, a missing one raises and names the pair.

    `events` is the event enumeration, found from the table when it has any move.
    """
    states: type[StrEnum] = type(table.initial)
    kind: type[StrEnum] = events or type(next(iter(table.moves))[1])
    for state, event in product(list(states), list(kind)):
        if (state, event) in table.moves:
            assert table.allows(state, event)
            assert table.move(state, event) is table.moves[state, event]
            assert event in table.events(state)
        else:
            assert not table.allows(state, event)
            assert event not in table.events(state)
            with pytest.raises(IllegalMove) as raised:
                table.move(state, event)
            assert raised.value.data == {"machine": table.name, "state": str(state), "event": str(event)}
    unknown = {
        pair for pair in table.moves if not isinstance(pair[0], states) or not isinstance(pair[1], kind)
    }
    assert not unknown, f"{table.name}: moves of another machine's members: {unknown}"
    assert all(isinstance(target, states) for target in table.moves.values())
