"""Which lines are in a call, so that the next caller meets busy or waits."""

from __future__ import annotations

from dakehu.switch.callcontrol.call import Call, target_of
from dakehu.switch.callcontrol.events import Leg
from dakehu.switch.callcontrol.states import CallState
from dakehu.switch.directory.entries import LineEntry

_RINGING = frozenset({CallState.CALLING, CallState.RINGING})
_CALLER_ALONE = frozenset({CallState.TELLING, CallState.SERVING, CallState.QUEUED})


def engaged(call: Call) -> tuple[str, ...]:
    """The public numbers of the lines that ring, talk or listen in the call, the caller's first."""
    if call.state in _CALLER_ALONE:
        return (call.record.calling_number,)
    rings = tuple(dict.fromkeys(filter(None, (_line_of(call, leg) for leg in call.ringing))))
    if call.state in _RINGING:
        return (call.record.calling_number, *rings)
    if call.state is not CallState.UP:
        return ()
    return (*(talker.number for talker in call.talkers), *rings)


def _line_of(call: Call, leg: Leg) -> str:
    """The line that the leg rings at; none where that is in another network."""
    target = target_of(call, leg)
    return target.called.public_number if target is not None and isinstance(target.called, LineEntry) else ""
