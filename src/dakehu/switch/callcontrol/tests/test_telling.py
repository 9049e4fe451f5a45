"""Announcements before a refusal, and feature codes: what is said, and what may happen meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from dakehu.numbering.domain.featurecodes import Told
from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import (
    CALLER,
    CallState,
    CallTimings,
    Deny,
    Event,
    Leg,
    Media,
    Reason,
    Serve,
    TimerName,
    decide,
    explain,
    new_call,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_step import CONNECT, FORWARDING, any_event
from dakehu.switch.records import EndCause

OFFER = Media(b"v=0 offer", "application/sdp")
TALKS = CallTimings(announces=True)
DENY = Deny(Reason.UNKNOWN_NUMBER, ("CTX-03", "unknown_number"))
B = Leg(1)


def call_of(*events: Event) -> tuple[Call, list[tuple[Action, ...]]]:
    call = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="8099", now_ms=0, timings=TALKS)
    done = []
    for second, event in enumerate(events, start=1):
        call, actions = step(call, event, second * 1000)
        done.append(actions)
    return call, done


def test_a_refused_caller_hears_why_and_then_gets_the_last_word() -> None:
    call, (first, last) = call_of(on.InviteArrived(DENY, OFFER), on.Announced())
    assert first[0] == do.Announce(Reason.UNKNOWN_NUMBER, OFFER)
    assert isinstance(first[1], do.WriteRecord)
    assert last == (do.Refuse(404, 1, "number not in service"),)
    assert call.state is CallState.OVER


@pytest.mark.parametrize("reason", [Reason.INCOMPLETE_NUMBER, Reason.GROUP_UNKNOWN])
def test_some_reasons_are_not_spoken(reason: Reason) -> None:
    call, (todo,) = call_of(on.InviteArrived(Deny(reason, ("plan", reason)), OFFER))
    assert isinstance(todo[0], do.Refuse)
    assert call.state is CallState.OVER


def test_a_caller_without_an_offer_is_refused_at_once() -> None:
    _, (todo,) = call_of(on.InviteArrived(DENY, None))
    assert isinstance(todo[0], do.Refuse)


def test_a_caller_who_hangs_up_meanwhile() -> None:
    call, done = call_of(on.InviteArrived(DENY, OFFER), on.Cancelled())
    assert done[1] == (do.StopAnnouncing(), do.Refuse(487, 31, "cancelled"))
    assert call.state is CallState.OVER
    assert call.record.cause is EndCause.UNKNOWN_NUMBER


def test_a_leg_told_to_stop_may_speak_last() -> None:
    call, done = call_of(
        on.InviteArrived(CONNECT, OFFER),
        on.Ringing(B, 180, None),
        on.TimerFired(TimerName.NO_ANSWER),
        on.Announced(),
    )
    assert do.Announce(Reason.NO_ANSWER, OFFER) in done[2]
    assert do.CancelInvite(B) in done[2]
    assert done[3] == (do.Refuse(480, 19, "no answer"),)
    assert call.state is CallState.CANCELLING
    call, _ = step(call, on.Refused(B, 487), 9000)
    assert call.state is CallState.OVER


def test_busy_is_said() -> None:
    _, done = call_of(on.InviteArrived(CONNECT, OFFER), on.Refused(B, 486))
    assert do.Announce(Reason.BUSY, OFFER) in done[1]


def test_a_stopping_service_says_no_more() -> None:
    call, done = call_of(on.InviteArrived(DENY, OFFER), on.Stopped())
    assert done[1] == (do.StopAnnouncing(), do.Refuse(404, 1, "number not in service"))
    assert call.state is CallState.OVER


# --- feature codes


@pytest.mark.req("CTX-07", "VPN-05")
def test_a_feature_code_is_carried_out_confirmed_and_hung_up() -> None:
    decision = decide(office.TOWN, office.ANNA, "*57*8002#", office.signed_in)
    services = Services(forward_always="8002")
    assert decision == Serve(Told.ACTIVATED, ("CTX-07", "forward_always", "activated"), services)
    call, (served, said) = call_of(on.InviteArrived(decision, OFFER), on.Announced())
    assert served[0] == do.KeepServices(office.ANNA.public_number, services)
    assert isinstance(served[1], do.JournalAnswer)
    assert served[2] == do.Announce(Told.ACTIVATED, OFFER, answers=True)
    assert said[0] == do.SendBye(CALLER)
    call, _ = step(call, on.ByeFinished(CALLER), 3000)
    assert call.state is CallState.OVER
    assert (call.record.cause, call.record.call_class) == (EndCause.COMPLETED, None)


def test_a_subscriber_who_hangs_up_first() -> None:
    decision = decide(office.TOWN, office.ANNA, "*#57#", office.signed_in)
    assert isinstance(decision, Serve)
    call, done = call_of(on.InviteArrived(decision, OFFER), on.HungUp(CALLER))
    assert done[1][0] == do.StopAnnouncing()
    assert not any(isinstance(action, do.SendBye) for action in done[1])
    assert call.state is CallState.OVER


@pytest.mark.req("LIN-06")
def test_a_suspended_line_sets_no_service() -> None:
    decision = decide(office.TOWN, office.ARREARS, "*57*8002#", office.signed_in)
    assert isinstance(decision, Deny)
    assert decision.trace == ("LIN-06",)


def test_explaining_a_code_and_what_a_call_goes_on_to() -> None:
    told = explain(office.TOWN, office.ANNA, "*57*8002#")
    assert (told.told, told.status, told.rings) == (Told.ACTIVATED, 200, False)
    busy = changed(office.BO, services=Services(forward_busy="8003"))
    view = type(office.TOWN)([*office.LINES, busy], (office.OFFICE, office.WORKS))
    (failure, onward), *_ = explain(view, office.ANNA, "8002").otherwise
    assert (failure, onward.called_number, onward.forwarded_by) == (
        "busy",
        office.DESK.public_number,
        office.BO.public_number,
    )


@given(
    st.sampled_from([CONNECT, FORWARDING, DENY, Serve(Told.ACTIVATED, ("CTX-07",), Services())]),
    st.sampled_from([None, OFFER]),
    st.lists(st.one_of(any_event, st.just(on.Announced())), max_size=14),
)
def test_any_order_of_events_gives_one_record_and_one_last_word(
    decision: object, offer: Media | None, events: list[Event]
) -> None:
    call, done = call_of(on.InviteArrived(decision, offer), *events)  # type: ignore[arg-type]  # any decision
    flat = [action for some in done for action in some]
    last = sum(isinstance(action, do.Refuse | do.Answer) for action in flat)
    answered = any(isinstance(action, do.Announce) and action.answers for action in flat)
    assert last + answered <= 1
    written = sum(isinstance(action, do.WriteRecord) for action in flat)
    assert written in {0, len(call.records)}
    if call.state is CallState.OVER:
        assert last + answered == 1
        assert written
        assert call.is_settled
