"""The rules that decided a call, in words: each id that a trace can hold has a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = MappingProxyType({
    # what the digits meant
    "plan": _("The digits are a number of the public plan."),
    "CTX-03": _("The digits are a short number of the Centrex group."),
    "CTX-04": _("The digits begin with the group's exit prefix: a call out of the group."),
    "CTX-07": _("The digits are a service code."),
    "CTX-12": _("The digits reach the group's attendant."),
    "VPN-02": _("The digits are a short number of the enterprise VPN."),
    "VPN-04": _("The public number belongs to a fellow member of the enterprise VPN: the call is on-net."),
    "VPN-10": _("The digits reach the VPN's attendant."),
    "main_number": _("It is the main number of a group or VPN: its attendants take the call."),
    "trunk": _("The call comes from another network or goes there, by this trunk group."),
    # who may call
    "LIN-06": _("The line is suspended."),
    "CTX-06": _("The line's call rights do not cover such a call."),
    "CTX-14": _("The line may call inside its group only."),
    "CTX-15": _("The subscriber has restricted outgoing calls."),
    "VPN-08": _("The VPN bars the line from such calls."),
    "VPN-13": _("The caller has proved a right to call by password."),
    "VPN-12": _("The line serves the VPN's attendant number, or no more."),
    "VPN-15": _("A closed user group keeps its members and others apart."),
    "CTX-08": _("An attendant of the group has acted on a call."),
    # where it went
    "VPN-05": _("The called line forwards calls."),
    "VPN-06": _("A call is forwarded once; the target is shown the original caller."),
    "forward_always": _("Every call is forwarded."),
    "forward_busy": _("Calls are forwarded when the line is busy."),
    "forward_no_answer": _("Calls are forwarded when nobody answers."),
    "forward_not_reachable": _("Calls are forwarded when the telephone can't be reached."),
    "IN-02": _("Several telephones ring at once."),
    "IN-04": _("The one-number service rings the bound numbers."),
    "pick_up": _("Another telephone has picked the call up."),
    "replaces": _("Another telephone has taken the place of one in the call."),
    "retrieve": _("Another telephone has taken the parked call."),
    "park": _("The call was parked and came back."),
    # what was shown
    "CTX-16": _("Inside the group the caller's short number is shown, outside the public number."),
    "VPN-09": _("Inside the VPN the caller's short number is shown, outside the VPN's choice of number."),
    # what the caller heard
    "VPN-16": _("The caller hears the enterprise VPN's ring-back tone."),
    "IN-07": _("The caller hears the Centrex group's ring-back tone."),
    "personal_tone": _("The caller hears the line's own ring-back tone."),
    # the called line
    "line_busy": _("The called line is in a call."),
    "call_waiting": _("The called line is in a call and has call waiting: it rings all the same."),
    # why not
    "suspended_arrears": _("The line is suspended for arrears."),
    "suspended_violation": _("The line is suspended for a violation."),
    "suspended_request": _("The line is suspended on request."),
    "line_ceased": _("The line has been ceased."),
    "rights": _("The line's call rights do not cover such a call."),
    "in_group_only": _("The line may call inside its group only."),
    "vpn_barred": _("The VPN bars the line from such calls."),
    "restricted": _("The subscriber has restricted outgoing calls."),
    "closed_group": _("A closed user group keeps its members and others apart."),
    "invalid_number": _("There is no such number."),
    "incomplete_number": _("The number is incomplete."),
    "unknown_number": _("The number is not in service."),
    "no_gateway": _("No gateway leads to this kind of number."),
    "group_unknown": _("The line's group is not in the voice directory."),
    "no_attendant": _("No attendant can take the call."),
    "called_suspended": _("The called line is suspended."),
    "do_not_disturb": _("The called line does not want to be disturbed."),
    "absent": _("The subscriber is absent."),
    "own_number": _("A line can't call itself."),
    "nothing_to_take": _("There is no call to take."),
    "not_attendant": _("The code is for attendants of the group alone."),
    "not_registered": _("No telephone of the called line is signed in."),
    "no_answer": _("Nobody answered."),
    "cancelled": _("The caller gave up."),
    "unreachable": _("The telephone does not respond."),
    "busy": _("The called side is busy."),
    "declined": _("The called side declined."),
    "refused": _("It was refused."),
    "congestion": _("All ways to the other network are busy."),
    "password_locked": _("Too many wrong passwords: the line has to wait."),
    "stopping": _("The service was stopping."),
    # service codes
    "feature_unknown": _("No service has this code."),
    "hotline": _("Hotline"),
    "abbreviated": _("Abbreviated dialling"),
    "restriction": _("Outgoing call restriction"),
    "restriction_password": _("Password of the outgoing call restriction"),
    "call_by_password": _("Call by password"),
    "call_password": _("Password of calls by password"),
    "pick_up_line": _("Pick-up of a call that rings at a line"),
    "break_in": _("Break-in"),
    "release": _("Forced release"),
    "attend": _("Logging in as an attendant"),
    "night": _("No attendant is there: the night number takes the call."),
    "alarm": _("Alarm call"),
    "call_back": _("Call-back on busy"),
    "activated": _("Switched on."),
    "is_on": _("It is on."),
    "is_off": _("It is off."),
    "unknown": _("The code is unknown."),
    "password_wrong": _("The password is wrong."),
    "password_changed": _("The password was changed."),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a trace; an id of a later version than this page has no sentence."""

    id: str
    sentence: Promise | str


def rules(trace: Iterable[str]) -> list[Rule]:
    """The trace in words, in its order; "trunk TY1" names a trunk group."""
    return [Rule(each, SENTENCES.get(each.split(" ")[0], "")) for each in trace]
