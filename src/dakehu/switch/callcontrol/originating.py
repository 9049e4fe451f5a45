"""The calling side: what the digits mean to a line, and whether it may call so.

A line of a Centrex group has the group's plan first; what that plan does not know may be a short number of
the enterprise VPN the line is in. A single line has its VPN's plan, any other the public one. A public number
of a fellow member of the VPN is on-net however it was dialled (VPN-04).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dakehu.centrex.domain import dialling as centrex
from dakehu.enterprise_vpn.domain import dialling as vpns
from dakehu.enterprise_vpn.domain.attendance import Share
from dakehu.enterprise_vpn.domain.vpn import Vpn
from dakehu.kernel.numbers import CallClass, Destination, NumberKind, Unreachable, classify
from dakehu.numbering.domain.lines import LineStatus
from dakehu.numbering.domain.services import expand, restricts
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import GroupEntry, LineEntry, VpnEntry
from dakehu.switch.directory.view import DirectoryView


@dataclass(frozen=True, slots=True)
class Desk:
    """The attendants of a group or VPN: how they share the calls, and the number that has them at night.

    A group's night line is one of its customer's, a VPN's one of its members: `customer_id` or `vpn_id`.
    """

    key: str
    shares: tuple[Share, ...] = ()
    night: str = ""
    customer_id: int = 0
    vpn_id: int = 0

    def owns(self, line: LineEntry) -> bool:
        """Whether the night line is still one of theirs: a number that ceased may be another's by now."""
        return line.vpn_id == self.vpn_id if self.vpn_id else line.customer_id == self.customer_id


def _desk_of_group(group: GroupEntry) -> Desk:
    return Desk(f"group {group.group_id}", night=group.night, customer_id=group.customer_id)


def _desk_of_vpn(vpn: VpnEntry, night: str) -> Desk:
    return Desk(f"vpn {vpn.vpn_id}", vpn.shares, night, vpn_id=vpn.vpn_id)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was dialled: one of a line of ours, consoles in the order in which they are tried, or `number`.

    `shown` is the caller as the other side sees it; `rule` found the meaning, `shown_by` what is shown.
    `desk` is whose consoles they are, `main` whether they were reached by the main number from outside.
    """

    call_class: CallClass
    rule: str
    shown: str
    shown_by: str = ""
    called: LineEntry | None = None
    consoles: tuple[str, ...] = ()
    desk: Desk | None = None
    main: bool = False
    number: str = ""
    kind: NumberKind = NumberKind.FIXED


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The digits lead nowhere."""

    reason: Reason
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """The rule that keeps the line from such a call."""

    reason: Reason
    rule: str


SUSPENDED = {
    LineStatus.SUSPENDED_ARREARS: Reason.SUSPENDED_ARREARS,
    LineStatus.SUSPENDED_VIOLATION: Reason.SUSPENDED_VIOLATION,
    LineStatus.SUSPENDED_REQUEST: Reason.SUSPENDED_REQUEST,
    LineStatus.CEASED: Reason.LINE_CEASED,
}
_BARRED = {
    centrex.Barred.RIGHTS: Bar(Reason.RIGHTS, centrex.Barred.RIGHTS),
    centrex.Barred.IN_GROUP_ONLY: Bar(Reason.IN_GROUP_ONLY, centrex.Barred.IN_GROUP_ONLY),
}
_RIGHTS = _BARRED[centrex.Barred.RIGHTS]
_VPN_BARRED = Bar(Reason.VPN_BARRED, vpns.Closed.BARRED)
_RESTRICTED = Bar(Reason.RESTRICTED, "CTX-15")


def understand(view: DirectoryView, line: LineEntry, dialled: str) -> Meaning | Nowhere:
    """What the line means by the digits: the hotline for none, the number behind an abbreviated one."""
    digits = expand(line.has, dialled) if dialled else line.has.hotline
    vpn = view.vpn(line.vpn_id) if line.vpn_id else None
    if line.group_id:
        group = view.group(line.group_id)
        if group is None:
            return Nowhere(Reason.GROUP_UNKNOWN, (Reason.GROUP_UNKNOWN,))
        return _in_group(view, line, group, vpn.vpn if vpn is not None else None, digits)
    if vpn is not None:
        return _in_vpn(view, line, vpn.vpn, digits)
    found = classify(digits, line.area_code)
    if isinstance(found, Unreachable):
        return _undialable(found, "plan")
    called = view.line(found.number)
    return Meaning(
        found.call_class, "plan", line.public_number, called=called, number=found.number, kind=found.kind
    )


def at_main_number(view: DirectoryView, meaning: Meaning) -> Meaning:
    """A public number that is a group's search number or its VPN's main number means their attendants.

    At night the line that has the VPN's main number rings where there is no other for that.
    """
    line = meaning.called
    vpn = view.vpn(line.vpn_id) if line is not None and line.vpn_id else None
    if line is not None and vpn is not None and vpn.main_number == line.public_number and vpn.attendants:
        desk = _desk_of_vpn(vpn, vpn.night or vpn.main_number)
        return replace(meaning, called=None, consoles=vpn.attendants, desk=desk, main=True)
    group = view.group_searched_by(meaning.number) if line is None else None
    if group is None:
        return meaning
    desk = _desk_of_group(group)
    return replace(meaning, consoles=group.attendants, desk=desk, main=True)


