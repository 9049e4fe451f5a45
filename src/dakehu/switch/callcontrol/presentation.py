"""Whose number a telephone is shown when a call is handed on: the original caller's (VPN-14)."""

from __future__ import annotations

from dataclasses import replace

from dakehu.enterprise_vpn.domain.dialling import caller_id
from dakehu.numbering.domain.trunks import NO_REWRITING, Way
from dakehu.switch.callcontrol.decisions import Called, Connect, OffNet, Target, onwards
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

Original = LineEntry | str
"""A line of ours, or the number that another network gave."""


def showing(view: DirectoryView, connect: Connect, original: Original) -> Connect:
    """The connect and those after it, for `original` in place of the line that hands the call on."""
    first = _shown(view, connect.first, original)
    return replace(
        connect,
        called=first.called,
        shown_number=first.shown_number,
        also=tuple(_shown(view, target, original) for target in connect.also),
        otherwise=onwards(connect, lambda onward: showing(view, onward, original)),
    )


def shown_to(view: DirectoryView, original: Original, called: Called) -> str:
    """How `called` sees the line: short inside a group or VPN, outside the number that the VPN lets out."""
    if isinstance(original, str):
        return original
    line, other = original, called if isinstance(called, LineEntry) else None
    if other is not None and line.group_id and line.group_id == other.group_id:
        return line.short_number
    vpn, member = view.vpn(line.vpn_id) if line.vpn_id else None, line.vpn_member
    if vpn is None or member is None:
        return line.public_number
    if other is not None and line.vpn_id == other.vpn_id:
        return line.vpn_short_number
    return caller_id(vpn.vpn, member, on_net=False)


def _shown(view: DirectoryView, target: Target, original: Original) -> Target:
    called, shown = target.called, shown_to(view, original, target.called)
    if isinstance(called, OffNet):
        called = replace(called, ways=tuple(_calling(view, way, shown) for way in called.ways))
    return replace(target, called=called, shown_number=shown)


def _calling(view: DirectoryView, way: Way, shown: str) -> Way:
    """The way, `shown` sent as its trunk group writes callers."""
    rules = (group.calling for group in view.trunks() if group.code == way.group)
    return replace(way, calling=next(rules, NO_REWRITING).apply(shown))
