"""Why a call does not come about, and what the caller's telephone is told.

`q850` is the cause value of ITU-T Q.850 that goes into the Reason header (RFC 3326): exchanges and consoles
understand it where a SIP status says too little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dakehu.switch.records.record import EndCause, Party


class Failure(StrEnum):
    """How ringing a line can come to nothing that forwarding knows."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_REACHABLE = "not_reachable"


class Reason(StrEnum):
    """The stable name of each; the console translates it."""

    SUSPENDED_ARREARS = "suspended_arrears"
    SUSPENDED_VIOLATION = "suspended_violation"
    SUSPENDED_REQUEST = "suspended_request"
    LINE_CEASED = "line_ceased"
    RIGHTS = "rights"
    IN_GROUP_ONLY = "in_group_only"
    VPN_BARRED = "vpn_barred"
    RESTRICTED = "restricted"
    CLOSED_GROUP = "closed_group"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - the name of a reason
    PASSWORD_LOCKED = "password_locked"  # noqa: S105 - the name of a reason
    INVALID_NUMBER = "invalid_number"
    INCOMPLETE_NUMBER = "incomplete_number"
    UNKNOWN_NUMBER = "unknown_number"
    NO_GATEWAY = "no_gateway"
    CONGESTION = "congestion"
    GROUP_UNKNOWN = "group_unknown"
    NO_ATTENDANT = "no_attendant"
    CALLED_SUSPENDED = "called_suspended"
    DO_NOT_DISTURB = "do_not_disturb"
    ABSENT = "absent"
    OWN_NUMBER = "own_number"
    NOTHING_TO_TAKE = "nothing_to_take"
    NOT_ATTENDANT = "not_attendant"
    NOT_REGISTERED = "not_registered"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    DECLINED = "declined"
    REFUSED = "refused"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to the caller. `text` is for the logs and displays of telephones, in English as SIP is."""

    status: int
    q850: int
    cause: EndCause
    text: str
    by: Party = Party.NETWORK


_C = EndCause
REFUSALS: Mapping[Reason, Refusal] = MappingProxyType({
    Reason.SUSPENDED_ARREARS: Refusal(403, 21, _C.BARRED, "line suspended for arrears"),
    Reason.SUSPENDED_VIOLATION: Refusal(403, 21, _C.BARRED, "line suspended for a violation"),
    Reason.SUSPENDED_REQUEST: Refusal(403, 21, _C.BARRED, "line suspended on request"),
    Reason.LINE_CEASED: Refusal(403, 21, _C.BARRED, "line ceased"),
    Reason.RIGHTS: Refusal(403, 21, _C.BARRED, "not covered by the line's call rights"),
    Reason.IN_GROUP_ONLY: Refusal(403, 21, _C.BARRED, "in-group calls only"),
    Reason.VPN_BARRED: Refusal(403, 21, _C.BARRED, "off-net call barred in the VPN"),
    Reason.RESTRICTED: Refusal(403, 21, _C.BARRED, "outgoing calls restricted by the subscriber"),
    Reason.CLOSED_GROUP: Refusal(403, 87, _C.BARRED, "outside the closed user group"),
    Reason.PASSWORD_WRONG: Refusal(403, 21, _C.BARRED, "wrong password"),
    Reason.PASSWORD_LOCKED: Refusal(403, 21, _C.BARRED, "too many wrong passwords"),
    Reason.INVALID_NUMBER: Refusal(404, 28, _C.UNKNOWN_NUMBER, "no such number"),
    Reason.INCOMPLETE_NUMBER: Refusal(484, 28, _C.UNKNOWN_NUMBER, "number incomplete"),
    Reason.UNKNOWN_NUMBER: Refusal(404, 1, _C.UNKNOWN_NUMBER, "number not in service"),
    Reason.NO_GATEWAY: Refusal(404, 3, _C.NO_ROUTE, "no gateway to this kind of number"),
    Reason.CONGESTION: Refusal(503, 34, _C.OVERLOADED, "no channel to another network is free"),
    Reason.GROUP_UNKNOWN: Refusal(500, 41, _C.FAILED, "group not in the directory"),
    Reason.NO_ATTENDANT: Refusal(480, 18, _C.UNREACHABLE, "no attendant is signed in"),
    Reason.CALLED_SUSPENDED: Refusal(480, 27, _C.UNREACHABLE, "called line suspended"),
    Reason.DO_NOT_DISTURB: Refusal(480, 21, _C.REFUSED, "the called line does not want to be disturbed"),
    Reason.ABSENT: Refusal(480, 20, _C.UNREACHABLE, "the subscriber is absent"),
    Reason.OWN_NUMBER: Refusal(486, 17, _C.BUSY, "a line can't call itself"),
    Reason.NOTHING_TO_TAKE: Refusal(480, 31, _C.REFUSED, "no call to take"),
    Reason.NOT_ATTENDANT: Refusal(403, 21, _C.BARRED, "for attendants of the group alone"),
    Reason.NOT_REGISTERED: Refusal(480, 20, _C.UNREACHABLE, "no telephone is signed in"),
    Reason.NO_ANSWER: Refusal(480, 19, _C.NO_ANSWER, "no answer"),
    Reason.CANCELLED: Refusal(487, 31, _C.CANCELLED, "cancelled", Party.CALLER),
    Reason.UNREACHABLE: Refusal(480, 18, _C.UNREACHABLE, "the telephone does not respond"),
    Reason.BUSY: Refusal(486, 17, _C.BUSY, "busy", Party.CALLED),
    Reason.DECLINED: Refusal(603, 21, _C.REFUSED, "declined", Party.CALLED),
    Reason.REFUSED: Refusal(480, 31, _C.REFUSED, "refused by the telephone", Party.CALLED),
    Reason.STOPPING: Refusal(503, 41, _C.FAILED, "service is stopping"),
})  # fmt: skip

UNSPOKEN = frozenset({Reason.CANCELLED, Reason.STOPPING, Reason.GROUP_UNKNOWN, Reason.INCOMPLETE_NUMBER})
"""No announcement: nobody listens any more, or the telephone is to go on collecting digits (484)."""

_BUSY = frozenset({486, 600})
_DECLINED = frozenset({403, 603, 607, 608})
_SILENT = frozenset({408, 430, 480, 503})
_NO_SUCH = frozenset({404, 410, 484, 604})
_MEDIA = frozenset({406, 415, 488, 606})


def reason_of(status: int) -> Reason:
    """What the called telephone's answer amounts to."""
    if status in _BUSY:
        return Reason.BUSY
    if status in _DECLINED:
        return Reason.DECLINED
    return Reason.UNREACHABLE if status in _SILENT else Reason.REFUSED


