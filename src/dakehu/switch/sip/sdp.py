"""As much of SDP (RFC 4566) as end-to-end media and hold need: directions, addresses, ports.

A description is kept as its lines; what is not understood is passed on untouched. Reading never fails on
content that a telephone might send and this module does not need; `Malformed` means it is no SDP at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dakehu.switch.sip.errors import Malformed

CONTENT_TYPE = "application/sdp"
MAX_LINES = 1000


class Direction(StrEnum):
    """Who may send, from the view of whoever wrote the description (RFC 3264 section 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def reversed(self) -> Direction:
        """The same seen from the other side."""
        return _REVERSED[self]


_REVERSED = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}
_DIRECTION_LINES = {f"a={direction}": direction for direction in Direction}
_NO_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - hold as RFC 2543 wrote it, nothing is bound to it


@dataclass(frozen=True, slots=True)
class Media:
    """One m= section with the lines below it."""

    lines: tuple[str, ...]

    @property
    def kind(self) -> str:
        """audio, video…"""
        return self._fields()[0]

    @property
    def port(self) -> int:
        """0 means refused."""
        digits = self._fields()[1].partition("/")[0]
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else 0

    @property
    def formats(self) -> tuple[str, ...]:
        """Payload types, best first."""
        return tuple(self._fields()[3:])

    @property
    def address(self) -> str | None:
        """The connection address of this section, if it has its own."""
        return _address(self.lines)

    @property
    def direction(self) -> Direction | None:
        return _direction(self.lines)

    def _fields(self) -> list[str]:
        fields = self.lines[0][2:].split()
        return fields if len(fields) >= 4 else ["", "0", "", ""]


@dataclass(frozen=True, slots=True)
class Sdp:
    """A session description."""

    session: tuple[str, ...]
    media: tuple[Media, ...]

    @classmethod
    def parse(cls, body: bytes) -> Sdp:
        """Read a body; raises `Malformed`."""
        lines = [line.rstrip("\r") for line in body.decode("utf-8", "surrogateescape").split("\n")]
        lines = [line for line in lines if line]
        if not lines or lines[0] != "v=0" or len(lines) > MAX_LINES:
            raise Malformed("SDP", "not a session description")
        if any(line[1:2] != "=" for line in lines):
            raise Malformed("SDP", "line without =")
        starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
        bounds = [*starts, len(lines)]
        media = tuple(Media(tuple(lines[at:end])) for at, end in zip(starts, bounds[1:], strict=True))
        return cls(tuple(lines[: bounds[0]]), media)

    def encode(self) -> bytes:
        """The body."""
        lines = [*self.session, *(line for section in self.media for line in section.lines), ""]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")

    @property
    def audio(self) -> Media | None:
        """The first audio section that is not refused."""
        return next((section for section in self.media if section.kind == "audio" and section.port), None)

    def address_of(self, media: Media) -> str | None:
        """Where this section's packets are to be sent."""
        return media.address or _address(self.session)

    def direction_of(self, media: Media) -> Direction:
        """The section's direction; an address of zeros is hold as RFC 2543 wrote it."""
        written = media.direction or _direction(self.session) or Direction.SENDRECV
        if self.address_of(media) in _NO_ADDRESS and written is Direction.SENDRECV:
            return Direction.SENDONLY
        return written

    @property
    def is_hold(self) -> bool:
        """Whether the writer hears nothing: each living audio section is sendonly or inactive."""
        directions = [
            self.direction_of(media) for media in self.media if media.kind == "audio" and media.port
        ]
        return bool(directions) and all(
            direction in {Direction.SENDONLY, Direction.INACTIVE} for direction in directions
        )

    def with_direction(self, direction: Direction) -> Sdp:
        """The same media in another direction: hold, retrieve."""
        session = _without_direction(self.session)
        media = [Media((*_without_direction(section.lines), f"a={direction}")) for section in self.media]
        return replace(self, session=session, media=tuple(media))

    def with_address(self, host: str, ports: Sequence[int]) -> Sdp:
        """The same media at another place (a relay): one port per section, 0 keeps a section refused."""
        line = f"c=IN {'IP6' if ':' in host else 'IP4'} {host}"
        session = tuple(line if old.startswith("c=") else old for old in self.session)
        media = tuple(_moved(section, line, port) for section, port in zip(self.media, ports, strict=True))
        return replace(self, session=session, media=media)


def _moved(section: Media, connection: str, port: int) -> Media:
    first, *rest = section.lines
    kind, _, others = first[2:].partition(" ")
    _, _, tail = others.partition(" ")
    kept = [connection if line.startswith("c=") else line for line in rest if not line.startswith("a=rtcp:")]
    return Media((f"m={kind} {port} {tail}", *kept))


def _address(lines: Sequence[str]) -> str | None:
    for line in lines:
        if line.startswith("c="):
            fields = line[2:].split()
            return fields[2].partition("/")[0] if len(fields) == 3 else None
    return None


def _direction(lines: Sequence[str]) -> Direction | None:
    return next((_DIRECTION_LINES[line] for line in lines if line in _DIRECTION_LINES), None)


def _without_direction(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line not in _DIRECTION_LINES)
