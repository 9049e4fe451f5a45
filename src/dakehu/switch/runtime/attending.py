"""The queues before attendants' desks, and how many calls each console has had (CTX-08, VPN-11)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dakehu.switch.callcontrol import CallState, Connect, Decision, Queue, actions, events
from dakehu.switch.records import Attendance
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.sessions import Session
from dakehu.switch.runtime.wire import Wire

AFTER_CALL_S = 1.0
"""An attendant breathes between two calls."""
_RULES = frozenset({"CTX-12", "VPN-10", "main_number"})


@dataclass(slots=True)
class _Line:
    """Who waits at a desk, the first first, and for whom."""

    consoles: frozenset[str] = frozenset()
    waiting: list[Session] = field(default_factory=list)


class Attendants:
    """One per process."""

    def __init__(self, wire: Wire, decider: Decider) -> None:
        self._wire = wire
        self._decider = decider
        self._desks: dict[str, _Line] = {}
        self._taken: Counter[str] = Counter()
        self.ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            actions.Enqueue: self._enqueue,
            actions.Attend: self._attend,
        }

    def taken(self, console: str) -> int:
        """How many calls the console has had, as sharing counts them."""
        return self._taken[console]

    def waiting(self, key: str) -> int:
        """How many wait at the desk."""
        desk = self._desks.get(key)
        return len(desk.waiting) if desk is not None else 0

    @property
    def queued(self) -> int:
        """Places taken in all queues."""
        return sum(len(desk.waiting) for desk in self._desks.values())

    def freed(self, number: str) -> None:
        """A line is in no call any more: if it is a console, the next one who waits is for it."""
        for key, desk in self._desks.items():
            if number in desk.consoles:
                asyncio.get_running_loop().call_later(AFTER_CALL_S, self.serve, key)

    def tick(self) -> None:
        """Consoles come and go: look again."""
        for key in list(self._desks):
            self.serve(key)

    def answered(self, session: Session) -> None:
        """A call is up: whether an attendant has taken it.

        Who has just come counts as if it had had as many as the others, lest it get all calls until then.
        """
        call = session.call
        if _RULES.isdisjoint(call.record.trace[:2]) or len(call.talkers) < 2:
            return
        console = call.talkers[1].number
        others = [self._taken[each] for each in self._colleagues(session) if each != console]
        self._taken[console] = max(self._taken[console] + 1, min(others, default=0))

    def serve(self, key: str) -> None:
        """Give the first who waits at the desk to an attendant who is free, as long as there is one."""
        desk = self._desks.get(key)
        while desk is not None and desk.waiting:
            session = desk.waiting[0]
            if session.call.state is not CallState.QUEUED:
                desk.waiting.pop(0)
                continue
            decision = self._again(session)
            if not isinstance(decision, Connect):
                if isinstance(decision, Queue):
                    desk.consoles = frozenset(decision.consoles)
                return
            desk.waiting.pop(0)
            self._wire.apply(session, events.Served(decision))
        self._desks.pop(key, None)

    def _again(self, session: Session) -> Decision | None:
        """Where the call that waits would go now."""
        record, side = session.call.record, session.caller
        if side is not None and side.trunk and side.invite is not None:
            decided = self._decider.incoming_again(side.trunk, side.invite, record.dialled)
        else:
            decided = self._decider.decide(record.calling_number, record.dialled)
        return decided.decision if decided is not None else None

    def _enqueue(self, session: Session, action: actions.Enqueue) -> None:
        desk = self._desks.setdefault(action.desk, _Line())
        desk.consoles = frozenset(action.consoles)
        desk.waiting.insert(0 if action.first else len(desk.waiting), session)

    def _attend(self, _session: Session, action: actions.Attend) -> None:
        tools = self._wire.tools
        tools.spool.attendance_changed(Attendance(action.number, action.attends, tools.clock.epoch_ms()))

    def _colleagues(self, session: Session) -> frozenset[str]:
        queue = session.call.queue
        if queue is not None:
            return frozenset(queue.consoles)
        connect = session.call.connect
        numbers = set()
        while connect is not None:
            numbers.add(connect.called.public_number)
            connect = next(iter(connect.otherwise.values()), None)
        return frozenset(numbers)
