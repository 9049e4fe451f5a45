"""What callers are told, by the media desk: why a call does not go through, and that a service is set."""

from __future__ import annotations

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.announcements.said import SAID
from dakehu.switch.callcontrol import Reason
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint, MediaDesk, MediaError, Sound, Tone
from dakehu.switch.sip import Malformed
from dakehu.switch.sip.sdp import Sdp


def port_for(desk: MediaDesk | None, offer: Media | None) -> Endpoint | None:
    """A port that answers the offer; None where nothing can be said: no desk, no codec in common, no port."""
    if desk is None or offer is None:
        return None
    try:
        return desk.endpoint(Sdp.parse(offer.body))
    except (Malformed, MediaError):
        return None


def sound_of(what: Reason | Told) -> Sound:
    return SAID.get(what, Tone.CONGESTION)
