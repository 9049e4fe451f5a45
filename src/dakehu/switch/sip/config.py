"""What a stack is told about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dakehu.switch.sip.timers import Timings
from dakehu.switch.sip.transport import Transport

NewToken = Callable[[], str]
"""Makes an unguessable token of letters and digits, different each time: branches and tags come from it."""

_SDP = frozenset({"application/sdp"})
_BODIES: Mapping[str, frozenset[str]] = {"INVITE": _SDP, "ACK": _SDP, "PRACK": _SDP, "UPDATE": _SDP}


@dataclass(frozen=True, slots=True)
class StackConfig:
    """Who we are on the wire and what we understand.

    `sent_by` is what our Via says per transport: numeric host and port; a transport missing from it can't be
    used. `methods` becomes Allow, `extensions` Supported (option tags), `bodies` says which content types a
    method may bring (a method not named may bring any). Requests of `hop_limited` methods outside a dialog
    that arrive with Max-Forwards 0 are answered 483, because we would pass them on; others are for us, and
    zero is no fault. `force_rport` answers every UDP request to the port it came from. Beyond
    `max_server_transactions`, new requests are answered 503; those inside dialogs have twice the room, so
    that calls can still be ended.
    """

    sent_by: Mapping[Transport, tuple[str, int]]
    methods: frozenset[str] = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER"})
    extensions: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset({"sip", "sips", "tel"})
    bodies: Mapping[str, frozenset[str]] = field(default_factory=lambda: dict(_BODIES))
    hop_limited: frozenset[str] = frozenset({"INVITE", "MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH"})
    timings: Timings = field(default_factory=Timings)
    force_rport: bool = False
    product: str = ""
    max_server_transactions: int = 100_000

    @property
    def allow(self) -> str:
        """The value of Allow."""
        return ", ".join(sorted(self.methods))
