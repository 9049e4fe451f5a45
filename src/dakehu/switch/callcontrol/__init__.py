"""Call control, pure: `decide` where a call goes, `step` it on, `explain` what would happen.

A call is a value of a caller's leg and those of the telephones rung (`Call`); whoever runs it turns `events`
in and `actions` out. The product rules are not here but in the products' `domain/`; here they are put in
order.
"""

from __future__ import annotations

from dakehu.switch.callcontrol import actions, events
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, CallTimings, Talker, new_call, target_of
from dakehu.switch.callcontrol.codes import same_office, shown_digits
from dakehu.switch.callcontrol.decisions import (
    Answer,
    Connect,
    Decision,
    Deny,
    Diversion,
    LiveSwitch,
    OffNet,
    Park,
    Queue,
    Reach,
    Serve,
    Take,
    Target,
    Wish,
    WishKind,
)
from dakehu.switch.callcontrol.engaged import engaged, occupied, ringing_targets
from dakehu.switch.callcontrol.events import CALLER, Event, Leg, Media, TimerName
from dakehu.switch.callcontrol.explain import Explanation, Rung, explain, explain_incoming
from dakehu.switch.callcontrol.incoming import decide_incoming, outsider
from dakehu.switch.callcontrol.midcall import REPLACES, is_plain_talk, may_be_taken, may_retrieve
from dakehu.switch.callcontrol.presentation import showing
from dakehu.switch.callcontrol.reasons import REFUSALS, UNSPOKEN, Failure, Reason, Refusal
from dakehu.switch.callcontrol.routing import decide
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.callcontrol.step import step
from dakehu.switch.callcontrol.supposing import State, Supposed, Supposition, suppose
from dakehu.switch.callcontrol.texting import text_to

__all__ = [
    "CALLER",
    "CALL_STATES",
    "REFUSALS",
    "REPLACES",
    "UNSPOKEN",
    "Action",
    "Answer",
    "Call",
    "CallState",
    "CallTimings",
    "Connect",
    "Decision",
    "Deny",
    "Diversion",
    "Event",
    "Explanation",
    "Failure",
    "Leg",
    "LiveSwitch",
    "Media",
    "Move",
    "OffNet",
    "Park",
    "Queue",
    "Reach",
    "Reason",
    "Refusal",
    "Rung",
    "Serve",
    "State",
    "Supposed",
    "Supposition",
    "Take",
    "Talker",
    "Target",
    "TimerName",
    "Wish",
    "WishKind",
    "actions",
    "decide",
    "decide_incoming",
    "engaged",
    "events",
    "explain",
    "explain_incoming",
    "is_plain_talk",
    "may_be_taken",
    "may_retrieve",
    "new_call",
    "occupied",
    "outsider",
    "ringing_targets",
    "same_office",
    "showing",
    "shown_digits",
    "step",
    "suppose",
    "target_of",
    "text_to",
]
