"""Calls of more than two legs: transfer, consultation, conference, pick-up, parking; any order of events."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dakehu.kernel.numbers import CallClass
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    Connect,
    Deny,
    Event,
    Leg,
    Reason,
    TimerName,
    exchange,
    showing,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Place
from dakehu.switch.callcontrol.plan import Attach, Link
from dakehu.switch.callcontrol.sounds import Hearing
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_step import ANSWER, ANSWERED, FRESH, INVITED, OFFER, any_event, run
from dakehu.switch.records import CallRecord, EndCause

A, B, C = CALLER, Leg(1), Leg(2)
TO_DESK = Connect(office.DESK, CallClass.IN_GROUP, "8001", ("CTX-03", "CTX-16"))
NOBODY = Deny(Reason.UNKNOWN_NUMBER, ("CTX-03", "unknown_number"))
TALK = (INVITED, ANSWERED, on.Acknowledged(A, None))
HANDED_ON = on.Referred(B, TO_DESK, office.BO, "8003")
CONSULTED = on.Consulted(B, TO_DESK, office.BO, "8003")


def written(done: list[list[Action]]) -> list[CallRecord]:
    return [action.record for some in done for action in some if isinstance(action, do.WriteRecord)]


def of(kind: type[Action], done: list[list[Action]]) -> list[Action]:
    return [action for some in done for action in some if isinstance(action, kind)]


def places(call: Call) -> dict[Leg, Place]:
    return {talker.leg: talker.place for talker in call.talkers}


def answer_all(call: Call) -> Call:
    """The telephones answer every re-INVITE, until the media are where they shall be."""
    for _ in range(10):
        if not call.plan:
            return call
        asked = call.stage if call.stage is not None else call.busy[0]
        call, _todo = step(call, on.ReinviteAnswered(asked, 200, OFFER), 60_000)
    raise AssertionError("the plan has no end")


class TestBlindTransfer:
    @pytest.mark.req("VPN-10", "VPN-14", "CTX-08")
    def test_the_other_side_hears_ring_back_and_then_talks_to_the_new_one(self) -> None:
        call, done = run(*TALK, HANDED_ON, on.Ringing(C, 180, None))
        assert done[3][:3] == [
            do.AnswerRefer(B, 202),
            do.NotifyTransfer(B, 100),
            do.SendInvite(C, office.DESK, 0, "8001", None, to_port=True),
        ]
        assert do.OfferPort(A) in done[3]
        assert done[4] == [do.NotifyTransfer(B, 180)]
        call, todo = step(call, on.ReinviteAnswered(A, 200, ANSWER), 9000)
        assert todo == (do.SendAck(A, None), do.Attach(A, Hearing.RING_BACK))
        call, todo = step(call, on.Answered(C, ANSWER), 9500)
        assert [type(action) for action in todo][:3] == [do.StopTimer, do.JournalAnswer, do.SendAck]
        assert todo[3:] == (do.NotifyTransfer(B, 200), do.SendBye(B), do.SendReinvite(A, None))
        call = answer_all(call)
        assert places(call) == {A: Place.PEER, C: Place.PEER}
        assert call.peer(A) == C

    def test_who_hands_on_pays_the_new_part_and_the_caller_goes_on_paying_the_first(self) -> None:
        call, _ = run(*TALK, HANDED_ON, on.Answered(C, ANSWER))
        call, todo = step(answer_all(call), on.HungUp(C), 99_000)
        first, second = written([list(todo)])
        assert (first.calling_number, first.called_number) == (
            office.ANNA.public_number,
            office.BO.public_number,
        )
        assert (second.calling_number, second.called_number, second.record_id) == (
            office.BO.public_number,
            office.DESK.public_number,
            "r1+t2",
        )
        assert (first.end_ms, second.end_ms) == (99_000, 99_000)
        assert second.answer_ms > first.answer_ms
        assert call.state is CallState.ENDING

    def test_a_target_that_refuses_gives_the_talk_back(self) -> None:
        call, done = run(*TALK, HANDED_ON, on.Refused(C, 486))
        assert do.NotifyTransfer(B, 486) in done[4]
        (record,) = written(done)
        assert (record.record_id, record.cause) == ("r1+t2", EndCause.BUSY)
        call = answer_all(step(call, on.ReinviteAnswered(A, 200, ANSWER), 9000)[0])
        assert call.peer(A) == B
        assert call.state is CallState.UP

    def test_digits_that_lead_nowhere_change_nothing(self) -> None:
        call, done = run(*TALK, on.Referred(B, NOBODY, office.BO, "8099"))
        assert done[-1] == [do.AnswerRefer(B, 404)]
        assert call.peer(A) == B

    def test_who_hangs_up_early_leaves_the_target_ringing(self) -> None:
        call, _ = run(*TALK, HANDED_ON, on.HungUp(B))
        assert call.state is CallState.UP
        assert call.ringing == (C,)
        call = answer_all(call)
        call, todo = step(call, on.Refused(C, 486), 9000)
        assert do.Attach(A, Reason.BUSY) in todo
        call, todo = step(call, on.Announced(A), 9900)
        assert do.SendBye(A) in todo
        assert call.state is CallState.ENDING

    def test_the_one_who_waits_hangs_up(self) -> None:
        call, done = run(*TALK, HANDED_ON, on.HungUp(A))
        assert do.CancelInvite(C) in done[-1]
        assert do.SendBye(B) in done[-1]
        assert {record.record_id for record in written(done)} == {"r1", "r1+t2"}
        assert call.state is CallState.ENDING

    def test_one_thing_at_a_time(self) -> None:
        _, done = run(*TALK, HANDED_ON, on.Referred(A, TO_DESK, office.ANNA, "8003"))
        assert done[-1] == [do.AnswerRefer(A, 491)]


def test_an_offer_that_no_leg_answers_any_more_is_answered_by_a_port() -> None:
    """A plan is replaced while the first leg's 200 waits for its ACK with an answer."""
    call, _ = run(*TALK, HANDED_ON, on.ReinviteAnswered(A, 200, ANSWER), on.Answered(C, ANSWER))
    call, todo = step(call, on.ReinviteAnswered(A, 200, OFFER), 9600)
    assert todo == (do.SendReinvite(C, OFFER),)
    call, todo = step(call, on.Referred(A, TO_DESK, office.ANNA, "8003"), 9700)
    assert todo == (do.AnswerRefer(A, 491),), "nothing new before the two talk"
    moved, todo = exchange.replanned(call, Attach(A, Hearing.HOLD))
    assert todo == (do.AckFromPort(A, OFFER), do.Attach(A, Hearing.HOLD))
    assert places(moved)[A] is Place.PORT
    moved, todo = exchange.replanned(call, Link(A, C))
    assert todo == (do.AckFromPort(A, OFFER),), "the other's answer to the old offer is waited for"
    moved, todo = step(moved, on.ReinviteAnswered(C, 200, ANSWER), 9800)
    assert todo == (do.SendAck(C, None), do.SendReinvite(A, None))
    assert answer_all(moved).peer(A) == C


