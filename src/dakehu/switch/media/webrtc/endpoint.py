"""A port whose peer is a browser. One port carries checks, handshake and sound, told apart by the first octet
(RFC 7983); everything within is the plain endpoint's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from pylibsrtp import Error as SrtpError

from dakehu.switch.media.answering import Agreement, Origin
from dakehu.switch.media.endpoint import Endpoint
from dakehu.switch.media.errors import NotSecured
from dakehu.switch.media.latch import Place
from dakehu.switch.media.ports import PortPair
from dakehu.switch.media.rtp import RtpStream
from dakehu.switch.media.webrtc.describing import (
    Ours,
    agreed_browser,
    answer_browser,
    ice_names,
    offer_again,
    offer_browser,
)
from dakehu.switch.media.webrtc.dtls import Handshake, Identity
from dakehu.switch.media.webrtc.ice import Credentials, checked
from dakehu.switch.sip.sdp import Direction, Sdp

_RTCP = range(192, 224)  # second octets (RFC 5761 section 4)


class BrowserEndpoint(Endpoint):
    """Made by the desk for an offer of DTLS-SRTP, or for ours. Sends nothing unsecured.

    A browser that begins ICE anew (another network; RFC 8839 section 4.4) names itself anew and gets new
    credentials of ours. The old ones hold until a check with the new ones nominates, so sound goes on
    meanwhile; the keys of SRTP stay.
    """

    def __init__(
        self,
        pair: PortPair,
        stream: RtpStream,
        counters: Counter[str],
        ticks: Callable[[], int],
        identity: Identity,
        new_credentials: Callable[[], Credentials],
    ) -> None:
        super().__init__(pair, stream, counters, ticks)
        self._identity = identity
        self._new_credentials = new_credentials
        self._ours = Ours(new_credentials(), identity.fingerprint)
        self._before: Credentials | None = None
        self._names: tuple[str, ...] = ()
        self._fingerprint = ""
        self._handshake: Handshake | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_secured(self) -> bool:
        """Whether sound can flow."""
        return self._handshake is not None and self._handshake.keys is not None

    def describe(self, offered: Sdp, origin: Origin, direction: Direction) -> tuple[Sdp, Agreement]:
        ours, names = self._ours, ice_names(offered)
        if self._names and names != self._names:
            ours = replace(ours, credentials=self._new_credentials())
        local, agreement, fingerprint = answer_browser(offered, origin, ours, direction)
        if ours is not self._ours:
            self._before, self._ours = self._ours.credentials, ours
        self._names = names
        if fingerprint != self._fingerprint:
            self._expect(fingerprint)
        return local, agreement

    def offers(self, origin: Origin, direction: Direction) -> Sdp:
        """The first one; later the same again in another direction: its sections and keys stay."""
        if not self.local.media:
            return offer_browser(origin, self._ours, direction)
        return offer_again(self.local, origin, direction)

    def accepts(self, answered: Sdp) -> Agreement:
        agreement, fingerprint = agreed_browser(answered)
        self._names = ice_names(answered)
        if not self._fingerprint:
            self._expect(fingerprint)
        elif fingerprint != self._fingerprint:
            raise NotSecured
        return agreement

    def _expect(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._handshake = Handshake(self._identity, fingerprint)

    def detach(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().detach()

    def _received(self, data: bytes, source: Place) -> None:
        first = data[0] if data else 255
        if first < 4:
            self._check(data, source)
        elif 20 <= first < 64:
            self._shake(data, source)
        elif 128 <= first < 192 and len(data) > 1 and data[1] not in _RTCP:
            self._sound(data, source)

    def _check(self, data: bytes, source: Place) -> None:
        check = checked(data, source, self._ours.credentials)
        if check is not None and check.nominates:
            self._before = None
        elif check is None and self._before is not None:
            check = checked(data, source, self._before)
        if check is None:
            self._counters["strangers"] += 1
            return
        super()._send(check.answer, source)
        if check.nominates:
            self.latch.latched = source

    def _shake(self, data: bytes, source: Place) -> None:
        """Only with whoever proved itself by a check."""
        if self._handshake is None or source != self.latch.latched:
            return
        for datagram in self._handshake.receive(data):
            super()._send(datagram, source)
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wait_s = self._handshake.wait_s() if self._handshake is not None else None
        if wait_s is not None:
            self._timer = self._loop.call_later(max(wait_s, 0.05), self._again)

    def _again(self) -> None:
        self._timer = None
        if self._handshake is not None and self.latch.latched is not None:
            for datagram in self._handshake.timed_out():
                super()._send(datagram, self.latch.latched)
            self._wait()

    def _sound(self, data: bytes, source: Place) -> None:
        keys = self._handshake.keys if self._handshake is not None else None
        if keys is None or source != self.latch.latched:
            self._counters["early"] += 1
            return
        try:
            clear = keys.theirs.unprotect(data)
        except SrtpError:
            self._counters["garbage"] += 1
            return
        super()._received(clear, source)

    def _send(self, data: bytes, target: Place) -> int:
        keys = self._handshake.keys if self._handshake is not None else None
        return super()._send(keys.ours.protect(data), target) if keys is not None else 0
