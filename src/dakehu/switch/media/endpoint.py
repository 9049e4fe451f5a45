"""One of our RTP ports: what is heard at it, and what is sent from it.

Heard packets pass the latch, then go to whoever listens: the digits' receiver, listeners (room, recorder) as
A-law, and the relay as they came. Sending happens once a tick: a digit being pressed goes before the source
(a player), and this before the room beneath, whose time runs on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeAlias

from dakehu.switch.media.answering import Agreement, Origin, agreed, answer, offer
from dakehu.switch.media.dtmf import DigitReceiver, DigitSender
from dakehu.switch.media.g711 import Law, translate
from dakehu.switch.media.latch import Latch
from dakehu.switch.media.ports import PortPair
from dakehu.switch.media.rtp import RtpPacket, RtpStream, unpack
from dakehu.switch.sip.sdp import Direction, Sdp

_MOST_AT_ONCE = 64
_BIGGEST = 2048
_NOTHING = Sdp((), ())

OnDigit: TypeAlias = Callable[[str], None]
Heard: TypeAlias = Callable[[RtpPacket, bytes], None]
"""An audio packet and its payload as A-law."""
Said: TypeAlias = Callable[[int, bytes], None]
"""A tick and the A-law frame sent in it."""
Relayed: TypeAlias = Callable[[RtpPacket, Law | None], None]
"""A packet and the law of its sound; None for a telephone-event."""


class Source(Protocol):
    """What is to be sent, one A-law frame of 20 ms at a time."""

    def next(self) -> bytes | None:
        """None at the end."""
        ...


class Endpoint:
    """Made and driven by the desk; `local` is the description for the peer."""

    def __init__(
        self,
        pair: PortPair,
        stream: RtpStream,
        counters: Counter[str],
        ticks: Callable[[], int],
    ) -> None:
        """`ticks` tells the desk's last tick."""
        self.local = _NOTHING
        self.port = pair.port
        self.pair = pair
        self.is_open = True
        self.agreement: Agreement | None = None
        self.latch = Latch()
        self.on_digit: OnDigit | None = None
        self.source: Source | None = None
        self.beneath: Source | None = None
        self.on_finished: Callable[[], None] | None = None
        self.heard: list[Heard] = []
        self.said: list[Said] = []
        self.passed: list[Heard] = []
        self.relay: Relayed | None = None
        self.digits = DigitSender()
        self._receiver = DigitReceiver()
        self._stream = stream
        self._event_began = 0
        self._counters = counters
        self._ticks = ticks
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(pair.rtp, self._read)
        self._loop.add_reader(pair.rtcp, self._drain_rtcp)

    def describe(self, offered: Sdp, origin: Origin, direction: Direction) -> tuple[Sdp, Agreement]:
        """Our answer to an offer. Raises `NoCommonCodec`."""
        return answer(offered, origin, direction)

    def offers(self, origin: Origin, direction: Direction) -> Sdp:
        """An offer of ours."""
        return offer(origin, direction)

    def accepts(self, answered: Sdp) -> Agreement:
        """What the peer's answer to our offer means. Raises `NoCommonCodec`."""
        return agreed(answered)

    def agree(self, agreement: Agreement) -> None:
        """From now on send and hear by this agreement."""
        self.agreement = agreement
        self.latch.expect(agreement.remote)

    def detach(self) -> None:
        """Stop reading; the desk gives the ports back."""
        self.is_open = False
        self.source = self.beneath = self.on_finished = self.on_digit = self.relay = None
        self.heard.clear()
        self.said.clear()
        self.passed.clear()
        self._loop.remove_reader(self.pair.rtp)
        self._loop.remove_reader(self.pair.rtcp)

    @property
    def is_active(self) -> bool:
        """Whether ticks are of use."""
        return self.source is not None or self.beneath is not None or self.digits.is_busy

    def tick(self, tick: int) -> int:
        """Send what is due; the number of packets."""
        frame = None
        if self.source is not None:
            frame = self.source.next()
            if frame is None:
                self._finish()
        if frame is None and self.beneath is not None:
            frame = self.beneath.next()
        if self.digits.is_busy:
            return self._send_digit(tick)
        return self.send_frame(tick, frame) if frame is not None else 0

    def send_frame(self, tick: int, frame: bytes) -> int:
        """Send an A-law frame, if the peer wants to hear; the number of packets."""
        agreement = self.agreement
        target = self.latch.target
        if agreement is None or target is None or not agreement.sends:
            return 0
        for listener in self.said:
            listener(tick, frame)
        payload = frame if agreement.law is Law.A else translate(frame, Law.A, Law.U)
        return self._send(self._stream.audio(tick, agreement.payload_type, payload), target)

    def pass_on(self, packet: RtpPacket, law: Law | None) -> None:
        """Send another's packet as ours (a relay). What we say ourselves goes before: it is left out then."""
        agreement, target = self.agreement, self.latch.target
        if agreement is None or target is None or not agreement.sends or self.is_active:
            return
        payload_type, payload = agreement.payload_type, packet.payload
        if law is None:
            if agreement.events is None:
                return
            payload_type = agreement.events
        else:
            payload = translate(payload, law, agreement.law)
            if self.passed:
                sound = translate(packet.payload, law, Law.A)
                for listener in self.passed:
                    listener(packet, sound)
        data = self._stream.passed_on(self._ticks(), packet, payload_type, payload, is_event=law is None)
        self._send(data, target)

    def _send_digit(self, tick: int) -> int:
        agreement, target = self.agreement, self.latch.target
        event = self.digits.next()
        if event is None or agreement is None or agreement.events is None or target is None:
            return 0
        if event.first:
            self._event_began = tick
        packet = self._stream.event(
            tick, agreement.events, self._event_began, event.payload, marker=event.first
        )
        return self._send(packet, target)

    def _send(self, data: bytes, target: tuple[str, int]) -> int:
        try:
            self.pair.rtp.sendto(data, target)
        except OSError:  # full buffer, or nobody there: sound is not sent again
            self._counters["send_errors"] += 1
            return 0
        return 1

    def _finish(self) -> None:
        self.source = None
        told, self.on_finished = self.on_finished, None
        if told is not None:
            self._loop.call_soon(told)

    def _read(self) -> None:
        rtp = self.pair.rtp
        try:
            for _ in range(_MOST_AT_ONCE):
                if not self.is_open:
                    return
                data, source = rtp.recvfrom(_BIGGEST)
                self._received(data, (source[0], source[1]))
        except BlockingIOError:
            return
        except OSError:  # the peer's port is closed: an ICMP message, no reason to give up
            self._counters["receive_errors"] += 1

    def _received(self, data: bytes, source: tuple[str, int]) -> None:
        packet = unpack(data)
        if packet is None or self.agreement is None:
            self._counters["garbage" if packet is None else "early"] += 1
            return
        law = self._law(packet.payload_type)
        if law is None and packet.payload_type != self.agreement.events:
            self._counters["unknown_payload"] += 1
            return
        if not self.latch.accepts(source, packet.ssrc, packet.sequence, self._loop.time()):
            self._counters["strangers"] += 1
            return
        if law is None:
            digit = self._receiver.feed(packet)
            if digit is not None and self.on_digit is not None:
                self._loop.call_soon(self.on_digit, digit)
        elif self.heard:
            sound = translate(packet.payload, law, Law.A)
            for listener in self.heard:
                listener(packet, sound)
        if self.relay is not None:
            self.relay(packet, law)

    def _law(self, payload_type: int) -> Law | None:
        """The law of a payload type: what was agreed, or static ones a telephone falls back to."""
        agreement = self.agreement
        if agreement is not None and payload_type == agreement.payload_type:
            return agreement.law
        return {8: Law.A, 0: Law.U}.get(payload_type)

    def _drain_rtcp(self) -> None:
        """Reports are taken off the socket and left: nothing here depends on them."""
        try:
            for _ in range(_MOST_AT_ONCE):
                self.pair.rtcp.recv(_BIGGEST)
        except OSError:
            return
