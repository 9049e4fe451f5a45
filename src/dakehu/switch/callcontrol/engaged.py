"""Which lines are in a call, so that the next caller meets busy or waits."""

from __future__ import annotations

from dakehu.switch.callcontrol.call import Call, target_of
from dakehu.switch.callcontrol.states import CallState
from dakehu.switch.directory.entries import LineEntry

_RINGING = frozenset({CallState.CALLING, CallState.RINGING})
_CALLER_ALONE = frozenset({CallState.TELLING, CallState.SERVING})


def engaged(call: Call) -> tuple[str, ...]:
    """The public numbers of the lines that ring, talk or listen in the call, the caller's first."""
    caller = call.record.calling_number
    if call.state in _CALLER_ALONE:
        return (caller,)
    if call.connect is None or (call.state not in _RINGING and call.state is not CallState.UP):
        return ()
    legs = call.ringing or (call.partner,)
    targets = (target_of(call, leg) for leg in legs)
    lines = (target.called for target in targets if target is not None)
    return caller, *dict.fromkeys(line.public_number for line in lines if isinstance(line, LineEntry))
