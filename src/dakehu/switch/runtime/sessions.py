"""Calls as the wire knows them: legs with their dialogs and what is open on each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from dakehu.numbering.domain.trunks import Account, Way
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    Leg,
    TimerName,
)
from dakehu.switch.callcontrol.actions import Announce, SendInvite
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.media import Room
from dakehu.switch.runtime.anchor import Anchor
from dakehu.switch.sip import (
    ClientId,
    Dialog,
    DialogId,
    Endpoint,
    Heard,
    Malformed,
    Message,
    Refer,
    Request,
    Response,
    ServerId,
    SessionTimer,
    Transport,
)

Place = tuple[str, str | int]
"""Where a call can be found by those who want to take it."""


class Purpose(StrEnum):
    """What a request of ours is for."""

    INVITE = "invite"
    REINVITE = "reinvite"
    BYE = "bye"
    PROBE = "probe"
    NOTIFY = "notify"
    PRACK = "prack"
    INFO = "info"
    REFRESH = "refresh"


class Reliability(StrEnum):
    """How the caller takes provisional answers: as they come, for certain, or (it insists on what cannot be
    had without an offer of its own) not at all.
    """

    PLAIN = "plain"
    RELIABLE = "reliable"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """An answer to the caller, which may have to wait for the PRACK of the one before.

    `tag` is that of another early dialog, made for sound of ours alone.
    """

    status: int
    media: Media | None
    headers: tuple[tuple[str, str], ...] = ()
    tag: str = ""


@dataclass(slots=True, eq=False)
class CallerHears:
    """What the caller has been told before its call is answered.

    `told` is the session description that it got for certain: its offer is answered, and another answer can
    only come in another dialog. `is_updated`: UPDATE has changed the session since.
    """

    how: Reliability = Reliability.PLAIN
    unsaid: list[Unsaid] = field(default_factory=list)
    told: Media | None = None
    is_updated: bool = False


@dataclass(slots=True, eq=False)
class Keeping:
    """The session timer of a leg (see `refreshing`).

    `timer` is the agreement in force, `wanted` what our next 2xx to the leg says of it. `refresh` and `end`
    are running, `ends_at` is on the loop's clock. `asks` is the method of a refresh of ours that waits for
    its answer. `media` is the session description that the leg has of us.
    """

    timer: SessionTimer | None = None
    wanted: SessionTimer | None = None
    refresh: asyncio.TimerHandle | None = None
    end: asyncio.TimerHandle | None = None
    ends_at: float = 0.0
    asks: str = ""
    media: Media | None = None
    offered: Media | None = None


@dataclass(slots=True, eq=False)
class Early:
    """An early dialog of a telephone that is called, made by an answer that it sent reliably."""

    dialog: Dialog
    heard: Heard = field(default_factory=Heard)
    answer: Media | None = None


@dataclass(slots=True)
class Keys:
    """What a leg dials at its port: a number, or a single key for a `choice`."""

    choice: bool
    digits: str = ""
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class Side:
    """One leg on the wire.

    `peer` is the flow its messages take, None while that is what its Contact says. A called one `is_browser`
    where it registered over WebSocket, with us or with a proxy. `invite` made the leg, on
    `server` where it called us; `client` is our last INVITE to the leg, and `owes_ack` whether its 2xx still
    wants an ACK. `asked` is a re-INVITE or UPDATE of the leg that waits for its last word, `refers` a REFER
    of it, `refer` what that asked for. `said` is the last message in which the telephone told what it can,
    `rang` its last 18x. `port` is where it hears us, `keys` what it dials there. `anchor` is a browser's.

    `trunk` is the group that carries the leg. One to another network is `wanted` so, has these `ways` left
    (`hunting`), an `account` for its gateway's challenges, and `is_heard` once that said
    anything.
    """

    leg: Leg
    tag: str
    transport: Transport = Transport.UDP
    peer: Endpoint | None = None
    invite: Request | None = None
    server: ServerId | None = None
    client: ClientId | None = None
    dialog: Dialog | None = None
    dialogs: list[DialogId] = field(default_factory=list)
    asked: tuple[ServerId, Request] | None = None
    refers: tuple[ServerId, Request] | None = None
    refer: Refer | None = None
    port: Port | None = None
    anchor: Anchor | None = None
    keys: Keys | None = None
    trunk: str = ""
    wanted: SendInvite | None = None
    ways: list[Way] = field(default_factory=list)
    account: Account | None = None
    is_heard: bool = False
    owes_ack: bool = False
    said: Message | None = None
    rang: Response | None = None
    hears: CallerHears = field(default_factory=CallerHears)
    early: dict[str, Early] = field(default_factory=dict)
    keeping: Keeping = field(default_factory=Keeping)
    is_browser: bool = False

    def dialog_of(self, request: Request) -> Dialog | None:
        """The dialog that a request from the leg belongs to: the one made, or an early one."""
        if self.dialog is not None:
            return self.dialog if self.dialog.matches(request) else None
        early = self.early.get(request.from_.tag)
        return early.dialog if early is not None else None

    @property
    def open_dialog(self) -> Dialog | None:
        """The dialog in which a request of ours can go to the leg."""
        if self.dialog is not None or not self.early:
            return self.dialog
        return next(reversed(self.early.values())).dialog

    @property
    def is_settled(self) -> bool:
        """Whether the first offer is answered for certain, so that UPDATE may bring another (RFC 3311)."""
        if self.server is not None:
            return self.hears.told is not None
        return any(early.answer is not None for early in self.early.values())

    def allows(self, method: str) -> bool:
        """Whether the telephone told that it understands the method."""
        try:
            return self.said is not None and method.lower() in self.said.tokens("allow")
        except Malformed:
            return False

    def timers_after(self, now: float) -> int:
        """How many timers of the leg have still to run out; `now` is on the loop's clock."""
        handles = [self.keeping.refresh, self.keeping.end, self.keys.timer if self.keys else None]
        return sum(
            handle is not None and not handle.cancelled() and handle.when() > now for handle in handles
        )

    @property
    def route(self) -> Endpoint | None:
        """Where requests inside the dialog go: the flow, unless proxies asked to stay in the path."""
        return None if self.dialog is not None and self.dialog.route_set else self.peer


@dataclass(slots=True, eq=False)
class Session:
    """A call with its legs. `room` is its conference."""

    call: Call
    sides: dict[Leg, Side] = field(default_factory=dict)
    room: Room | None = None
    timers: dict[TimerName, asyncio.TimerHandle] = field(default_factory=dict)
    servers: list[ServerId] = field(default_factory=list)
    clients: set[ClientId] = field(default_factory=set)
    """Requests of ours that wait for their last word."""
    engaged: tuple[str, ...] = ()
    """The lines that are counted as in this call."""
    places: tuple[Place, ...] = ()
    """Where it waits for somebody to take it."""
    trunks: tuple[str, ...] = ()
    """The trunk groups on which it is counted, once for each leg."""
    is_keeping: bool = False
    told: Announce | None = None
    """What the caller hears as soon as the disk has kept, or refused, the services they set."""

    @property
    def caller(self) -> Side | None:
        """Who called us; None where we began the call."""
        return self.sides.get(CALLER)

    def side(self, leg: Leg) -> Side:
        return self.sides[leg]


@dataclass(frozen=True, slots=True)
class Pending:
    """A request of ours that waits for its last word."""

    session: Session
    side: Side
    purpose: Purpose
    request: Request
