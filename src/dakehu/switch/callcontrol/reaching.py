"""The destination and the called side of a call that its caller may make; see `routing` for the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dakehu.enterprise_vpn.domain.dialling import closed
from dakehu.kernel.numbers import CallClass, NumberKind
from dakehu.numbering.domain.lines import LineKind, may_receive
from dakehu.numbering.domain.onenumber import Follow
from dakehu.numbering.domain.services import ForwardKind, Reception, reception
from dakehu.numbering.domain.trunks import NoWay, Outgoing, TrunkGroup, ways_out
from dakehu.switch.callcontrol.attending import attend
from dakehu.switch.callcontrol.decisions import (
    Connect,
    Decision,
    Deny,
    Diversion,
    LiveSwitch,
    OffNet,
    Target,
)
from dakehu.switch.callcontrol.following import follow
from dakehu.switch.callcontrol.originating import Bar, Meaning, Nowhere, aim, bar
from dakehu.switch.callcontrol.reasons import Failure, Reason
from dakehu.switch.callcontrol.toning import tone_for
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

_LATER = ((Failure.BUSY, ForwardKind.BUSY), (Failure.NO_ANSWER, ForwardKind.NO_ANSWER))
_NOTHING_LATER: Mapping[Failure, Connect] = MappingProxyType({})
_UNKNOWN = Bar(Reason.UNKNOWN_NUMBER, Reason.UNKNOWN_NUMBER)
_CLOSED = Bar(Reason.CLOSED_GROUP, "VPN-15")
_CONGESTION = Bar(Reason.CONGESTION, Reason.CONGESTION)
_NO_GATEWAY = Bar(Reason.NO_GATEWAY, Reason.NO_GATEWAY)
_NOT_REGISTERED = Bar(Reason.NOT_REGISTERED, Reason.NOT_REGISTERED)
_LINE_BUSY = Bar(Reason.BUSY, Reception.BUSY)
MAIN_NUMBER = "main_number"
_INSIDE = frozenset({CallClass.IN_GROUP, CallClass.IN_VPN})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call whose digits were understood and that its caller may make."""

    view: DirectoryView
    caller: LineEntry
    live: LiveSwitch
    meaning: Meaning
    authority: LineEntry
    """Whose rights count: the caller's, or those of who authorises the call (VPN-13)."""
    transits: bool = True
    diverted: frozenset[str] = frozenset()
    """Lines that had the call come on already, before another network brought it back: they just ring."""

    def deny(self, reason: Reason, rule: str, called: LineEntry | None = None) -> Deny:
        number = called.public_number if called is not None else self.meaning.number
        return Deny(reason, (self.meaning.rule, rule), number, called, self.meaning.call_class)

    @property
    def rules(self) -> tuple[str, ...]:
        """What found the destination, and what is shown there."""
        main = MAIN_NUMBER if self.meaning.main else ""
        return tuple(filter(None, (self.meaning.rule, main, self.meaning.shown_by)))

    def reach(self) -> Decision:
        """The destination: a line of ours, the first console that can take the call, or none."""
        if self.meaning.desk is not None:
            return attend(self, self.meaning.desk)
        if self.meaning.called is not None:
            return self.ring(self.meaning.called)
        meaning = self.meaning
        found = self.off_net(meaning, self.caller, self.authority, meaning.shown)
        if isinstance(found, Bar):
            return self.deny(found.reason, found.rule)
        return self.connect((Target(found, meaning.shown),), (*self.rules, f"trunk {found.ways[0].group}"))

    def off_net(self, meaning: Meaning, line: LineEntry, authority: LineEntry, shown: str) -> OffNet | Bar:
        """The ways from the line's exchange to a number that is no line of ours; `authority`'s closed user
        group has nobody there."""
        is_emergency = meaning.call_class is CallClass.EMERGENCY
        if not meaning.number:
            return _UNKNOWN
        if not is_emergency and closed(authority.vpn_member, None) is not None:
            return _CLOSED
        call = Outgoing(meaning.number, shown, line.exchange, line.area_code, is_emergency)
        ways = ways_out(self.trunks, call, self.live.trunk_calls, self.live.is_down)
        if isinstance(ways, tuple):
            return OffNet(meaning.number, ways)
        if ways is NoWay.NO_GATEWAY:
            return _UNKNOWN if meaning.kind is NumberKind.FIXED else _NO_GATEWAY
        return _CONGESTION

    @property
    def trunks(self) -> tuple[TrunkGroup, ...]:
        """None for a call from another network: we are no transit, and a number that neither has would go
        round."""
        return self.view.trunks() if self.transits else ()

    def ring(self, called: LineEntry) -> Decision:
        """The called line's own services."""
        refusal = self._refusal(called)
        if refusal is not None:
            return refusal
        if self._forwards(called, ForwardKind.ALWAYS):
            return self._forward(called, ForwardKind.ALWAYS)
        if called.has.do_not_disturb or called.has.absent:
            reason = Reason.DO_NOT_DISTURB if called.has.do_not_disturb else Reason.ABSENT
            return self.deny(reason, reason, called)
        followed = None if self._has_diverted(called) else follow(self, called)
        return followed or self._alone(called)

    def _alone(self, called: LineEntry) -> Decision:
        """Its own telephones, or where it forwards to when they can't ring."""
        own = self.own(called)
        return self._failing(called, own) if isinstance(own, Bar) else self._connect(called, own)

    def own(self, called: LineEntry) -> Target | Bar:
        """The line's own telephones, or why they can't ring. Without one a fixed line is one that nobody
        answers."""
        telephones = self.live.telephones(called)
        if not telephones:
            return _NOT_REGISTERED
        place = self.reception(called)
        if place is Reception.BUSY:
            return _LINE_BUSY
        return Target(called, self.meaning.shown, telephones, waits=place is Reception.WAITING)

    def reception(self, called: LineEntry) -> Reception:
        """Whether the line takes one more call; an emergency it does."""
        unlimited = called.is_unlimited or self.meaning.call_class is CallClass.EMERGENCY
        return reception(called.has, self.live.calls(called), is_unlimited=unlimited)

    def _connect(self, called: LineEntry, own: Target) -> Connect:
        trace = (*self.rules, *_waiting(own))
        if called.services is None:
            return self.connect((own,), trace)
        later = {}
        decided: dict[ForwardKind, Decision] = {}
        for failure, kind in (*_LATER, (Failure.NOT_REACHABLE, _kind_unreachable(called))):
            if kind not in decided and self._forwards(called, kind):
                decided[kind] = self._forward(called, kind)
            forwarded = decided.get(kind)
            if isinstance(forwarded, Connect):
                later[failure] = forwarded
        patience = called.has.no_answer_s if Failure.NO_ANSWER in later else None
        return self.connect((own,), trace, no_answer_s=patience, otherwise=MappingProxyType(later))

    def _refusal(self, called: LineEntry) -> Deny | None:
        if called.public_number == self.caller.public_number:
            return self.deny(Reason.OWN_NUMBER, Reason.OWN_NUMBER, called)
        if closed(self.authority.vpn_member, called.vpn_member) is not None:
            return self.deny(Reason.CLOSED_GROUP, "VPN-15", called)
        if not may_receive(called.status):
            return self.deny(Reason.CALLED_SUSPENDED, "LIN-06", called)
        return None

    def _failing(self, called: LineEntry, fault: Bar) -> Decision:
        kind = ForwardKind.BUSY if fault is _LINE_BUSY else _kind_unreachable(called)
        forwarded = self._forward(called, kind) if self._forwards(called, kind) else None
        return forwarded if isinstance(forwarded, Connect) else self.deny(fault.reason, fault.rule, called)

    def _forward(self, by: LineEntry, kind: ForwardKind) -> Decision:
        """On to the target of `by`.

        The target's own forwarding rests: a call is forwarded once (VPN-06).
        """
        found = self.onward(by, by.has.target(kind), kind)
        if isinstance(found, Bar):
            trace = (self.meaning.rule, "VPN-05", found.rule)
            return Deny(found.reason, trace, by.public_number, by, self.meaning.call_class)
        target, rule = found
        steps = ("VPN-05", f"forward_{kind}", rule, "VPN-06")
        return self.connect((target,), (self.meaning.rule, *steps, *_waiting(target)))

    def connect(
        self,
        targets: tuple[Target, ...],
        trace: tuple[str, ...],
        main: LineEntry | None = None,
        *,
        no_answer_s: int | None = None,
        otherwise: Mapping[Failure, Connect] = _NOTHING_LATER,
    ) -> Connect:
        """Ring these at once, at least one. Of a `main` number's targets the caller hears its tone, else the
        first's."""
        first, *also = targets
        tone = tone_for(self.view, self.caller, main or first.called, self.live)
        return Connect(
            first.called,
            self.meaning.call_class,
            first.shown_number,
            (*trace, tone.rule) if tone is not None else trace,
            first.telephones,
            no_answer_s,
            first.diversion,
            otherwise,
            waits=first.waits,
            also=tuple(also),
            ringback=tone.digest if tone is not None else "",
        )

    def _forwards(self, called: LineEntry, kind: ForwardKind) -> bool:
        return bool(called.has.target(kind)) and not self._has_diverted(called)

    def _has_diverted(self, called: LineEntry) -> bool:
        return called.public_number in self.diverted

    def onward(self, by: LineEntry, number: str, kind: ForwardKind | Follow) -> tuple[Target, str] | Bar:
        """The number as `by` would dial it and may call it, and the rule that found it."""
        meaning = aim(self.view, by, number)
        if isinstance(meaning, Nowhere):
            return Bar(meaning.reason, meaning.rules[-1])
        same = meaning.call_class is self.meaning.call_class
        shown = self.meaning.shown if same else self._public_shown()
        diversion = Diversion(by, kind, meaning.call_class, number)
        barred = bar(by, meaning.call_class)
        if barred is not None:
            return barred
        line = meaning.called or next(filter(None, map(self.view.line, meaning.consoles)), None)
        if line is None:
            found = self.off_net(meaning, by, by, shown)
            return (
                found if isinstance(found, Bar) else (Target(found, shown, diversion=diversion), meaning.rule)
            )
        fault = self._target_fault(by, line)
        if fault is not None:
            return fault
        waits = self.reception(line) is Reception.WAITING
        return Target(line, shown, self.live.telephones(line), diversion, waits), meaning.rule

    def _target_fault(self, by: LineEntry, target: LineEntry) -> Bar | None:
        """Why the target can't be rung."""
        refusal = self._refusal(target)
        if refusal is not None:
            return Bar(refusal.reason, refusal.trace[-1])
        if target.public_number == by.public_number:
            return Bar(Reason.OWN_NUMBER, Reason.OWN_NUMBER)
        if closed(by.vpn_member, target.vpn_member) is not None:
            return _CLOSED
        if not self.live.telephones(target):
            return _NOT_REGISTERED
        return _LINE_BUSY if self.reception(target) is Reception.BUSY else None

    def _public_shown(self) -> str:
        """The original caller, towards a target that is not within the same plan."""
        if self.meaning.call_class in _INSIDE:
            return self.caller.public_number
        return self.meaning.shown


def _waiting(target: Target) -> tuple[str, ...]:
    return (Reception.WAITING,) if target.waits else ()


def _kind_unreachable(called: LineEntry) -> ForwardKind:
    wireless = called.kind is LineKind.WIRELESS and called.has.forward_not_reachable
    return ForwardKind.NOT_REACHABLE if wireless else ForwardKind.NO_ANSWER
