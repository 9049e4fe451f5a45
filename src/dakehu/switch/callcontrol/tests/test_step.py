"""A call's life, event by event; and any order of events at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.services import ForwardKind
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    Connect,
    Deny,
    Diversion,
    Event,
    Failure,
    Leg,
    Media,
    Reason,
    TimerName,
    new_call,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.records import CallRecord, EndCause, Party

OFFER = Media(b"v=0 offer", "application/sdp")
ANSWER = Media(b"v=0 answer", "application/sdp")
A, B = CALLER, Leg(1)
CONNECT = Connect(office.BO, CallClass.IN_GROUP, "8001", ("CTX-03", "CTX-16"))
DENY = Deny(Reason.UNKNOWN_NUMBER, ("CTX-03", "unknown_number"), call_class=CallClass.IN_GROUP)
FRESH = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="8002", now_ms=1000)
RING_TIMER = do.StopTimer(TimerName.NO_ANSWER)
PROBE_TIMER = do.StopTimer(TimerName.PROBE)


def run(*events: Event, call: Call = FRESH) -> tuple[Call, list[list[Action]]]:
    """The call after the events, one a second, and the actions of each."""
    done: list[list[Action]] = []
    for second, event in enumerate(events, start=1):
        call, actions = step(call, event, 1000 + 1000 * second)
        done.append(list(actions))
    return call, done


INVITED = on.InviteArrived(CONNECT, OFFER)
RUNG = on.Ringing(B, 180, None)
ANSWERED = on.Answered(B, ANSWER)


def record_of(done: list[list[Action]]) -> CallRecord:
    (record,) = [action.record for some in done for action in some if isinstance(action, do.WriteRecord)]
    return record


@pytest.mark.req("CTX-03", "CTX-16")
def test_a_call_that_is_answered_and_hung_up_by_the_caller() -> None:
    call, done = run(INVITED, RUNG, ANSWERED, on.Acknowledged(A, None), on.HungUp(A), on.ByeFinished(B))
    journalled = CallRecord(
        "r1", "c1", "03512348001", 70, 7, "8002", 1000,
        called_number="03512348002", called_customer_id=70, called_group_id=7, call_class=CallClass.IN_GROUP,
        shown_number="8001", answer_ms=4000, status=200, trace=("CTX-03", "CTX-16"),
    )  # fmt: skip
    ended = msgspec.structs.replace(journalled, end_ms=6000, cause=EndCause.COMPLETED, ended_by=Party.CALLER)
    assert done == [
        [do.SendInvite(B, office.BO, 0, "8001", OFFER), do.StartTimer(TimerName.NO_ANSWER, 60.0)],
        [do.SendRinging(180, None)],
        [
            RING_TIMER,
            do.JournalAnswer(journalled),
            do.SendAck(B, None),
            do.Answer(ANSWER),
            do.StartTimer(TimerName.PROBE, 600.0),
        ],
        [],
        [PROBE_TIMER, do.SendBye(B), do.WriteRecord(ended)],
        [],
    ]
    assert call.state is CallState.OVER
    assert ended.talk_ms == 2000


def test_the_called_side_hangs_up() -> None:
    call, done = run(INVITED, ANSWERED, on.HungUp(B))
    assert done[-1][:2] == [PROBE_TIMER, do.SendBye(A)]
    record = record_of(done)
    assert (record.cause, record.ended_by) == (EndCause.COMPLETED, Party.CALLED)
    assert call.state is CallState.ENDING


def test_early_media_goes_through() -> None:
    _, done = run(INVITED, on.Ringing(B, 183, ANSWER))
    assert done[-1] == [do.SendRinging(183, ANSWER)]


def test_a_refusal_by_rule_rings_nobody() -> None:
    call, done = run(on.InviteArrived(DENY, OFFER))
    record = record_of(done)
    assert done[0][0] == do.Refuse(404, 1, "number not in service")
    assert (record.cause, record.status, record.end_ms) == (EndCause.UNKNOWN_NUMBER, 404, 2000)
    assert record.trace == ("CTX-03", "unknown_number")
    assert record.call_class is CallClass.IN_GROUP
    assert call.state is CallState.OVER


@pytest.mark.parametrize(
    ("status", "told", "q850", "cause", "by"),
    [
        (486, 486, 17, EndCause.BUSY, Party.CALLED),
        (603, 603, 21, EndCause.REFUSED, Party.CALLED),
        (480, 480, 18, EndCause.UNREACHABLE, Party.NETWORK),
        (408, 480, 18, EndCause.UNREACHABLE, Party.NETWORK),
        (488, 488, 31, EndCause.REFUSED, Party.CALLED),
    ],
)
def test_the_called_telephone_refuses(status: int, told: int, q850: int, cause: EndCause, by: Party) -> None:
    call, done = run(INVITED, RUNG, on.Refused(B, status))
    timer, refuse, _ = done[-1]
    assert timer == RING_TIMER
    assert isinstance(refuse, do.Refuse)
    assert (refuse.status, refuse.q850) == (told, q850)
    record = record_of(done)
    assert (record.cause, record.ended_by, record.status, record.answer_ms) == (cause, by, told, 0)
    assert call.state is CallState.OVER


@pytest.mark.parametrize("rung", [(), (RUNG,)])
@pytest.mark.parametrize(
    ("event", "status", "cause", "by"),
    [
        (on.Cancelled(), 487, EndCause.CANCELLED, Party.CALLER),
        (on.HungUp(A), 487, EndCause.CANCELLED, Party.CALLER),
        (on.TimerFired(TimerName.NO_ANSWER), 480, EndCause.NO_ANSWER, Party.NETWORK),
        (on.Stopped(), 503, EndCause.FAILED, Party.NETWORK),
    ],
)
def test_given_up_before_the_answer(
    rung: tuple[Event, ...], event: Event, status: int, cause: EndCause, by: Party
) -> None:
    call, done = run(INVITED, *rung, event)
    timer, cancel, settle, refuse, _ = done[-1]
    assert (timer, cancel, settle) == (
        RING_TIMER,
        do.CancelInvite(B),
        do.StartTimer(TimerName.SETTLE, 40.0),
    )
    assert isinstance(refuse, do.Refuse)
    record = record_of(done)
    assert (refuse.status, record.status, record.cause, record.ended_by) == (status, status, cause, by)
    call, actions = step(call, on.Refused(B, 487), 9000)
    assert (call.state, actions) == (CallState.OVER, (do.StopTimer(TimerName.SETTLE),))


def test_the_answer_crosses_the_cancel() -> None:
    """B's 200 is acknowledged and hung up; A has its 487 and nothing more is recorded."""
    call, done = run(INVITED, RUNG, on.Cancelled(), ANSWERED, on.ByeFinished(B))
    assert done[3] == [do.StopTimer(TimerName.SETTLE), do.SendAck(B, None), do.SendBye(B)]
    assert record_of(done).cause is EndCause.CANCELLED
    assert call.state is CallState.OVER


