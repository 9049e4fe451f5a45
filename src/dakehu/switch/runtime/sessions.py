"""Calls as the wire knows them: which transactions and dialogs belong to which call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from dakehu.switch.callcontrol import CALLER, Call, Leg, TimerName
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.sip import (
    ClientId,
    Dialog,
    DialogId,
    Endpoint,
    Heard,
    Malformed,
    Message,
    Request,
    ServerId,
    SessionTimer,
    Transport,
)


class Purpose(StrEnum):
    """What a request of ours is for."""

    INVITE = "invite"
    REINVITE = "reinvite"
    BYE = "bye"
    PROBE = "probe"
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
    """An answer to the caller that waits for the PRACK of the one before."""

    status: int
    media: Media | None
    headers: tuple[tuple[str, str], ...] = ()


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


@dataclass(slots=True, eq=False)
class Side:
    """One leg on the wire.

    `peer` is the flow its messages take, None while that is what its Contact says. `invite` made the leg, on
    `server` (the caller's); `client` is our last INVITE to the leg, and `owes_ack` whether its 2xx still
    wants an ACK. `asked` is a re-INVITE or UPDATE of the leg that waits for its last word. `said` is the
    last message in which the telephone told what it can.
    """

    leg: Leg
    tag: str
    transport: Transport = Transport.UDP
    peer: Endpoint | None = None
    invite: Request | None = None
    server: ServerId | None = None
    client: ClientId | None = None
    dialog: Dialog | None = None
    asked: tuple[ServerId, Request] | None = None
    owes_ack: bool = False
    said: Message | None = None
    hears: CallerHears = field(default_factory=CallerHears)
    early: dict[str, Early] = field(default_factory=dict)
    keeping: Keeping = field(default_factory=Keeping)

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
        if self.leg == CALLER:
            return self.hears.told is not None
        return any(early.answer is not None for early in self.early.values())

    def allows(self, method: str) -> bool:
        """Whether the telephone told that it understands the method."""
        try:
            return self.said is not None and method.lower() in self.said.tokens("allow")
        except Malformed:
            return False

    @property
    def route(self) -> Endpoint | None:
        """Where requests inside the dialog go: the flow, unless proxies asked to stay in the path."""
        return None if self.dialog is not None and self.dialog.route_set else self.peer


@dataclass(slots=True, eq=False)
class Session:
    """A call with its legs."""

    call: Call
    caller: Side
    sides: dict[Leg, Side] = field(default_factory=dict)
    port: Port | None = None
    """Where the caller hears us."""
    timers: dict[TimerName, asyncio.TimerHandle] = field(default_factory=dict)
    servers: list[ServerId] = field(default_factory=list)
    clients: list[ClientId] = field(default_factory=list)
    dialogs: list[DialogId] = field(default_factory=list)

    def side(self, leg: Leg) -> Side:
        return self.caller if leg == CALLER else self.sides[leg]


@dataclass(frozen=True, slots=True)
class Pending:
    """A request of ours that waits for its last word."""

    session: Session
    side: Side
    purpose: Purpose


class Switchboard:
    """Finds the session of what comes from the stack."""

    def __init__(self) -> None:
        self.sessions: set[Session] = set()
        self._servers: dict[ServerId, tuple[Session, Side]] = {}
        self._clients: dict[ClientId, Pending] = {}
        self._dialogs: dict[DialogId, tuple[Session, Side]] = {}

    def __len__(self) -> int:
        return len(self.sessions)

    def add(self, session: Session) -> None:
        self.sessions.add(session)

    def note_server(self, server: ServerId, session: Session, side: Side) -> None:
        """An INVITE or re-INVITE of the leg that we answer."""
        self._servers[server] = (session, side)
        session.servers.append(server)

    def note_client(self, client: ClientId, pending: Pending) -> None:
        """A request of ours."""
        self._clients[client] = pending
        pending.session.clients.append(client)

    def note_dialog(self, dialog_id: DialogId, session: Session, side: Side) -> None:
        """The leg's dialog, early or confirmed."""
        if dialog_id not in self._dialogs:
            session.dialogs.append(dialog_id)
        self._dialogs[dialog_id] = (session, side)

    def by_server(self, server: ServerId) -> tuple[Session, Side] | None:
        return self._servers.get(server)

    def by_client(self, client: ClientId) -> Pending | None:
        return self._clients.get(client)

    def by_dialog(self, request: Request) -> tuple[Session, Side] | None:
        """The leg that a request inside a dialog belongs to."""
        return self._dialogs.get(DialogId(request.call_id, request.to.tag, request.from_.tag))

    def finish_client(self, client: ClientId) -> None:
        """The request had its last word."""
        self._clients.pop(client, None)

    def remove(self, session: Session) -> None:
        """The call is over: nothing of it is found any more."""
        self.sessions.discard(session)
        for timer in session.timers.values():
            timer.cancel()
        session.timers.clear()
        for server in session.servers:
            self._servers.pop(server, None)
        for client in session.clients:
            self._clients.pop(client, None)
        for dialog_id in session.dialogs:
            self._dialogs.pop(dialog_id, None)
