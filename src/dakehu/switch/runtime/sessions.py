"""Calls as the wire knows them: which transactions and dialogs belong to which call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from dakehu.numbering.domain.trunks import Way
from dakehu.switch.callcontrol import CALLER, Call, Leg, TimerName, engaged
from dakehu.switch.callcontrol.actions import SendInvite
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.sip import ClientId, Dialog, DialogId, Endpoint, Request, ServerId, Transport

_TRUNK = "trunk "


class Purpose(StrEnum):
    """What a request of ours is for."""

    INVITE = "invite"
    REINVITE = "reinvite"
    BYE = "bye"
    PROBE = "probe"


@dataclass(slots=True, eq=False)
class Side:
    """One leg on the wire.

    `peer` is the flow its messages take, None while that is what its Contact says. `invite` made the leg, on
    `server` (the caller's); `client` is our last INVITE to the leg. `asked` is a re-INVITE of the
    leg that waits for its last word.

    `trunk` is the group that carries the leg. One to another network is `wanted` so, has these `ways` left
    (`hunting`), and `is_heard` once its gateway said anything.
    """

    leg: Leg
    tag: str
    transport: Transport = Transport.UDP
    peer: Endpoint | None = None
    invite: Request | None = None
    server: ServerId | None = None
    client: ClientId | None = None
    dialog: Dialog | None = None
    dialog_id: DialogId | None = None
    asked: tuple[ServerId, Request] | None = None
    trunk: str = ""
    wanted: SendInvite | None = None
    ways: list[Way] = field(default_factory=list)
    is_heard: bool = False

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
    engaged: tuple[str, ...] = ()
    """The lines and trunk groups that are counted as in this call."""

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
        self._engaged: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.sessions)

    def add(self, session: Session) -> None:
        self.sessions.add(session)

    def note_engaged(self, session: Session) -> None:
        """Count the lines and trunks that are in the call now, and no others."""
        lines = _engaged(session)
        if lines != session.engaged:
            self._count(session, lines)

    def _count(self, session: Session, lines: tuple[str, ...]) -> None:
        for line in session.engaged:
            left = self._engaged[line] - 1
            if left:
                self._engaged[line] = left
            else:
                del self._engaged[line]
        for line in lines:
            self._engaged[line] = self._engaged.get(line, 0) + 1
        session.engaged = lines

    def calls_of(self, line: str) -> int:
        """How many calls the line with that public number is in."""
        return self._engaged.get(line, 0)

    def calls_on(self, trunk: str) -> int:
        """How many calls are on the trunk group."""
        return self._engaged.get(f"{_TRUNK}{trunk}", 0)

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
        side.dialog_id = dialog_id
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
        self._count(session, ())
        for timer in session.timers.values():
            timer.cancel()
        session.timers.clear()
        for server in session.servers:
            self._servers.pop(server, None)
        for client in session.clients:
            self._clients.pop(client, None)
        for side in (session.caller, *session.sides.values()):
            if side.dialog_id is not None:
                self._dialogs.pop(side.dialog_id, None)


def _engaged(session: Session) -> tuple[str, ...]:
    """Public numbers of lines, and names of trunk groups once for each leg that they carry."""
    call, lines = session.call, engaged(session.call)
    if not lines:
        return ()
    if session.caller.trunk:
        lines = (f"{_TRUNK}{session.caller.trunk}", *lines[1:])
    sides = map(session.sides.get, call.ringing or (call.partner,))
    return (*lines, *(f"{_TRUNK}{side.trunk}" for side in sides if side is not None and side.trunk))
