"""A further telephone, called from within a call: transfer, consultation, conference by the hook.

transfer        who asks is out of it; the other hears ring-back until the new telephone answers
consultation    the other hears hold music; who asks rings a third, and then talks to it
"""

from __future__ import annotations

from msgspec.structs import replace

from dakehu.switch.callcontrol import actions, events, exchange, hunt, midcall
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call, Part, Place, Purpose, Trial
from dakehu.switch.callcontrol.decisions import Connect, Decision, Deny
from dakehu.switch.callcontrol.events import Leg, TimerName
from dakehu.switch.callcontrol.hunt import Unanswered
from dakehu.switch.callcontrol.ledger import Step, answer, close_trial, part_of, partner
from dakehu.switch.callcontrol.plan import Attach, Link, Op
from dakehu.switch.callcontrol.reasons import REFUSALS, Reason
from dakehu.switch.callcontrol.sounds import Hearing
from dakehu.switch.callcontrol.states import CALL_STATES, CallState, Move
from dakehu.switch.records.record import EndCause, Party


def referred(call: Call, event: events.Referred, now_ms: int) -> Step:
    """Blind transfer: the other side hears ring-back while the new target rings (VPN-14)."""
    other = call.peer(event.leg)
    if not midcall.is_plain_talk(call) or other is None:
        return call, (actions.AnswerRefer(event.leg, midcall.NOT_NOW),)
    if not isinstance(event.decision, Connect):
        return call, (actions.AnswerRefer(event.leg, _refusal(event.decision)),)
    record = part_of(call, event.line, event.dialled, now_ms)
    trying = replace(call, trial=Trial(event.leg, Purpose.TRANSFER, (record,)), tied=None)
    ringing, invites = hunt.ring(trying, event.decision)
    planned, todo = exchange.replanned(ringing, Attach(other, Hearing.RING_BACK))
    accepted = (actions.AnswerRefer(event.leg, 202), actions.NotifyTransfer(event.leg, 100))
    return planned, (*accepted, *invites, *todo)


def summoned(call: Call, event: events.Summoned, _now_ms: int) -> Step:
    """The service itself calls a line."""
    if call.state is not CallState.NEW:
        return call, ()
    trial = Trial(events.NOBODY, Purpose.SUMMON, (), event.says)
    record = replace(call.record, trace=event.connect.trace, called_number=event.connect.called.public_number)
    state = CALL_STATES.move(call.state, Move.SUMMON)
    return hunt.ring(replace(call, state=state, record=record, trial=trial), event.connect)


def led_on(call: Call, event: events.LedOn, now_ms: int) -> Step:
    """Who was summoned is brought to whom it wanted, at its own cost."""
    if call.trial is not None or [talker.leg for talker in call.talkers] != [event.leg]:
        return call, ()
    if not isinstance(event.decision, Connect):
        reason = event.decision.reason if isinstance(event.decision, Deny) else Reason.INVALID_NUMBER
        return exchange.replanned(call, Attach(event.leg, reason))
    record = part_of(call, event.line, event.dialled, now_ms)
    trying = replace(call, trial=Trial(events.NOBODY, Purpose.TRANSFER, (record,)))
    ringing, invites = hunt.ring(trying, event.decision)
    planned, todo = exchange.replanned(ringing, Attach(event.leg, Hearing.RING_BACK))
    return planned, (*invites, *todo)


def consulted(call: Call, event: events.Consulted, now_ms: int) -> Step:
    """The other side waits, and a third is rung."""
    if call.trial is not None or call.state is not CallState.UP or call.talker(event.leg) is None:
        return call, ()
    others = [talker.leg for talker in call.talkers if talker.leg != event.leg]
    if len(others) != 1:
        return call, ()
    if not isinstance(event.decision, Connect):
        reason = event.decision.reason if isinstance(event.decision, Deny) else Reason.INVALID_NUMBER
        return exchange.replanned(call, Attach(others[0], Hearing.HOLD), Attach(event.leg, reason))
    record = part_of(call, event.line, event.dialled, now_ms)
    trying = replace(call, trial=Trial(event.leg, Purpose.CONSULT, (record,)))
    trying = replace(trying, tied=others[0], aside=others[0])
    ringing, invites = hunt.ring(trying, event.decision)
    waiting = (Attach(others[0], Hearing.HOLD), Attach(event.leg, Hearing.RING_BACK))
    planned, todo = exchange.replanned(ringing, *waiting)
    return planned, (*invites, *todo)


def ringing(call: Call, trial: Trial) -> tuple[Action, ...]:
    """The new target rings."""
    if trial.purpose is Purpose.TRANSFER and call.talker(trial.by) is not None:
        return (actions.NotifyTransfer(trial.by, 180),)
    return ()


def answered(call: Call, trial: Trial, event: events.Answered, now_ms: int) -> Step:
    """The new target is up: it talks to whoever waited for it."""
    won, cancels = hunt.won(call, event.leg)
    records = answer(won.trial.records if won.trial is not None else (), now_ms)
    up = replace(
        won,
        trial=None,
        parts=(*call.parts, Part(event.leg, records)),
        talkers=(*call.talkers, partner(call, event.leg, now_ms, Place.PORT)),
    )
    begun = (
        hunt.NO_ANSWER_STOPS,
        *map(actions.JournalAnswer, records),
        actions.SendAck(event.leg, None),
        *cancels,
    )
    if trial.purpose is Purpose.SUMMON:
        return _here(up, trial, event.leg, begun, now_ms)
    if trial.purpose is Purpose.CONSULT:
        planned, todo = exchange.replanned(up, Link(trial.by, event.leg))
        return planned, (*begun, *todo)
    gone: tuple[Action, ...] = ()
    if call.talker(trial.by) is not None:
        up = replace(midcall.without(up, trial.by), byes_open=up.byes_open + 1)
        gone = (actions.NotifyTransfer(trial.by, 200), actions.SendBye(trial.by))
    return midcall.rest_of(up, (*begun, *gone), now_ms)


