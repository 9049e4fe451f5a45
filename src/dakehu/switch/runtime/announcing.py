"""What callers are told, by the media desk: why a call does not go through, and that a service is set."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.callcontrol import Reason
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.media import Endpoint, MediaDesk, MediaError, Prompt, Sound, Tone
from dakehu.switch.sip import Malformed
from dakehu.switch.sip.sdp import Sdp

_P = Prompt
SAID: Mapping[Reason | Told, Sound] = MappingProxyType({
    Reason.SUSPENDED_ARREARS: _P.SUSPENDED_ARREARS,
    Reason.SUSPENDED_VIOLATION: _P.SUSPENDED_VIOLATION,
    Reason.SUSPENDED_REQUEST: _P.SUSPENDED_REQUEST,
    Reason.LINE_CEASED: _P.SERVICE_REFUSED,
    Reason.RIGHTS: _P.BARRED,
    Reason.VPN_BARRED: _P.BARRED,
    Reason.RESTRICTED: _P.BARRED,
    Reason.IN_GROUP_ONLY: _P.IN_GROUP_ONLY,
    Reason.CLOSED_GROUP: _P.CLOSED_GROUP,
    Reason.PASSWORD_WRONG: _P.PASSWORD_WRONG,
    Reason.PASSWORD_LOCKED: _P.SERVICE_REFUSED,
    Reason.INVALID_NUMBER: _P.NUMBER_UNOBTAINABLE,
    Reason.UNKNOWN_NUMBER: _P.NUMBER_UNOBTAINABLE,
    Reason.NO_GATEWAY: _P.NOT_REACHABLE,
    Reason.CONGESTION: _P.CONGESTION,
    Reason.NO_ATTENDANT: _P.NO_ATTENDANT,
    Reason.CALLED_SUSPENDED: _P.CALLED_SUSPENDED,
    Reason.OWN_NUMBER: _P.BUSY,
    Reason.NOTHING_TO_TAKE: _P.SERVICE_REFUSED,
    Reason.NOT_ATTENDANT: _P.SERVICE_REFUSED,
    Reason.NOT_REGISTERED: _P.NOT_REACHABLE,
    Reason.NO_ANSWER: _P.NO_ANSWER,
    Reason.UNREACHABLE: _P.NOT_REACHABLE,
    Reason.BUSY: _P.BUSY,
    Reason.DECLINED: _P.CALL_REJECTED,
    Reason.REFUSED: _P.CALL_REJECTED,
    Reason.DO_NOT_DISTURB: _P.DO_NOT_DISTURB,
    Reason.ABSENT: _P.ABSENT,
    Told.ACTIVATED: _P.SERVICE_ACTIVATED,
    Told.CANCELLED: _P.SERVICE_CANCELLED,
    Told.REFUSED: _P.SERVICE_REFUSED,
    Told.IS_ON: _P.SERVICE_IS_ON,
    Told.IS_OFF: _P.SERVICE_IS_OFF,
    Told.UNKNOWN: _P.SERVICE_UNKNOWN,
    Told.ALARM: _P.ALARM_CALL,
    Told.PASSWORD_WRONG: _P.PASSWORD_WRONG,
    Told.PASSWORD_CHANGED: _P.PASSWORD_CHANGED,
})  # fmt: skip


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
