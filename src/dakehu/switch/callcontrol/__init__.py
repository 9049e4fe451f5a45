"""Call control, pure: `decide` where a call goes, `step` it on, `explain` what would happen.

A call is a value of two legs (`Call`); whoever runs it turns `events` in and `actions` out. The product rules
are not here but in the products' `domain/`; here they are put in order.
"""

from __future__ import annotations

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, CallTimings, new_call
from dakehu.switch.callcontrol.events import Event, Leg, Media, TimerName
from dakehu.switch.callcontrol.explain import Explanation, explain
from dakehu.switch.callcontrol.reasons import REFUSALS, Reason, Refusal
from dakehu.switch.callcontrol.routing import Connect, Decision, Deny, Reachable, decide
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.callcontrol.step import step

__all__ = [
    "CALL_STATES",
    "REFUSALS",
    "Action",
    "Call",
    "CallState",
    "CallTimings",
    "Connect",
    "Decision",
    "Deny",
    "Event",
    "Explanation",
    "Leg",
    "Media",
    "Move",
    "Reachable",
    "Reason",
    "Refusal",
    "TimerName",
    "actions",
    "decide",
    "events",
    "explain",
    "new_call",
    "step",
]
