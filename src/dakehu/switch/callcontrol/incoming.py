"""Calls from another network: a trunk group brings them to the public numbers of our lines, or by the main
number of a group or VPN to its attendants (CTX-08, VPN-10).

The caller is as the gateway says, shown unchanged and nobody's customer, so that nobody here pays. The called
line's services are those of any call; what it forwards is paid by it, as always. We are no transit: a
number that is no line of ours is refused, and not sent out again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dakehu.kernel.numbers import CallClass, Unreachable, classify
from dakehu.numbering.domain.trunks import TrunkGroup
from dakehu.switch.callcontrol.decisions import Connect, Decision, Deny, LiveSwitch, Queue, onwards
from dakehu.switch.callcontrol.originating import Meaning, at_main_number
from dakehu.switch.callcontrol.reaching import Attempt
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView

LONGEST_NUMBER = 20


def outsider(trunk: TrunkGroup, calling: str) -> LineEntry:
    """The caller as a line of nobody's; `calling` is what the gateway says, empty for a withheld number."""
    found = classify(calling, trunk.area_code) if calling else Unreachable.INVALID
    number = calling[:LONGEST_NUMBER] if isinstance(found, Unreachable) else found.number
    return LineEntry(number, trunk.area_code, trunk.exchange, 0)


def decide_incoming(
    view: DirectoryView,
    trunk: TrunkGroup,
    caller: LineEntry,
    dialled: str,
    live: LiveSwitch,
    diverted: Iterable[str] = (),
) -> Decision:
    """Where a call of an `outsider` that the group brings goes: to the line with the public number. Raises
    nothing.

    `diverted` are the numbers that had it come on before, as the gateway gives them. A line of ours among
    them has had its turn (VPN-06): without that, two that forward to each other over the other network
    would never end.
    """
    rule = f"trunk {trunk.code}"
    found = classify(dialled, trunk.area_code)
    if isinstance(found, Unreachable):
        reason = Reason.INCOMPLETE_NUMBER if found is Unreachable.INCOMPLETE else Reason.INVALID_NUMBER
        return Deny(reason, (rule, reason))
    called = view.line(found.number)
    plain = Meaning(CallClass.LOCAL, rule, caller.public_number, called=called, number=found.number)
    meaning = at_main_number(view, plain)
    before = frozenset(outsider(trunk, number).public_number for number in diverted)
    transits = called is not None or meaning.main
    attempt = Attempt(view, caller, live, meaning, caller, transits=transits, diverted=before)
    return _unclassed(attempt.reach())


def _unclassed(decision: Decision) -> Decision:
    """Without a class: such a call costs nobody here anything."""
    if isinstance(decision, Connect):
        return _unclassed_connect(decision)
    if isinstance(decision, Queue):
        onward = _unclassed_connect(decision.otherwise) if decision.otherwise is not None else None
        return replace(decision, call_class=None, otherwise=onward)
    return replace(decision, call_class=None) if isinstance(decision, Deny) else decision


def _unclassed_connect(connect: Connect) -> Connect:
    return replace(connect, call_class=None, otherwise=onwards(connect, _unclassed_connect))
