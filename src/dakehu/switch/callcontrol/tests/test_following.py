"""Simultaneous ring and one number: whom a call rings, in which order, who pays."""

from __future__ import annotations

import dataclasses
from datetime import time
from types import MappingProxyType

import pytest
from msgspec.structs import replace as changed

from dakehu.kernel.clock import cst
from dakehu.kernel.numbers import CallClass
from dakehu.kernel.periods import Callers, Period
from dakehu.numbering.domain.onenumber import Bound, Follow, OneNumber
from dakehu.numbering.domain.services import Restriction, Services
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    Connect,
    Failure,
    Leg,
    Media,
    Reason,
    TimerName,
    decide,
    engaged,
    explain,
    new_call,
    step,
)
from dakehu.switch.callcontrol import actions as do
from dakehu.switch.callcontrol import events as on
from dakehu.switch.callcontrol.decisions import onwards
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_vpn import VPN, joined
from dakehu.switch.directory import LineEntry, MemoryView

B, C, D = Leg(1), Leg(2), Leg(3)
OFFER, ANSWER = Media(b"v=0 offer", "application/sdp"), Media(b"v=0 answer", "application/sdp")
DESK, HOME, WORKER = Bound("8003"), Bound("95551234", ring_s=30), Bound("97778001")
OF_DATONG = Bound("8003", callers=Callers(prefixes=("0352",)))
EARLY = Bound("8003", period=Period(ends=time(8)))
BO, ABSENT, SELF = "03512348002", "03512348009", "03512348001"
TOGETHER, IN_TURN = Follow.TOGETHER, Follow.IN_TURN


def town(*lines: LineEntry) -> MemoryView:
    """The town, these lines as they are given."""
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (office.OFFICE, office.WORKS), (VPN,))


def main(follow: Follow, *bound: Bound, line: LineEntry = office.BO, rings_self: bool = True) -> LineEntry:
    return changed(line, one_number=OneNumber(follow, bound, rings_self))


def stages(connect: Connect) -> list[tuple[list[str], int | None]]:
    """The numbers rung at once, and for how long; stage after stage as each is not answered."""
    numbers = [target.called.public_number for target in connect.targets]
    onward = connect.otherwise.get(Failure.NO_ANSWER)
    return [(numbers, connect.no_answer_s), *(stages(onward) if onward is not None else [])]


DESK_NO, HOME_NO, WORKER_NO = "03512348003", "03515551234", "03517778001"


@pytest.mark.parametrize(
    ("bo", "rung", "rule"),
    [
        pytest.param(
            main(TOGETHER, DESK, HOME), [([BO, DESK_NO, HOME_NO], None)], "IN-02",
            marks=pytest.mark.req("IN-02"),
        ),
        pytest.param(
            main(TOGETHER, DESK, rings_self=False), [([DESK_NO], None)], "IN-02",
            marks=pytest.mark.req("IN-02"),
        ),
        pytest.param(
            main(IN_TURN, HOME, DESK), [([BO], 20), ([HOME_NO], 30), ([DESK_NO], 20)], "IN-04",
            marks=pytest.mark.req("IN-04"),
        ),
        pytest.param(
            main(IN_TURN, HOME, DESK, rings_self=False), [([HOME_NO], 30), ([DESK_NO], 20)], "IN-04",
            marks=pytest.mark.req("IN-04"),
        ),
        # by caller, by time of day
        pytest.param(
            main(IN_TURN, OF_DATONG, HOME), [([BO], 20), ([HOME_NO], 30)], "IN-04",
            marks=pytest.mark.req("IN-04"),
        ),
        pytest.param(
            main(IN_TURN, EARLY, HOME), [([BO], 20), ([HOME_NO], 30)], "IN-04",
            marks=pytest.mark.req("IN-04"),
        ),
        # nothing counts: a line as any other
        (main(IN_TURN, OF_DATONG), [([BO], None)], "CTX-16"),
        # the line's own rights
        (main(TOGETHER, HOME, DESK, line=changed(office.BO, in_group_only=True)), [([BO, DESK_NO], None)],
         "IN-02"),
        (main(TOGETHER, HOME, DESK, line=changed(office.BO, services=Services(restriction=Restriction.ALL))),
         [([BO], None)], "CTX-16"),
        # loops: the caller, the main number itself, one line under two names, no telephone, nonsense
        (main(TOGETHER, Bound("8001"), Bound("8002"), DESK, Bound("92348003"), Bound("8009"), Bound("7")),
         [([BO, DESK_NO], None)], "IN-02"),
        # forwarding of every call wins
        (changed(main(TOGETHER, DESK), services=Services(forward_always="95551234")), [([HOME_NO], None)],
         "VPN-05"),
    ],
)  # fmt: skip
def test_whom_a_call_rings(bo: LineEntry, rung: list[tuple[list[str], int | None]], rule: str) -> None:
    decision = decide(town(bo), office.ANNA, "8002", office.signed_in)
    assert isinstance(decision, Connect)
    assert stages(decision) == rung
    assert rule in decision.trace


