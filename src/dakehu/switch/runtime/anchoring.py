"""Which legs are anchored, and until when (see `anchor`).

A leg that calls with a browser's description gets an anchor, and so does a telephone registered over
WebSocket, with us or with a proxy in front, when it is called. All other legs have none, and their
descriptions are passed on as they came.
"""

from __future__ import annotations

from dakehu.switch.callcontrol import occupied
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import MediaDesk, MediaError
from dakehu.switch.runtime.anchor import Anchor
from dakehu.switch.runtime.messages import media_of
from dakehu.switch.runtime.noise import Counters
from dakehu.switch.runtime.sessions import Session, Side
from dakehu.switch.sip import Malformed

_SECURED = b"/TLS/RTP/SAVP"


class Anchors:
    """One per process. What can't be anchored is passed on as it is: who can't read it refuses."""

    def __init__(self, desk: MediaDesk | None) -> None:
        self._desk = desk
        self._open: set[Side] = set()
        self.counters = desk.counters if desk is not None else Counters()

    def __len__(self) -> int:
        return len(self._open)

    def arrived(self, side: Side) -> None:
        """A leg calls us."""
        media = media_of(side.invite) if side.invite is not None else None
        if self._desk is None or media is None or _SECURED not in media.body:
            return
        self._begin(side, self._desk)
        self.hears(side, media, is_request=True)

    def called(self, side: Side) -> None:
        """A leg is about to be called."""
        if self._desk is not None and side.is_browser and side.anchor is None:
            self._begin(side, self._desk)

    def offered(self, side: Side) -> Media | None:
        """What the leg's INVITE offers, as call control is told."""
        if side.anchor is not None:
            return side.anchor.described
        return media_of(side.invite) if side.invite is not None else None

    def hears(self, side: Side, media: Media | None, *, is_request: bool = False) -> Media | None:
        """What call control is told of the leg's description."""
        if side.anchor is None:
            return media
        try:
            return side.anchor.hears(media, is_request=is_request)
        except (Malformed, MediaError):
            self._failed(side, side.anchor)
            return media

    def tells(self, side: Side, media: Media | None, *, is_request: bool = False) -> Media | None:
        """What the leg is told of the other side's description."""
        if side.anchor is None:
            return media
        try:
            return side.anchor.tells(media, is_request=is_request)
        except (Malformed, MediaError):
            self._failed(side, side.anchor)
            return media

    def tidy(self, session: Session) -> None:
        """Legs that are in the call no more need no ports."""
        if not self._open:
            return
        legs = occupied(session.call)
        for side in session.sides.values():
            if side.anchor is not None and side.leg not in legs:
                self._end(side)

    def _begin(self, side: Side, desk: MediaDesk) -> None:
        side.anchor = Anchor(desk)
        self._open.add(side)

    def _failed(self, side: Side, anchor: Anchor) -> None:
        self.counters["not_anchored"] += 1
        if anchor.described is None:
            self._end(side)

    def _end(self, side: Side) -> None:
        if side.anchor is not None:
            side.anchor.close()
        side.anchor = None
        self._open.discard(side)
