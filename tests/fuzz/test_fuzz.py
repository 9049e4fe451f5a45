"""A little of the damage with every test run, always the same."""

from __future__ import annotations

import pytest

from tests.fuzz.run import TARGETS, fuzz

ROUNDS = {"parser": 600, "framer": 100, "stun": 2000, "websocket": 150, "stack": 1500, "server": 1500}


@pytest.mark.parametrize("name", TARGETS)
def test_damage(name: str) -> None:
    assert fuzz(name, seed=1, rounds=ROUNDS[name])
