"""Calls as the wire knows them: which transactions and dialogs belong to which call."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from dakehu.numbering.domain.trunks import Account, Way
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    Leg,
    TimerName,
    engaged,
    occupied,
    ringing_targets,
)
from dakehu.switch.callcontrol.actions import Announce, SendInvite
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.media import Room
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
    ServerId,
    SessionTimer,
    Transport,
)

Place = tuple[str, str | int]
"""Where a call can be found by those who want to take it."""


def ringing_in(group_id: int) -> Place:
    """A call that rings at a line of the group."""
    return ("group", group_id)


def parked_by(number: str) -> Place:
    """A call that the line has parked."""
    return ("parked", number)


def places_of(call: Call) -> tuple[Place, ...]:
    """Where the call waits for somebody to take it."""
    if call.state is CallState.UP:
        return (parked_by(call.back.called.public_number),) if call.back is not None else ()
    groups = dict.fromkeys(target.called.group_id for target in ringing_targets(call))
    return tuple(ringing_in(group_id) for group_id in groups if group_id)


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

    `peer` is the flow its messages take, None while that is what its Contact says. `invite` made the leg, on
    `server` where it called us; `client` is our last INVITE to the leg, and `owes_ack` whether its 2xx still
    wants an ACK. `asked` is a re-INVITE or UPDATE of the leg that waits for its last word, `refers` a REFER
    of it, `refer` what that asked for. `said` is the last message in which the telephone told what it can.
    `port` is where it hears us, `keys` what it dials there.

    `trunk` is the group that carries the leg. One to another network is `wanted` so, has these `ways` left
    (`hunting`), an `account` for its gateway's challenge until that was used, and `is_heard` once that said
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
    keys: Keys | None = None
    trunk: str = ""
    wanted: SendInvite | None = None
    ways: list[Way] = field(default_factory=list)
    account: Account | None = None
    is_heard: bool = False
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
        if self.server is not None:
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
    """A call with its legs. `room` is its conference."""

    call: Call
    sides: dict[Leg, Side] = field(default_factory=dict)
    room: Room | None = None
    timers: dict[TimerName, asyncio.TimerHandle] = field(default_factory=dict)
    servers: list[ServerId] = field(default_factory=list)
    clients: list[ClientId] = field(default_factory=list)
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


class Switchboard:
    """Finds the session of what comes from the stack."""

    def __init__(self) -> None:
        self.sessions: set[Session] = set()
        self._servers: dict[ServerId, tuple[Session, Side]] = {}
        self._clients: dict[ClientId, Pending] = {}
        self._dialogs: dict[DialogId, tuple[Session, Side]] = {}
        self._engaged: dict[str, dict[Session, None]] = {}
        self._places: dict[Place, dict[Session, None]] = {}
        self._on_trunks: Counter[str] = Counter()
        self.telling: Callable[[Side], None] = lambda _side: None
        """Hears of a caller whose dialog is made, before the caller is told that the call is answered."""
        self.freed: Callable[[str], None] = lambda _line: None
        """Hears of lines that are in no call any more."""

    def __len__(self) -> int:
        return len(self.sessions)

    def add(self, session: Session) -> None:
        self.sessions.add(session)

    def note_state(self, session: Session) -> None:
        """Which lines are in the call now, and where it waits."""
        over = session not in self.sessions
        lines, places = ((), ()) if over else (engaged(session.call), places_of(session.call))
        if lines != session.engaged:
            for line in session.engaged:
                if _drop(self._engaged, line, session) and line not in lines:
                    self.freed(line)
            for line in lines:
                self._engaged.setdefault(line, {})[session] = None
            session.engaged = lines
        if places != session.places:
            for place in session.places:
                _drop(self._places, place, session)
            for place in places:
                self._places.setdefault(place, {})[session] = None
            session.places = places

    def note_trunks(self, session: Session) -> None:
        """Which trunk groups carry legs of the call now."""
        legs = occupied(session.call) if session in self.sessions else ()
        sides = filter(None, map(session.sides.get, legs))
        trunks = tuple(side.trunk for side in sides if side.trunk)
        if trunks != session.trunks:
            self._on_trunks.subtract(session.trunks)
            self._on_trunks.update(trunks)
            session.trunks = trunks

    def calls_on(self, trunk: str) -> int:
        """How many legs the trunk group carries."""
        return self._on_trunks[trunk]

    def noted(self, place: Place) -> list[Session]:
        """The calls that wait there, the oldest first."""
        return list(self._places.get(place, ()))

    def calls_of(self, line: str) -> list[Session]:
        """The calls that the line is in, the oldest first."""
        return list(self._engaged.get(line, ()))

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
        if dialog_id not in side.dialogs:
            side.dialogs.append(dialog_id)
        self._dialogs[dialog_id] = (session, side)

    def by_server(self, server: ServerId) -> tuple[Session, Side] | None:
        return self._servers.get(server)

    def by_client(self, client: ClientId) -> Pending | None:
        return self._clients.get(client)

    def by_dialog(self, request: Request) -> tuple[Session, Side] | None:
        """The leg that a request inside a dialog belongs to."""
        return self._dialogs.get(DialogId(request.call_id, request.to.tag, request.from_.tag))

    def by_dialog_id(self, dialog_id: DialogId) -> tuple[Session, Side] | None:
        """The leg with that dialog, named from our side."""
        return self._dialogs.get(dialog_id)

    def session_of(self, side: Side) -> Session | None:
        """The call that a leg with a dialog belongs to now."""
        found = self._dialogs.get(side.dialogs[-1]) if side.dialogs else None
        return found[0] if found is not None else None

    def finish_client(self, client: ClientId) -> None:
        """The request had its last word."""
        self._clients.pop(client, None)

    def move(self, side: Side, old: Session, new: Session, leg: Leg) -> None:
        """The leg belongs to another call from now on, under another number."""
        del old.sides[side.leg]
        side.leg = leg
        new.sides[leg] = side
        for server in [each for each in old.servers if self._servers[each][1] is side]:
            old.servers.remove(server)
            self.note_server(server, new, side)
        for client in old.clients:
            pending = self._clients.get(client)
            if pending is not None and pending.side is side:
                self.note_client(client, replace(pending, session=new))
        for dialog_id in side.dialogs:
            self._dialogs[dialog_id] = (new, side)

    def remove(self, session: Session) -> None:
        """The call is over: nothing of it is found any more."""
        self.sessions.discard(session)
        self.note_state(session)
        self.note_trunks(session)
        for timer in session.timers.values():
            timer.cancel()
        session.timers.clear()
        for server in session.servers:
            self._servers.pop(server, None)
        for client in session.clients:
            self._clients.pop(client, None)
        for side in session.sides.values():
            for dialog_id in side.dialogs:
                self._dialogs.pop(dialog_id, None)


_K = TypeVar("_K")


def _drop(index: dict[_K, dict[Session, None]], key: _K, session: Session) -> bool:
    """Whether the session was the last one there."""
    calls = index.get(key, {})
    calls.pop(session, None)
    return not calls and index.pop(key, None) is not None