ASKED_FOR_OFFER = (*TALK, on.ReinviteArrived(A, None))
"""A re-INVITE without an offer is on its way from A to B."""


def test_an_offer_that_waits_for_the_askers_ack_is_answered_by_a_port() -> None:
    """The plan comes between B's 200 with the offer and A's ACK with the answer."""
    call, done = run(*ASKED_FOR_OFFER, on.ReinviteAnswered(B, 200, OFFER))
    assert done[-1] == [do.AnswerReinvite(A, 200, OFFER)]
    moved, todo = exchange.replanned(call, Attach(B, Hearing.HOLD))
    assert todo == (do.AckFromPort(B, OFFER), do.Attach(B, Hearing.HOLD))
    assert (places(moved)[B], moved.ack_owed, moved.owed_offer) == (Place.PORT, None, None)
    moved, todo = step(moved, on.Acknowledged(A, ANSWER), 9800)
    assert todo == (), "A's answer has nobody to go to"


def test_an_offer_that_comes_after_the_plan_is_answered_by_a_port() -> None:
    """The plan comes before B's 200: A was told 487, and B is asked nothing again."""
    call, _ = run(*ASKED_FOR_OFFER)
    moved, todo = exchange.replanned(call, Attach(B, Hearing.HOLD))
    assert todo == (do.AnswerReinvite(A, 487),)
    moved, todo = step(moved, on.ReinviteAnswered(B, 200, OFFER), 9800)
    assert todo == (do.AckFromPort(B, OFFER), do.Attach(B, Hearing.HOLD))
    assert places(moved)[B] is Place.PORT


