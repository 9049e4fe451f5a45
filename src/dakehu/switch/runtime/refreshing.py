"""Session timers of the legs (RFC 4028): who shows that it is still there, and what if it does not.

Each leg has an agreement of its own, made anew by each 2xx to INVITE or UPDATE, whoever sent it. Where the
telephone refreshes we wait, and end the call when nothing came. Where we do, an UPDATE goes out at half of
the interval, or a re-INVITE with the session as it is to a telephone that knows no UPDATE. A telephone that
knows nothing of timers is asked by call control's probes instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dakehu.switch.callcontrol import Call, CallState, Event, Leg, events
from dakehu.switch.runtime.asking import Asker
from dakehu.switch.runtime.messages import body_of
from dakehu.switch.runtime.sessions import Keeping, Purpose, Session, Side
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import (
    DialogState,
    Fault,
    Malformed,
    Request,
    Response,
    SessionExpires,
    SessionTimer,
    TimerPolicy,
    asking_headers,
    longer,
    timer_agreed,
    timer_for,
    timer_headers,
)

_GONE = frozenset({408, 481, 503})
_UNKNOWN = frozenset({405, 501})
_AGAIN_S = 1.0
Headers = list[tuple[str, str]]


class Keeper:
    """Keeps sessions alive. `apply` tells call control."""

    def __init__(
        self, tools: Tools, board: Switchboard, asker: Asker, apply: Callable[[Session, Event], None]
    ) -> None:
        self._tools = tools
        self._board = board
        self._asker = asker
        self._policy = tools.session_timers
        self._apply = apply

    # --- agreeing

    def asked(self, side: Side, request: Request) -> Fault | None:
        """An INVITE or UPDATE of the leg: note what our 2xx will say of timers, or refuse."""
        try:
            wanted = timer_for(request, self._policy)
        except Malformed as malformed:
            return Fault(400, malformed.reason)
        if isinstance(wanted, Fault):
            return wanted
        side.keeping.wanted = wanted
        return None

    def answering(self, side: Side) -> Headers:
        """What the 2xx says that goes to the leg now; the agreement begins."""
        wanted = side.keeping.wanted
        self._begin(side, wanted)
        return timer_headers(wanted)

    def calling(self) -> Headers:
        """What the INVITE to a new leg asks for."""
        return asking_headers(None, self._policy)

    def offering(self, side: Side) -> Headers:
        """What a re-INVITE or UPDATE of ours says."""
        timer = side.keeping.timer
        return asking_headers(timer, self._policy) if timer is not None else []

    def answered(self, side: Side, response: Response) -> None:
        """The 2xx of the leg to an INVITE or UPDATE of ours."""
        try:
            timer = timer_agreed(response, self._policy)
        except Malformed:
            timer = None
        self._begin(side, timer)

    def ask_longer(self, side: Side, refusal: Response) -> Request | None:
        """The INVITE once more after a 422; `None` where that leads nowhere."""
        invite = side.invite
        try:
            said = None if invite is None else SessionExpires.of(invite)
            before = (
                self._policy if said is None else TimerPolicy(said.interval_s, most_s=self._policy.most_s)
            )
            policy = longer(refusal, before)
        except Malformed:
            return None
        if invite is None or policy is None:
            return None
        again = invite.copy()
        again.remove("via")
        again.put("cseq", f"{invite.cseq.number + 1} INVITE")
        again.put("session-expires", str(policy.interval_s))
        again.put("min-se", str(policy.interval_s))
        return again

    def stop(self, session: Session) -> None:
        """The call is over."""
        for side in session.sides.values():
            _cancel(side.keeping)

    # --- refreshing

    def refreshed(self, side: Side, response: Response) -> None:
        """The last word to a refresh of ours."""
        keeping, dialog = side.keeping, side.dialog
        method, keeping.asks = keeping.asks, ""
        if dialog is None or keeping.timer is None:
            return
        dialog.receive_response(response)
        if response.is_success:
            if method == "INVITE" and side.client is not None:
                ack, now = dialog.ack(), self._tools.clock.now()
                self._tools.run(self._tools.stack.acknowledge(side.client, ack, now, destination=side.route))
            self.answered(side, response)
        elif response.status in _GONE:
            self._tell(side, False)
        else:
            self._refused(side, method, response)

    def _refused(self, side: Side, method: str, response: Response) -> None:
        """Not now, or not so: again, before the session ends."""
        after = max(_AGAIN_S, (side.keeping.ends_at - self._loop_now()) / 2)
        if method == "UPDATE" and response.status in _UNKNOWN:
            side.said, after = None, 0.0
        try:
            policy = longer(response, TimerPolicy(side.keeping.timer.interval_s if side.keeping.timer else 0))
        except Malformed:
            policy = None
        if policy is not None:
            side.keeping.timer, after = SessionTimer(policy.interval_s, we_refresh=True), 0.0
        self._refresh_after(side, after)

    def _begin(self, side: Side, timer: SessionTimer | None) -> None:
        keeping = side.keeping
        _cancel(keeping)
        keeping.timer = timer
        if timer is None:
            return
        loop = asyncio.get_running_loop()
        keeping.ends_at = loop.time() + timer.ends_after_s
        keeping.end = loop.call_at(keeping.ends_at, self._end, side)
        if timer.we_refresh:
            self._refresh_after(side, timer.refresh_after_s)
        loop.call_soon(self._tell, side, True)

    def _refresh_after(self, side: Side, after_s: float) -> None:
        loop = asyncio.get_running_loop()
        if side.keeping.refresh is not None:
            side.keeping.refresh.cancel()
        side.keeping.refresh = loop.call_later(after_s, self._refresh, side)

    def _refresh(self, side: Side) -> None:
        keeping, dialog, session = side.keeping, side.dialog, self._board.session_of(side)
        if session is None or dialog is None or dialog.state is not DialogState.CONFIRMED:
            return
        if session.call.state is not CallState.UP:
            return
        by_update = side.allows("UPDATE")
        if keeping.asks or (not by_update and (side.asked is not None or _is_busy(session.call, side.leg))):
            self._refresh_after(side, _AGAIN_S)
            return
        keeping.asks = "UPDATE" if by_update or keeping.media is None else "INVITE"
        body, content_type = body_of(keeping.media if keeping.asks == "INVITE" else None)
        headers = [*self._tools.scribe.own_headers(), *self.offering(side)]
        request = dialog.request(keeping.asks, headers, body=body, content_type=content_type)
        if not self._asker.ask(session, side, request, Purpose.REFRESH):
            keeping.asks = ""

    def _end(self, side: Side) -> None:
        """Nothing came in time."""
        self._tell(side, False)

    def _tell(self, side: Side, is_alive: bool) -> None:
        session = self._board.session_of(side)
        if session is not None:
            self._apply(session, events.ProbeAnswered(side.leg, is_alive))

    @staticmethod
    def _loop_now() -> float:
        return asyncio.get_running_loop().time()


def _is_busy(call: Call, leg: Leg) -> bool:
    """Whether the leg's media is being connected anew just now."""
    open_now = call.reinvite_from is not None or call.ack_owed is not None or bool(call.plan)
    return open_now or leg in call.busy or leg in call.unacked


def _cancel(keeping: Keeping) -> None:
    for handle in (keeping.refresh, keeping.end):
        if handle is not None:
            handle.cancel()
    keeping.refresh = keeping.end = None
