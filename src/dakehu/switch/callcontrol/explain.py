"""What would happen if a line dialled something, without calling."""

from __future__ import annotations

from dataclasses import dataclass

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol.decisions import Connect, Deny, LiveSwitch, Park, Serve, Take, WishKind
from dakehu.switch.callcontrol.reasons import REFUSALS, Failure, Reason
from dakehu.switch.callcontrol.routing import decide
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


class _Quiet:
    """A switch at rest, every telephone signed in."""

    def telephones(self, _line: LineEntry) -> int:
        return 1

    def calls(self, _line: LineEntry) -> int:
        return 0

    def wishes(self, _line: LineEntry) -> frozenset[WishKind]:
        return frozenset()

    def met_busy(self, _line: LineEntry) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would come of it.

    `reason` says why not; without one it is a call that would ring (`status` 180), with the targets it would
    go on to, or a feature code (200) that would be answered with `told`.
    """

    trace: tuple[str, ...]
    status: int
    reason: Reason | None = None
    called_number: str = ""
    call_class: CallClass | None = None
    shown_number: str = ""
    forwarded_by: str = ""
    otherwise: tuple[tuple[Failure, Explanation], ...] = ()
    told: Told | None = None
    waits: bool = False

    @property
    def rings(self) -> bool:
        return self.reason is None and self.told is None


def explain(
    view: DirectoryView, caller: LineEntry, dialled: str, live: LiveSwitch | None = None
) -> Explanation:
    """The outcome and the rules behind it, from the code that decides calls.

    Without `live` every line counts as having one telephone signed in and being in no call.
    """
    match decide(view, caller, dialled, live or _Quiet()):
        case Connect() as connect:
            return _rings(connect)
        case Deny() as deny:
            status = REFUSALS[deny.reason].status
            return Explanation(deny.trace, status, deny.reason, deny.called_number, deny.call_class)
        case Serve() as serve:
            return Explanation(serve.trace, 200, told=serve.told)
        case Take() as take:
            called = take.line.public_number if take.line is not None else ""
            return Explanation(take.trace, 200, called_number=called)
        case Park() as park:
            return Explanation(park.trace, REFUSALS[Reason.NOTHING_TO_TAKE].status, Reason.NOTHING_TO_TAKE)


def _rings(connect: Connect) -> Explanation:
    diversion = connect.diversion
    return Explanation(
        connect.trace,
        180,
        called_number=connect.called.public_number,
        call_class=connect.call_class,
        shown_number=connect.shown_number,
        forwarded_by=diversion.by.public_number if diversion is not None else "",
        otherwise=tuple((failure, _rings(onward)) for failure, onward in connect.otherwise.items()),
        waits=connect.waits,
    )
