"""A browser's offer and our answer to it (RFC 8829, 8839, 8842): one audio section, bundled, G.711.

Every browser speaks G.711 (RFC 7874), so nothing is transcoded. What is left is an offer like any
telephone's, and it is answered by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dakehu.switch.media.answering import Agreement, Origin, agreed, answer, offer
from dakehu.switch.media.errors import NoCommonCodec, NotSecured
from dakehu.switch.media.webrtc.ice import Credentials
from dakehu.switch.sip.sdp import Direction, Media, Sdp

PROFILES = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP")
_FINGERPRINT = re.compile(r"a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})", re.IGNORECASE)
_PRIORITY = 2130706431  # the best of a host's (RFC 8445 section 5.1.2)


@dataclass(frozen=True, slots=True)
class Ours:
    """What our side of the securing is."""

    credentials: Credentials
    fingerprint: str


def is_browsers(offered: Sdp) -> bool:
    """Whether an offer is for DTLS-SRTP."""
    return any(media.kind == "audio" and _profile(media) in PROFILES for media in offered.media)


def browser_direction(theirs: Sdp) -> Direction:
    """Who is to send, from the browser's view. Its address of zeros is no hold: ICE tells the real one."""
    plain = Sdp(theirs.session, tuple(_plain(media) for media in theirs.media))
    return plain.direction_of(plain.audio) if plain.audio is not None else Direction.INACTIVE


def answer_browser(
    offered: Sdp, origin: Origin, ours: Ours, direction: Direction = Direction.SENDRECV
) -> tuple[Sdp, Agreement, str]:
    """Our answer, what is agreed, and the fingerprint (SHA-256) that the browser's certificate must have.

    Raises `NoCommonCodec`; `NotSecured` without a fingerprint of SHA-256, or where the browser will not begin
    the handshake or not have RTP and RTCP on one port.
    """
    plain = Sdp(offered.session, tuple(_plain(media) for media in offered.media))
    answered, agreement = answer(plain, origin, direction)
    at = next((at for at, media in enumerate(answered.media) if media.port), None)
    if at is None:
        raise NoCommonCodec
    fingerprint = _fingerprint(offered, offered.media[at])
    mid = next((line for line in offered.media[at].lines if line.startswith("a=mid:")), None)
    media = [
        _refused(section, original) for section, original in zip(answered.media, offered.media, strict=True)
    ]
    media[at] = _secured(answered.media[at], offered.media[at], origin, ours, mid)
    session = [*answered.session, "a=ice-lite"]
    if mid is not None and any(line.startswith("a=group:BUNDLE") for line in offered.session):
        session.append(f"a=group:BUNDLE {mid[6:]}")
    return Sdp(tuple(session), tuple(media)), replace(agreement, remote=None), fingerprint


def offer_browser(origin: Origin, ours: Ours, direction: Direction) -> Sdp:
    """An offer of ours to a browser that has told us nothing yet; it is to begin the handshake."""
    plain = offer(origin, direction)
    first, *rest = plain.media[0].lines
    lines = (first.replace("RTP/AVP", PROFILES[0]), *rest, "a=mid:0", *_securing(origin, ours, "actpass"))
    return Sdp((*plain.session, "a=ice-lite", "a=group:BUNDLE 0"), (Media(lines),))


def offer_again(local: Sdp, origin: Origin, direction: Direction) -> Sdp:
    """Our last description as an offer in another direction (hold, retrieve)."""
    name = offer(origin).session[1]
    session = tuple(name if line.startswith("o=") else line for line in local.session)
    turned = Sdp(session, local.media).with_direction(direction)
    return Sdp(turned.session, tuple(_either_begins(media) for media in turned.media))


def agreed_browser(answered: Sdp) -> tuple[Agreement, str]:
    """What a browser's answer means, and its certificate's fingerprint. Raises as `answer_browser` does."""
    plain = Sdp(answered.session, tuple(_plain(media) for media in answered.media))
    agreement = agreed(plain)
    audio = next(media for media in answered.media if media.kind == "audio" and media.port)
    return replace(agreement, remote=None), _fingerprint(answered, audio)


def ice_names(theirs: Sdp) -> tuple[str, ...]:
    """What a description says to check with; other ones than before begin ICE anew (RFC 8839 section 4.4)."""
    lines = (*theirs.session, *(line for media in theirs.media for line in media.lines))
    return tuple(line for line in lines if line.startswith(("a=ice-ufrag:", "a=ice-pwd:")))


def _fingerprint(theirs: Sdp, audio: Media) -> str:
    lines = (*theirs.session, *audio.lines)
    fingerprint = next((found[1].upper() for line in lines if (found := _FINGERPRINT.fullmatch(line))), None)
    if fingerprint is None or "a=setup:passive" in lines or "a=rtcp-mux" not in lines:
        raise NotSecured
    return fingerprint


def _either_begins(media: Media) -> Media:
    """In an offer either may begin the handshake (RFC 8842 section 5.3)."""
    return Media(tuple("a=setup:actpass" if line == "a=setup:passive" else line for line in media.lines))


def _profile(media: Media) -> str:
    fields = media.lines[0].split()
    return fields[2] if len(fields) > 2 else ""


def _plain(media: Media) -> Media:
    """As a telephone would offer it. Its c= line says nothing: ICE tells where packets come from."""
    first = media.lines[0]
    if _profile(media) not in PROFILES:
        return Media((first.replace(" RTP/", " -/"),))
    kept = [line for line in media.lines[1:] if not line.startswith("c=")]
    return Media((first.replace(_profile(media), "RTP/AVPF"), "c=IN IP4 192.0.2.1", *kept))


def _refused(section: Media, original: Media) -> Media:
    kind = original.kind
    mids = [line for line in original.lines if line.startswith("a=mid:")]
    rest = " ".join(original.lines[0].split()[2:])
    return Media((f"m={kind} 0 {rest}", *mids)) if not section.port else section


def _secured(section: Media, original: Media, origin: Origin, ours: Ours, mid: str | None) -> Media:
    first = section.lines[0].replace("RTP/AVPF", _profile(original))
    return Media((
        first,
        *section.lines[1:],
        *([mid] if mid is not None else []),
        *_securing(origin, ours, "passive"),
    ))  # fmt: skip


def _securing(origin: Origin, ours: Ours, setup: str) -> tuple[str, ...]:
    return (
        "a=rtcp-mux",
        f"a=setup:{setup}",
        f"a=ice-ufrag:{ours.credentials.ufrag}",
        f"a=ice-pwd:{ours.credentials.password}",
        f"a=fingerprint:sha-256 {ours.fingerprint}",
        f"a=candidate:1 1 UDP {_PRIORITY} {origin.host} {origin.port} typ host",
        "a=end-of-candidates",
    )