def test_a_late_answer_is_acknowledged_and_no_more() -> None:
    """With the offer in our re-INVITE the 200 brings an answer, and its ACK nothing."""
    call, _ = run(*TALK, on.ReinviteArrived(A, OFFER))
    moved, _ = exchange.replanned(call, Attach(B, Hearing.HOLD))
    moved, todo = step(moved, on.ReinviteAnswered(B, 200, ANSWER), 9800)
    assert todo == (do.SendAck(B, None), do.OfferPort(B))


@pytest.mark.req("VPN-14")
def test_the_original_caller_is_shown() -> None:
    handed = showing(office.TOWN, TO_DESK, office.ANNA)
    assert handed.shown_number == "8001"
    outside = showing(office.TOWN, TO_DESK, office.HOME)
    assert outside.shown_number == office.HOME.public_number


class TestConsultation:
    @pytest.mark.req("CTX-07")
    def test_the_hook_gives_dial_tone_and_the_other_music(self) -> None:
        call, done = run(*TALK, on.Flashed(B))
        assert done[-1] == [do.OfferPort(A), do.Collect(B, choice=False)]
        call = answer_all(call)
        assert places(call) == {A: Place.PORT, B: Place.PORT}
        call, todo = step(call, on.Flashed(B), 9000)
        assert todo == (do.SendReinvite(A, None),)
        assert answer_all(call).peer(A) == B

    def consulting(self) -> Call:
        call, _ = run(*TALK, on.Flashed(B))
        call, todo = step(answer_all(call), CONSULTED, 9000)
        assert do.Attach(A, Hearing.HOLD) in todo
        assert do.Attach(B, Hearing.RING_BACK) in todo
        call, _ = step(call, on.Answered(C, ANSWER), 9500)
        call = answer_all(call)
        assert places(call) == {A: Place.PORT, B: Place.PEER, C: Place.PEER}
        return call

    @pytest.mark.req("CTX-08", "VPN-10")
    def test_hanging_up_hands_the_call_on(self) -> None:
        call, todo = step(self.consulting(), on.HungUp(B), 10_000)
        assert not written([list(todo)])
        call = answer_all(call)
        assert call.peer(A) == C
        call, todo = step(call, on.HungUp(A), 11_000)
        assert {record.record_id for record in written([list(todo)])} == {"r1", "r1+t2"}

    def test_the_third_hangs_up(self) -> None:
        call, todo = step(self.consulting(), on.HungUp(C), 10_000)
        (record,) = written([list(todo)])
        assert (record.record_id, record.end_ms) == ("r1+t2", 10_000)
        assert answer_all(call).peer(A) == B

    def test_the_one_who_waits_hangs_up(self) -> None:
        call, todo = step(self.consulting(), on.HungUp(A), 10_000)
        (record,) = written([list(todo)])
        assert record.record_id == "r1"
        assert call.peer(B) == C

    @pytest.mark.req("CTX-07")
    def test_three_make_a_conference_by_the_key_3(self) -> None:
        call, _ = step(self.consulting(), on.Flashed(B), 10_000)
        call, todo = step(answer_all(call), on.Flashed(B, "3"), 11_000)
        assert {action.leg for action in todo if isinstance(action, do.Attach) and action.hears is None}
        call = answer_all(call)
        assert set(places(call).values()) == {Place.ROOM}
        call, _ = step(call, on.HungUp(A), 12_000)
        assert answer_all(call).peer(B) == C

    def test_2_changes_between_the_two_and_1_lets_go(self) -> None:
        call, _ = step(self.consulting(), on.Flashed(B), 10_000)
        call, _ = step(answer_all(call), on.Flashed(B, "2"), 11_000)
        call = answer_all(call)
        assert (call.peer(B), places(call)[C]) == (A, Place.PORT)
        call, _ = step(call, on.Flashed(B), 12_000)
        call, todo = step(answer_all(call), on.Flashed(B, "1"), 13_000)
        assert do.SendBye(A) in todo
        assert answer_all(call).peer(B) == C

    def test_nobody_there_is_said_and_the_talk_comes_back(self) -> None:
        call, _ = run(*TALK, on.Flashed(B))
        call, todo = step(answer_all(call), on.Consulted(B, NOBODY, office.BO, "8099"), 9000)
        assert todo[-1] == do.Attach(B, Reason.UNKNOWN_NUMBER)
        call, _ = step(call, on.Announced(B), 9900)
        assert answer_all(call).peer(A) == B