def test_a_called_side_without_last_word_is_given_up() -> None:
    call, _ = run(INVITED, RUNG, on.Cancelled(), on.TimerFired(TimerName.SETTLE))
    assert call.state is CallState.OVER


def test_both_hang_up_at_once() -> None:
    call, done = run(INVITED, ANSWERED, on.HungUp(A), on.HungUp(B), on.ByeFinished(B))
    assert done[3] == []
    assert record_of(done).ended_by is Party.CALLER
    assert call.state is CallState.OVER


def test_an_answer_never_acknowledged_ends_the_call() -> None:
    call, done = run(INVITED, ANSWERED, on.Unacknowledged(A), on.ByeFinished(B), on.ByeFinished(A))
    assert done[2][:3] == [PROBE_TIMER, do.SendBye(A), do.SendBye(B)]
    assert record_of(done).cause is EndCause.FAILED
    assert record_of(done).talk_ms == 0, "nobody pays for the time in which the 200 was repeated"
    assert call.state is CallState.OVER


def test_hold_and_resume_are_passed_on() -> None:
    hold, held = Media(b"sendonly", "application/sdp"), Media(b"recvonly", "application/sdp")
    call, done = run(
        INVITED,
        ANSWERED,
        on.ReinviteArrived(A, hold),
        on.ReinviteAnswered(B, 200, held),
        on.Acknowledged(A, None),
        on.ReinviteArrived(B, OFFER),
        on.ReinviteAnswered(A, 200, ANSWER),
    )
    assert done[2:] == [
        [do.SendReinvite(B, hold)],
        [do.SendAck(B, None), do.AnswerReinvite(A, 200, held)],
        [],
        [do.SendReinvite(A, OFFER)],
        [do.SendAck(A, None), do.AnswerReinvite(B, 200, ANSWER)],
    ]
    assert call.state is CallState.UP


@pytest.mark.parametrize(("asker", "asked"), [(A, B), (B, A)])
def test_an_update_before_the_answer_is_passed_on(asker: Leg, asked: Leg) -> None:
    call, done = run(
        INVITED,
        RUNG,
        on.ReinviteArrived(asker, OFFER, is_update=True),
        on.ReinviteArrived(asker, OFFER, is_update=True),
        on.ReinviteAnswered(asked, 200, ANSWER),
        ANSWERED,
    )
    assert done[2:5] == [
        [do.SendReinvite(asked, OFFER, by_update=True)],
        [do.AnswerReinvite(asker, 491)],
        [do.AnswerReinvite(asker, 200, ANSWER)],
    ]
    assert (call.state, call.early_update) == (CallState.UP, None)


