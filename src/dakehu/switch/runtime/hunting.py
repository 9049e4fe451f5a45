"""A leg to another network: way after way, until a gateway takes the call.

Call control knows one leg. Here an INVITE that a gateway refuses as overloaded or broken, or does not
answer at all, is followed by one to the next; the leg is refused when none is left, with the last one's
status. Once it rang, what comes is the answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from dakehu.numbering.domain.trunks import Account, Gateway
from dakehu.switch.callcontrol import OffNet, actions, events
from dakehu.switch.callcontrol.reasons import fails_over
from dakehu.switch.runtime.gateways import endpoint_of
from dakehu.switch.runtime.messages import Outgoing
from dakehu.switch.runtime.sessions import Pending, Purpose, Session, Side
from dakehu.switch.runtime.sounding import Sounder
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import (
    Algorithm,
    Challenge,
    ClientId,
    Dialog,
    Malformed,
    Request,
    Response,
    hops_left,
)

_UNSENT = 503
_CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}
_NOT_INSIDE = frozenset({Purpose.INVITE, Purpose.PRACK})
HOPS = 70


class Hunter:
    """One per process."""

    def __init__(self, wire: Wire, sounder: Sounder) -> None:
        self._wire = wire
        self._tools = wire.tools
        self._sounder = sounder
        self._given_up: dict[ClientId, tuple[Request, Side]] = {}

    def begin(self, session: Session, action: actions.SendInvite, called: OffNet) -> None:
        """Try the first way."""
        side = session.sides[action.leg] = Side(action.leg, self._tools.stack.new_tag())
        media = self._sounder.offer(session, side) if action.to_port else action.media
        side.wanted, side.ways = replace(action, media=media), list(called.ways)
        if not self._next(session, side):
            self._wire.soon(session, events.Refused(action.leg, _UNSENT))

    def challenged(self, session: Session, side: Side, response: Response) -> bool:
        """Whether the gateway's challenge is answered: once for each way, with the group's account."""
        if side.invite is None or not self._is_open(session, side):
            return False
        invite = side.invite.copy()
        invite.remove("via")
        if not self._proves(side, response, invite):
            return False
        invite.put("cseq", f"{invite.cseq.number + 1} INVITE")
        side.invite = invite
        return self._wire.ask(session, side, invite, Purpose.INVITE)

    def challenged_inside(self, pending: Pending, response: Response) -> bool:
        """The same for a request inside the gateway's dialog: BYE, re-INVITE, UPDATE and the like."""
        side = pending.side
        dialog = side.open_dialog
        if dialog is None or side.account is None or pending.purpose in _NOT_INSIDE:
            return False
        again = pending.request.copy()
        if not self._proves(side, response, again):
            return False
        return self._wire.ask(pending.session, side, dialog.again(again), pending.purpose)

    def _proves(self, side: Side, response: Response, request: Request) -> bool:
        """Whether the request now has the answer to the challenge: once, for a wrong one stays wrong."""
        asked = _CHALLENGES.get(response.status)
        if asked is None or side.account is None or asked[1] in request:
            return False
        answer = self._credentials(response, asked[0], request, side.account)
        if answer is not None:
            request.put(asked[1], answer)
        return answer is not None

    def _credentials(self, response: Response, header: str, invite: Request, account: Account) -> str | None:
        """The answer to the first challenge that the account can answer."""
        secrets = {Algorithm.MD5: account.ha1_md5, Algorithm.SHA256: account.ha1_sha256}
        for text in response.texts(header):
            try:
                challenge = Challenge.parse(text)
            except Malformed:
                continue
            if challenge is not None and challenge.realm == account.realm:
                cnonce = self._tools.stack.new_tag()
                secret = secrets[challenge.algorithm]
                return str(challenge.answer_by(invite, account.username, secret, cnonce=cnonce))
        return None

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
            side.tag, side.is_heard, side.said = self._tools.stack.new_tag(), False, None
            side.account = way.account
            caller = session.caller
            hops = hops_left(caller.invite) if caller is not None and caller.invite is not None else HOPS
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
            if hops is not None and self._wire.invite(session, side, outgoing):
                self._wait(session, side, way.gateway)
                self._wire.board.note_trunks(session)
                return True
        return False

    def _wait(self, session: Session, side: Side, gateway: Gateway) -> None:
        patience = self._tools.gateways.timings.silent_s
        waited = partial(self._waited, session, side, side.invite, gateway)
        asyncio.get_running_loop().call_later(patience, waited)

    def _waited(self, session: Session, side: Side, invite: Request | None, gateway: Gateway) -> None:
        """The gateway had its time. What it says from now on is for `late` alone."""
        if side.invite is not invite or side.is_heard or side.client is None:
            return
        if not self._is_open(session, side):
            return
        self._tools.gateways.silent(gateway)
        self._wire.board.finish_client(side.client)
        if side.invite is not None:
            self._given_up[side.client] = (side.invite, replace(side))
        self._tools.run(self._tools.stack.cancel(side.client, self._tools.clock.now()))
        if not self.goes_on(session, side, 408):
            self._wire.apply(session, events.Refused(side.leg, 408))

    def late(self, client: ClientId, response: Response | None) -> None:
        """The last word of a gateway that was given up (None: none came). A call that it connects all the
        same is hung up, lest it charge for it; where it only rings it gets CANCEL from the transaction."""
        if response is not None and response.is_provisional:
            return
        given_up = self._given_up.pop(client, None)
        if given_up is None or response is None or not response.is_success:
            return
        invite, side = given_up
        stack, now = self._tools.stack, self._tools.clock.now()
        try:
            contact = self._tools.scribe.contact(side.transport)
            side.dialog = Dialog.from_response(invite, response, contact=contact)
            self._tools.run(stack.acknowledge(client, side.dialog.ack(), now, destination=side.route))
            _client, outputs = stack.request(side.dialog.request("BYE"), now, destination=side.route)
        except Malformed:
            return
        self._tools.run(outputs)

    @staticmethod
    def _is_open(session: Session, side: Side) -> bool:
        """Whether the call still wants the leg, and has not heard it ring."""
        return side.leg in session.call.ringing and side.leg not in session.call.rung
