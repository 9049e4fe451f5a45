"""Carrying out what a call asks of the media: ports in a partner's place, sounds, the room, keys."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.sounds import Hearing, RingBackTone, Sounding
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.media import MediaError, Music, Sound, Tone, ToneFile
from dakehu.switch.runtime.announcing import port_for, sound_of
from dakehu.switch.runtime.sessions import Keys, Session, Side
from dakehu.switch.runtime.wire import Wire
from dakehu.switch.sip import Malformed
from dakehu.switch.sip.sdp import Sdp

FIRST_KEY_S, NEXT_KEY_S = 15.0, 5.0
_LOOPS: dict[Hearing, Sound | None] = {
    Hearing.SILENCE: None,
    Hearing.RING_BACK: Tone.RINGBACK,
    Hearing.HOLD: Music.HOLD,
    Hearing.DIAL: Tone.DIAL,
}
Dialled = Callable[[Session, Side, Keys, bool], bool]
"""Takes what a leg dialled so far; the last says that no more comes. False asks for more."""


class Sounder:
    """One per process. `dialled` hears of the digits that a leg was asked for."""

    def __init__(self, wire: Wire, dialled: Dialled) -> None:
        self._wire = wire
        self._desk = wire.tools.media
        self._dialled = dialled
        self.ways: dict[type[actions.Action], Callable[[Session, Any], None]] = {
            actions.Announce: self._announce,
            actions.StopAnnouncing: self._stop_announcing,
            actions.PlayEarly: self._play_early,
            actions.OfferPort: self._offer_port,
            actions.AnswerFromPort: self._answer_from_port,
            actions.AnswerAtPort: self._answer_at_port,
            actions.Attach: self._attach,
            actions.Detach: self._detach,
            actions.Collect: self._collect,
        }

    def offer(self, session: Session, side: Side) -> events.Media | None:
        """The description of a new port for the leg, None where there is none to be had.

        Keys that it was asked for stay wanted: the question may come before the port.
        """
        self._give_back(side)
        if self._desk is None:
            return None
        try:
            side.port = self._desk.endpoint(None)
        except MediaError:
            return None
        self._listen(session, side, side.port)
        return _described(side.port)

    def heard(self, side: Side, media: events.Media | None) -> None:
        """The leg's answer to a port's offer; where nothing can be made of it the leg hears nothing."""
        if self._desk is None or side.port is None or media is None or side.port.agreement is not None:
            return
        with contextlib.suppress(Malformed, MediaError):
            self._desk.answered(side.port, Sdp.parse(media.body))

    def answer(self, session: Session, side: Side, offer: events.Media) -> events.Media | None:
        """The answer of the leg's port to its offer; None where none can be made."""
        try:
            if self._desk is not None and side.port is not None and side.port.agreement is not None:
                self._desk.reoffered(side.port, Sdp.parse(offer.body))
                return _described(side.port)
        except (Malformed, MediaError):
            return None
        self._give_back(side)
        side.port = port_for(self._desk, offer)
        if side.port is None:
            return None
        self._listen(session, side, side.port)
        return _described(side.port)

    def close(self, side: Side) -> None:
        """The leg hears us no more."""
        self._no_more_keys(side)
        self._give_back(side)

    def _give_back(self, side: Side) -> None:
        if self._desk is not None and side.port is not None:
            self._desk.close(side.port)
        side.port = None

    def pressed(self, session: Session, side: Side, key: str) -> None:
        """A key of the leg, by whatever way it came."""
        keys = side.keys
        if keys is None:
            return
        if self._desk is not None and side.port is not None:
            self._desk.silence(side.port)
        keys.digits += key
        if not self._dialled(session, side, keys, False):
            self._wait_for_key(session, side, keys, NEXT_KEY_S)
        elif side.keys is keys:
            self._no_more_keys(side)

    # --- announcements to a caller who has no answer yet

    def _announce(self, session: Session, action: actions.Announce) -> None:
        side = session.side(events.CALLER)
        desk, port = self._desk, port_for(self._desk, action.offer)
        if desk is None or port is None:
            if action.answers:
                self._wire.respond(side, 200, None)
            self._wire.soon(session, events.Announced())
            return
        side.port = port
        self._wire.respond(side, 200 if action.answers else 183, _described(port))
        desk.play(port, [sound_of(action.what)], on_finished=lambda: self._announced(session, side))

    def _play_early(self, session: Session, action: actions.PlayEarly) -> None:
        """At a new port, or at the one where the caller hears another sound already."""
        side = session.side(events.CALLER)
        self._no_more_keys(side)
        if side.port is None:
            side.port = port_for(self._desk, action.offer)
            if side.port is None:
                return
            tag = self._wire.tools.stack.new_tag()
            self._wire.respond(side, 183, _described(side.port), tag=tag)
        if isinstance(action.sound, RingBackTone):
            self._loop(side.port, ToneFile(action.sound.digest))
        else:
            self._loop(side.port, _LOOPS[action.sound])

    def _announced(self, session: Session, side: Side) -> None:
        self.close(side)
        self._wire.apply(session, events.Announced(side.leg))

    def _stop_announcing(self, session: Session, _action: actions.StopAnnouncing) -> None:
        self.close(session.side(events.CALLER))

    # --- legs that are up

    def _offer_port(self, session: Session, action: actions.OfferPort) -> None:
        side = session.side(action.leg)
        media = self.offer(session, side)
        if media is None:
            self._wire.soon(session, events.ReinviteAnswered(action.leg, 488, None))
        else:
            self._wire.reinvite(session, side, media)

    def _answer_from_port(self, session: Session, action: actions.AnswerFromPort) -> None:
        side = session.side(action.leg)
        if self._desk is None or side.port is None:
            self._wire.answer_reinvite(side, 491, None)
            return
        try:
            if action.media is None:
                self._desk.reoffer(side.port)
            else:
                self._desk.reoffered(side.port, Sdp.parse(action.media.body))
        except (Malformed, MediaError):
            self._wire.answer_reinvite(side, 488, None)
            return
        self._wire.answer_reinvite(side, 200, _described(side.port))

    def _answer_at_port(self, session: Session, action: actions.AnswerAtPort) -> None:
        side = session.side(action.leg)
        side.port = port_for(self._desk, self._wire.anchors.offered(side))
        self._wire.respond(side, 200, _described(side.port) if side.port is not None else None)
        if side.port is not None:
            self._listen(session, side, side.port)

    def _attach(self, session: Session, action: actions.Attach) -> None:
        side = session.side(action.leg)
        desk, port = self._desk, side.port
        if action.hears is None and desk is not None and port is not None:
            if session.room is None:
                session.room = desk.room()
            desk.silence(port)
            desk.enter(session.room, port)
        elif isinstance(action.hears, Hearing):
            self._loop(port, _LOOPS[action.hears])
        elif action.hears is not None:
            self._say(session, side, action.hears)

    def _loop(self, port: Port | None, sound: Sound | None) -> None:
        if self._desk is None or port is None:
            return
        self._desk.leave(port)
        if sound is None:
            self._desk.silence(port)
        else:
            self._desk.play(port, [sound], loop=True)

    def _say(self, session: Session, side: Side, what: Sounding) -> None:
        def said() -> None:
            self._wire.apply(session, events.Announced(side.leg))

        if self._desk is None or side.port is None or isinstance(what, Hearing):
            self._wire.soon(session, events.Announced(side.leg))
            return
        self._desk.leave(side.port)
        self._desk.play(side.port, [sound_of(what)], on_finished=said)

    def _detach(self, session: Session, action: actions.Detach) -> None:
        self.close(session.side(action.leg))

    # --- keys

    def _collect(self, session: Session, action: actions.Collect) -> None:
        side = session.side(action.leg)
        self._no_more_keys(side)
        side.keys = Keys(action.choice)
        self._wait_for_key(session, side, side.keys, FIRST_KEY_S)

    def _listen(self, session: Session, side: Side, port: Port) -> None:
        port.on_digit = lambda key: self.pressed(session, side, key)

    def _wait_for_key(self, session: Session, side: Side, keys: Keys, seconds: float) -> None:
        if keys.timer is not None:
            keys.timer.cancel()

        def waited() -> None:
            if side.keys is keys:
                side.keys = None
                self._dialled(session, side, keys, True)

        keys.timer = asyncio.get_running_loop().call_later(seconds, waited)

    def _no_more_keys(self, side: Side) -> None:
        if side.keys is not None and side.keys.timer is not None:
            side.keys.timer.cancel()
        side.keys = None


def _described(port: Port) -> events.Media:
    return events.Media(port.local.encode(), "application/sdp")
