"""Calls to the attendants: who is rung, the queue, the night service; the called side's own tone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from dakehu.numbering.domain.featurecodes import Told, masked
from dakehu.numbering.domain.passwords import password_key
from dakehu.numbering.domain.services import Services
from dakehu.switch.callcontrol import (
    CALLER,
    Call,
    CallState,
    CallTimings,
    Connect,
    Deny,
    Failure,
    Leg,
    Media,
    Queue,
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
from dakehu.switch.callcontrol.events import Event
from dakehu.switch.callcontrol.sounds import Hearing, RingBackTone
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.callcontrol.tests.test_step import ANSWER, CONNECT, OFFER
from dakehu.switch.directory import LineEntry, MemoryView, VpnEntry
from dakehu.switch.records import EndCause

BOSS, DESK = office.BOSS.public_number, office.DESK.public_number
ALL_THERE = office.Switch(absent=frozenset())


def town(*lines: LineEntry, night: str = "") -> MemoryView:
    known = {line.public_number: line for line in (*office.LINES, *lines)}
    return MemoryView(known.values(), (changed(office.OFFICE, night=night), office.WORKS))


def reached(switch: office.Switch, view: MemoryView = office.TOWN, caller: LineEntry = office.ANNA) -> object:
    return decide(view, caller, "0", switch)


@pytest.mark.req("CTX-08", "CTX-12")
def test_the_first_free_console_rings_and_the_next_where_it_does_not_answer() -> None:
    found = reached(ALL_THERE)
    assert isinstance(found, Connect)
    assert found.called.public_number == BOSS
    assert found.no_answer_s == 20
    assert {onward.called.public_number for onward in found.otherwise.values()} == {DESK}
    assert set(found.otherwise) == set(Failure)


@pytest.mark.req("CTX-08")
@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (office.Switch(absent=frozenset(), in_calls={BOSS: 1}), DESK),
        (office.Switch(absent=frozenset({BOSS})), DESK),
    ],
)
def test_who_is_in_a_call_or_away_is_passed_over(switch: office.Switch, expected: str) -> None:
    found = reached(switch)
    assert isinstance(found, Connect)
    assert found.called.public_number == expected
    assert not found.otherwise


@pytest.mark.req("CTX-08")
def test_all_in_calls_is_a_queue() -> None:
    found = reached(office.Switch(absent=frozenset(), in_calls={BOSS: 1, DESK: 2}))
    assert isinstance(found, Queue)
    assert (found.desk, found.consoles, found.trace) == ("group 7", (BOSS, DESK), ("CTX-12", "CTX-16"))
    told = explain(
        office.TOWN, office.ANNA, "0", office.Switch(absent=frozenset(), in_calls={BOSS: 1, DESK: 1})
    )
    assert (told.status, told.reason) == (182, None)


@pytest.mark.req("CTX-08")
def test_none_there_is_the_night_number() -> None:
    nobody = office.Switch(absent=frozenset({BOSS, DESK}))
    refused = reached(nobody)
    assert isinstance(refused, Deny)
    assert refused.reason is Reason.NO_ATTENDANT
    found = reached(nobody, town(night=office.BO.public_number))
    assert isinstance(found, Connect)
    assert (found.called, found.trace[-1]) == (office.BO, "night")


@pytest.mark.req("CTX-08")
def test_a_night_number_that_is_anothers_by_now_is_not_rung() -> None:
    nobody = office.Switch(absent=frozenset({BOSS, DESK}))
    theirs = changed(office.BO, group_id=0, customer_id=office.BO.customer_id + 1)
    refused = reached(nobody, town(theirs, night=office.BO.public_number))
    assert isinstance(refused, Deny)
    assert refused.reason is Reason.NO_ATTENDANT


def test_who_does_not_want_to_be_disturbed_is_not_there() -> None:
    silent = changed(office.BOSS, services=Services(do_not_disturb=True))
    found = decide(town(silent), office.ANNA, "0", ALL_THERE)
    assert isinstance(found, Connect)
    assert found.called.public_number == DESK


def test_an_attendant_does_not_wait_for_oneself() -> None:
    alone = office.Switch(absent=frozenset({BOSS}), in_calls={DESK: 1})
    found = reached(alone, caller=office.DESK)
    assert isinstance(found, Deny)


# --- the queue in a call

QUEUE = Queue("group 7", (BOSS, DESK), ("CTX-12",), CONNECT.call_class)
AT_DESK = replace(CONNECT, called=office.DESK)
TALKS = CallTimings(announces=True)
B = Leg(1)


def run(*events: Event) -> tuple[Call, list[list[Action]]]:
    call = new_call(record_id="r1", call_id="c1", caller=office.ANNA, dialled="0", now_ms=0, timings=TALKS)
    done = []
    for second, event in enumerate(events, start=1):
        call, todo = step(call, event, 1000 * second)
        done.append(list(todo))
    return call, done


QUEUED = on.InviteArrived(QUEUE, OFFER)
SERVED = on.Served(AT_DESK)


@pytest.mark.req("CTX-08")
def test_who_waits_hears_music_until_an_attendant_answers() -> None:
    call, done = run(QUEUED, SERVED, on.Ringing(B, 180, None), on.Answered(B, ANSWER))
    assert done[0] == [
        do.SendRinging(182, None),
        do.PlayEarly(Hearing.HOLD, OFFER),
        do.StartTimer(TimerName.QUEUE, 300.0),
        do.Enqueue("group 7", (BOSS, DESK)),
    ]
    assert done[1][0] == do.SendInvite(B, office.DESK, 0, "8001", OFFER)
    assert done[2] == [do.SendRinging(180, None)]
    kinds = [type(action) for action in done[3]]
    assert kinds.index(do.JournalAnswer) < kinds.index(do.StopAnnouncing) < kinds.index(do.Answer)
    assert call.state is CallState.UP


def test_an_attendant_who_does_not_answer_puts_the_call_back_in_front() -> None:
    call, done = run(QUEUED, SERVED, on.Refused(B, 486))
    assert done[-1][-1] == do.Enqueue("group 7", (BOSS, DESK), first=True)
    assert call.state is CallState.QUEUED
    call, todo = step(call, SERVED, 9000)
    assert do.SendInvite(Leg(2), office.DESK, 0, "8001", OFFER) in todo


def test_who_gives_up_in_the_queue() -> None:
    call, done = run(QUEUED, on.Cancelled())
    assert do.StopAnnouncing() in done[1]
    assert do.Refuse(487, 31, "cancelled") in done[1]
    assert call.state is CallState.OVER
    assert call.record.cause is EndCause.CANCELLED
    assert step(call, SERVED, 9000) == (call, ())


def test_waiting_has_an_end() -> None:
    call, done = run(QUEUED, on.TimerFired(TimerName.QUEUE))
    assert do.Announce(Reason.NO_ATTENDANT, OFFER) in done[1]
    assert call.record.cause is EndCause.UNREACHABLE
    night = on.InviteArrived(replace(QUEUE, otherwise=AT_DESK), OFFER)
    call, done = run(night, on.TimerFired(TimerName.QUEUE))
    assert isinstance(done[1][0], do.SendInvite)
    call, todo = step(call, on.Refused(B, 486), 9000)
    assert any(isinstance(action, do.Announce) for action in todo), "nobody else is left"


def test_without_media_one_waits_in_silence() -> None:
    call, done = run(on.InviteArrived(QUEUE, None))
    assert not any(isinstance(action, do.PlayEarly) for action in done[0])
    assert call.state is CallState.QUEUED


def test_a_stopping_service_empties_the_queue() -> None:
    call, done = run(QUEUED, on.Stopped())
    assert do.StopAnnouncing() in done[1]
    assert call.state is CallState.OVER


# --- ring-back tones


def test_the_called_sides_own_tone_sounds_until_the_answer() -> None:
    toned = on.InviteArrived(replace(CONNECT, ringback="ab" * 32), OFFER)
    early = on.Ringing(B, 183, Media(b"its own", "application/sdp"))
    call, done = run(toned, on.Ringing(B, 180, None), early, on.Answered(B, ANSWER))
    assert done[1] == [do.SendRinging(180, None), do.PlayEarly(RingBackTone("ab" * 32), OFFER)]
    assert done[2] == [do.SendRinging(180, None)]
    assert do.StopAnnouncing() in done[3]
    assert call.talker(CALLER) is not None


def test_a_tone_ends_with_a_refusal() -> None:
    toned = on.InviteArrived(replace(CONNECT, ringback="ab" * 32), OFFER)
    _, done = run(toned, on.Ringing(B, 180, None), on.Refused(B, 486))
    kinds = [type(action) for action in done[-1]]
    assert kinds.index(do.StopAnnouncing) < kinds.index(do.Announce)


def test_shares_order_the_consoles() -> None:
    served = office.Switch(absent=frozenset(), served={BOSS: 5, DESK: 0})
    found = reached(served)
    assert isinstance(found, Connect)
    assert found.called.public_number == DESK, "who has had fewer is first"


# --- logging in by telephone

BRANCH = LineEntry(
    "03522228001", "0352", "DT01", 70, vpn_id=5, vpn_short_number="20001", sip_username="branch",
    services=Services(vpn_key=password_key("03522228001", "123456")),
)  # fmt: skip
CONSOLE = changed(office.DESK, vpn_id=5, vpn_short_number="10003")
FULL = VpnEntry(5, 70, "全省专网", 5, attendant="10000", attendants=("1", "2"), attendant_limit=2)
OPEN = changed(FULL, attendant_limit=3)


def told(line: LineEntry, code: str, vpn: VpnEntry = OPEN) -> tuple[Told, bool | None]:
    view = MemoryView([*office.LINES, BRANCH, CONSOLE], (office.OFFICE, office.WORKS), (vpn,))
    found = decide(view, line, code, office.signed_in)
    assert isinstance(found, Serve), found
    assert found.trace[0] == "VPN-12"
    return found.told, found.attends


@pytest.mark.req("VPN-11", "VPN-12")
@pytest.mark.parametrize(
    ("line", "code", "vpn", "expected"),
    [
        (CONSOLE, "*17#", OPEN, (Told.ACTIVATED, True)),
        (CONSOLE, "#17#", OPEN, (Told.CANCELLED, False)),
        (CONSOLE, "*17#", FULL, (Told.REFUSED, None)),
        (BRANCH, "*17#", OPEN, (Told.PASSWORD_WRONG, None)),
        (BRANCH, "*17*654321#", OPEN, (Told.PASSWORD_WRONG, None)),
        (BRANCH, "*17*123456#", OPEN, (Told.ACTIVATED, True)),
        (BRANCH, "*17*123456#", FULL, (Told.REFUSED, None)),
        (BRANCH, "*#17#", OPEN, (Told.IS_OFF, None)),
        (BRANCH, "*#17#", changed(OPEN, attendants=(BRANCH.public_number,)), (Told.IS_ON, None)),
        (office.HOME, "*17#", OPEN, (Told.REFUSED, None)),
        (CONSOLE, "*17#", changed(OPEN, attendant=""), (Told.REFUSED, None)),
    ],
)
def test_logging_in(line: LineEntry, code: str, vpn: VpnEntry, expected: tuple[Told, bool | None]) -> None:
    assert told(line, code, vpn) == expected


def test_the_password_is_masked_in_what_is_kept() -> None:
    assert masked("*17*123456#") == "*17*xxxx#"
    assert masked("*17#") == "*17#"


def test_logging_in_is_told_to_the_records() -> None:
    _, done = run(on.InviteArrived(Serve(Told.ACTIVATED, ("VPN-12",), attends=True), OFFER))
    assert do.Attend(office.ANNA.public_number, attends=True) in done[0]
