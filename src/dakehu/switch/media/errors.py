"""What the media engine refuses."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class MediaError(DomainError):
    """Base of everything the media engine refuses."""

    code = "switch.media_error"


class NoCommonCodec(MediaError):
    """Nothing in the peer's description can be spoken here: 488 for an offer, a BYE for an answer."""

    code = "switch.media_no_common_codec"


class NotSecured(MediaError):
    """A browser's offer without what DTLS-SRTP needs: 488."""

    code = "switch.media_not_secured"


class PortsExhausted(MediaError):
    """Every pair of the range is in use: 503 with Retry-After. Data: `first`, `last`."""

    code = "switch.media_ports_exhausted"
