"""A call to the attendants: who takes it, in what turn; waiting for one of them; the night service.

    a console that is free      rings, the next one after it where it does not answer
    all are in calls            the caller waits with music (CTX-08)
    none is there               the night number, if it can be rung; else nobody

Which of the free ones is first is the VPN's rule (VPN-11), the order of short numbers in a Centrex group.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dakehu.enterprise_vpn.domain.attendance import AttendantCall, turn
from dakehu.kernel.clock import CST
from dakehu.switch.callcontrol.decisions import Connect, Decision, Queue
from dakehu.switch.callcontrol.originating import Desk
from dakehu.switch.callcontrol.reasons import Failure, Reason
from dakehu.switch.directory.entries import LineEntry

if TYPE_CHECKING:
    from dakehu.switch.callcontrol.reaching import Attempt  # which asks us, where a call is to the attendants

CONSOLE_RINGS_S = 20
NIGHT = "night"


def attend(attempt: Attempt, desk: Desk) -> Decision:
    """Where a call to the desk goes now."""
    meaning = attempt.meaning
    local = attempt.live.now().astimezone(CST).replace(tzinfo=None)
    call = AttendantCall(attempt.caller.public_number, meaning.number, local)
    order = turn(meaning.consoles, desk.shares, call, attempt.live.taken)
    there = [line for line in filter(None, map(attempt.view.line, order)) if _is_there(attempt, line)]
    free = [line for line in there if not attempt.live.calls(line)]
    rung = [each for each in map(attempt.ring, free) if isinstance(each, Connect)]
    if rung:
        return _one_after_the_other(rung)
    night = _night(attempt, desk)
    if there and not free:
        numbers = tuple(line.public_number for line in there)
        return Queue(desk.key, numbers, attempt.rules, meaning.call_class, night)
    return night or attempt.deny(Reason.NO_ATTENDANT, Reason.NO_ATTENDANT)


def _is_there(attempt: Attempt, line: LineEntry) -> bool:
    """Whether the console takes calls at all; who is one does not wait for oneself."""
    own = line.public_number == attempt.caller.public_number
    away = line.has.do_not_disturb or line.has.absent
    return not own and not away and attempt.live.telephones(line) > 0


def _one_after_the_other(connects: list[Connect]) -> Connect:
    last, *before = reversed(connects)
    onward = last
    for connect in before:
        after = MappingProxyType(dict.fromkeys(Failure, onward))
        onward = replace(connect, no_answer_s=CONSOLE_RINGS_S, otherwise=after)
    return onward


def _night(attempt: Attempt, desk: Desk) -> Connect | None:
    line = attempt.view.line(desk.night) if desk.night else None
    decision = attempt.ring(line) if line is not None and desk.owns(line) else None
    return replace(decision, trace=(*decision.trace, NIGHT)) if isinstance(decision, Connect) else None
