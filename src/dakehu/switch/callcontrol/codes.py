"""What a feature code comes to: a change of the line's own services, or something done to others' calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dakehu.numbering.domain.codetables import table
from dakehu.numbering.domain.featurecodes import (
    LATER,
    ON_CALLS,
    SECRET,
    Act,
    Command,
    Feature,
    Subscriber,
    Told,
    alarm_time,
    masked,
    serve,
)
from dakehu.numbering.domain.passwords import proves
from dakehu.switch.callcontrol.decisions import (
    Decision,
    Deny,
    LiveSwitch,
    Park,
    Reach,
    Serve,
    Take,
    Wish,
    WishKind,
)
from dakehu.switch.callcontrol.originating import Meaning, understand
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

_REACHES = {
    Feature.PICK_UP: Reach.PICK_UP,
    Feature.PICK_UP_LINE: Reach.PICK_UP,
    Feature.RETRIEVE: Reach.RETRIEVE,
    Feature.BREAK_IN: Reach.BREAK_IN,
    Feature.RELEASE: Reach.RELEASE,
}
_ATTENDANTS = frozenset({Reach.BREAK_IN, Reach.RELEASE})
_TRACES = {
    Reach.PICK_UP: "pick_up",
    Reach.RETRIEVE: "retrieve",
    Reach.BREAK_IN: "CTX-08",
    Reach.RELEASE: "CTX-08",
}


def carry_out(
    view: DirectoryView, caller: LineEntry, command: Command, live: LiveSwitch, *, trusts: bool = False
) -> Decision:
    """The code, whatever the plan that the line dials in. With `trusts` any password is right."""
    if command.feature in LATER:
        return _later(caller, command, live)
    if command.feature is Feature.ATTEND:
        return _attend(view, caller, command, live, trusts=trusts)
    if command.feature in ON_CALLS and command.act is Act.ACTIVATE:
        return _on_calls(view, caller, command)
    code = ("CTX-07", str(command.feature or "feature_unknown"))
    if not trusts and command.feature in SECRET and live.is_locked(caller, caller.public_number):
        return Serve(Told.REFUSED, (*code, Reason.PASSWORD_LOCKED))
    subscriber = Subscriber(caller.public_number, caller.kind, caller.in_group_only, bool(caller.vpn_id))
    before = replace(caller.has, restriction_key="", vpn_key="") if trusts else caller.has
    services, told = serve(before, command, subscriber)
    return Serve(told, (*code, told), services if services != caller.has else None)


def codes_of(view: DirectoryView, line: LineEntry) -> Mapping[str, Feature]:
    """The feature codes that the line dials: its group's, or else its VPN's, or the nation's."""
    group = view.group(line.group_id) if line.group_id else None
    if group is not None and group.codes:
        return table(group.codes)
    vpn = view.vpn(line.vpn_id) if line.vpn_id else None
    return table(vpn.codes if vpn is not None else ())


def shown_digits(view: DirectoryView, line: LineEntry, dialled: str) -> str:
    """What the line dialled as it may be kept and shown: passwords are masked."""
    return masked(dialled, codes_of(view, line))


def same_office(one: LineEntry, other: LineEntry) -> bool:
    """Whether both are in one Centrex group or one enterprise VPN."""
    in_group = one.group_id != 0 and one.group_id == other.group_id
    return in_group or (one.vpn_id != 0 and one.vpn_id == other.vpn_id)


def _later(caller: LineEntry, command: Command, live: LiveSwitch) -> Serve:
    """An alarm call, or calling back somebody who was busy."""
    kind = WishKind.ALARM if command.feature is Feature.ALARM else WishKind.CALL_BACK
    told, wish = Told.REFUSED, None
    if command.act is Act.QUERY:
        told = Told.IS_ON if kind in live.wishes(caller) else Told.IS_OFF
    elif command.act is Act.CANCEL:
        told, wish = Told.CANCELLED, Wish(kind, cancels=True)
    elif kind is WishKind.ALARM:
        at = alarm_time(command)
        if at is not None:
            told, wish = Told.ACTIVATED, Wish(kind, at=at)
    else:
        target = live.met_busy(caller)
        if target and not command.arguments:
            told, wish = Told.ACTIVATED, Wish(kind, target=target)
    return Serve(told, ("CTX-07", str(kind), told), wish=wish)


def _attend(
    view: DirectoryView, caller: LineEntry, command: Command, live: LiveSwitch, *, trusts: bool
) -> Serve:
    """Serving the VPN's attendant number, or no more (VPN-11, VPN-12).

    The records carry it out, seconds later; here is decided whether they will. A console of a Centrex group
    needs no password, an ordinary member that of its calls by password.
    """
    vpn = view.vpn(caller.vpn_id) if caller.vpn_id else None
    serves = vpn is not None and caller.public_number in vpn.attendants
    told, attends = Told.REFUSED, None
    if vpn is None or not vpn.attendant:
        pass
    elif command.act is Act.QUERY:
        told = Told.IS_ON if serves else Told.IS_OFF
    elif command.act is Act.CANCEL:
        told, attends = Told.CANCELLED, False
    elif not trusts and live.is_locked(caller, caller.public_number):
        return Serve(told, ("VPN-12", "attend", Reason.PASSWORD_LOCKED))
    elif not (trusts or caller.is_attendant or _proves(caller, command)):
        told = Told.PASSWORD_WRONG
    elif serves or not vpn.attendant_limit or len(vpn.attendants) < vpn.attendant_limit:
        told, attends = Told.ACTIVATED, True
    return Serve(told, ("VPN-12", "attend", told), attends=attends)


def _proves(caller: LineEntry, command: Command) -> bool:
    password = command.arguments[0] if len(command.arguments) == 1 else ""
    return proves(caller.has.vpn_key, caller.public_number, password)


def _on_calls(view: DirectoryView, caller: LineEntry, command: Command) -> Decision:
    reach = _REACHES.get(command.feature) if command.feature is not None else None
    if reach is None:
        return Park(("CTX-07", "park"))
    trace = ("CTX-07", _TRACES[reach])
    if reach in _ATTENDANTS and not caller.is_attendant:
        return Deny(Reason.NOT_ATTENDANT, (*trace, Reason.NOT_ATTENDANT))
    if command.feature is Feature.PICK_UP and not command.arguments and caller.group_id:
        return Take(reach, trace)
    line = _line(view, caller, command) if len(command.arguments) == 1 else None
    if line is None or not same_office(caller, line):
        return Deny(Reason.NOTHING_TO_TAKE, (*trace, Reason.NOTHING_TO_TAKE))
    return Take(reach, trace, line)


def _line(view: DirectoryView, caller: LineEntry, command: Command) -> LineEntry | None:
    meaning = understand(view, caller, command.arguments[0])
    return meaning.called if isinstance(meaning, Meaning) else view.line(command.arguments[0])