def test_an_update_still_open_when_the_call_is_answered() -> None:
    """Others wait for its answer, and it is no re-INVITE that wants an ACK."""
    call, done = run(
        INVITED,
        RUNG,
        on.ReinviteArrived(A, OFFER, is_update=True),
        ANSWERED,
        on.ReinviteArrived(B, OFFER),
        on.ReinviteAnswered(B, 408, None),
        on.ReinviteArrived(B, OFFER, is_update=True),
    )
    assert done[4:] == [
        [do.AnswerReinvite(B, 491)],
        [do.AnswerReinvite(A, 408)],
        [do.SendReinvite(A, OFFER, by_update=True)],
    ]
    assert (call.state, call.reinvite_from) == (CallState.UP, B)


def test_no_update_before_the_answer_while_several_ring() -> None:
    several = on.InviteArrived(replace(CONNECT, telephones=2), OFFER)
    for leg in (A, B):
        _, done = run(several, RUNG, on.ReinviteArrived(leg, OFFER, is_update=True))
        assert done[-1] == [do.AnswerReinvite(leg, 491)]


@pytest.mark.parametrize("second", [A, B])
def test_one_reinvite_at_a_time(second: Leg) -> None:
    call, done = run(INVITED, ANSWERED, on.ReinviteArrived(A, OFFER), on.ReinviteArrived(second, OFFER))
    assert done[-1] == [do.AnswerReinvite(second, 491)]
    assert call.reinvite_from is A


@pytest.mark.parametrize(("status", "told"), [(488, 488), (491, 491), (401, 500), (503, 500), (302, 500)])
def test_a_reinvite_refused_leaves_the_call_as_it_was(status: int, told: int) -> None:
    call, done = run(INVITED, ANSWERED, on.ReinviteArrived(A, OFFER), on.ReinviteAnswered(B, status, None))
    assert done[-1] == [do.AnswerReinvite(A, told)]
    assert (call.state, call.reinvite_from) == (CallState.UP, None)


@pytest.mark.parametrize("status", [408, 481])
def test_a_reinvite_to_a_telephone_that_is_gone_ends_the_call(status: int) -> None:
    call, done = run(INVITED, ANSWERED, on.ReinviteArrived(A, OFFER), on.ReinviteAnswered(B, status, None))
    assert done[-1][:4] == [do.AnswerReinvite(A, status), PROBE_TIMER, do.SendBye(A), do.SendBye(B)]
    record = record_of(done)
    assert (record.cause, record.end_ms) == (EndCause.LOST, record.answer_ms)
    assert call.state is CallState.ENDING


@pytest.mark.parametrize(("rung", "status"), [((), 491), ((RUNG,), 491)])
def test_a_reinvite_before_the_answer_waits(rung: tuple[Event, ...], status: int) -> None:
    _, done = run(INVITED, *rung, on.ReinviteArrived(A, OFFER))
    assert done[-1] == [do.AnswerReinvite(A, status)]


def test_a_reinvite_open_at_the_end_is_answered() -> None:
    _, done = run(INVITED, ANSWERED, on.ReinviteArrived(A, OFFER), on.HungUp(B))
    assert done[-1][:3] == [PROBE_TIMER, do.AnswerReinvite(A, 487), do.SendBye(A)]


def test_an_offer_in_the_answer_is_acknowledged_with_the_callers_answer() -> None:
    _, done = run(on.InviteArrived(CONNECT, None), on.Answered(B, OFFER), on.Acknowledged(A, ANSWER))
    assert done[0][0] == do.SendInvite(B, office.BO, 0, "8001", None)
    assert not any(isinstance(action, do.SendAck) for action in done[1])
    assert done[2] == [do.SendAck(B, ANSWER)]


def test_an_offer_in_the_answer_to_a_reinvite_likewise() -> None:
    call, done = run(
        INVITED,
        ANSWERED,
        on.ReinviteArrived(B, None),
        on.ReinviteAnswered(A, 200, OFFER),
        on.ReinviteArrived(A, OFFER),
        on.Acknowledged(B, ANSWER),
    )
    assert done[3:] == [
        [do.AnswerReinvite(B, 200, OFFER)],
        [do.AnswerReinvite(A, 491)],
        [do.SendAck(A, ANSWER)],
    ]
    assert call.ack_owed is None


def test_an_acknowledgement_owed_is_paid_before_hanging_up() -> None:
    _, done = run(on.InviteArrived(CONNECT, None), on.Answered(B, OFFER), on.HungUp(A))
    assert done[-1][1:3] == [do.SendAck(B, None), do.SendBye(B)]