class TestAttendedTransfer:
    MOVED = CallRecord("r2", "c2", "03512348002", 70, 7, "8003", 2000, answer_ms=3000)

    def test_a_leg_of_another_call_comes_in_place_of_one(self) -> None:
        call, done = run(*TALK, on.Joined(C, office.DESK.public_number, B, (self.MOVED,)))
        assert done[-1] == [
            do.AnswerRefer(B, 202),
            do.NotifyTransfer(B, 200),
            do.SendBye(B),
            do.SendReinvite(A, None),
        ]
        call, todo = step(answer_all(call), on.HungUp(A), 50_000)
        assert {record.record_id for record in written([list(todo)])} == {"r1", "r2"}

    def test_what_is_left_of_the_other_call_ends_without_a_record(self) -> None:
        call, done = run(*TALK, on.Parted(B))
        assert do.SendBye(A) in done[-1]
        assert not written(done)
        call, _ = step(call, on.ByeFinished(A), 9000)
        assert call.state is CallState.OVER


class TestTaking:
    def test_a_call_that_rings_is_picked_up(self) -> None:
        call, done = run(INVITED, on.PickedUp(C, office.DESK.public_number, "pick_up"))
        assert do.CancelInvite(B) in done[-1]
        order = [type(action) for action in done[-1]]
        assert order.index(do.JournalAnswer) < order.index(do.AnswerAtPort)
        assert order.count(do.AnswerAtPort) == 2
        assert not call.busy, "nobody is asked before both have acknowledged"
        for leg in (A, C):
            call, todo = step(call, on.Acknowledged(leg, None), 9000)
        assert todo == (do.SendReinvite(A, None),)
        assert answer_all(call).peer(A) == C
        assert call.record.trace[-1] == "pick_up"

    def test_a_parked_call_waits_with_music_and_is_taken(self) -> None:
        back = Connect(office.BO, CallClass.IN_GROUP, "8001", ("park",))
        call, done = run(*TALK, on.Parked(B, back))
        assert do.SendBye(B) in done[-1]
        call = answer_all(call)
        assert places(call) == {A: Place.PORT}
        call, _ = step(call, on.PickedUp(C, office.DESK.public_number, "retrieve"), 9000)
        call, _ = step(call, on.Acknowledged(C, None), 9100)
        assert answer_all(call).peer(A) == C

    def test_a_parked_call_that_nobody_takes_goes_back(self) -> None:
        back = Connect(office.BO, CallClass.IN_GROUP, "8001", ("park",))
        call, _ = run(*TALK, on.Parked(B, back))
        call, todo = step(answer_all(call), on.TimerFired(TimerName.RECALL), 200_000)
        assert do.SendInvite(C, office.BO, 0, "8001", None, to_port=True) in todo
        call, _ = step(call, on.Answered(C, ANSWER), 201_000)
        assert answer_all(call).peer(A) == C
        assert len(call.records) == 1

    @pytest.mark.req("CTX-08")
    def test_an_attendant_breaks_in(self) -> None:
        call, done = run(*TALK, on.BrokeIn(C, office.DESK.public_number))
        assert do.AnswerAtPort(C) in done[-1]
        call, _ = step(answer_all(call), on.Acknowledged(C, None), 9000)
        call = answer_all(call)
        assert places(call) == {A: Place.ROOM, B: Place.ROOM, C: Place.ROOM}
        call, _ = step(call, on.HungUp(C), 9900)
        assert answer_all(call).peer(A) == B

    @pytest.mark.req("CTX-08")
    def test_an_attendant_ends_it(self) -> None:
        call, done = run(*TALK, on.Released())
        assert of(do.SendBye, done) == [do.SendBye(A), do.SendBye(B)]
        assert call.state is CallState.ENDING