@pytest.mark.req("IN-04")
def test_the_hour_decides() -> None:
    bo = main(IN_TURN, Bound("8003", period=Period(time(8), time(18), frozenset(range(1, 6)))), HOME)
    view = town(bo)
    noon = explain(view, office.ANNA, "8002", office.signed_in, cst(2026, 11, 23, 12))
    sunday = explain(view, office.ANNA, "8002", office.signed_in, cst(2026, 11, 29, 12))
    assert [dict(told.otherwise)[Failure.BUSY].called_number for told in (noon, sunday)] == [DESK_NO, HOME_NO]
    assert noon.trace == ("CTX-03", "CTX-16", "IN-04")


@pytest.mark.req("VPN-19")
def test_a_member_of_a_vpn_is_main_or_bound_number() -> None:
    """By its long number, and the part to it is on-net all the same."""
    anna, bo, desk = joined(office.ANNA, "61001"), joined(office.BO, "61002"), joined(office.DESK, "61003")
    bo = main(TOGETHER, Bound(f"9{desk.public_number[4:]}"), line=bo)
    decision = decide(town(anna, bo, desk), anna, "61002", office.signed_in)
    assert isinstance(decision, Connect)
    (target,) = decision.also
    assert target.diversion is not None
    assert (target.called, target.diversion.call_class) == (desk, CallClass.IN_VPN)


@pytest.mark.req("IN-02")
def test_a_main_number_in_a_call_has_its_own_telephones_rest() -> None:
    busy = office.Switch(in_calls={BO: 1})
    decision = decide(town(main(TOGETHER, DESK)), office.ANNA, "8002", busy)
    assert isinstance(decision, Connect)
    assert stages(decision) == [([DESK_NO], None)]


@pytest.mark.req("IN-02")
def test_no_more_than_eight_telephones_ring() -> None:
    crowded = office.Switch(absent=frozenset(), each=3)
    decision = decide(town(main(TOGETHER, DESK, HOME, WORKER)), office.ANNA, "8002", crowded)
    assert isinstance(decision, Connect)
    assert [target.telephones for target in decision.targets] == [3, 3, 2]


def test_two_main_numbers_that_are_bound_to_each_other_end() -> None:
    bo, desk = main(IN_TURN, DESK), main(IN_TURN, Bound("8002"), line=office.DESK)
    decision = decide(town(bo, desk), office.ANNA, "8002", office.signed_in)
    assert isinstance(decision, Connect)
    assert stages(decision) == [([BO], 20), ([DESK_NO], 20)]


# --- how it goes on


def start(bo: LineEntry) -> tuple[Call, list[do.Action]]:
    call = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="8002", now_ms=1000)
    decision = decide(town(bo), office.ANNA, "8002", office.signed_in)
    assert isinstance(decision, Connect)
    call, actions = step(call, on.InviteArrived(decision, OFFER), 1000)
    return call, list(actions)


def written(todo: tuple[do.Action, ...]) -> list[tuple[str, str, CallClass | None]]:
    records = [action.record for action in todo if isinstance(action, do.WriteRecord)]
    return [(record.calling_number, record.called_number, record.call_class) for record in records]