def test_a_telephone_that_vanished_is_found_and_the_call_ends_when_it_was_last_heard() -> None:
    probe = on.TimerFired(TimerName.PROBE)
    call, done = run(
        INVITED,
        ANSWERED,  # 3000
        probe,
        on.ProbeAnswered(A, is_alive=True),
        on.ProbeAnswered(B, is_alive=True),  # 6000
        probe,
        on.ProbeAnswered(A, is_alive=True),
        on.ProbeAnswered(B, is_alive=False),
    )
    again = do.StartTimer(TimerName.PROBE, 600.0)
    assert done[2] == [do.SendProbe(A), do.SendProbe(B), again]
    record = record_of(done)
    assert (record.cause, record.ended_by, record.end_ms) == (EndCause.LOST, Party.NETWORK, 6000)
    assert call.state is CallState.ENDING


def test_a_stopping_service_ends_calls() -> None:
    _, done = run(INVITED, ANSWERED, on.Stopped())
    assert record_of(done).cause is EndCause.INTERRUPTED


def test_what_was_dialled_is_kept_within_bounds() -> None:
    call = new_call(record_id="r", call_id="c", caller=office.ANNA, dialled="8" * 500, now_ms=0)
    assert call.record.dialled == "8" * 64


C = Leg(2)
legs = st.sampled_from([A, B, C, Leg(3)])
rung = st.sampled_from([B, C, Leg(3)])
media = st.sampled_from([None, OFFER])
any_event = st.one_of(
    st.builds(on.Ringing, rung, st.sampled_from([180, 183]), media),
    st.builds(on.Answered, rung, media),
    st.builds(on.Refused, rung, st.sampled_from([302, 408, 486, 487, 500, 503, 603])),
    st.just(on.Cancelled()),
    st.builds(on.Acknowledged, legs, media),
    st.builds(on.Unacknowledged, legs),
    st.builds(on.ReinviteArrived, legs, media, st.booleans()),
    st.builds(on.ReinviteAnswered, legs, st.sampled_from([200, 408, 481, 488]), media),
    st.builds(on.HungUp, legs),
    st.builds(on.ByeFinished, legs),
    st.builds(on.ProbeAnswered, legs, st.booleans()),
    st.builds(on.TimerFired, st.sampled_from(TimerName)),
    st.just(on.Stopped()),
)
FINISHED = {CallState.CANCELLING, CallState.ENDING, CallState.OVER}


ONWARD = Connect(
    office.HOME,
    CallClass.IN_GROUP,
    "8001",
    ("CTX-03", "VPN-05", "forward_busy", "CTX-04", "VPN-06"),
    diversion=Diversion(office.BO, ForwardKind.BUSY, CallClass.LOCAL),
)
FORWARDING = replace(CONNECT, otherwise=dict.fromkeys(Failure, ONWARD), no_answer_s=20)
TWO = replace(FORWARDING, telephones=2)


@given(st.sampled_from([CONNECT, FORWARDING, TWO, DENY]), media, st.lists(any_event, max_size=16))
def test_any_order_of_events_keeps_the_promises(
    decision: Connect | Deny, offer: Media | None, events: list[Event]
) -> None:
    """A record a payer; one last word to the caller; journal before answer; every 200 acknowledged."""
    call, done = run(on.InviteArrived(decision, offer), *events)
    flat = [action for some in done for action in some]
    kinds = Counter(type(action) for action in flat)
    assert kinds[do.WriteRecord] == (len(call.records) if call.state in FINISHED else 0)
    assert kinds[do.Answer] + kinds[do.Refuse] == (
        0 if call.state in {CallState.CALLING, CallState.RINGING} else 1
    )
    assert kinds[do.JournalAnswer] == (len(call.records) if kinds[do.Answer] else 0)
    if kinds[do.Answer]:
        order = [type(action) for action in flat]
        assert order.index(do.JournalAnswer) < order.index(do.Answer)
        if kinds[do.WriteRecord]:
            assert order.index(do.Answer) < order.index(do.WriteRecord)
    if call.state in {CallState.ENDING, CallState.OVER}:
        assert call.ack_owed is None
        assert call.reinvite_from is None
    assert (call.state is CallState.OVER) <= call.is_settled
    invited = {action.leg for action in flat if isinstance(action, do.SendInvite)}
    assert len(invited) == kinds[do.SendInvite] == call.legs
    stopped = [action.leg for action in flat if isinstance(action, do.CancelInvite)]
    assert len(stopped) == len(set(stopped))
    assert all(action.leg != A or kinds[do.Answer] for action in flat if isinstance(action, do.SendBye))


@given(st.lists(any_event, max_size=6), any_event)
def test_a_call_that_is_over_hears_nothing(events: list[Event], late: Event) -> None:
    call, _ = run(on.InviteArrived(DENY, OFFER), *events)
    moved, actions = step(call, late, 99_000)
    assert moved == call
    expected = (do.AnswerReinvite, do.SendAck)  # what the wire needs even then
    assert all(isinstance(action, expected) for action in actions)
