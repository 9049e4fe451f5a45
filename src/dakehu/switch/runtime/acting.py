"""Carrying out what call control decided: actions become messages, timers and records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from dakehu.switch.callcontrol import Event, TimerName, actions, events
from dakehu.switch.runtime.announcing import port_for, sound_of
from dakehu.switch.runtime.asking import Asker
from dakehu.switch.runtime.messages import Outgoing, body_of
from dakehu.switch.runtime.provisional import Teller
from dakehu.switch.runtime.refreshing import Keeper
from dakehu.switch.runtime.sessions import Purpose, Session, Side
from dakehu.switch.runtime.tools import Tools
from dakehu.switch.sip import DialogState, Transport, Uri, hops_left, reply

Apply = Callable[[Session, Event], None]


class Performer:
    """One per process. `apply` is how what follows from an action comes back as an event, never at once."""

    def __init__(self, tools: Tools, asker: Asker, teller: Teller, keeper: Keeper, apply: Apply) -> None:
        self._tools = tools
        self._stack = tools.stack
        self._scribe = tools.scribe
        self._ask = asker.ask
        self._teller = teller
        self._keeper = keeper
        self._apply = apply
        self._ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            actions.SendInvite: self._send_invite,
            actions.SendRinging: self._send_ringing,
            actions.Answer: self._answer,
            actions.Refuse: self._refuse,
            actions.CancelInvite: self._cancel_invite,
            actions.SendAck: self._send_ack,
            actions.SendBye: self._send_bye,
            actions.SendReinvite: self._send_reinvite,
            actions.AnswerReinvite: self._answer_reinvite,
            actions.SendProbe: self._send_probe,
            actions.StartTimer: self._start_timer,
            actions.StopTimer: self._stop_timer,
            actions.JournalAnswer: self._journal_answer,
            actions.WriteRecord: self._write_record,
            actions.Announce: self._announce,
            actions.StopAnnouncing: self._stop_announcing,
            actions.KeepServices: self._keep_services,
        }

    def perform(self, session: Session, action: actions.Action) -> None:
        self._ways[type(action)](session, action)

    # --- a telephone is called

    def _send_invite(self, session: Session, action: actions.SendInvite) -> None:
        side = session.sides[action.leg] = Side(action.leg, self._stack.new_tag())
        binding = self._tools.telephone(action.called, action.telephone)
        hops = hops_left(session.caller.invite) if session.caller.invite is not None else None
        if binding is None or hops is None:
            self._soon(session, events.Refused(action.leg, 480))
            return
        if binding.flow is not None and self._tools.has_flow(binding.flow):
            side.peer = binding.flow
        side.transport = side.peer.transport if side.peer is not None else _transport_of(binding.uri)
        outgoing = Outgoing(
            binding=binding,
            shown_number=action.shown_number,
            called_number=action.called.public_number,
            call_id=self._stack.new_tag(),
            tag=side.tag,
            hops=hops,
            media=action.media,
            diversion=action.diversion,
        )
        side.invite = self._scribe.invite(outgoing, side.transport)
        for name, value in self._keeper.calling():
            side.invite.add(name, value)
        side.keeping.media = action.media
        if not self._ask(session, side, side.invite, Purpose.INVITE):
            self._soon(session, events.Refused(action.leg, 503))

    def _cancel_invite(self, session: Session, action: actions.CancelInvite) -> None:
        client = session.side(action.leg).client
        if client is not None:
            self._tools.run(self._stack.cancel(client, self._now()))
        else:
            self._soon(session, events.Refused(action.leg, 487))

    # --- the caller is answered

    def _send_ringing(self, session: Session, action: actions.SendRinging) -> None:
        self._teller.tell(session, action.status, action.media)

    def _answer(self, session: Session, action: actions.Answer) -> None:
        self._teller.tell(session, 200, action.media)

    def _refuse(self, session: Session, action: actions.Refuse) -> None:
        self._teller.refuse(session, action.status, self._scribe.refusal_headers(action))

    # --- either leg, inside its dialog

    def _send_ack(self, session: Session, action: actions.SendAck) -> None:
        side = session.side(action.leg)
        if side.dialog is None or side.client is None or not side.owes_ack:
            return
        side.owes_ack = False
        side.keeping.media = action.media or side.keeping.media
        body, content_type = body_of(action.media)
        ack = side.dialog.ack(body=body, content_type=content_type)
        self._tools.run(self._stack.acknowledge(side.client, ack, self._now(), destination=side.route))

    def _send_bye(self, session: Session, action: actions.SendBye) -> None:
        side = session.side(action.leg)
        asked = False
        if side is session.caller and self._teller.withdraw(session):
            pass  # its 200 was never said
        elif side.dialog is not None:
            asked = self._ask(session, side, side.dialog.request("BYE"), Purpose.BYE)
            side.dialog.confirm()
        if not asked:
            self._soon(session, events.ByeFinished(action.leg))

    def _send_reinvite(self, session: Session, action: actions.SendReinvite) -> None:
        side = session.side(action.leg)
        dialog = side.open_dialog
        body, content_type = body_of(action.media)
        method = self._method(side, action)
        if dialog is not None and method:
            side.keeping.offered = action.media
            headers = [*self._scribe.own_headers(), *self._keeper.offering(side)]
            request = dialog.request(method, headers, body=body, content_type=content_type)
            if self._ask(session, side, request, Purpose.REINVITE):
                return
        self._soon(session, events.ReinviteAnswered(action.leg, 491 if side.keeping.asks else 488, None))

    def _method(self, side: Side, action: actions.SendReinvite) -> str:
        """How the leg can be offered another session; empty where it can't just now.

        Before it has answered UPDATE alone will do, where the first offer was answered for certain.
        """
        if side.keeping.asks == "INVITE":
            return ""
        updates = action.by_update and side.allows("UPDATE")
        if side.dialog is None or side.dialog.state is DialogState.EARLY:
            return "UPDATE" if updates and side.is_settled else ""
        return "UPDATE" if updates else "INVITE"

    def _answer_reinvite(self, session: Session, action: actions.AnswerReinvite) -> None:
        side = session.side(action.leg)
        if side.asked is None:
            return
        (server, request), side.asked = side.asked, None
        body, content_type = body_of(action.media)
        headers = []
        if action.status < 300:
            headers = self._scribe.contact_headers(side.transport)
            side.keeping.media = action.media or side.keeping.media
            if side.dialog is not None and side.dialog.state is DialogState.CONFIRMED:
                headers += self._keeper.answering(session, side)
        response = reply(request, action.status, headers=headers, body=body, content_type=content_type)
        self._tools.run(self._stack.respond(server, response, self._now()))

    def _send_probe(self, session: Session, action: actions.SendProbe) -> None:
        side = session.side(action.leg)
        if side.dialog is not None and side.keeping.timer is None:
            self._ask(session, side, side.dialog.request("OPTIONS"), Purpose.PROBE)

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
        self._apply(session, events.TimerFired(timer))

    def _journal_answer(self, _session: Session, action: actions.JournalAnswer) -> None:
        self._tools.spool.answered(action.record)

    def _write_record(self, _session: Session, action: actions.WriteRecord) -> None:
        self._tools.spool.ended(action.record)
        self._tools.on_record(action.record)

    # --- what is said to the caller

    def _announce(self, session: Session, action: actions.Announce) -> None:
        desk, port = self._tools.media, port_for(self._tools.media, action.offer)
        if desk is None or port is None:
            if action.answers:
                self._teller.tell(session, 200, None)
            self._soon(session, events.Announced())
            return
        session.port = port
        media = events.Media(port.local.encode(), "application/sdp")
        self._teller.tell(session, 200 if action.answers else 183, media)
        desk.play(port, [sound_of(action.what)], on_finished=lambda: self._announced(session))

    def _announced(self, session: Session) -> None:
        self._close_port(session)
        self._apply(session, events.Announced())

    def _stop_announcing(self, session: Session, _action: actions.StopAnnouncing) -> None:
        self._close_port(session)

    def _close_port(self, session: Session) -> None:
        if self._tools.media is not None and session.port is not None:
            self._tools.media.close(session.port)
            session.port = None

    def _keep_services(self, _session: Session, action: actions.KeepServices) -> None:
        self._tools.services.keep(action.number, action.services)

    # --- inside

    def _soon(self, session: Session, event: Event) -> None:
        asyncio.get_running_loop().call_soon(self._apply, session, event)

    def _now(self) -> float:
        return self._tools.clock.now()


def _transport_of(contact: Uri) -> Transport:
    """What a Contact says it wants; UDP where it says nothing that we have."""
    wanted = (contact.param("transport") or "udp").lower()
    return Transport.TCP if wanted == Transport.TCP else Transport.UDP
