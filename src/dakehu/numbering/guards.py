"""What products above have to say before a line changes its state.

register_guard(refuse_members)   # in AppConfig.ready; raises a DomainError to refuse
"""

from __future__ import annotations

from collections.abc import Callable

from dakehu.numbering.domain.lines import LineEvent
from dakehu.numbering.models import Line

Guard = Callable[[Line, LineEvent], None]
_guards: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """Have `guard` asked inside the transaction of every change of a line's state."""
    if guard not in _guards:
        _guards.append(guard)


def check_guards(line: Line, event: LineEvent) -> None:
    """Raise the first objection."""
    for guard in _guards:
        guard(line, event)