def test_a_glare_is_tried_again_and_a_refusal_to_hear_is_borne() -> None:
    call, _ = run(*TALK, HANDED_ON)
    call, todo = step(call, on.ReinviteAnswered(A, 491, None), 9000)
    assert todo == (do.StartTimer(TimerName.RETRY, 2.2),)
    call, todo = step(call, on.TimerFired(TimerName.RETRY), 9100)
    assert todo == (do.OfferPort(A),)
    call, todo = step(call, on.ReinviteAnswered(A, 488, None), 9200)
    assert (todo, call.plan, call.state) == ((), (), CallState.UP)


legs = st.sampled_from([A, B, C, Leg(3), Leg(4)])
decisions = st.sampled_from([TO_DESK, NOBODY, Connect(
    office.DESK, CallClass.IN_GROUP, "8001", ("CTX-03",), telephones=2
)])  # fmt: skip
midcall_event = st.one_of(
    any_event,
    st.builds(on.Referred, legs, decisions, st.just(office.BO), st.just("8003")),
    st.builds(on.Consulted, legs, decisions, st.just(office.BO), st.just("8003")),
    st.builds(on.Flashed, legs, st.sampled_from(["", "1", "2", "3", "9"])),
    st.builds(on.Announced, legs),
    st.builds(on.Released),
    st.builds(on.ReinviteAnswered, legs, st.sampled_from([200, 491]), st.just(OFFER)),
    st.builds(on.Answered, legs, st.just(OFFER)),
    st.builds(on.Acknowledged, legs, st.none()),
)
newcomers = st.sampled_from(["break_in", "pick_up", "park", "join"])


def coming(kind: str, call: Call) -> Event:
    """A leg that the process would seat now, under the next number."""
    leg = Leg(call.legs + 1)
    match kind:
        case "break_in":
            return on.BrokeIn(leg, "03512348009")
        case "pick_up":
            return on.PickedUp(leg, "03512348009", "pick_up")
        case "join" if call.talkers:
            instead = call.talkers[-1].leg
            record = CallRecord(f"j{leg}", "c2", "03512348002", 70, 7, "8003", 2000, answer_ms=3000)
            return on.Joined(leg, "03512348003", instead, (record,))
    return on.Parked(call.talkers[0].leg if call.talkers else A, TO_DESK)


@settings(max_examples=300)
@given(st.lists(st.one_of(midcall_event, newcomers), max_size=24))
def test_any_order_of_events_keeps_the_promises(events: list[Event | str]) -> None:
    """Each record is journalled before and written once; nobody is asked twice at a time; all are hung up."""
    call, done = FRESH, []
    for second, event in enumerate((*TALK, *events), start=1):
        if isinstance(event, str):
            event = coming(event, call)  # noqa: PLW2901 - it depends on the call as it is
            if not allowed(event, call):
                continue
        call, todo = step(call, event, 1000 * second)
        done.append(list(todo))
        assert len(set(call.busy)) == len(call.busy)
        assert len({talker.leg for talker in call.talkers}) == len(call.talkers)
        assert sum(talker.place is Place.PEER for talker in call.talkers) <= 2
    counts = Counter(record.record_id for record in written(done))
    assert set(counts.values()) <= {1}
    journalled = {action.record.record_id for action in of(do.JournalAnswer, done)}  # type: ignore[union-attr]  # of that kind
    for record in written(done):
        assert not record.answer_ms or record.record_id in journalled or record.record_id[0] == "j"
    if call.state in {CallState.ENDING, CallState.OVER}:
        assert not call.talkers
        assert not call.plan
        assert all(record.end_ms for record in call.records)
        assert set(counts) >= {record.record_id for record in call.records}
    if call.state is CallState.UP:
        assert call.talkers
        assert not call.record.end_ms or call.tied is not None


def allowed(event: Event, call: Call) -> bool:
    """Whether the process would let it in: it asks before it seats a newcomer."""
    plain = len(call.talkers) == 2 and call.trial is None and call.state is CallState.UP
    plain = plain and all(talker.place is Place.PEER for talker in call.talkers)
    if isinstance(event, on.PickedUp):
        return call.state is CallState.UP and call.trial is None and len(call.talkers) == 1
    return plain


def test_a_call_that_has_no_far_side_is_unchanged_by_what_is_not_for_it() -> None:
    call = FRESH
    for event in (on.Flashed(A), on.Released(), on.Announced(A), CONSULTED):
        assert step(call, event, 5000) == (call, ())
