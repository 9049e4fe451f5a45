"""Which lines are in a call, so that the next caller meets busy or waits."""

from __future__ import annotations

from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.states import CallState

_RINGING = frozenset({CallState.CALLING, CallState.RINGING})
_CALLER_ALONE = frozenset({CallState.TELLING, CallState.SERVING})


def engaged(call: Call) -> tuple[str, ...]:
    """The public numbers of the lines that ring, talk or listen in the call, the caller's first."""
    if call.state in _CALLER_ALONE:
        return (call.record.calling_number,)
    rings = (call.connect.called.public_number,) if call.ringing and call.connect is not None else ()
    if call.state in _RINGING:
        return (call.record.calling_number, *rings)
    if call.state is not CallState.UP:
        return ()
    return (*(talker.number for talker in call.talkers), *rings)
