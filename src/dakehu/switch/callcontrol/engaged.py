"""Which lines are in a call, so that the next caller meets busy or waits; and which legs hold a trunk."""

from __future__ import annotations

from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.decisions import Target
from dakehu.switch.callcontrol.events import CALLER, Leg
from dakehu.switch.callcontrol.states import CallState
from dakehu.switch.directory.entries import LineEntry

_RINGING = frozenset({CallState.CALLING, CallState.RINGING})
_CALLER_ALONE = frozenset({CallState.TELLING, CallState.SERVING, CallState.QUEUED})


def engaged(call: Call) -> tuple[str, ...]:
    """The public numbers of the lines that ring, talk or listen in the call, the caller's first.

    Who calls or is called in another network is none of them, whatever the number.
    """
    caller = (call.record.calling_number,) if call.caller_is_line else ()
    if call.state in _CALLER_ALONE:
        return caller
    lines = (target.called for target in ringing_targets(call))
    rings = tuple(line.public_number for line in lines if isinstance(line, LineEntry))
    if call.state in _RINGING:
        return tuple(dict.fromkeys((*caller, *rings)))
    if call.state is not CallState.UP:
        return ()
    talks = (talker.number for talker in call.talkers if talker.is_line)
    return tuple(dict.fromkeys((*talks, *rings)))


def occupied(call: Call) -> frozenset[Leg]:
    """The legs that are in the call just now: each holds a channel of the trunk that carries it."""
    up = frozenset((*call.ringing, *(talker.leg for talker in call.talkers)))
    return up | {CALLER} if call.state in _RINGING | _CALLER_ALONE else up


def ringing_targets(call: Call) -> tuple[Target, ...]:
    """Those of whose telephones one still rings."""
    if not call.ringing:
        return ()
    rings, leg = [], call.legs_before
    for target in call.connect.targets if call.connect is not None else ():
        if any(leg < each <= leg + target.telephones for each in call.ringing):
            rings.append(target)
        leg += target.telephones
    return tuple(rings)
