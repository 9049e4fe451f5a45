"""The State × Event product of every machine in the house."""

from __future__ import annotations

from typing import Any

import pytest

from dakehu.infra.testing.states import assert_state_product
from dakehu.kernel.states import StateTable
from tests.modules import all_modules

TABLES: dict[str, StateTable[Any, Any]] = {
    table.name: table
    for module in all_modules()
    for table in vars(module).values()
    if isinstance(table, StateTable)
}


def test_there_are_machines_to_walk() -> None:
    assert len(TABLES) >= 3


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_pair_moves_as_written_or_is_refused(name: str) -> None:
    assert_state_product(TABLES[name])


def test_every_name_is_one_machines() -> None:
    """A name titles a diagram and stands in error messages."""
    tables = {
        id(table): table
        for module in all_modules()
        for table in vars(module).values()
        if isinstance(table, StateTable)
    }
    names = [table.name for table in tables.values()]
    assert len(names) == len(set(names))
