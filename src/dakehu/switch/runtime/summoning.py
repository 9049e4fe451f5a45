"""Calls that the service begins itself: alarms at their minute, calling back who was busy (CTX-07)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import Call, Connect, WishKind, actions, events
from dakehu.switch.callcontrol.sounds import Sounding
from dakehu.switch.records import CallRecord, EndCause
from dakehu.switch.runtime.beginning import Beginner
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.sessions import Session
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.wishes import Kept, Wishes, next_time

CALL_BACK_MS = 30 * 60 * 1000
"""How long a call back is waited for, and busy is remembered (as Q.957's CCBS duration)."""
GUARD_S = 3.0
"""A line that has just hung up may want to call first."""
ALARM_TRIES, ALARM_AGAIN_MS = 3, 5 * 60 * 1000
_MOST_REMEMBERED = 100_000

Place = Callable[[Call], Session]


class Summoner:
    """One per process. `begin` makes a call of a line, `place` gives it a session."""

    def __init__(self, wire: Wire, decider: Decider, wishes: Wishes, begin: Beginner, place: Place) -> None:
        self._wire = wire
        self._decider = decider
        self._wishes = wishes
        self._begin = begin
        self._place = place
        self._busy: OrderedDict[str, CallRecord] = OrderedDict()
        self._summoned: dict[Session, Kept] = {}
        self.ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            actions.Remember: self._remember,
            actions.LeadOn: self._lead_on,
        }

    # --- what is known of lines

    def met_busy(self, number: str) -> str:
        """Whom the line has last met busy, if not long ago."""
        record = self._busy.get(number)
        if record is None or record.end_ms + CALL_BACK_MS < self._wire.tools.clock.epoch_ms():
            return ""
        return record.called_number

    def ended(self, record: CallRecord) -> None:
        """A call's end: which line met which busy. None that a password allowed: it could not call again."""
        lines = record.calling_customer_id and record.called_customer_id
        if record.cause is EndCause.BUSY and lines and not record.authorised_by:
            self._busy[record.calling_number] = record
            self._busy.move_to_end(record.calling_number)
            if len(self._busy) > _MOST_REMEMBERED:
                self._busy.popitem(last=False)

    # --- time

    def tick(self) -> None:
        """Ring for the alarms that are due; forget what nobody waits for any more."""
        now_ms = self._wire.tools.clock.epoch_ms()
        for kept in self._wishes.due(now_ms):
            if kept.kind is WishKind.CALL_BACK:
                self._wishes.renew(kept, None)
            else:
                self._ring_alarm(kept, now_ms)

    def freed(self, number: str) -> None:
        """The line is in no call any more: after a while, who waits for it is called."""
        if self._wishes.waiting_for(number):
            asyncio.get_running_loop().call_later(GUARD_S, self._call_back, number)

    def over(self, session: Session) -> None:
        """A call that we began has ended: an alarm that was heard does not come again."""
        kept = self._summoned.pop(session, None)
        if kept is not None and kept.kind is WishKind.ALARM and session.call.record.answer_ms:
            self._wishes.drop(kept.kind, kept.number)

    # --- inside

    def _ring_alarm(self, kept: Kept, now_ms: int) -> None:
        """It comes again unless it is heard, a few times, and after a crash as well."""
        again = msgspec.structs.replace(kept, due_ms=now_ms + ALARM_AGAIN_MS, tries=kept.tries + 1)
        if again.tries > ALARM_TRIES:
            self._wishes.renew(kept, None)
        elif self._wishes.renew(kept, again):
            self._summon(kept.number, again, "*55#", kept.number, Told.ALARM)

    def _call_back(self, target: str) -> None:
        board = self._wire.board
        if board.calls_of(target):
            return
        for kept in self._wishes.waiting_for(target):
            if board.calls_of(kept.number):
                continue
            if not self._wishes.renew(kept, None):
                continue
            if self._summon(kept.number, kept, "*59#", target, None):
                return

    def _summon(self, number: str, kept: Kept, code: str, shown: str, says: Sounding | None) -> bool:
        """Ring the line; False where it has no telephone or is in a call."""
        line = self._decider.line(number)
        telephones = self._wire.tools.telephones(line) if line is not None else 0
        if (
            line is None
            or not telephones
            or self._wire.board.calls_of(number)
            or self._wire.tools.media is None
        ):
            return False
        session = self._place(self._begin(line, code))
        self._summoned[session] = kept
        connect = Connect(line, CallClass.IN_GROUP, shown, ("CTX-07", str(kept.kind)), telephones)
        self._wire.apply(session, events.Summoned(connect, says))
        return True

    def _lead_on(self, session: Session, action: actions.LeadOn) -> None:
        kept = self._summoned[session]
        decided = self._decider.decide(kept.number, kept.dialled)
        if decided is not None:
            led = events.LedOn(action.leg, decided.decision, decided.line, decided.dialled)
            self._wire.soon(session, led)

    def _remember(self, _session: Session, action: actions.Remember) -> None:
        wish = action.wish
        now_ms = self._wire.tools.clock.epoch_ms()
        if wish.cancels:
            self._wishes.drop(wish.kind, action.number)
        elif wish.kind is WishKind.ALARM:
            self._wishes.put(Kept(wish.kind, action.number, next_time(wish.at, now_ms)))
        else:
            dialled = self._busy[action.number].dialled
            until_ms = now_ms + CALL_BACK_MS
            self._wishes.put(Kept(wish.kind, action.number, until_ms, wish.target, dialled))
            if not self._wire.board.calls_of(wish.target):
                self.freed(wish.target)
