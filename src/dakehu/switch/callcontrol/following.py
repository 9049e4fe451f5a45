"""Ringing further numbers for a line: simultaneous ring (IN-02), one number (IN-04, VPN-19).

Each number is what the line would dial: subject to its rights, and paid by it. What can't be rung is left
out, and the caller with it. The services of those rung rest, and no more than `MOST_LEGS` telephones ring:
a call neither goes round nor grows. Where nothing is left to ring, the line is rung as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dakehu.numbering.domain.onenumber import Follow, OneNumber
from dakehu.switch.callcontrol.decisions import MOST_LEGS, Connect, Target
from dakehu.switch.callcontrol.originating import Bar
from dakehu.switch.callcontrol.reasons import Failure
from dakehu.switch.directory.entries import LineEntry

if TYPE_CHECKING:
    from dakehu.switch.callcontrol.reaching import Attempt  # which asks us, where it reaches such a line

Stage = tuple[Target, int]
"""Whom to ring, and how many seconds where they take turns."""
_RULES = {Follow.TOGETHER: "IN-02", Follow.IN_TURN: "IN-04"}


def follow(attempt: Attempt, main: LineEntry) -> Connect | None:
    """How the main number's service rings now; None where it has none or none that can be rung."""
    service = main.one_number
    if service is None:
        return None
    bound = list(_bound(attempt, main, service))
    if not bound:
        return None
    own = attempt.own(main) if service.rings_self else None
    stages = [(own, service.self_ring_s), *bound] if isinstance(own, Target) else bound
    stages = list(_bounded(stages))
    trace = (*attempt.rules, _RULES[service.follow])
    if service.follow is Follow.TOGETHER:
        return attempt.connect(tuple(target for target, _ring_s in stages), trace, main)
    onward: Connect | None = None
    for target, ring_s in reversed(stages):
        after = MappingProxyType(dict.fromkeys(Failure, onward) if onward is not None else {})
        onward = replace(attempt.connect((target,), trace, main), no_answer_s=ring_s, otherwise=after)
    return onward


def _bound(attempt: Attempt, main: LineEntry, service: OneNumber) -> Iterator[Stage]:
    """The bound numbers that count now and can be rung, each line once."""
    seen = {main.public_number}
    for each in service.bound_for(attempt.caller.public_number, attempt.live.now()):
        found = attempt.onward(main, each.number, service.follow)
        if isinstance(found, Bar) or found[0].called.public_number in seen:
            continue
        seen.add(found[0].called.public_number)
        yield found[0], each.ring_s


def _bounded(stages: list[Stage]) -> Iterator[Stage]:
    """As many as may ring in one call."""
    room = MOST_LEGS
    for target, ring_s in stages:
        telephones = min(target.telephones, room)
        room -= telephones
        if telephones:
            yield replace(target, telephones=telephones), ring_s
