"""Why a call does not go through, and what came of a feature code, as it is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dakehu.numbering.domain.featurecodes import Told
from dakehu.switch.announcements.names import Prompt
from dakehu.switch.callcontrol import UNSPOKEN, Reason

_P = Prompt
SAID: Mapping[Reason | Told, Prompt] = MappingProxyType({
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


def prompt_of(what: Reason | Told) -> Prompt | None:
    """The announcement, None where nothing is said: a tone, or nobody who listens."""
    return None if what in UNSPOKEN else SAID.get(what)
