from __future__ import annotations

from enum import StrEnum

import pytest

from dakehu.infra.testing.states import assert_state_product
from dakehu.kernel.states import StateTable


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Push(StrEnum):
    PUSH = "push"
    PULL = "pull"


TABLE = StateTable("door", Door.SHUT, {(Door.SHUT, Push.PUSH): Door.OPEN, (Door.OPEN, Push.PULL): Door.SHUT})


class Forgiving(StateTable[Door, Push]):
    """A machine that swallows illegal moves: what the walk is there to find."""

    def move(self, state: Door, event: Push) -> Door:
        return self.moves.get((state, event), state)


def test_a_sound_table_passes() -> None:
    assert_state_product(TABLE)


def test_a_table_that_takes_any_event_is_found() -> None:
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        assert_state_product(Forgiving("door", TABLE.initial, TABLE.moves))
