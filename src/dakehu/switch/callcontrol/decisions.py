"""What becomes of a call: ring somebody, perhaps somebody else after that, or refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.services import ForwardKind, Services
from dakehu.switch.callcontrol.reasons import Failure, Reason
from dakehu.switch.directory.entries import LineEntry


class LiveSwitch(Protocol):
    """What a decision needs to know of the switch as it is just now. Each answer takes no time."""

    def telephones(self, line: LineEntry) -> int:
        """How many telephones of the line are signed in."""

    def calls(self, line: LineEntry) -> int:
        """How many calls the line is in, ringing or talking."""

    def wishes(self, line: LineEntry) -> frozenset[WishKind]:
        """For what the exchange is to call the line later."""

    def met_busy(self, line: LineEntry) -> str:
        """The public number of the line that this one has last met busy, if that was not long ago."""


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
    """A line that forwards the call on, and pays the part from it to the target, of class `call_class`."""

    by: LineEntry
    kind: ForwardKind
    call_class: CallClass


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring all `telephones` of `called` and show them `shown_number`; it `waits` where the line is in a call.

    `call_class` is the caller's; what a `diversion` adds has its own. `no_answer_s` is None where the
    process's own patience counts. `otherwise` says where the call goes after a failure: one hop at most
    (VPN-06), so those connects have no further ones.
    """

    called: LineEntry
    call_class: CallClass
    shown_number: str
    trace: tuple[str, ...]
    telephones: int = 1
    no_answer_s: int | None = None
    diversion: Diversion | None = None
    otherwise: Mapping[Failure, Connect] = field(default_factory=lambda: MappingProxyType({}))
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Deny:
    """Refuse the caller; `called` and `call_class` as far as they were found."""

    reason: Reason
    trace: tuple[str, ...]
    called_number: str = ""
    called: LineEntry | None = None
    call_class: CallClass | None = None


@dataclass(frozen=True, slots=True)
class Serve:
    """A feature code, carried out: answer the caller, say `told`, hang up (CTX-07).

    `changed` are the line's services as they are now, None where they stay as they were; `wish` is what the
    exchange is to do later.
    """

    told: Told
    trace: tuple[str, ...]
    changed: Services | None = None
    wish: Wish | None = None


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


Answer = Connect | Deny | Serve
"""What a call can begin with."""
Decision = Answer | Take | Park
