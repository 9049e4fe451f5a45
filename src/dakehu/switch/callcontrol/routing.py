"""Deciding a call: the caller's rules, the destination, the called line's rules.

The order is that of 3GPP's multimedia telephony: originating services, then routing, then terminating ones.
Each rule that decided something leaves its id in the trace: a requirement row ("CTX-03") where there is one,
a plain word otherwise. The rules themselves are the products' (`centrex.domain`, `numbering.domain`): the
order desk validates by the same functions.

    originating   LIN-06  a suspended line calls nobody, on-net or off-net
                  CTX-03  short number, CTX-04 exit prefix, CTX-12 attendant prefix; `plan` outside a group
                  CTX-06  call rights, CTX-14 in-group calls only; emergency calls are never barred
    destination   `unknown_number`, `no_gateway`, `no_attendant`, `own_number`
    terminating   LIN-06  a line suspended for a violation or on request does not ring; for arrears it does
                  `not_registered`
                  CTX-16  what the called side is shown
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dakehu.centrex.domain.dialling import (
    Attendant,
    Barred,
    InGroup,
    Outside,
    analyse,
    barred,
    call_class_of,
    caller_id,
    permits,
)
from dakehu.kernel.numbers import CallClass, NumberKind, Unreachable, classify
from dakehu.numbering.domain.lines import LineStatus, may_originate, may_receive
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import GroupEntry, LineEntry
from dakehu.switch.directory.view import DirectoryView

Reachable = Callable[[LineEntry], bool]
"""Whether a telephone of the line is signed in."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring `called` and show it `shown_number`."""

    called: LineEntry
    call_class: CallClass
    shown_number: str
    trace: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deny:
    """Refuse the caller; `called` and `call_class` as far as they were found."""

    reason: Reason
    trace: tuple[str, ...]
    called_number: str = ""
    called: LineEntry | None = None
    call_class: CallClass | None = None


Decision = Connect | Deny

_SUSPENDED = {
    LineStatus.SUSPENDED_ARREARS: Reason.SUSPENDED_ARREARS,
    LineStatus.SUSPENDED_VIOLATION: Reason.SUSPENDED_VIOLATION,
    LineStatus.SUSPENDED_REQUEST: Reason.SUSPENDED_REQUEST,
    LineStatus.CEASED: Reason.LINE_CEASED,
}
_BARRED = {Barred.RIGHTS: Reason.RIGHTS, Barred.IN_GROUP_ONLY: Reason.IN_GROUP_ONLY}


def decide(view: DirectoryView, caller: LineEntry, dialled: str, reachable: Reachable) -> Decision:
    """Where the call goes, or why it doesn't. Raises nothing."""
    if not may_originate(caller.status):
        return Deny(_SUSPENDED[caller.status], ("LIN-06",))
    if not caller.group_id:
        return _from_single_line(view, caller, dialled, reachable)
    group = view.group(caller.group_id)
    if group is None:
        return Deny(Reason.GROUP_UNKNOWN, (Reason.GROUP_UNKNOWN,))
    return _from_member(view, caller, group, dialled, reachable)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is known of a call whose digits were understood."""

    view: DirectoryView
    caller: LineEntry
    reachable: Reachable
    call_class: CallClass
    shown_number: str
    rule: str

    def deny(self, reason: Reason, rule: str, called: LineEntry | None = None, number: str = "") -> Deny:
        found = called.public_number if called is not None else number
        return Deny(reason, (self.rule, rule), found, called, self.call_class)

    def ring(self, called: LineEntry) -> Decision:
        """The called line's own rules."""
        if called.public_number == self.caller.public_number:
            return self.deny(Reason.OWN_NUMBER, Reason.OWN_NUMBER, called)
        if not may_receive(called.status):
            return self.deny(Reason.CALLED_SUSPENDED, "LIN-06", called)
        if not self.reachable(called):
            return self.deny(Reason.NOT_REGISTERED, Reason.NOT_REGISTERED, called)
        trace = (self.rule, "CTX-16") if self.caller.group_id else (self.rule,)
        return Connect(called, self.call_class, self.shown_number, trace)


def _from_single_line(view: DirectoryView, caller: LineEntry, dialled: str, reachable: Reachable) -> Decision:
    found = classify(dialled, caller.area_code)
    if isinstance(found, Unreachable):
        return _undialable(found, "plan")
    attempt = _Attempt(view, caller, reachable, found.call_class, caller.public_number, "plan")
    if not permits(caller.rights, found.call_class):
        return attempt.deny(Reason.RIGHTS, Barred.RIGHTS, number=found.number)
    return _to_number(attempt, found.number, found.kind)


def _from_member(
    view: DirectoryView, caller: LineEntry, group: GroupEntry, dialled: str, reachable: Reachable
) -> Decision:
    found = analyse(group.group, dialled)
    if isinstance(found, Unreachable):
        return _undialable(found, "CTX-04" if dialled[:1] == group.exit_prefix else "CTX-03")
    call_class = call_class_of(found)
    member = caller.member
    rule = "CTX-03" if isinstance(found, InGroup) else "CTX-04" if isinstance(found, Outside) else "CTX-12"
    attempt = _Attempt(view, caller, reachable, call_class, caller_id(member, call_class), rule)
    bar = barred(member, call_class)
    if bar is not None:
        number = found.destination.number if isinstance(found, Outside) else ""
        return attempt.deny(_BARRED[bar], bar, number=number)
    match found:
        case InGroup(short_number):
            called = view.line_by_short(group.group_id, short_number)
            if called is None:
                return attempt.deny(Reason.UNKNOWN_NUMBER, Reason.UNKNOWN_NUMBER)
            return attempt.ring(called)
        case Attendant():
            return _to_attendant(attempt, group)
        case Outside(destination):
            return _to_number(attempt, destination.number, destination.kind)


def _to_number(attempt: _Attempt, number: str, kind: NumberKind) -> Decision:
    called = attempt.view.line(number)
    if called is not None:
        return attempt.ring(called)
    reason = Reason.UNKNOWN_NUMBER if kind is NumberKind.FIXED else Reason.NO_GATEWAY
    return attempt.deny(reason, reason, number=number)


def _to_attendant(attempt: _Attempt, group: GroupEntry) -> Decision:
    """The first console that can take the call."""
    for number in group.attendants:
        called = attempt.view.line(number)
        if called is not None:
            decision = attempt.ring(called)
            if isinstance(decision, Connect):
                return decision
    return attempt.deny(Reason.NO_ATTENDANT, Reason.NO_ATTENDANT)


def _undialable(found: Unreachable, rule: str) -> Deny:
    reason = Reason.INCOMPLETE_NUMBER if found is Unreachable.INCOMPLETE else Reason.INVALID_NUMBER
    return Deny(reason, (rule, reason))