def aim(view: DirectoryView, line: LineEntry, target: str) -> Meaning | Nowhere:
    """What a target that the line forwards to means: as the line dials, or else as the public writes it."""
    found = understand(view, line, target)
    public = classify(target, line.area_code) if isinstance(found, Nowhere) else Unreachable.INVALID
    if isinstance(public, Unreachable):
        return found
    vpn = view.vpn(line.vpn_id) if line.vpn_id else None
    return _outside(view, line, vpn.vpn if vpn is not None else None, public, "plan", "")


def bar(line: LineEntry, call_class: CallClass) -> Bar | None:
    """The rule against such a call of the line: its rights, its VPN's barring, its own restriction."""
    if call_class is CallClass.EMERGENCY:
        return None
    if line.group_id:
        found = centrex.barred(line.member, call_class)
        if found is not None:
            return _BARRED[found]
    elif not centrex.permits(line.rights, call_class):
        return _RIGHTS
    member = line.vpn_member
    if member is not None and vpns.barred(member, call_class) is not None:
        return _VPN_BARRED
    return _RESTRICTED if restricts(line.has, call_class) else None


def _in_group(
    view: DirectoryView, line: LineEntry, group: GroupEntry, vpn: Vpn | None, digits: str
) -> Meaning | Nowhere:
    found = centrex.analyse(group.group, digits)
    if isinstance(found, centrex.InGroup):
        called = view.line_by_short(group.group_id, found.short_number)
        on_net = _on_net(view, line, vpn, digits) if called is None else None
        return on_net or Meaning(CallClass.IN_GROUP, "CTX-03", line.short_number, "CTX-16", called, number="")
    if isinstance(found, centrex.Attendant):
        desk = _desk_of_group(group)
        consoles = group.attendants
        shown = line.short_number
        return Meaning(CallClass.IN_GROUP, "CTX-12", shown, "CTX-16", consoles=consoles, desk=desk)
    if isinstance(found, Unreachable):
        on_net = _on_net(view, line, vpn, digits)
        return on_net or _undialable(found, "CTX-04" if digits[:1] == group.exit_prefix else "CTX-03")
    return _outside(view, line, vpn, found.destination, "CTX-04", "CTX-16")


def _in_vpn(view: DirectoryView, line: LineEntry, vpn: Vpn, digits: str) -> Meaning | Nowhere:
    found = vpns.analyse(vpn, digits, line.area_code)
    if isinstance(found, Unreachable):
        return _undialable(found, "VPN-02")
    if isinstance(found, vpns.OffNet):
        return _outside(view, line, vpn, found.destination, "VPN-04", "VPN-09")
    return _on_net(view, line, vpn, digits) or _undialable(Unreachable.INVALID, "VPN-02")


def _on_net(view: DirectoryView, line: LineEntry, vpn: Vpn | None, digits: str) -> Meaning | None:
    """The digits in the VPN's own plan, if they are in it."""
    found = vpns.in_plan(vpn, digits) if vpn is not None else None
    if found is None or vpn is None:
        return None
    shown = line.vpn_short_number
    if isinstance(found, vpns.VpnAttendant):
        entry = view.vpn(vpn.vpn_id)
        consoles = entry.attendants if entry is not None else ()
        desk = _desk_of_vpn(entry, entry.night) if entry is not None else None
        return Meaning(CallClass.IN_VPN, "VPN-10", shown, "VPN-09", consoles=consoles, desk=desk)
    called = view.line_by_vpn_short(vpn.vpn_id, found.short_number)
    return Meaning(CallClass.IN_VPN, "VPN-02", shown, "VPN-09", called)


def _outside(
    view: DirectoryView, line: LineEntry, vpn: Vpn | None, to: Destination, rule: str, shown_by: str
) -> Meaning:
    """A public number, which may be a fellow member's of the VPN."""
    called = view.line(to.number)
    member = line.vpn_member
    if vpn is None or member is None:
        shown = line.public_number
        return Meaning(to.call_class, rule, shown, shown_by, called, number=to.number, kind=to.kind)
    if called is not None and called.vpn_id == line.vpn_id:
        return Meaning(CallClass.IN_VPN, "VPN-04", line.vpn_short_number, "VPN-09", called, number=to.number)
    shown = vpns.caller_id(vpn, member, on_net=False)
    return Meaning(to.call_class, rule, shown, "VPN-09", called, number=to.number, kind=to.kind)


def _undialable(found: Unreachable, rule: str) -> Nowhere:
    reason = Reason.INCOMPLETE_NUMBER if found is Unreachable.INCOMPLETE else Reason.INVALID_NUMBER
    return Nowhere(reason, (rule, reason))
