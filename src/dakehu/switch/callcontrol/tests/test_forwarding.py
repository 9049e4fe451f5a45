"""Forwarding, several telephones and the caller's own services: what is decided, and how the call goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.lines import LineKind
from dakehu.numbering.domain.services import ForwardKind, Restriction, Services
from dakehu.switch.callcontrol import (
    CALLER,
    CallState,
    Connect,
    Deny,
    Failure,
    Leg,
    Media,
    Reason,
    TimerName,
    decide,
    new_call,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.actions import Action
from dakehu.switch.callcontrol.call import Call
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.directory import LineEntry, MemoryView
from dakehu.switch.records import EndCause

B, C, D = Leg(1), Leg(2), Leg(3)
OFFER, ANSWER = Media(b"v=0 offer", "application/sdp"), Media(b"v=0 answer", "application/sdp")


def town(*lines: LineEntry) -> MemoryView:
    """The town, these lines as they are given."""
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS))


def serving(line: LineEntry, **services: object) -> LineEntry:
    return changed(line, services=Services(**services))  # type: ignore[arg-type]  # the service's own fields


def connect(caller: LineEntry, dialled: str, *lines: LineEntry) -> Connect:
    decision = decide(town(*lines), caller, dialled, office.signed_in)
    assert isinstance(decision, Connect), decision
    return decision


def deny(caller: LineEntry, dialled: str, *lines: LineEntry) -> Deny:
    decision = decide(town(*lines), caller, dialled, office.signed_in)
    assert isinstance(decision, Deny), decision
    return decision


class TestForwardingOfEveryCall:
    @pytest.mark.req("VPN-05", "VPN-06", "CTX-07")
    def test_to_a_fellow_member_shows_the_original_caller(self) -> None:
        found = connect(office.ANNA, "8002", serving(office.BO, forward_always="8003"))
        assert (found.called, found.shown_number) == (office.DESK, "8001")
        assert found.diversion is not None
        assert (found.diversion.kind, found.diversion.call_class) == (ForwardKind.ALWAYS, CallClass.IN_GROUP)
        assert found.trace == ("CTX-03", "VPN-05", "forward_always", "CTX-03", "VPN-06")

    @pytest.mark.parametrize("target", ["95551234", "5551234", "903515551234"])
    def test_out_of_the_group_as_dialled_there_or_as_the_public_writes_it(self, target: str) -> None:
        found = connect(office.ANNA, "8002", serving(office.BO, forward_always=target))
        assert (found.called, found.call_class, found.shown_number) == (
            office.HOME,
            CallClass.IN_GROUP,
            office.ANNA.public_number,
        )
        assert found.diversion is not None
        assert found.diversion.call_class is CallClass.LOCAL

    @pytest.mark.req("VPN-06")
    def test_once_and_no_further(self) -> None:
        found = connect(
            office.ANNA,
            "8002",
            serving(office.BO, forward_always="8003"),
            serving(office.DESK, forward_always="8004", forward_busy="8004"),
        )
        assert found.called.public_number == office.DESK.public_number
        assert not found.otherwise

    def test_a_loop_ends_at_once(self) -> None:
        found = deny(office.ANNA, "8002", serving(office.BO, forward_always="8001"))
        assert (found.reason, found.trace) == (Reason.OWN_NUMBER, ("CTX-03", "VPN-05", "own_number"))

    def test_needs_the_rights_of_the_line_that_forwards(self) -> None:
        local = serving(changed(office.BO, in_group_only=True), forward_always="95551234")
        assert deny(office.ANNA, "8002", local).reason is Reason.IN_GROUP_ONLY

    def test_beats_do_not_disturb(self) -> None:
        found = connect(office.ANNA, "8002", serving(office.BO, forward_always="8003", do_not_disturb=True))
        assert found.called == office.DESK


def test_do_not_disturb() -> None:
    found = deny(office.ANNA, "8002", serving(office.BO, do_not_disturb=True))
    assert (found.reason, found.called_number) == (Reason.DO_NOT_DISTURB, office.BO.public_number)


@pytest.mark.req("VPN-05")
@pytest.mark.parametrize(
    ("kind", "services", "reached"),
    [
        (LineKind.WIRELESS, {"forward_not_reachable": "8003", "forward_no_answer": "8004"}, "8003"),
        (LineKind.WIRELESS, {"forward_no_answer": "8004"}, "8004"),
        (LineKind.FIXED, {"forward_no_answer": "8004"}, "8004"),
        (LineKind.FIXED, {"forward_busy": "8004"}, None),
    ],
)
def test_a_line_without_a_telephone(kind: LineKind, services: dict[str, str], reached: str | None) -> None:
    absent = serving(changed(office.ABSENT, kind=kind), **services)
    decision = decide(town(absent), office.ANNA, "8009", office.signed_in)
    if reached is None:
        assert isinstance(decision, Deny)
        assert decision.reason is Reason.NOT_REGISTERED
    else:
        assert isinstance(decision, Connect)
        assert isinstance(decision.called, LineEntry)
        assert decision.called.short_number == reached


@pytest.mark.req("VPN-07")
def test_patience_is_the_lines_own_where_it_forwards() -> None:
    found = connect(office.ANNA, "8002", serving(office.BO, forward_no_answer="8003", no_answer_s=15))
    assert (found.no_answer_s, set(found.otherwise)) == (15, {Failure.NO_ANSWER, Failure.NOT_REACHABLE})
    assert connect(office.ANNA, "8002", serving(office.BO, forward_busy="8003")).no_answer_s is None
    default = connect(office.ANNA, "8002", serving(office.BO, forward_no_answer="8003"))
    assert default.no_answer_s == 20


def test_a_hotline_dials_by_itself_and_only_for_no_digits() -> None:
    hot = serving(office.ANNA, hotline="8002")
    assert connect(hot, "").called == office.BO
    assert connect(hot, "8003").called == office.DESK


def test_abbreviated_numbers() -> None:
    short = serving(office.ANNA, abbreviated=(("12", "95551234"),))
    assert connect(short, "**12").called == office.HOME
    assert deny(short, "**13").reason is Reason.INVALID_NUMBER


@pytest.mark.req("CTX-15")
@pytest.mark.parametrize(
    ("restriction", "allowed"),
    [
        (Restriction.NONE, {"8002", "95551234", "903522221234"}),
        (Restriction.INTERNATIONAL, {"8002", "95551234", "903522221234"}),
        (Restriction.NATIONAL, {"8002", "95551234"}),
        (Restriction.ALL, set()),
    ],
)
def test_the_lines_own_restriction(restriction: Restriction, allowed: set[str]) -> None:
    line = serving(office.ANNA, restriction=restriction)
    view = town(line)
    passed = {
        dialled
        for dialled in ("8002", "95551234", "903522221234")
        if isinstance(decide(view, line, dialled, office.signed_in), Connect)
    }
    assert passed == allowed
    emergency = decide(view, line, "110", office.signed_in)
    assert isinstance(emergency, Deny)
    assert emergency.reason is Reason.NO_GATEWAY


# --- how it goes on


def start(decision: Connect) -> tuple[Call, list[Action]]:
    call = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="8002", now_ms=1000)
    call, actions = step(call, on.InviteArrived(decision, OFFER), 1000)
    return call, list(actions)


def forwarding(**services: object) -> Connect:
    return connect(office.ANNA, "8002", serving(office.BO, **services))


@pytest.mark.req("VPN-05", "VPN-06")
@pytest.mark.parametrize(
    ("services", "fail", "leg_stopped"),
    [
        ({"forward_busy": "95551234"}, on.Refused(B, 486), False),
        ({"forward_no_answer": "95551234"}, on.TimerFired(TimerName.NO_ANSWER), True),
        ({"forward_no_answer": "95551234"}, on.Refused(B, 480), False),
    ],
)
def test_a_failure_leads_on_and_two_pay(services: dict[str, str], fail: on.Event, leg_stopped: bool) -> None:
    call, _ = start(forwarding(**services))
    call, todo = step(call, fail, 5000)
    invite = next(action for action in todo if isinstance(action, do.SendInvite))
    assert (invite.leg, invite.called, invite.shown_number, invite.media) == (
        C,
        office.HOME,
        office.ANNA.public_number,
        OFFER,
    )
    assert invite.diversion is not None
    assert (do.CancelInvite(B) in todo) == leg_stopped
    assert not any(isinstance(action, do.Refuse | do.WriteRecord) for action in todo)
    call, todo = step(call, on.Answered(C, ANSWER), 8000)
    assert len([action for action in todo if isinstance(action, do.JournalAnswer)]) == 2
    if leg_stopped:
        call, _ = step(call, on.Refused(B, 487), 8100)
    call, todo = step(call, on.HungUp(C), 9000)
    first, second = [action.record for action in todo if isinstance(action, do.WriteRecord)]
    assert (first.calling_number, first.called_number, first.call_class) == (
        office.ANNA.public_number,
        office.BO.public_number,
        CallClass.IN_GROUP,
    )
    assert (second.record_id, second.calling_number, second.called_number, second.call_class) == (
        "r1+f",
        office.BO.public_number,
        office.HOME.public_number,
        CallClass.LOCAL,
    )
    assert first.talk_ms == second.talk_ms == 1000
    call, _ = step(call, on.ByeFinished(CALLER), 9100)
    assert call.state is CallState.OVER


def test_the_target_fails_too() -> None:
    call, _ = start(forwarding(forward_busy="8003"))
    call, _ = step(call, on.Refused(B, 486), 2000)
    call, todo = step(call, on.Refused(C, 486), 3000)
    refuse = next(action for action in todo if isinstance(action, do.Refuse))
    assert refuse.status == 486
    assert [action.record.cause for action in todo if isinstance(action, do.WriteRecord)] == [
        EndCause.BUSY
    ] * 2
    assert call.state is CallState.OVER


def test_declining_is_not_busy() -> None:
    call, _ = start(forwarding(forward_busy="8003", forward_no_answer="8003"))
    call, todo = step(call, on.Refused(B, 603), 2000)
    assert any(isinstance(action, do.Refuse) for action in todo)
    assert call.state is CallState.OVER


def test_the_first_telephone_answers_just_as_the_call_goes_on() -> None:
    """Its 200 crossed our CANCEL: it is hung up, and the target goes on ringing."""
    call, _ = start(forwarding(forward_no_answer="8003"))
    call, _ = step(call, on.TimerFired(TimerName.NO_ANSWER), 21_000)
    call, todo = step(call, on.Answered(B, ANSWER), 21_100)
    assert todo[1:] == (do.SendAck(B, None), do.SendBye(B))
    assert call.state is CallState.CALLING
    call, _ = step(call, on.Answered(C, ANSWER), 22_000)
    assert (call.state, call.peer(CALLER)) == (CallState.UP, C)


@pytest.mark.req("IN-03")
class TestTwoTelephonesOfOneLine:
    @pytest.fixture
    def ring(self) -> Callable[[], tuple[Call, list[Action]]]:
        decision = connect(office.ANNA, "8002")
        return lambda: start(replace(decision, telephones=2))

    def test_both_ring_and_the_first_wins(self, ring: Callable[[], tuple[Call, list[Action]]]) -> None:
        call, todo = ring()
        assert [(a.leg, a.telephone) for a in todo if isinstance(a, do.SendInvite)] == [(B, 0), (C, 1)]
        call, todo_ringing = step(call, on.Ringing(C, 183, ANSWER), 2000)
        assert todo_ringing == (do.SendRinging(180, None),)
        call, todo_answer = step(call, on.Answered(C, ANSWER), 3000)
        assert do.CancelInvite(B) in todo_answer
        assert call.peer(CALLER) == C
        call, _ = step(call, on.Refused(B, 487), 3100)
        assert call.state is CallState.UP
        call, todo_end = step(call, on.HungUp(CALLER), 4000)
        assert do.SendBye(C) in todo_end
        call, _ = step(call, on.ByeFinished(C), 4100)
        assert call.state is CallState.OVER

    def test_both_answer_at_once(self, ring: Callable[[], tuple[Call, list[Action]]]) -> None:
        call, _ = ring()
        call, _ = step(call, on.Answered(B, ANSWER), 3000)
        call, todo = step(call, on.Answered(C, ANSWER), 3001)
        assert do.SendBye(C) in todo
        assert (call.state, call.peer(CALLER)) == (CallState.UP, B)
        call, _ = step(call, on.HungUp(B), 4000)
        call, _ = step(call, on.ByeFinished(CALLER), 4100)
        assert call.state is CallState.ENDING
        call, _ = step(call, on.ByeFinished(C), 4200)
        assert call.state is CallState.OVER

    def test_one_is_busy_and_the_other_still_rings(
        self, ring: Callable[[], tuple[Call, list[Action]]]
    ) -> None:
        call, _ = ring()
        call, todo = step(call, on.Refused(B, 486), 2000)
        assert todo == ()
        call, todo = step(call, on.Refused(C, 480), 3000)
        refuse = next(action for action in todo if isinstance(action, do.Refuse))
        assert refuse.status == 486

    def test_an_unplugged_one_delays_no_busy(self, ring: Callable[[], tuple[Call, list[Action]]]) -> None:
        call, todo = ring()
        assert do.StartTimer(TimerName.SILENT, 4.0) in todo
        same, nothing = step(call, on.TimerFired(TimerName.SILENT), 5000)
        assert (same, nothing) == (call, ())
        call, _ = step(call, on.Refused(B, 486), 2000)
        call, silence = step(call, on.TimerFired(TimerName.SILENT), 5000)
        assert silence[0] == do.CancelInvite(C)
        assert next(action for action in silence if isinstance(action, do.Refuse)).status == 486
        assert call.state is CallState.CANCELLING

    def test_the_caller_gives_up(self, ring: Callable[[], tuple[Call, list[Action]]]) -> None:
        call, _ = ring()
        call, todo = step(call, on.Cancelled(), 2000)
        assert {a.leg for a in todo if isinstance(a, do.CancelInvite)} == {B, C}
        call, _ = step(call, on.Refused(B, 487), 2100)
        assert call.state is CallState.CANCELLING
        call, _ = step(call, on.Refused(C, 487), 2200)
        assert call.state is CallState.OVER
