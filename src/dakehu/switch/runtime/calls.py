"""The shell around call control: what the stack says becomes events.

`CallDesk` holds no rule. It finds the call that a request, a response, a failure or a timer belongs to, makes
one event of it, has `callcontrol.step` decide and the `Performer` carry the actions out in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dakehu.switch.callcontrol import (
    CALLER,
    Answer,
    Call,
    CallState,
    Decision,
    Deny,
    Event,
    Leg,
    Park,
    Reason,
    Take,
    events,
    step,
    target_of,
)
from dakehu.switch.runtime.acting import Performer
from dakehu.switch.runtime.attending import Attendants
from dakehu.switch.runtime.beginning import Beginner
from dakehu.switch.runtime.deciding import Decided, Decider
from dakehu.switch.runtime.inside import Inside
from dakehu.switch.runtime.intercepting import Interceptor
from dakehu.switch.runtime.messages import media_of
from dakehu.switch.runtime.referring import Referee
from dakehu.switch.runtime.replacing import Replacer
from dakehu.switch.runtime.sessions import Keys, Pending, Purpose, Session, Side
from dakehu.switch.runtime.sounding import Sounder
from dakehu.switch.runtime.summoning import Summoner
from dakehu.switch.runtime.survivors import Survivors
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import (
    AckArrived,
    AnswerUnacknowledged,
    CancelArrived,
    Fault,
    Malformed,
    PrackArrived,
    ProvisionalUnacknowledged,
    RequestArrived,
    Response,
    ResponseArrived,
    TransactionFailed,
)

_GONE = frozenset({408, 481, 503})


class CallDesk:
    """All calls of one process."""

    def __init__(
        self, tools: Tools, board: Switchboard, decider: Decider, begin: Beginner, survivors: Survivors
    ) -> None:
        self._tools = tools
        self._survivors = survivors
        self._board = board
        self._decider = decider
        self._wire = Wire(tools, board, self._apply)
        self._sounder = Sounder(self._wire, self._dialled)
        self._referee = Referee(self._wire, decider)
        self._interceptor = Interceptor(self._wire)
        self.replacer = Replacer(self._wire, decider)
        self.summoner = Summoner(self._wire, decider, tools.wishes, begin, self._place)
        board.freed = self._freed
        board.telling = self._telling
        self.attendants = Attendants(self._wire, decider)
        self._performer = Performer(self._wire, self._sounder, self._referee, self.summoner, self.attendants)
        self._inside = Inside(self._wire, self._referee.refer, self._sounder.pressed)
        self.idle = asyncio.Event()
        """Set while there is no call."""
        self.idle.set()
        self.changed: Callable[[Session], None] = lambda _session: None
        """Hears of each change of a call."""

    def __len__(self) -> int:
        """Calls that are not over."""
        return len(self._board)

    def call(self, call: Call, decided: Decided, arrived: RequestArrived, trunk: str = "") -> None:
        """A telephone's INVITE, its line known and the call decided; or one that a trunk group brings."""
        side = self._wire.newcomer(CALLER, arrived)
        if isinstance(side, Fault):
            self._tools.answer(arrived.server, arrived.request, side)
            return
        side.trunk = trunk
        decision = decided.decision
        answer: Answer | None
        match decision:
            case Take():
                answer = self._interceptor.take(decided.line, decision, side, arrived.request)
            case Park():
                answer = Deny(Reason.NOTHING_TO_TAKE, (*decision.trace, Reason.NOTHING_TO_TAKE))
            case _:
                answer = decision
        if answer is None:
            return
        session = self._place(call)
        self._wire.seat(session, side, arrived.request)
        self._apply(session, events.InviteArrived(answer, self._wire.anchors.offered(side)))

    # --- from a console

    def calls_of(self, line: str) -> list[Session]:
        """The calls that the line is in, the oldest first."""
        return self._board.calls_of(line)

    def talk_of(self, line: str) -> tuple[Session, Leg] | None:
        """The call in which the line talks, and its leg there."""
        for session in self._board.calls_of(line):
            for talker in session.call.talkers:
                if talker.number == line:
                    return session, talker.leg
        return None

    def pick_up(self, line: str) -> bool | None:
        """Have the line's ringing telephone answer; False where it can't be told, None where none rings."""
        found = None
        for session in self._board.calls_of(line):
            for leg in session.call.ringing:
                target = target_of(session.call, leg)
                if target is not None and target.called.public_number == line:
                    found = self._wire.listener.bid_talk(session, session.side(leg))
                    if found:
                        return True
        return found

    def consult(self, session: Session, leg: Leg, line: str, dialled: str) -> Decision | None:
        """Have the line call somebody from within its call; what was decided, None for no line of ours."""
        decided = self._decider.decide(line, dialled)
        if decided is not None and not isinstance(decided.decision, Deny):
            consulted = events.Consulted(leg, decided.decision, decided.line, decided.dialled)
            self._apply(session, consulted)
        return decided.decision if decided is not None else None

    def apply(self, session: Session, event: Event) -> None:
        """Something that a console wants of a call."""
        self._apply(session, event)

    # --- from the stack

    def in_dialog(self, arrived: RequestArrived) -> None:
        """A request with a To tag."""
        found = self._board.by_dialog(arrived.request)
        if found is not None:
            self._inside.receive(*found, arrived)
        elif not self._survivors.receive(arrived):
            self._tools.answer(arrived.server, arrived.request, Fault(481, ""))

    def cancelled(self, arrived: CancelArrived) -> None:
        """CANCEL; that of a re-INVITE changes nothing, for its last word is near."""
        found = self._board.by_server(arrived.server)
        if found is not None and found[1].leg == CALLER and found[1].server == arrived.server:
            self._apply(found[0], events.Cancelled())

    def acknowledged(self, arrived: AckArrived) -> None:
        """ACK of a 200 of ours."""
        found = self._board.by_server(arrived.server)
        if found is not None:
            session, side = found
            self._board.finish_server(arrived.server)
            media = self._wire.anchors.hears(side, media_of(arrived.ack))
            self._apply(session, events.Acknowledged(side.leg, media))

    def pracked(self, arrived: PrackArrived) -> None:
        """PRACK of an answer of ours that was sent for certain."""
        self._inside.pracked(arrived)
        found = self._board.by_server(arrived.invite)
        if found is not None:
            self._wire.teller.acknowledged(found[1])

    def unpracked(self, given_up: ProvisionalUnacknowledged) -> None:
        """No PRACK came."""
        self._wire.teller.unacknowledged(given_up)

    def unacknowledged(self, given_up: AnswerUnacknowledged) -> None:
        """A 200 of ours that nobody wanted."""
        found = self._board.by_server(given_up.server)
        if found is not None:
            self._board.finish_server(given_up.server)
            self._apply(found[0], events.Unacknowledged(found[1].leg))

    def answered(self, arrived: ResponseArrived) -> None:
        """A response to a request of ours."""
        pending = self._board.by_client(arrived.client)
        response = arrived.response
        if pending is None:
            self._performer.hunter.late(arrived.client, response)
            return
        pending.side.is_heard = True
        if response.is_provisional:
            if pending.purpose is not Purpose.INVITE or response.status == 100:
                return
            if "allow" in response:
                pending.side.said = response
            news = self._wire.listener.hear(pending.session, pending.side, response)
            if news and response.status != 199:
                media = self._wire.anchors.hears(pending.side, media_of(response))
                rung = events.Ringing(pending.side.leg, response.status, media)
                self._apply(pending.session, rung)
            return
        self._board.finish_client(arrived.client)
        if pending.purpose is Purpose.INVITE:
            self._invite_answered(pending, arrived)
            return
        if self._performer.hunter.challenged_inside(pending, response):
            return
        if pending.purpose is Purpose.REINVITE:
            self._inside.reinvite_answered(pending.session, pending.side, response)
        self._finished(pending, response)

    def failed(self, failed: TransactionFailed) -> None:
        """A request of ours got no answer."""
        pending = self._board.by_client(failed.client)
        if pending is None:
            self._performer.hunter.late(failed.client, None)
            return
        self._board.finish_client(failed.client)
        if pending.purpose is Purpose.INVITE:
            self._refused(pending.session, pending.side, failed.status)
        else:
            self._finished(pending, Response.build(failed.status))

    def count(self, now: float) -> dict[str, int]:
        """What calls hold, as `Census` names it; `now` is on the loop's clock."""
        held = {"queued": self.attendants.queued, "noted": self._survivors.noted}
        return self._board.count(now) | held

    def stop(self) -> None:
        """End every call."""
        for session in list(self._board.sessions):
            self._apply(session, events.Stopped())

    # --- inside

    def _telling(self, side: Side) -> None:
        session = self._board.session_of(side)
        if session is not None:
            self._survivors.note(session)

    def _freed(self, number: str) -> None:
        self.summoner.freed(number)
        self.attendants.freed(number)

    def _place(self, call: Call) -> Session:
        session = Session(call)
        self._board.add(session)
        self.idle.clear()
        return session

    def _apply(self, session: Session, event: Event) -> None:
        was_up = session.call.state is CallState.UP
        session.call, todo = step(session.call, event, self._tools.clock.epoch_ms())
        self._board.note_state(session)
        if session.call.state is CallState.UP and not was_up:
            self.attendants.answered(session)
        if was_up and session.call.state is not CallState.UP:
            self._survivors.note(session)  # before the other side hears of the end
        for action in todo:
            self._performer.perform(session, action)
        self._board.note_trunks(session)
        self._wire.anchors.tidy(session)
        self.changed(session)
        self._survivors.note(session)
        if session.call.state is CallState.OVER:
            for side in session.sides.values():
                self._sounder.close(side)
            self._inside.close(session)
            self._board.remove(session)
            self.summoner.over(session)
            if not self._board:
                self.idle.set()

    def _dialled(self, session: Session, side: Side, keys: Keys, over: bool) -> bool:
        """What a leg dialled at its port so far; `over` says that no more comes. False asks for more."""
        if keys.choice or not keys.digits:
            self._apply(session, events.Flashed(side.leg, keys.digits))
            return True
        talker = session.call.talker(side.leg)
        if talker is None or not talker.is_line:
            return True
        is_code, ends = keys.digits[0] in "*#", over or keys.digits.endswith("#", 1)
        if is_code and not ends:
            return False
        decided = self._decider.decide(talker.number, keys.digits if is_code else keys.digits.rstrip("#"))
        return decided is None or self._consulted(session, side, decided, ends=ends)

    def _consulted(self, session: Session, side: Side, decided: Decided, *, ends: bool) -> bool:
        decision = decided.decision
        if isinstance(decision, Deny) and decision.reason is Reason.INCOMPLETE_NUMBER and not ends:
            return False
        self._apply(session, events.Consulted(side.leg, decision, decided.line, decided.dialled))
        return True

    def _invite_answered(self, pending: Pending, arrived: ResponseArrived) -> None:
        session, side, response = pending.session, pending.side, arrived.response
        longer = self._wire.keeper.ask_longer(side, response)
        if longer is not None:
            side.invite = longer
            self._wire.ask(session, side, longer, Purpose.INVITE)
            return
        if not response.is_success or side.invite is None:
            if not self._performer.hunter.challenged(session, side, response):
                self._refused(session, side, response.status)
            return
        try:
            heard = self._wire.listener.answered(session, side, response)
        except Malformed:
            self._apply(session, events.Refused(side.leg, 500))
            return
        if side.peer is None:
            side.peer = arrived.source
        side.owes_ack = True
        side.said = response if "allow" in response else side.said
        self._wire.keeper.answered(side, response)
        media = self._wire.anchors.hears(side, heard)
        self._sounder.heard(side, media)
        self._apply(session, events.Answered(side.leg, media))

    def _refused(self, session: Session, side: Side, status: int) -> None:
        """The leg's INVITE failed, unless there is another way."""
        if not self._performer.hunter.goes_on(session, side, status):
            self._sounder.close(side)
            self._apply(session, events.Refused(side.leg, status))

    def _finished(self, pending: Pending, response: Response) -> None:
        """The last word to a re-INVITE, a BYE or a probe."""
        leg, status = pending.side.leg, response.status
        event: Event
        match pending.purpose:
            case Purpose.REINVITE:
                media = self._wire.anchors.hears(pending.side, media_of(response))
                self._sounder.heard(pending.side, media)
                event = events.ReinviteAnswered(leg, status, media)
            case Purpose.PROBE:
                event = events.ProbeAnswered(leg, is_alive=status not in _GONE)
            case Purpose.BYE:
                event = events.ByeFinished(leg)
            case Purpose.REFRESH:
                self._wire.keeper.refreshed(pending.side, response)
                return
            case _:
                return
        self._apply(pending.session, event)