def reason_off_net(status: int) -> Reason:
    """What the last gateway's answer amounts to: a number that the other network does not have, or no way."""
    if status in _NO_SUCH:
        return Reason.UNKNOWN_NUMBER
    return Reason.CONGESTION if fails_over(status) else reason_of(status)


def fails_over(status: int) -> bool:
    """Whether another gateway may do better: this one is silent, overloaded or broken."""
    return status in {408, 430} or 500 <= status < 600


_TELLING = (
    Reason.BUSY,
    Reason.DECLINED,
    Reason.REFUSED,
    Reason.UNREACHABLE,
    Reason.UNKNOWN_NUMBER,
    Reason.CONGESTION,
)


def more_telling(one: Reason | None, other: Reason) -> Reason:
    """Of what two telephones of a line failed for, what the caller should hear of."""
    return other if one is None else min(one, other, key=_TELLING.index)


def failure_of(reason: Reason) -> Failure | None:
    """What a telephone's refusal means for forwarding; one that declines is not forwarded."""
    if reason is Reason.BUSY:
        return Failure.BUSY
    away = {Reason.UNREACHABLE, Reason.CONGESTION, Reason.UNKNOWN_NUMBER}
    return Failure.NOT_REACHABLE if reason in away else None


def status_towards_caller(status: int) -> int:
    """The status that the caller gets for the called telephone's.

    What concerns our own relation to the called telephone (a challenge, a redirection, a dialog it lost, its
    overload) is no answer to the caller: RFC 3261 section 16.7 says so of 503 to proxies.
    """
    reason = reason_of(status)
    if reason is Reason.REFUSED and status in _MEDIA:
        return status
    return REFUSALS[reason].status
