"""Deciding a call: the caller's rules, the destination, the called line's rules, in one fixed order.

The order is that of 3GPP's multimedia telephony (TS 24.173): originating services, then routing, then
terminating ones. Each rule that decided something leaves its id in the trace: a requirement row ("CTX-03")
where there is one, a plain word otherwise. The rules themselves are the products' (`centrex.domain`,
`enterprise_vpn.domain`, `numbering.domain`): the order desk validates by the same functions.

    originating   feature codes (CTX-07); hotline, abbreviated dialling; the plan of the group (CTX-03, 04,
                  12), of the VPN (VPN-02, 04, 10) or the public one (`plan`)
                  LIN-06  a suspended line calls nobody, on-net or off-net; emergencies pass this and all bars
                  CTX-06  call rights, CTX-14 in-group only, VPN-08 off-net barring, CTX-15 the line's own
                  restriction
    destination   `unknown_number`, `no_gateway`, `no_attendant`, `own_number`
                  VPN-15  closed user groups
    terminating   LIN-06  a line suspended for a violation or on request does not ring; for arrears it does
                  VPN-05  forwarding of every call; `do_not_disturb`; forwarding of what can't be reached,
                  `not_registered`; forwarding of a line in a call, `line_busy`, or `call_waiting`; forwarding
                  on busy and no answer is prepared, to be taken up by `step`
                  CTX-16, VPN-09  what the called side is shown
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

from dakehu.enterprise_vpn.domain.dialling import closed
from dakehu.kernel.numbers import CallClass, NumberKind
from dakehu.numbering.domain.featurecodes import parse
from dakehu.numbering.domain.lines import LineKind, LineStatus, may_originate, may_receive
from dakehu.numbering.domain.services import ForwardKind, Reception, reception
from dakehu.switch.callcontrol.codes import carry_out
from dakehu.switch.callcontrol.decisions import Connect, Decision, Deny, Diversion, LiveSwitch
from dakehu.switch.callcontrol.originating import Bar, Meaning, Nowhere, aim, bar, understand
from dakehu.switch.callcontrol.reasons import Failure, Reason
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

_SUSPENDED = {
    LineStatus.SUSPENDED_ARREARS: Reason.SUSPENDED_ARREARS,
    LineStatus.SUSPENDED_VIOLATION: Reason.SUSPENDED_VIOLATION,
    LineStatus.SUSPENDED_REQUEST: Reason.SUSPENDED_REQUEST,
    LineStatus.CEASED: Reason.LINE_CEASED,
}
_LATER = ((Failure.BUSY, ForwardKind.BUSY), (Failure.NO_ANSWER, ForwardKind.NO_ANSWER))
_UNKNOWN = Bar(Reason.UNKNOWN_NUMBER, Reason.UNKNOWN_NUMBER)
_NO_GATEWAY = Bar(Reason.NO_GATEWAY, Reason.NO_GATEWAY)
_NOT_REGISTERED = Bar(Reason.NOT_REGISTERED, Reason.NOT_REGISTERED)
_LINE_BUSY = Bar(Reason.BUSY, Reception.BUSY)
_INSIDE = frozenset({CallClass.IN_GROUP, CallClass.IN_VPN})


def decide(view: DirectoryView, caller: LineEntry, dialled: str, live: LiveSwitch) -> Decision:
    """Where the call goes, or why it doesn't. Raises nothing."""
    command = parse(dialled)
    if command is not None and may_originate(caller.status):
        return carry_out(view, caller, command, live)
    meaning = understand(view, caller, dialled)
    call_class = meaning.call_class if isinstance(meaning, Meaning) else None
    if not may_originate(caller.status, call_class):
        return Deny(_SUSPENDED[caller.status], ("LIN-06",))
    if isinstance(meaning, Nowhere):
        return Deny(meaning.reason, meaning.rules)
    attempt = _Attempt(view, caller, live, meaning)
    barred = bar(caller, meaning.call_class)
    if barred is not None:
        return attempt.deny(barred.reason, barred.rule)
    return attempt.reach()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A call whose digits were understood and that its caller may make."""

    view: DirectoryView
    caller: LineEntry
    live: LiveSwitch
    meaning: Meaning

    def deny(self, reason: Reason, rule: str, called: LineEntry | None = None) -> Deny:
        number = called.public_number if called is not None else self.meaning.number
        return Deny(reason, (self.meaning.rule, rule), number, called, self.meaning.call_class)

    def reach(self) -> Decision:
        """The destination: a line of ours, the first console that can take the call, or none."""
        if self.meaning.rule in {"CTX-12", "VPN-10"}:
            return self._console()
        if self.meaning.called is not None:
            return self.ring(self.meaning.called)
        known = self.meaning.kind is NumberKind.FIXED
        reason = Reason.UNKNOWN_NUMBER if known else Reason.NO_GATEWAY
        return self.deny(reason, reason)

    def _console(self) -> Decision:
        for number in self.meaning.consoles:
            called = self.view.line(number)
            decision = self.ring(called) if called is not None else None
            if isinstance(decision, Connect):
                return decision
        return self.deny(Reason.NO_ATTENDANT, Reason.NO_ATTENDANT)

    def ring(self, called: LineEntry) -> Decision:
        """The called line's own services."""
        refusal = self._refusal(called)
        if refusal is not None:
            return refusal
        if called.has.forward_always:
            return self._forward(called, ForwardKind.ALWAYS)
        if called.has.do_not_disturb or called.has.absent:
            reason = Reason.DO_NOT_DISTURB if called.has.do_not_disturb else Reason.ABSENT
            return self.deny(reason, reason, called)
        telephones = self.live.telephones(called)
        if not telephones:
            return self._failing(called, _kind_unreachable(called), _NOT_REGISTERED)
        place = self._reception(called)
        if place is Reception.BUSY:
            return self._failing(called, ForwardKind.BUSY, _LINE_BUSY)
        return self._connect(called, telephones, waits=place is Reception.WAITING)

    def _reception(self, called: LineEntry) -> Reception:
        """Whether the line takes one more call; an emergency it does."""
        unlimited = called.is_unlimited or self.meaning.call_class is CallClass.EMERGENCY
        return reception(called.has, self.live.calls(called), is_unlimited=unlimited)

    def _connect(self, called: LineEntry, telephones: int, *, waits: bool) -> Connect:
        meaning = self.meaning
        connect = Connect(
            called,
            meaning.call_class,
            meaning.shown,
            (*filter(None, (meaning.rule, meaning.shown_by)), *_waiting(waits=waits)),
            telephones,
            waits=waits,
        )
        if called.services is None:
            return connect
        later = {}
        for failure, kind in (*_LATER, (Failure.NOT_REACHABLE, _kind_unreachable(called))):
            forwarded = self._forward(called, kind) if called.has.target(kind) else None
            if isinstance(forwarded, Connect):
                later[failure] = forwarded
        patience = called.has.no_answer_s if Failure.NO_ANSWER in later else None
        return replace(connect, no_answer_s=patience, otherwise=MappingProxyType(later))

    def _refusal(self, called: LineEntry) -> Deny | None:
        if called.public_number == self.caller.public_number:
            return self.deny(Reason.OWN_NUMBER, Reason.OWN_NUMBER, called)
        if closed(self.caller.vpn_member, called.vpn_member) is not None:
            return self.deny(Reason.CLOSED_GROUP, "VPN-15", called)
        if not may_receive(called.status):
            return self.deny(Reason.CALLED_SUSPENDED, "LIN-06", called)
        return None

    def _failing(self, called: LineEntry, kind: ForwardKind, fault: Bar) -> Decision:
        """It can't ring: on to where the line forwards then. Without a telephone a fixed line is one that
        nobody answers."""
        forwarded = self._forward(called, kind) if called.has.target(kind) else None
        if isinstance(forwarded, Connect):
            return forwarded
        return self.deny(fault.reason, fault.rule, called)

    def _forward(self, by: LineEntry, kind: ForwardKind) -> Decision:
        """On to the target of `by`, as `by` would dial it and may call it.

        The target's own forwarding rests: a call is forwarded once (VPN-06).
        """
        meaning = aim(self.view, by, by.has.target(kind))
        if isinstance(meaning, Nowhere):
            return self._undiverted(by, Bar(meaning.reason, meaning.rules[-1]))
        target = meaning.called or next(filter(None, map(self.view.line, meaning.consoles)), None)
        fault = bar(by, meaning.call_class) or self._target_fault(by, meaning, target)
        if fault is not None or target is None:
            return self._undiverted(by, fault or _UNKNOWN)
        same = meaning.call_class is self.meaning.call_class
        waits = self._reception(target) is Reception.WAITING
        return Connect(
            target,
            self.meaning.call_class,
            self.meaning.shown if same else self._public_shown(),
            (self.meaning.rule, "VPN-05", f"forward_{kind}", meaning.rule, "VPN-06", *_waiting(waits=waits)),
            self.live.telephones(target),
            diversion=Diversion(by, kind, meaning.call_class),
            waits=waits,
        )

    def _target_fault(self, by: LineEntry, meaning: Meaning, target: LineEntry | None) -> Bar | None:
        """Why the target can't be rung."""
        if target is None:
            return _UNKNOWN if meaning.kind is NumberKind.FIXED else _NO_GATEWAY
        refusal = self._refusal(target)
        if refusal is not None:
            return Bar(refusal.reason, refusal.trace[-1])
        if target.public_number == by.public_number:
            return Bar(Reason.OWN_NUMBER, Reason.OWN_NUMBER)
        if closed(by.vpn_member, target.vpn_member) is not None:
            return Bar(Reason.CLOSED_GROUP, "VPN-15")
        if not self.live.telephones(target):
            return _NOT_REGISTERED
        return _LINE_BUSY if self._reception(target) is Reception.BUSY else None

    def _undiverted(self, by: LineEntry, fault: Bar) -> Deny:
        trace = (self.meaning.rule, "VPN-05", fault.rule)
        return Deny(fault.reason, trace, by.public_number, by, self.meaning.call_class)

    def _public_shown(self) -> str:
        """The original caller, towards a target that is not within the same plan."""
        if self.meaning.call_class in _INSIDE:
            return self.caller.public_number
        return self.meaning.shown


def _waiting(*, waits: bool) -> tuple[str, ...]:
    return (Reception.WAITING,) if waits else ()


def _kind_unreachable(called: LineEntry) -> ForwardKind:
    wireless = called.kind is LineKind.WIRELESS and called.has.forward_not_reachable
    return ForwardKind.NOT_REACHABLE if wireless else ForwardKind.NO_ANSWER