@pytest.mark.req("IN-02")
@pytest.mark.parametrize(
    ("winner", "paid"),
    [
        (B, [(SELF, BO, CallClass.IN_GROUP)]),
        (C, [(SELF, BO, CallClass.IN_GROUP), (BO, DESK_NO, CallClass.IN_GROUP)]),
        (D, [(SELF, BO, CallClass.IN_GROUP), (BO, HOME_NO, CallClass.LOCAL)]),
    ],
)
def test_the_first_to_answer_wins_and_the_main_number_pays_the_way_to_it(
    winner: Leg, paid: list[tuple[str, str, CallClass]]
) -> None:
    call, todo = start(main(TOGETHER, DESK, HOME))
    invites = [action for action in todo if isinstance(action, do.SendInvite)]
    assert [(each.leg, each.called.public_number) for each in invites] == [
        (B, BO),
        (C, DESK_NO),
        (D, HOME_NO),
    ]
    assert [each.shown_number for each in invites] == ["8001", "8001", SELF]
    assert engaged(call) == (SELF, BO, DESK_NO, HOME_NO)
    call, answer = step(call, on.Answered(winner, ANSWER), 3000)
    assert {action.leg for action in answer if isinstance(action, do.CancelInvite)} == {B, C, D} - {winner}
    assert len([action for action in answer if isinstance(action, do.JournalAnswer)]) == len(paid)
    assert engaged(call) == (SELF, paid[-1][1])
    call, end = step(call, on.HungUp(CALLER), 4000)
    assert written(end) == paid


@pytest.mark.req("IN-02")
def test_all_are_busy() -> None:
    call, _ = start(main(TOGETHER, DESK))
    call, todo = step(call, on.Refused(C, 486), 2000)
    assert todo == ()
    call, todo = step(call, on.Refused(B, 486), 2000)
    assert next(action for action in todo if isinstance(action, do.Refuse)).status == 486
    assert written(todo) == [(SELF, BO, CallClass.IN_GROUP)]


@pytest.mark.req("IN-04")
def test_one_after_the_other() -> None:
    call, todo = start(main(IN_TURN, HOME, DESK))
    assert do.StartTimer(TimerName.NO_ANSWER, 20.0) in todo
    call, second = step(call, on.TimerFired(TimerName.NO_ANSWER), 21_000)
    assert do.CancelInvite(B) in second
    assert do.StartTimer(TimerName.NO_ANSWER, 30.0) in second
    call, _ = step(call, on.Refused(B, 487), 21_100)
    call, third = step(call, on.Refused(C, 486), 25_000)
    assert next(action for action in third if isinstance(action, do.SendInvite)).called == office.DESK
    call, _ = step(call, on.Answered(D, ANSWER), 30_000)
    call, end = step(call, on.HungUp(D), 40_000)
    assert written(end) == [(SELF, BO, CallClass.IN_GROUP), (BO, DESK_NO, CallClass.IN_GROUP)]


@pytest.mark.req("IN-04")
def test_nobody_answers_anywhere() -> None:
    call, _ = start(main(IN_TURN, DESK))
    call, _ = step(call, on.TimerFired(TimerName.NO_ANSWER), 21_000)
    call, _ = step(call, on.Refused(B, 487), 21_100)
    call, todo = step(call, on.Ringing(C, 180, None), 22_000)
    call, todo = step(call, on.TimerFired(TimerName.NO_ANSWER), 41_000)
    assert next(action for action in todo if isinstance(action, do.Refuse)).status == 480
    assert call.state is CallState.CANCELLING


def test_what_is_bound_but_can_not_be_rung_leaves_the_line_to_its_own_rules() -> None:
    absent = changed(
        main(TOGETHER, Bound("7"), line=office.ABSENT), services=Services(forward_no_answer="8003")
    )
    decision = decide(town(absent), office.ANNA, "8009", office.signed_in)
    assert isinstance(decision, Connect)
    assert decision.called == office.DESK
    told = explain(
        town(main(TOGETHER, Bound("7"), line=office.ABSENT)), office.ANNA, "8009", office.signed_in
    )
    assert told.reason is Reason.NOT_REGISTERED


def test_numbers_in_turn_are_changed_once_each_however_many_failures_lead_on() -> None:
    chain = Connect(office.BO, None, "", ())
    for _turn in range(6):
        chain = dataclasses.replace(chain, otherwise=MappingProxyType(dict.fromkeys(Failure, chain)))
    seen: list[Connect] = []

    def change(connect: Connect) -> Connect:
        seen.append(connect)
        return dataclasses.replace(connect, otherwise=onwards(connect, change))

    assert change(chain) == chain
    assert len(seen) == 7
