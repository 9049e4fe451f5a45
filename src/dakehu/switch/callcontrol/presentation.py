"""Whose number a telephone is shown when a call is handed on: the original caller's (VPN-14)."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from dakehu.enterprise_vpn.domain.dialling import caller_id
from dakehu.switch.callcontrol.decisions import Called, Connect
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


def showing(view: DirectoryView, connect: Connect, original: LineEntry) -> Connect:
    """The connect and those after it, for `original` in place of the line that hands the call on."""
    return replace(
        connect,
        shown_number=shown_to(view, original, connect.called),
        also=tuple(
            replace(target, shown_number=shown_to(view, original, target.called)) for target in connect.also
        ),
        otherwise=MappingProxyType(
            {failure: showing(view, onward, original) for failure, onward in connect.otherwise.items()}
        ),
    )


def shown_to(view: DirectoryView, line: LineEntry, called: Called) -> str:
    """How `called` sees the line: short inside a group or VPN, outside the number that the VPN lets out."""
    vpn_id = called.vpn_id if isinstance(called, LineEntry) else 0
    if line.group_id and line.group_id == called.group_id:
        return line.short_number
    vpn, member = view.vpn(line.vpn_id) if line.vpn_id else None, line.vpn_member
    if vpn is None or member is None:
        return line.public_number
    if line.vpn_id == vpn_id:
        return line.vpn_short_number
    return caller_id(vpn.vpn, member, on_net=False)
