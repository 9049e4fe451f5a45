"""What would happen if a line dialled something, without calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.switch.callcontrol.decisions import (
    Connect,
    Decision,
    Deny,
    LiveSwitch,
    OffNet,
    Park,
    Queue,
    Reach,
    Serve,
    Take,
    Target,
    WishKind,
    onwards,
)
from dakehu.switch.callcontrol.incoming import decide_incoming, outsider
from dakehu.switch.callcontrol.reasons import REFUSALS, Failure, Reason
from dakehu.switch.callcontrol.routing import decide
from dakehu.switch.callcontrol.supposing import Supposed
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


@dataclass(frozen=True, slots=True)
class _Then:
    """The switch as it is, at another time."""

    live: LiveSwitch
    at: datetime

    def telephones(self, line: LineEntry) -> int:
        return self.live.telephones(line)

    def calls(self, line: LineEntry) -> int:
        return self.live.calls(line)

    def is_locked(self, line: LineEntry, owner: str) -> bool:
        return self.live.is_locked(line, owner)

    def trunk_calls(self, code: str) -> int:
        return self.live.trunk_calls(code)

    def is_down(self, gateway: Gateway) -> bool:
        return self.live.is_down(gateway)

    def taken(self, console: str) -> int:
        return self.live.taken(console)

    def now(self) -> datetime:
        return self.at

    def wishes(self, line: LineEntry) -> frozenset[WishKind]:
        return self.live.wishes(line)

    def met_busy(self, line: LineEntry) -> str:
        return self.live.met_busy(line)


@dataclass(frozen=True, slots=True)
class Rung:
    """A number that is rung, and what it is shown. Where the line `by` has the call come on it pays
    for that, as for a call of `call_class`."""

    number: str
    shown: str
    by: str = ""
    call_class: CallClass | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would come of it.

    `reason` says why not; without one it is a call that would ring (`status` 180), with the targets it
    would go on to, all that is `rung` at once and the `ways` to another network (group and gateway), or a
    feature code (200) that would be answered with `told`. It rings for `no_answer_s` seconds, None for the
    process's own patience. `queued` are the consoles of which it waits for one, `reach` what a code does
    with a call of others.
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
    rung: tuple[Rung, ...] = ()
    ways: tuple[str, ...] = ()
    no_answer_s: int | None = None
    queued: tuple[str, ...] = ()
    reach: Reach | None = None

    @property
    def rings(self) -> bool:
        return self.reason is None and self.told is None


def explain(
    view: DirectoryView,
    caller: LineEntry,
    dialled: str,
    live: LiveSwitch | None = None,
    at: datetime | None = None,
) -> Explanation:
    """The outcome and the rules behind it, from the code that decides calls.

    Without `live` every line counts as having one telephone signed in and being in no call.
    Any password counts as right, so that none can be tried here. Without `at` it is now, or without `live`
    a Monday at noon.
    """
    return _explained(decide(view, caller, dialled, _moment(live, at), trusts=True))


def explain_incoming(
    view: DirectoryView,
    trunk: TrunkGroup,
    calling: str,
    dialled: str,
    live: LiveSwitch | None = None,
    at: datetime | None = None,
) -> Explanation:
    """The same of a call that the trunk group brings from `calling`."""
    return _explained(decide_incoming(view, trunk, outsider(trunk, calling), dialled, _moment(live, at)))


def _moment(live: LiveSwitch | None, at: datetime | None) -> LiveSwitch:
    live = live or Supposed()
    return live if at is None else _Then(live, at)


def _explained(decision: Decision) -> Explanation:
    match decision:
        case Connect() as connect:
            return _rings(connect)
        case Deny() as deny:
            status = REFUSALS[deny.reason].status
            return Explanation(deny.trace, status, deny.reason, deny.called_number, deny.call_class)
        case Serve() as serve:
            return Explanation(serve.trace, 200, told=serve.told)
        case Queue() as queue:
            night = ((Failure.NO_ANSWER, _rings(queue.otherwise)),) if queue.otherwise is not None else ()
            return Explanation(
                queue.trace, 182, call_class=queue.call_class, otherwise=night, queued=queue.consoles
            )
        case Take() as take:
            called = take.line.public_number if take.line is not None else ""
            return Explanation(take.trace, 200, called_number=called, reach=take.reach)
        case Park() as park:
            return Explanation(park.trace, REFUSALS[Reason.NOTHING_TO_TAKE].status, Reason.NOTHING_TO_TAKE)


def _ways(connect: Connect) -> tuple[str, ...]:
    ways = connect.called.ways if isinstance(connect.called, OffNet) else ()
    return tuple(f"{way.group} {way.gateway}" for way in ways)


def _rings(connect: Connect) -> Explanation:
    diversion = connect.diversion
    return Explanation(
        connect.trace,
        180,
        called_number=connect.called.public_number,
        call_class=connect.call_class,
        shown_number=connect.shown_number,
        forwarded_by=diversion.by.public_number if diversion is not None else "",
        otherwise=tuple(onwards(connect, _rings).items()),
        waits=connect.waits,
        rung=tuple(map(_rung, connect.targets)),
        ways=_ways(connect),
        no_answer_s=connect.no_answer_s,
    )


def _rung(target: Target) -> Rung:
    diversion = target.diversion
    by, call_class = (diversion.by.public_number, diversion.call_class) if diversion else ("", None)
    return Rung(target.called.public_number, target.shown_number, by, call_class)
