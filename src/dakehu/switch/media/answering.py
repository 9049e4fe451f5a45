"""Offer and answer for our own ports (RFC 3264): one audio stream, G.711 and telephone-events.

Of an offer the first usable audio section is taken and every other refused (port 0); A-law is chosen when
offered, for then nothing is ever translated. The answer names one codec, so the peer does not change it in
mid-call. Packets may carry any ptime; ours are 20 ms.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from dakehu.switch.media.errors import NoCommonCodec
from dakehu.switch.media.g711 import FRAME_MS, Law
from dakehu.switch.media.latch import Place
from dakehu.switch.sip.sdp import Direction, Media, Sdp

_STATIC = {0: Law.U, 8: Law.A}
_PAYLOAD_TYPES = {Law.A: 8, Law.U: 0}
_OFFERED_EVENTS = 101
_PROFILES = frozenset({"RTP/AVP", "RTP/AVPF"})


@dataclass(frozen=True, slots=True)
class Origin:
    """What our descriptions say of themselves: address in c=, port in m=, session id and version in o=."""

    host: str
    port: int
    session_id: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two sides agreed on. `remote` is None when the description names no address of use (hold, a name).

    `direction` is ours: whether we may send, whether we shall hear something. `events` is the payload type of
    telephone-events, if both know them.
    """

    law: Law
    payload_type: int
    events: int | None
    direction: Direction
    remote: Place | None

    @property
    def sends(self) -> bool:
        return self.direction in {Direction.SENDRECV, Direction.SENDONLY}

    @property
    def receives(self) -> bool:
        return self.direction in {Direction.SENDRECV, Direction.RECVONLY}


def offer(origin: Origin, direction: Direction = Direction.SENDRECV) -> Sdp:
    """Our offer: A-law, µ-law, telephone-events."""
    lines = [
        f"m=audio {origin.port} RTP/AVP 8 0 {_OFFERED_EVENTS}",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        *_event_lines(_OFFERED_EVENTS),
        f"a=ptime:{FRAME_MS}",
        f"a={direction}",
    ]
    return Sdp(_session(origin), (Media(tuple(lines)),))


def answer(offered: Sdp, origin: Origin, direction: Direction = Direction.SENDRECV) -> tuple[Sdp, Agreement]:
    """Our answer, wishing for `direction` as far as the offer allows; raises `NoCommonCodec`."""
    chosen = next((at for at, media in enumerate(offered.media) if _law(media) is not None), None)
    if chosen is None:
        raise NoCommonCodec
    theirs = offered.media[chosen]
    agreement = _agreement(offered, theirs, direction)
    media = [_refused(section) for section in offered.media]
    media[chosen] = _accepted(theirs, agreement, origin)
    return Sdp(_session(origin), tuple(media)), agreement


def agreed(answered: Sdp, direction: Direction = Direction.SENDRECV) -> Agreement:
    """What the peer's answer to our offer means; raises `NoCommonCodec`."""
    theirs = answered.audio
    if theirs is None or _law(theirs) is None:
        raise NoCommonCodec
    return _agreement(answered, theirs, direction)


def _agreement(theirs: Sdp, media: Media, wanted: Direction) -> Agreement:
    found = _law(media)
    if found is None:
        raise NoCommonCodec
    law, payload_type = found
    return Agreement(
        law=law,
        payload_type=payload_type,
        events=_events(media),
        direction=_both(wanted, theirs.direction_of(media).reversed),
        remote=_place(theirs, media),
    )


def _both(one: Direction, other: Direction) -> Direction:
    """What both allow, from the same side's view."""
    sends = {Direction.SENDRECV, Direction.SENDONLY}
    receives = {Direction.SENDRECV, Direction.RECVONLY}
    may_send, may_receive = {one, other} <= sends, {one, other} <= receives
    if may_send:
        return Direction.SENDRECV if may_receive else Direction.SENDONLY
    return Direction.RECVONLY if may_receive else Direction.INACTIVE


def _law(media: Media) -> tuple[Law, int] | None:
    """The best codec of a living audio section over plain RTP, with its payload type."""
    if media.kind != "audio" or not media.port or media.lines[0].split()[2] not in _PROFILES:
        return None
    names = _names(media)
    known = {}
    for payload_type in reversed(_payload_types(media)):
        name = names.get(payload_type)
        if name is None and payload_type in _STATIC:
            known[_STATIC[payload_type]] = payload_type
        elif name in {"PCMA/8000", "PCMA/8000/1"}:
            known[Law.A] = payload_type
        elif name in {"PCMU/8000", "PCMU/8000/1"}:
            known[Law.U] = payload_type
    return next(((law, known[law]) for law in Law if law in known), None)


def _events(media: Media) -> int | None:
    names = _names(media)
    return next(
        (
            payload_type
            for payload_type in _payload_types(media)
            if names.get(payload_type) in {"TELEPHONE-EVENT/8000", "TELEPHONE-EVENT/8000/1"}
        ),
        None,
    )


def _payload_types(media: Media) -> list[int]:
    digits = [text for text in media.formats if text.isascii() and text.isdigit() and len(text) <= 3]
    return [number for number in map(int, digits) if number < 128]


def _names(media: Media) -> dict[int, str]:
    """Encoding names by payload type, in capitals."""
    names = {}
    for line in media.lines:
        if line.lower().startswith("a=rtpmap:"):
            number, _, name = line[9:].strip().partition(" ")
            if number.isascii() and number.isdigit() and len(number) <= 3:
                names[int(number)] = name.strip().upper()
    return names


def _place(theirs: Sdp, media: Media) -> Place | None:
    try:
        address = ipaddress.ip_address(theirs.address_of(media) or "")
    except ValueError:
        return None
    unusable = address.is_unspecified or address.is_multicast
    return None if unusable or not 0 < media.port < 65536 else (str(address), media.port)


def _accepted(theirs: Media, agreement: Agreement, origin: Origin) -> Media:
    profile = theirs.lines[0].split()[2]
    events = agreement.events
    formats = str(agreement.payload_type) if events is None else f"{agreement.payload_type} {events}"
    lines = [
        f"m=audio {origin.port} {profile} {formats}",
        f"a=rtpmap:{agreement.payload_type} {agreement.law}/8000",
    ]
    if events is not None:
        lines += _event_lines(events)
    return Media((*lines, f"a=ptime:{FRAME_MS}", f"a={agreement.direction}"))


def _refused(section: Media) -> Media:
    kind, _, rest = section.lines[0][2:].partition(" ")
    return Media((f"m={kind} 0 {rest.partition(' ')[2]}",))


def _event_lines(payload_type: int) -> tuple[str, str]:
    return f"a=rtpmap:{payload_type} telephone-event/8000", f"a=fmtp:{payload_type} 0-15"


def _session(origin: Origin) -> tuple[str, ...]:
    family = "IP6" if ":" in origin.host else "IP4"
    return (
        "v=0",
        f"o=- {origin.session_id} {origin.version} IN {family} {origin.host}",
        "s=-",
        f"c=IN {family} {origin.host}",
        "t=0 0",
    )
