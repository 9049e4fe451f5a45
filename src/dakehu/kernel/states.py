"""State machines as tables.

A machine is a mapping `(state, event) -> state`. A pair that is missing is an illegal move: there is no
wildcard source and no default. The diagrams in `docs/states/` are drawn from the same tables, and the
test kit walks the whole State × Event product of each (`dakehu.infra.testing.states`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from dakehu.kernel.errors import DomainError

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class IllegalMove(DomainError):
    """The machine has no such move. Data: `machine`, `state`, `event`."""

    code = "state.illegal_move"


@dataclass(frozen=True, slots=True)
class StateTable(Generic[S, E]):
    """A named machine over the members of two enumerations.

    `name` titles the diagram; `initial` is where a new thing starts. Every state must be reachable from
    `initial`: a table that breaks this raises `ValueError` when the module is imported.
    """

    name: str
    initial: S
    moves: Mapping[tuple[S, E], S]

    def __post_init__(self) -> None:
        reached = set(self._reachable())
        lost = [state for state in type(self.initial) if state not in reached]
        if lost:
            raise ValueError(f"{self.name}: no way from {self.initial} to {', '.join(lost)}")

    def move(self, state: S, event: E) -> S:
        """The state after `event`, or `IllegalMove`."""
        try:
            return self.moves[state, event]
        except KeyError:
            raise IllegalMove(machine=self.name, state=str(state), event=str(event)) from None

    def allows(self, state: S, event: E) -> bool:
        return (state, event) in self.moves

    def events(self, state: S) -> tuple[E, ...]:
        """What may happen in `state`, in the table's order: the buttons of a page."""
        return tuple(event for source, event in self.moves if source == state)

    def is_final(self, state: S) -> bool:
        return not self.events(state)

    def mermaid(self) -> str:
        """The diagram in Mermaid's state notation, the same text for the same table."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {source} --> {target}: {event}" for (source, event), target in self.moves.items()]
        lines += [f"    {state} --> [*]" for state in type(self.initial) if self.is_final(state)]
        return "\n".join(lines) + "\n"

    def _reachable(self) -> Iterator[S]:
        seen = {self.initial}
        frontier = [self.initial]
        while frontier:
            state = frontier.pop()
            yield state
            for (source, _event), target in self.moves.items():
                if source == state and target not in seen:
                    seen.add(target)
                    frontier.append(target)
