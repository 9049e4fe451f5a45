"""Calls as the wire knows them: which transactions and dialogs belong to which call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from dakehu.switch.callcontrol import CALLER, Call, Leg, TimerName
from dakehu.switch.callcontrol.actions import Announce
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.sip import ClientId, Dialog, DialogId, Endpoint, Request, ServerId, Transport


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
    is_keeping: bool = False
    told: Announce | None = None
    """What the caller is told as soon as the disk has kept, or refused, the services they set."""
    timers: dict[TimerName, asyncio.TimerHandle] = field(default_factory=dict)
    servers: list[ServerId] = field(default_factory=list)
    clients: list[ClientId] = field(default_factory=list)

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
