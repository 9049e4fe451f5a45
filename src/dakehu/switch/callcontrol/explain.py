"""What would happen if a line dialled something, without calling."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.kernel.numbers import CallClass
from dakehu.switch.callcontrol.decisions import Connect, Telephones
from dakehu.switch.callcontrol.reasons import REFUSALS, Reason
from dakehu.switch.callcontrol.routing import decide
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reason` is None for a call that would ring, and `status` then 180."""

    trace: tuple[str, ...]
    status: int
    reason: Reason | None = None
    called_number: str = ""
    call_class: CallClass | None = None
    shown_number: str = ""

    @property
    def rings(self) -> bool:
        return self.reason is None


def explain(
    view: DirectoryView, caller: LineEntry, dialled: str, telephones: Telephones | None = None
) -> Explanation:
    """The outcome and the rules behind it, from the code that decides calls.

    Without `telephones` every line counts as having one signed in.
    """
    decision = decide(view, caller, dialled, telephones or (lambda _line: 1))
    if isinstance(decision, Connect):
        return Explanation(
            decision.trace,
            180,
            called_number=decision.called.public_number,
            call_class=decision.call_class,
            shown_number=decision.shown_number,
        )
    return Explanation(
        decision.trace,
        REFUSALS[decision.reason].status,
        decision.reason,
        decision.called_number,
        decision.call_class,
    )
