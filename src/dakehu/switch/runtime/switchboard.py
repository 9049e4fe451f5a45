"""Finding calls: by transaction, dialog, line, by where they wait for somebody, and by trunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from dakehu.switch.callcontrol import Call, CallState, Leg, engaged, occupied, ringing_targets
from dakehu.switch.runtime.sessions import Pending, Place, Session, Side
from dakehu.switch.sip import ClientId, DialogId, Request, ServerId

_K = TypeVar("_K")


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
        if not session.trunks and not any(side.trunk for side in session.sides.values()):
            return
        legs = occupied(session.call) if session in self.sessions else ()
        sides = filter(None, map(session.sides.get, legs))
        trunks = tuple(side.trunk for side in sides if side.trunk)
        if trunks != session.trunks:
            self._on_trunks.subtract(session.trunks)
            self._on_trunks.update(trunks)
            session.trunks = trunks

    def count(self, now: float) -> dict[str, int]:
        """What calls hold, as `Census` names it; `now` is on the loop's clock."""
        sides = [side for session in self.sessions for side in session.sides.values()]
        return {
            "calls": len(self.sessions),
            "legs": len(sides),
            "dialogs": len(self._dialogs),
            "requests": len(self._servers) + len(self._clients),
            "timers": sum(len(session.timers) for session in self.sessions)
            + sum(side.timers_after(now) for side in sides),
            "parked": sum(len(calls) for place, calls in self._places.items() if place[0] == "parked"),
            "channels": self._on_trunks.total(),
        }

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

    def finish_server(self, server: ServerId) -> None:
        """A re-INVITE had its last word and, where that was a 200, its ACK."""
        found = self._servers.get(server)
        if found is not None and found[1].server != server:
            del self._servers[server]
            found[0].servers.remove(server)

    def note_client(self, client: ClientId, pending: Pending) -> None:
        """A request of ours."""
        self._clients[client] = pending
        pending.session.clients.add(client)

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
        pending = self._clients.pop(client, None)
        if pending is not None:
            pending.session.clients.discard(client)

    def move(self, side: Side, old: Session, new: Session, leg: Leg) -> None:
        """The leg belongs to another call from now on, under another number."""
        del old.sides[side.leg]
        side.leg = leg
        new.sides[leg] = side
        for server in [each for each in old.servers if self._servers[each][1] is side]:
            old.servers.remove(server)
            self.note_server(server, new, side)
        for client in [each for each in old.clients if self._clients[each].side is side]:
            old.clients.discard(client)
            self.note_client(client, replace(self._clients[client], session=new))
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
            del self._clients[client]
        for side in session.sides.values():
            for dialog_id in side.dialogs:
                self._dialogs.pop(dialog_id, None)


def _drop(index: dict[_K, dict[Session, None]], key: _K, session: Session) -> bool:
    """Whether the session was the last one there."""
    calls = index.get(key, {})
    calls.pop(session, None)
    return not calls and index.pop(key, None) is not None
