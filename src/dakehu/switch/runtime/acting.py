"""Carrying out what call control decided: actions become messages, timers and records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from dakehu.switch.callcontrol import OffNet, TimerName, actions, events
from dakehu.switch.runtime.hunting import HOPS, Hunter
from dakehu.switch.runtime.keeping import ServicesKeeper
from dakehu.switch.runtime.messages import Outgoing, body_of, waiting_headers
from dakehu.switch.runtime.referring import Referee
from dakehu.switch.runtime.sessions import Purpose, Session, Side
from dakehu.switch.runtime.sounding import Sounder
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import NameAddr, Transport, Uri, hops_left


class Carrier(Protocol):
    """Who else carries actions out."""

    ways: dict[type[actions.Action], Callable[[Session, Any], None]]


class Performer:
    """One per process."""

    def __init__(self, wire: Wire, sounder: Sounder, referee: Referee, *others: Carrier) -> None:
        self._wire = wire
        self._tools = wire.tools
        self._stack = wire.tools.stack
        self._scribe = wire.tools.scribe
        self._sounder = sounder
        self.hunter = Hunter(wire, sounder)
        self._ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            **sounder.ways,
            **ServicesKeeper(wire.tools.services, sounder.ways, self._refuse).ways,
            **referee.ways,
            **{kind: way for other in others for kind, way in other.ways.items()},
            actions.SendInvite: self._send_invite,
            actions.SendRinging: self._send_ringing,
            actions.Answer: self._answer,
            actions.Refuse: self._refuse,
            actions.CancelInvite: self._cancel_invite,
            actions.SendAck: self._send_ack,
            actions.AckFromPort: self._ack_from_port,
            actions.SendBye: self._send_bye,
            actions.SendReinvite: self._send_reinvite,
            actions.AnswerReinvite: self._answer_reinvite,
            actions.SendProbe: self._send_probe,
            actions.StartTimer: self._start_timer,
            actions.StopTimer: self._stop_timer,
            actions.JournalAnswer: self._journal_answer,
            actions.WriteRecord: self._write_record,
        }

    def perform(self, session: Session, action: actions.Action) -> None:
        self._ways[type(action)](session, action)

    # --- a telephone is called

    def _send_invite(self, session: Session, action: actions.SendInvite) -> None:
        if isinstance(action.called, OffNet):
            self.hunter.begin(session, action, action.called)
            return
        side = session.sides[action.leg] = Side(action.leg, self._stack.new_tag())
        binding = self._tools.telephone(action.called, action.telephone)
        caller = session.caller
        hops = hops_left(caller.invite) if caller is not None and caller.invite is not None else HOPS
        if binding is None or hops is None:
            self._wire.soon(session, events.Refused(action.leg, 480))
            return
        side.peer = self._tools.way_to(binding)
        first = NameAddr.parse(binding.path[0], part="Path").uri if binding.path else binding.uri
        side.is_browser = binding.is_websocket
        side.transport = side.peer.transport if side.peer is not None else _transport_of(first)
        media = self._sounder.offer(session, side) if action.to_port else action.media
        outgoing = Outgoing(
            contact=binding.contact,
            shown_number=action.shown_number,
            called_number=action.called.public_number,
            call_id=self._stack.new_tag(),
            tag=side.tag,
            hops=hops,
            media=media,
            diversion=action.diversion,
            waits=action.waits,
            routes=binding.path,
        )
        if not self._wire.invite(session, side, outgoing):
            self._wire.soon(session, events.Refused(action.leg, 503))

    def _cancel_invite(self, session: Session, action: actions.CancelInvite) -> None:
        client = session.side(action.leg).client
        if client is not None:
            self._tools.run(self._stack.cancel(client, self._wire.now()))
        else:
            self._wire.soon(session, events.Refused(action.leg, 487))

    # --- the caller is answered

    def _send_ringing(self, session: Session, action: actions.SendRinging) -> None:
        side = session.side(events.CALLER)
        self._wire.respond(side, action.status, action.media, waiting_headers(waits=action.waits))

    def _answer(self, session: Session, action: actions.Answer) -> None:
        self._wire.respond(session.side(events.CALLER), 200, action.media)

    def _refuse(self, session: Session, action: actions.Refuse) -> None:
        headers = self._scribe.refusal_headers(action)
        self._wire.teller.refuse(session.side(events.CALLER), action.status, headers)

    # --- either leg, inside its dialog

    def _send_ack(self, session: Session, action: actions.SendAck) -> None:
        side = session.side(action.leg)
        if side.dialog is None or side.client is None or not side.owes_ack:
            return
        side.owes_ack = False
        media = self._wire.anchors.tells(side, action.media)
        side.keeping.media = media or side.keeping.media
        body, content_type = body_of(media)
        ack = side.dialog.ack(body=body, content_type=content_type)
        self._tools.run(self._stack.acknowledge(side.client, ack, self._wire.now(), destination=side.route))

    def _ack_from_port(self, session: Session, action: actions.AckFromPort) -> None:
        media = self._sounder.answer(session, session.side(action.leg), action.offer)
        self._send_ack(session, actions.SendAck(action.leg, media))

    def _send_bye(self, session: Session, action: actions.SendBye) -> None:
        side = session.side(action.leg)
        asked = False
        if self._wire.teller.withdraw(side):
            pass  # its 200 was never said
        elif side.dialog is not None:
            asked = self._wire.ask(session, side, side.dialog.request("BYE"), Purpose.BYE)
            side.dialog.confirm()
        if not asked:
            self._wire.soon(session, events.ByeFinished(action.leg))

    def _send_reinvite(self, session: Session, action: actions.SendReinvite) -> None:
        side = session.sides.get(action.leg)
        if side is None:  # a call that we began has no caller
            self._wire.soon(session, events.ReinviteAnswered(action.leg, 488, None))
        else:
            self._wire.reinvite(session, side, action.media, by_update=action.by_update)

    def _answer_reinvite(self, session: Session, action: actions.AnswerReinvite) -> None:
        self._wire.answer_reinvite(session.side(action.leg), action.status, action.media)

    def _send_probe(self, session: Session, action: actions.SendProbe) -> None:
        side = session.side(action.leg)
        if side.dialog is not None and side.keeping.timer is None:
            self._wire.ask(session, side, side.dialog.request("OPTIONS"), Purpose.PROBE)

    # --- time and records

    def _start_timer(self, session: Session, action: actions.StartTimer) -> None:
        self._cancel_timer(session, action.timer)
        loop = asyncio.get_running_loop()
        session.timers[action.timer] = loop.call_later(action.after_s, self._fire, session, action.timer)

    def _stop_timer(self, session: Session, action: actions.StopTimer) -> None:
        self._cancel_timer(session, action.timer)

    def _cancel_timer(self, session: Session, timer: TimerName) -> None:
        running = session.timers.pop(timer, None)
        if running is not None:
            running.cancel()

    def _fire(self, session: Session, timer: TimerName) -> None:
        session.timers.pop(timer, None)
        self._wire.apply(session, events.TimerFired(timer))

    def _journal_answer(self, _session: Session, action: actions.JournalAnswer) -> None:
        self._tools.spool.answered(action.record)

    def _write_record(self, _session: Session, action: actions.WriteRecord) -> None:
        self._tools.spool.ended(action.record)
        self._tools.on_record(action.record)


def _transport_of(contact: Uri) -> Transport:
    """What a Contact says it wants; UDP where it says nothing that we have."""
    wanted = (contact.param("transport") or "udp").lower()
    return Transport.TCP if wanted == Transport.TCP else Transport.UDP
