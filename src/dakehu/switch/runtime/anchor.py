"""The anchor of a browser's leg: two ports of ours, by which the leg is a telephone like any other.

The outer port faces the browser (ICE, DTLS-SRTP), the inner one is described to call control as the leg's own
(plain RTP, G.711), and the desk relays between them. So the other side may be anything that a telephone may
talk to: another telephone, a port with an announcement, a room, or another browser's inner port. Each
description that crosses is written anew from the other port's, in the direction (hold, retrieve) it asks for.

Who offers and who answers (RFC 3264) is followed by the kind of message: a request with a description offers,
its response or the ACK of it answers; a request that brings none asks for an offer. A later answer to an
offer that was answered (early media and then the 200, another telephone that answers) moves the inner port
alone: the browser's session stays as it is.
"""

from __future__ import annotations

from enum import Enum, auto

from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint as Port
from dakehu.switch.media import MediaDesk, NoCommonCodec, browser_direction
from dakehu.switch.sip.sdp import CONTENT_TYPE, Direction, Sdp

_NOTHING = Sdp((), ())


class Turn(Enum):
    """Whose word is to come in the browser's dialog."""

    SETTLED = auto()
    WE_OFFERED = auto()
    THEY_OFFERED = auto()
    WE_ASKED = auto()
    THEY_ASKED = auto()


class Anchor:
    """One leg's. `hears` takes what the browser says and gives what call control hears, `tells` the way back.

    Both raise `Malformed` and `MediaError` for what can't be anchored; the ports then stay as they were.
    """

    def __init__(self, desk: MediaDesk) -> None:
        self._desk = desk
        self._outer: Port | None = None
        self._inner: Port | None = None
        self._turn = self._before = Turn.SETTLED
        self._offer = _NOTHING
        self._answered: Direction | None = None

    @property
    def described(self) -> Media | None:
        """The leg as all others see it; None before there is a description."""
        return _media(self._inner) if self._inner is not None else None

    def hears(self, media: Media | None, *, is_request: bool) -> Media | None:
        """A message of the browser, with this description."""
        if is_request:
            self._before = self._turn
        offers = media is not None and (is_request or self._turn is Turn.WE_ASKED)
        if media is None:
            self._turn = Turn.THEY_ASKED if is_request else self._turn
        elif offers:
            self._they_offer(Sdp.parse(media.body))
        elif self._turn is Turn.WE_OFFERED:
            self._they_answer(Sdp.parse(media.body))
        return self.described if media is not None else None

    def tells(self, media: Media | None, *, is_request: bool) -> Media | None:
        """A message to the browser, which brings this description of the other side."""
        if media is None:
            self._turn = Turn.WE_ASKED if is_request else self._turn
            return None
        if is_request or self._turn is Turn.THEY_ASKED:
            self._we_offer(Sdp.parse(media.body))
        else:
            self._we_answer(Sdp.parse(media.body))
        return _media(self._outer) if self._outer is not None else None

    def refused(self) -> None:
        """The browser's last request changed nothing."""
        self._turn = self._before

    def close(self) -> None:
        """Give the ports back; again is nothing."""
        for port in (self._outer, self._inner):
            if port is not None:
                self._desk.close(port)

    # --- inside

    def _they_offer(self, offered: Sdp) -> None:
        direction = browser_direction(offered)
        if self._outer is None or self._inner is None:
            outer = self._desk.endpoint(offered)
            self._join(outer, self._second(outer, None, direction))
        else:
            self._desk.reoffer(self._inner, direction=direction)
        self._turn, self._offer, self._answered = Turn.THEY_OFFERED, offered, None

    def _we_answer(self, answer: Sdp) -> None:
        if self._outer is None or self._inner is None:
            raise NoCommonCodec
        direction = _direction(answer)
        self._desk.answered(self._inner, answer)
        if direction is not self._answered:
            self._desk.reoffered(self._outer, self._offer, direction=direction)
        self._turn, self._answered = Turn.SETTLED, direction

    def _we_offer(self, offered: Sdp) -> None:
        direction = _direction(offered)
        if self._outer is None or self._inner is None:
            inner = self._desk.endpoint(offered)
            self._join(self._second(inner, None, direction, browser=True), inner)
        else:
            self._desk.reoffer(self._outer, direction=direction)
        self._turn, self._offer = Turn.WE_OFFERED, offered

    def _they_answer(self, answer: Sdp) -> None:
        if self._outer is None or self._inner is None:
            raise NoCommonCodec
        self._desk.answered(self._outer, answer)
        self._desk.reoffered(self._inner, self._offer, direction=browser_direction(answer))
        self._turn = Turn.SETTLED

    def _second(
        self, first: Port, offered: Sdp | None, direction: Direction, *, browser: bool = False
    ) -> Port:
        """The other port; without it the first is given back."""
        try:
            return self._desk.endpoint(offered, direction=direction, browser=browser)
        except BaseException:
            self._desk.close(first)
            raise

    def _join(self, outer: Port, inner: Port) -> None:
        self._outer, self._inner = outer, inner
        self._desk.relay(outer, inner)


def _direction(description: Sdp) -> Direction:
    audio = description.audio
    return description.direction_of(audio) if audio is not None else Direction.INACTIVE


def _media(port: Port) -> Media:
    return Media(port.local.encode(), CONTENT_TYPE)
