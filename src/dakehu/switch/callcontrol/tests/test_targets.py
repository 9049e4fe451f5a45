"""Several targets at once, and other networks, within a call: who talks, who pays, whose number shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dakehu.kernel.numbers import CallClass
from dakehu.numbering.domain.onenumber import Follow
from dakehu.numbering.domain.trunks import Gateway, Rewriting, TrunkGroup, Way
from dakehu.switch.callcontrol import (
    CALLER,
    CallTimings,
    Connect,
    Diversion,
    Failure,
    Leg,
    OffNet,
    Target,
    engaged,
    new_call,
    occupied,
    outsider,
    showing,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_midcall import TALK, TO_DESK, answer_all, of, places, written
from dakehu.switch.callcontrol.tests.test_step import ANSWER, OFFER, run
from dakehu.switch.directory.view import MemoryView

A, B, C, D = CALLER, Leg(1), Leg(2), Leg(3)
GATEWAY = Gateway("192.0.2.1")
TRUNK = TrunkGroup("CITY", "TY01", "0351", (GATEWAY,), calling=Rewriting(1, "+86"))
MOBILE = OffNet("13800000000", (Way("CITY", GATEWAY, "13800000000", "+863512348002"),))
BY_DESK = Diversion(office.DESK, Follow.TOGETHER, CallClass.NATIONAL, "913800000000")
BOTH = Connect(
    office.DESK,
    CallClass.IN_GROUP,
    "8001",
    ("CTX-03", "IN-02"),
    also=(Target(MOBILE, "03512348001", diversion=BY_DESK),),
)
HANDED_ON = on.Referred(B, BOTH, office.BO, "8003")
CONSULTED = on.Consulted(B, BOTH, office.BO, "8003")
TOWN = MemoryView(office.LINES, (office.OFFICE, office.WORKS), trunks=(TRUNK,))


@pytest.mark.req("IN-02", "VPN-14")
class TestHandedOnToSeveral:
    def test_all_of_them_ring_at_ports_and_the_first_has_the_call(self) -> None:
        call, done = run(*TALK, HANDED_ON)
        invites = of(do.SendInvite, done)[-2:]
        assert invites == [
            do.SendInvite(C, office.DESK, 0, "8001", None, to_port=True),
            do.SendInvite(D, MOBILE, 0, "03512348001", None, BY_DESK, to_port=True),
        ]
        call, todo = step(
            step(call, on.ReinviteAnswered(A, 200, ANSWER), 9000)[0], on.Answered(D, ANSWER), 9500
        )
        assert do.CancelInvite(C) in todo
        assert set(places(answer_all(call))) == {A, D}

    def test_the_main_number_pays_the_way_to_the_one_that_answers(self) -> None:
        call, _ = run(*TALK, HANDED_ON, on.Answered(D, ANSWER))
        call, todo = step(answer_all(call), on.HungUp(D), 99_000)
        _, transferred, followed = written([list(todo)])
        assert (transferred.record_id, transferred.calling_number, transferred.called_number) == (
            "r1+t2",
            office.BO.public_number,
            office.DESK.public_number,
        )
        assert (followed.record_id, followed.calling_number, followed.called_number) == (
            "r1+t2+f",
            office.DESK.public_number,
            "13800000000",
        )
        assert (followed.dialled, followed.call_class) == ("913800000000", CallClass.NATIONAL)

    def test_its_own_telephone_costs_it_nothing(self) -> None:
        call, _ = run(*TALK, CONSULTED, on.Answered(C, ANSWER))
        _, todo = step(answer_all(call), on.HungUp(A), 99_000)
        call, _ = step(answer_all(call), on.Stopped(), 99_500)
        assert [record.record_id for record in call.records] == ["r1", "r1+t2"]
        assert todo

    def test_nobody_answers(self) -> None:
        call, done = run(*TALK, HANDED_ON, on.Refused(C, 486), on.Refused(D, 404))
        assert do.NotifyTransfer(B, 486) in done[-1]
        (record,) = written(done)
        assert record.record_id == "r1+t2"
        assert not call.ringing


class TestWhoIsInTheCall:
    def test_all_that_ring_and_no_number_of_another_network(self) -> None:
        ringing, _ = run(*TALK, HANDED_ON)
        assert engaged(ringing) == ("03512348001", "03512348002", "03512348003")
        assert occupied(ringing) == {A, B, C, D}
        up, _ = run(*TALK, HANDED_ON, on.Answered(D, ANSWER))
        assert engaged(up) == ("03512348001",)
        assert occupied(up) == {A, D}

    def test_a_caller_from_outside_is_none_of_our_lines_whatever_its_number(self) -> None:
        caller = outsider(TRUNK, office.DESK.public_number)
        call = new_call(record_id="r1", call_id="c1", caller=caller, dialled="03512348002", now_ms=1)
        connect = Connect(office.BO, None, caller.public_number, ("trunk CITY",))
        call, _ = step(call, on.InviteArrived(connect, OFFER), 1)
        assert engaged(call) == (office.BO.public_number,)
        assert occupied(call) == {A, B}
        call, _ = step(call, on.Answered(B, ANSWER), 2)
        assert engaged(call) == (office.BO.public_number,)
        assert [talker.is_line for talker in call.talkers] == [False, True]


@pytest.mark.req("VPN-14")
class TestWhoIsShown:
    def test_the_original_caller_also_to_those_rung_at_the_same_time_and_outside(self) -> None:
        shown = showing(TOWN, BOTH, office.ANNA)
        mobile = shown.also[0].called
        assert shown.shown_number == "8001"
        assert isinstance(mobile, OffNet)
        assert (shown.also[0].shown_number, mobile.ways[0].calling) == ("03512348001", "+863512348001")

    def test_a_number_of_another_network_as_it_was_given(self) -> None:
        connect = replace(BOTH, otherwise={Failure.BUSY: BOTH})
        shown = showing(TOWN, connect, "13900000000")
        for each in (shown, shown.otherwise[Failure.BUSY]):
            assert [target.shown_number for target in each.targets] == ["13900000000"] * 2


@pytest.mark.req("VPN-13")
def test_who_allowed_a_part_stands_in_its_record() -> None:
    consulted = on.Consulted(B, replace(BOTH, authorised_by="03512348002"), office.BO, "*542*xxxx*8003#")
    call, _ = run(*TALK, consulted)
    assert call.trial is not None
    (record,) = call.trial.records
    assert (record.dialled, record.authorised_by) == ("*542*xxxx*8003#", "03512348002")


@pytest.mark.req("IN-04")
def test_a_transfer_goes_on_in_turn() -> None:
    onward = Connect(MOBILE, CallClass.IN_GROUP, "03512348001", ("IN-04",), diversion=BY_DESK)
    first = Connect(office.DESK, CallClass.IN_GROUP, "8001", ("IN-04",), otherwise={Failure.BUSY: onward})
    handed = on.Referred(B, first, office.BO, "8003")
    call, done = run(*TALK, handed, on.Refused(C, 486), on.Answered(D, ANSWER))
    assert do.SendInvite(D, MOBILE, 0, "03512348001", None, BY_DESK, to_port=True) in done[-2]
    assert [record.record_id for record in call.records] == ["r1", "r1+t2", "r1+t2+f"]
    assert call.records[1].called_number == office.DESK.public_number


@pytest.mark.req("CTX-07")
def test_a_call_picked_up_while_its_caller_hears_a_tone_of_ours() -> None:
    """The tone's port is given back before the caller is answered at another."""
    timings = CallTimings(announces=True)
    call = new_call(
        record_id="r1", call_id="c1", caller=office.ANNA, dialled="8003", now_ms=1, timings=timings
    )
    connect = replace(TO_DESK, ringback="0" * 64)
    call, _ = step(call, on.InviteArrived(connect, OFFER), 1)
    call, todo = step(call, on.Ringing(B, 180, None), 2)
    assert any(isinstance(action, do.PlayEarly) for action in todo)
    call, todo = step(call, on.PickedUp(C, office.BO.public_number, "pick_up"), 3)
    assert not call.plays
    assert todo.index(do.StopAnnouncing()) < todo.index(do.AnswerAtPort(A))
