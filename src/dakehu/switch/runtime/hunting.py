"""A leg to another network: way after way, until a gateway takes the call.

Call control knows one leg. Here an INVITE that a gateway refuses as overloaded or broken, or does not
answer at all, is followed by one to the next; the leg is refused when none is left, with the last one's
status. Once it rang, what comes is the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.callcontrol import Event, OffNet, actions, events
from dakehu.switch.callcontrol.reasons import fails_over
from dakehu.switch.runtime.gateways import endpoint_of
from dakehu.switch.runtime.messages import Outgoing
from dakehu.switch.runtime.sessions import Purpose, Session, Side, Switchboard
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import Request, hops_left

_UNSENT = 503
Ask = Callable[[Session, Side, Request, Purpose], bool]


class Hunter:
    """One per process. `ask` sends a request of a side, `apply` brings an event to a call."""

    def __init__(
        self, tools: Tools, board: Switchboard, ask: Ask, apply: Callable[[Session, Event], None]
    ) -> None:
        self._tools = tools
        self._board = board
        self._ask = ask
        self._apply = apply

    def begin(self, session: Session, action: actions.SendInvite, called: OffNet) -> None:
        """Try the first way."""
        side = session.sides[action.leg] = Side(action.leg, self._tools.stack.new_tag())
        side.wanted, side.ways = action, list(called.ways)
        if not self._next(session, side):
            asyncio.get_running_loop().call_soon(self._apply, session, events.Refused(action.leg, _UNSENT))

    def goes_on(self, session: Session, side: Side, status: int) -> bool:
        """Whether the next way is tried after that refusal."""
        if side.wanted is None or not fails_over(status):
            return False
        return self._is_open(session, side) and self._next(session, side)

    def _next(self, session: Session, side: Side) -> bool:
        while side.ways and side.wanted is not None:
            way = side.ways.pop(0)
            side.peer = endpoint_of(way.gateway)
            side.transport, side.trunk = side.peer.transport, way.group
            side.tag, side.is_heard = self._tools.stack.new_tag(), False
            hops = hops_left(session.caller.invite) if session.caller.invite is not None else None
            outgoing = Outgoing(
                contact=self._tools.scribe.place(way.gateway, way.called),
                shown_number=way.calling,
                called_number=way.called,
                call_id=self._tools.stack.new_tag(),
                tag=side.tag,
                hops=hops or 0,
                media=side.wanted.media,
                diversion=side.wanted.diversion,
            )
            side.invite = self._tools.scribe.invite(outgoing, side.transport)
            if hops is not None and self._ask(session, side, side.invite, Purpose.INVITE):
                self._wait(session, side, way.gateway)
                self._board.note_engaged(session)
                return True
        return False

    def _wait(self, session: Session, side: Side, gateway: Gateway) -> None:
        patience = self._tools.gateways.timings.silent_s
        waited = partial(self._waited, session, side, side.invite, gateway)
        asyncio.get_running_loop().call_later(patience, waited)

    def _waited(self, session: Session, side: Side, invite: Request | None, gateway: Gateway) -> None:
        """The gateway had its time. What it says from now on is heard no more."""
        if side.invite is not invite or side.is_heard or side.client is None:
            return
        if not self._is_open(session, side):
            return
        self._tools.gateways.silent(gateway)
        self._board.finish_client(side.client)
        self._tools.run(self._tools.stack.cancel(side.client, self._tools.clock.now()))
        if not self.goes_on(session, side, 408):
            self._apply(session, events.Refused(side.leg, 408))

    @staticmethod
    def _is_open(session: Session, side: Side) -> bool:
        """Whether the call still wants the leg, and has not heard it ring."""
        return side.leg in session.call.ringing and side.leg not in session.call.rung