def _here(call: Call, trial: Trial, leg: Leg, begun: tuple[Action, ...], now_ms: int) -> Step:
    """The line that the service calls has answered."""
    (record,) = answer((call.record,), now_ms)
    moved = replace(call, record=record, parts=())
    watched = (
        actions.JournalAnswer(record),
        *begun,
        actions.StartTimer(TimerName.PROBE, call.timings.probe_s),
    )
    if trial.says is None:
        return moved, (*watched, actions.LeadOn(leg))
    planned, todo = exchange.replanned(moved, Attach(leg, trial.says))
    return planned, (*watched, *todo)


def unanswered(call: Call, trial: Trial, failed: Unanswered, now_ms: int) -> Step:
    """Nobody came: back to talking, or the one who waits is told why and the call ends."""
    refusal = REFUSALS[failed.reason]
    status = failed.status or refusal.status
    written = close_trial(trial, refusal.cause, refusal.by, now_ms, status)
    after = replace(call, trial=None, connect=None)
    if not call.talkers:
        return midcall.end(after, refusal.cause, refusal.by, now_ms)
    asker = call.talker(trial.by)
    others = [talker.leg for talker in call.talkers if talker.leg != trial.by]
    plan: tuple[Op, ...]
    told: tuple[Action, ...] = ()
    if asker is None:
        plan = tuple(Attach(leg, failed.reason) for leg in others)
    elif trial.purpose is Purpose.TRANSFER:
        plan = tuple(Link(asker.leg, leg) for leg in others)
        told = (actions.NotifyTransfer(asker.leg, status),)
    else:
        plan = (Attach(asker.leg, failed.reason),)
    planned, todo = exchange.replanned(after, *plan)
    return planned, (*told, *written, *todo)


def announced(call: Call, leg: Leg, now_ms: int) -> Step:
    """All is said to a leg that is up: back to the other side, or the end."""
    if call.trial is not None or call.talker(leg) is None:
        return call, ()
    if len(call.talkers) == 1:
        return midcall.end(call, EndCause.COMPLETED, Party.NETWORK, now_ms)
    return midcall.connect_rest(call)


# --- the hook


def flashed(call: Call, event: events.Flashed, now_ms: int) -> Step:
    """What the hook and a key mean just now."""
    talker = call.talker(event.leg)
    if call.state is not CallState.UP or talker is None:
        return call, ()
    others = [each for each in call.talkers if each.leg != event.leg]
    trial = call.trial
    if trial is not None:
        return _back(call, trial, event.leg, now_ms)
    if len(others) == 1:
        if talker.place is not Place.PEER or others[0].place is not Place.PEER:
            return midcall.connect_rest(call)
        plan = (Attach(others[0].leg, Hearing.HOLD), Attach(event.leg, Hearing.DIAL))
        held, todo = exchange.replanned(call, *plan)
        return held, (*todo, actions.Collect(event.leg, choice=False))
    if len(others) != 2:
        return call, ()
    return _chosen(call, event.leg, [each.leg for each in others], event.key, now_ms)


def _chosen(call: Call, leg: Leg, others: list[Leg], key: str, now_ms: int) -> Step:
    """1, 2 or 3 in a consultation; the hook alone asks, and takes the question back."""
    aside = call.aside
    present = next((each for each in others if each != aside), None)
    if aside is None or present is None:
        return call, ()
    match key:
        case "1":
            return midcall.let_go(call, present, now_ms)
        case "2":
            swapped = replace(call, aside=present)
            return exchange.replanned(swapped, Attach(present, Hearing.HOLD), Link(leg, aside))
        case "3":
            everyone = (Attach(each.leg, None) for each in call.talkers)
            return exchange.replanned(replace(call, aside=None), *everyone)
    if call.peer(leg) is None:
        return exchange.replanned(call, Link(leg, present))
    asked, todo = exchange.replanned(call, Attach(present, Hearing.HOLD), Attach(leg, Hearing.DIAL))
    return asked, (*todo, actions.Collect(leg, choice=True))


def _back(call: Call, trial: Trial, leg: Leg, now_ms: int) -> Step:
    """Who consults does not want to wait any more."""
    if trial.by != leg or trial.purpose is not Purpose.CONSULT:
        return call, ()
    stopped, cancels = midcall.stop_trial(call, trial, now_ms)
    connected, todo = midcall.connect_rest(stopped)
    return connected, (*cancels, *todo)


def recalled(call: Call) -> Step:
    """Nobody took the parked call: it goes back to who parked it."""
    if call.back is None or call.trial is not None or len(call.talkers) != 1:
        return call, ()
    waiting = call.talkers[0].leg
    trying = replace(call, trial=Trial(events.NOBODY, Purpose.TRANSFER, ()), back=None)
    ringing, invites = hunt.ring(trying, call.back)
    planned, todo = exchange.replanned(ringing, Attach(waiting, Hearing.RING_BACK))
    return planned, (*invites, *todo)


def _refusal(decision: Decision) -> int:
    return REFUSALS[decision.reason].status if isinstance(decision, Deny) else 403
