"""What becomes of a call: ring somebody, perhaps somebody else after that, or refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.onenumber import Follow
from dakehu.numbering.domain.services import ForwardKind, Services
from dakehu.numbering.domain.trunks import Gateway, Way
from dakehu.switch.callcontrol.reasons import Failure, Reason
from dakehu.switch.directory.entries import LineEntry

MOST_LEGS = 8
T = TypeVar("T")


class LiveSwitch(Protocol):
    """What a decision needs to know of the switch as it is just now. Each answer takes no time."""

    def telephones(self, line: LineEntry) -> int:
        """How many telephones of the line are signed in."""

    def calls(self, line: LineEntry) -> int:
        """How many calls the line is in, ringing or talking."""

    def is_locked(self, line: LineEntry, owner: str) -> bool:
        """Whether too many wrong passwords were dialled at the line, or for the line with number `owner`."""

    def trunk_calls(self, code: str) -> int:
        """How many calls are on the trunk group, in and out."""

    def is_down(self, gateway: Gateway) -> bool:
        """Whether the gateway failed its last check."""

    def wishes(self, line: LineEntry) -> frozenset[WishKind]:
        """For what the exchange is to call the line later."""

    def met_busy(self, line: LineEntry) -> str:
        """The public number of the line that this one has last met busy, if that was not long ago."""

    def taken(self, console: str) -> int:
        """How many calls to its attendants the console has had, as sharing counts them."""

    def now(self) -> datetime:
        """The moment, aware."""


@dataclass(frozen=True, slots=True)
class OffNet:
    """A number of another network, by the first of `ways` that takes the call. It is no customer's."""

    public_number: str
    ways: tuple[Way, ...]
    customer_id: int = 0
    group_id: int = 0


Called = LineEntry | OffNet


class WishKind(StrEnum):
    """What the exchange calls a line for."""

    ALARM = "alarm"
    CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True)
class Wish:
    """A line wants to be called by the exchange, or (`cancels`) no more.

    An alarm has an hour and a minute `at`, in China Standard Time; a call back the number that is to be free.
    """

    kind: WishKind
    cancels: bool = False
    at: tuple[int, int] = (0, 0)
    target: str = ""


@dataclass(frozen=True, slots=True)
class Diversion:
    """A line that has the call come on to another, and pays the part from it to there, of class `call_class`.

    `target` is the number as the line has it.
    """

    by: LineEntry
    kind: ForwardKind | Follow
    call_class: CallClass
    target: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """All `telephones` of a line, shown `shown_number`; it `waits` where the line is in a call. A number of
    another network is as one telephone."""

    called: Called
    shown_number: str
    telephones: int = 1
    diversion: Diversion | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring all `telephones` of `called` and show them `shown_number`; it `waits` where the line is in a call.

    `call_class` is the caller's, None for a call from another network; what a `diversion` adds has its own.
    `no_answer_s` is None where the process's own patience counts. `otherwise` says where the call goes
    after a failure: one hop at most (VPN-06), so those connects have no further ones; with bound numbers
    that take turns (IN-04) each leads to the next. `also` are rung at the same time (IN-02): whoever
    answers first has the call. No decision rings more than `MOST_LEGS` telephones. `authorised_by` is the
    number whose password allowed the call (VPN-13). `ringback` is the digest of the tone that the caller
    hears (VPN-16).
    """

    called: Called
    call_class: CallClass | None
    shown_number: str
    trace: tuple[str, ...]
    telephones: int = 1
    no_answer_s: int | None = None
    diversion: Diversion | None = None
    otherwise: Mapping[Failure, Connect] = field(default_factory=lambda: MappingProxyType({}))
    waits: bool = False
    also: tuple[Target, ...] = ()
    authorised_by: str = ""
    ringback: str = ""

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that is rung at once."""
        return self.first, *self.also

    @property
    def first(self) -> Target:
        return Target(self.called, self.shown_number, self.telephones, self.diversion, self.waits)


def onwards(connect: Connect, change: Callable[[Connect], T]) -> Mapping[Failure, T]:
    """What `change` makes of each that the connect goes on to, once however many failures lead there: numbers
    that take turns would else be changed anew for each way through them."""
    each = {id(onward): onward for onward in connect.otherwise.values()}
    changed = {key: change(onward) for key, onward in each.items()}
    return MappingProxyType({failure: changed[id(onward)] for failure, onward in connect.otherwise.items()})


@dataclass(frozen=True, slots=True)
class Deny:
    """Refuse the caller; `called` and `call_class` as far as they were found.

    `authorised_by` is the number whose password was dialled, rightly or wrongly (VPN-13).
    """

    reason: Reason
    trace: tuple[str, ...]
    called_number: str = ""
    called: LineEntry | None = None
    call_class: CallClass | None = None
    authorised_by: str = ""


@dataclass(frozen=True, slots=True)
class Serve:
    """A feature code, carried out: answer the caller, say `told`, hang up (CTX-07).

    `changed` are the line's services as they are now, None where they stay as they were; `wish` is what the
    exchange is to do later; `attends` whether the line serves its VPN's attendant number from now on.
    """

    told: Told
    trace: tuple[str, ...]
    changed: Services | None = None
    wish: Wish | None = None
    attends: bool | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """All attendants of `desk` are in calls: wait for one of `consoles`, with music (CTX-08).

    `otherwise` is where the call goes when it has waited too long.
    """

    desk: str
    consoles: tuple[str, ...]
    trace: tuple[str, ...]
    call_class: CallClass | None
    otherwise: Connect | None = None


class Reach(StrEnum):
    """What is wanted of a call of others."""

    PICK_UP = "pick_up"
    RETRIEVE = "retrieve"
    BREAK_IN = "break_in"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Take:
    """Come into a call that others have: of `line`, or (PICK_UP alone) of anybody in the caller's group."""

    reach: Reach
    trace: tuple[str, ...]
    line: LineEntry | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """Leave the other side of one's call waiting; there is nothing to be done without a call."""

    trace: tuple[str, ...]


Answer = Connect | Deny | Serve | Queue
"""What a call can begin with."""
Decision = Answer | Take | Park
