"""Calls that a password authorises (VPN-13): the rights are those of the password's owner, the telephone's
line calls and pays.

A short number that nobody has fails as a wrong password does: the answer tells nothing about who is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dakehu.numbering.domain.lines import may_originate
from dakehu.numbering.domain.passwords import ByPassword, by_password, proves
from dakehu.switch.callcontrol.decisions import Connect, Decision, Deny, LiveSwitch, onwards
from dakehu.switch.callcontrol.originating import SUSPENDED, Nowhere, aim, bar
from dakehu.switch.callcontrol.reaching import Attempt
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

AUTHORISED = "VPN-13"


def authenticated(
    view: DirectoryView, caller: LineEntry, arguments: Sequence[str], live: LiveSwitch, *, trusts: bool
) -> Decision:
    """The call by password that was dialled at `caller`'s telephone. With `trusts` any password is right."""
    wanted = by_password(arguments)
    if wanted is None or not caller.vpn_id:
        return Deny(Reason.INVALID_NUMBER, (AUTHORISED, Reason.INVALID_NUMBER))
    owner = view.line_by_vpn_short(caller.vpn_id, wanted.owner) if wanted.owner else caller
    named = owner.public_number if owner is not None else wanted.owner
    if not trusts and live.is_locked(caller, named):
        return Deny(Reason.PASSWORD_LOCKED, (AUTHORISED, Reason.PASSWORD_LOCKED), authorised_by=named)
    if owner is None or not (trusts or proves(owner.has.vpn_key, owner.public_number, wanted.password)):
        return Deny(Reason.PASSWORD_WRONG, (AUTHORISED, Reason.PASSWORD_WRONG), authorised_by=named)
    return _authorised(_reached(view, caller, owner, wanted, live), owner)


def _reached(
    view: DirectoryView, caller: LineEntry, owner: LineEntry, wanted: ByPassword, live: LiveSwitch
) -> Decision:
    if not may_originate(owner.status):
        return Deny(SUSPENDED[owner.status], ("LIN-06",))
    meaning = aim(view, caller, wanted.number)
    if isinstance(meaning, Nowhere):
        return Deny(meaning.reason, meaning.rules)
    attempt = Attempt(view, caller, live, meaning, authority=owner)
    barred = bar(owner, meaning.call_class)
    return attempt.deny(barred.reason, barred.rule) if barred is not None else attempt.reach()


def _authorised(decision: Decision, owner: LineEntry) -> Decision:
    match decision:
        case Connect():
            return _connected(decision, owner)
        case Deny():
            return replace(decision, trace=(AUTHORISED, *decision.trace), authorised_by=owner.public_number)
        case _:
            return decision


def _connected(connect: Connect, owner: LineEntry) -> Connect:
    """Wherever the call goes on to, it is by that password."""
    return replace(
        connect,
        trace=(AUTHORISED, *connect.trace),
        authorised_by=owner.public_number,
        otherwise=onwards(connect, lambda onward: _connected(onward, owner)),
    )
