"""The ring-back tone of a line that is about to ring: whose, and by which rule (VPN-16, IN-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dakehu.kernel.clock import CST
from dakehu.ringback.domain.choice import Owner, RingingCall, ringback_tone
from dakehu.switch.callcontrol.decisions import Called, LiveSwitch
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

RULES: Mapping[Owner, str] = MappingProxyType(
    {
        Owner.VPN: "VPN-16",
        Owner.GROUP: "IN-07",
        Owner.LINE: "personal_tone",
    }
)


@dataclass(frozen=True, slots=True)
class ChosenTone:
    """What the caller hears: the digest of the sound, and the rule for the trace."""

    digest: str
    rule: str


def tone_for(view: DirectoryView, caller: LineEntry, called: Called, live: LiveSwitch) -> ChosenTone | None:
    """The tone that the called line has for the caller now; None for plain ringing, as of another network's
    numbers. A call inside a Centrex group looks nothing up."""
    if not isinstance(called, LineEntry):
        return None
    crosses = not called.group_id or called.group_id != caller.group_id
    if not crosses:
        return None
    vpn = view.vpn(called.vpn_id) if called.vpn_id else None
    group = view.group(called.group_id) if called.group_id else None
    call = RingingCall(caller.public_number, live.now().astimezone(CST), crosses)
    heard = ringback_tone(
        call,
        vpn.tones if vpn is not None else None,
        group.tones if group is not None else None,
        called.tones,
    )
    return ChosenTone(heard.tone, RULES[heard.owner]) if heard is not None else None
