"""Session timers through a running server, with seconds for half-hours."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media import MediaConfig
from dakehu.switch.media.tests.peer import until
from dakehu.switch.records import EndCause
from dakehu.switch.runtime.tests.handset import handset
from dakehu.switch.runtime.tests.harness import ANSWER, OFFER, Phone, records_in, running
from dakehu.switch.runtime.tests.test_calls import hang_up, only, run, talk, two
from dakehu.switch.sip import Dialog, Replaces, Request, Response, TimerPolicy, Uri, refer_to

SDP = "application/sdp"
SHORT = TimerPolicy(interval_s=1, least_s=1)
LONG = TimerPolicy(interval_s=300, least_s=1)
KNOWS = {"Supported": "timer"}
QUIET = {"session_timers": LONG}


async def talking(
    a: Phone, b: Phone, ours: dict[str, str], theirs: dict[str, str]
) -> tuple[Dialog, Dialog, Response]:
    """A calls with some headers and B answers with others: both dialogs, and A's 200."""
    request = a.build("INVITE", "8002", body=OFFER, more=ours)
    a.sent = request
    asking = asyncio.create_task(a.ask(request))
    invite = await b.receive("INVITE")
    response = b.answer(invite, 200, body=ANSWER, more=theirs)
    answer = await asking
    assert answer.status == 200
    dialog = a.established(answer)
    await b.receive("ACK")
    return dialog, Dialog.from_request(invite, response, contact=b.contact), answer


def scene_of(home: Path, scene: Any, **changes: Any) -> None:
    async def play() -> None:
        async with two(home, **changes) as (server, a, b):
            await scene(a, b)
            assert server.counters["own_faults"] == 0

    run(play())


# --- what is agreed


@pytest.mark.parametrize(
    ("headers", "agreed", "require"),
    [
        ({}, None, None),
        (KNOWS, "300;refresher=uac", "timer"),
        ({**KNOWS, "Session-Expires": "200"}, "200;refresher=uac", "timer"),
        ({**KNOWS, "Session-Expires": "200;refresher=uas"}, "200;refresher=uas", None),
        ({**KNOWS, "Session-Expires": "200", "Min-SE": "400"}, "400;refresher=uac", "timer"),
    ],
)
def test_the_caller(tmp_path: Path, headers: dict[str, str], agreed: str | None, require: str | None) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        dialog, _, answer = await talking(a, b, headers, {})
        assert answer.text("session-expires") == agreed
        assert answer.text("require") == require
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)


def test_an_interval_that_is_too_short_is_refused_and_leaves_no_record(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        short = {**KNOWS, "Session-Expires": "20"}
        a.sent = a.build("INVITE", "8002", body=OFFER, more=short)
        refused = await a.ask(a.sent)
        assert (refused.status, refused.text("min-se")) == (422, "90")
        a.acknowledge_failure(a.sent, refused)
        dialog, _, _ = await talking(a, b, {**KNOWS, "Session-Expires": "90"}, {})
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene)
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_a_called_telephone_that_wants_a_longer_interval_is_asked_again(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        asking = asyncio.create_task(a.invite("8002"))
        first: Request = await b.receive("INVITE")
        assert first.text("session-expires") == "300"
        b.answer(first, 422, Min_SE="500")
        await b.receive("ACK")
        second: Request = await b.receive("INVITE")
        assert (second.text("session-expires"), second.text("min-se")) == ("500", "500")
        assert second.call_id == first.call_id
        assert second.from_.tag == first.from_.tag
        assert second.cseq.number == first.cseq.number + 1
        b.answer(second, 422, Min_SE="500")  # a telephone that makes no sense is let go
        await b.receive("ACK")
        assert (await asking).status == 480

    scene_of(tmp_path, scene, **QUIET)


# --- who refreshes


@pytest.mark.parametrize(("allow", "method"), [("INVITE, UPDATE", "UPDATE"), ("INVITE, ACK", "INVITE")])
def test_we_refresh_where_that_is_our_work(tmp_path: Path, allow: str, method: str) -> None:
    """Three times, and the other side hears nothing of it."""

    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "1;refresher=uac", "Allow": allow}
        dialog, _, _ = await talking(a, b, {}, theirs)
        for _ in range(3):
            refresh: Request = await b.receive(method)
            assert refresh.text("session-expires") == "1;refresher=uac"
            assert refresh.body == (OFFER if method == "INVITE" else b"")
            b.answer(refresh, 200, body=ANSWER if method == "INVITE" else b"", more=theirs)
            if method == "INVITE":
                await b.receive("ACK")
        assert a.inbox.empty()
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_a_telephone_that_turns_out_to_know_no_update_gets_a_reinvite(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "2;refresher=uac", "Allow": "INVITE, UPDATE"}
        dialog, _, _ = await talking(a, b, {}, theirs)
        b.answer(await b.receive("UPDATE"), 501)
        refresh = await b.receive("INVITE")
        b.answer(refresh, 200, body=ANSWER, Session_Expires="300;refresher=uac")
        await b.receive("ACK")
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)


@pytest.mark.parametrize("how", ["481", "no answer"])
def test_a_refresh_that_fails_ends_the_call(tmp_path: Path, how: str) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "1;refresher=uac", "Allow": "INVITE, UPDATE"}
        await talking(a, b, {}, theirs)
        refresh = await b.receive("UPDATE")
        if how == "481":
            b.answer(refresh, 481)
        bye = await a.receive("BYE")
        a.answer(bye, 200)
        b.answer(await passing_over(b, "UPDATE", "BYE"), 200)

    scene_of(tmp_path, scene, **QUIET)
    assert only(tmp_path).cause is EndCause.LOST


async def passing_over(phone: Phone, repeated: str, wanted: str) -> Request:
    while True:
        found: Request = await phone.receive(repeated, wanted)
        if found.method == wanted:
            return found


def test_a_refresh_refused_for_now_is_tried_again(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "4;refresher=uac", "Allow": "INVITE, UPDATE"}
        dialog, _, _ = await talking(a, b, {}, theirs)
        b.answer(await b.receive("UPDATE"), 491)
        b.answer(await b.receive("UPDATE"), 422, Min_SE="300")
        longer = await b.receive("UPDATE")
        assert longer.text("session-expires") == "300;refresher=uac"
        b.answer(longer, 200, Session_Expires="300;refresher=uac")
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)


@pytest.mark.parametrize("method", ["UPDATE", "INVITE"])
def test_a_caller_that_refreshes_keeps_its_call(tmp_path: Path, method: str) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        dialog, _, answer = await talking(a, b, KNOWS, {})
        assert answer.text("session-expires") == "1;refresher=uac"
        for _ in range(3):
            await asyncio.sleep(0.4)
            body = OFFER if method == "INVITE" else b""
            headers = [("Supported", "timer"), ("Session-Expires", "1;refresher=uac")]
            a.transmit(dialog.request(method, headers, body=body, content_type=SDP if body else None))
            if method == "INVITE":  # this one goes through, as it may change the session
                b.answer(await b.receive("INVITE"), 200, body=ANSWER)
                await b.receive("ACK")
            refreshed = await a.receive(200)
            assert refreshed.text("session-expires") == "1;refresher=uac"
            if method == "INVITE":
                a.transmit(dialog.ack())
        assert b.inbox.empty()
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, session_timers=SHORT)
    assert only(tmp_path).cause is EndCause.COMPLETED


def test_a_call_that_nobody_refreshes_ends(tmp_path: Path) -> None:
    """Both sides get BYE, and the record ends when the vanished side was last heard of."""

    async def scene(a: Phone, b: Phone) -> None:
        await talking(a, b, KNOWS, {})
        b.answer(await b.receive("BYE"), 200)
        a.answer(await a.receive("BYE"), 200)

    scene_of(tmp_path, scene, session_timers=SHORT)
    record = only(tmp_path)
    assert record.cause is EndCause.LOST
    assert record.talk_ms < 300


def test_the_called_side_may_be_the_one_that_refreshes(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "1;refresher=uas", "Require": "timer", "Allow": "INVITE, UPDATE"}
        _, dialog, _ = await talking(a, b, {}, theirs)
        for _ in range(3):
            await asyncio.sleep(0.4)
            b.transmit(dialog.request("UPDATE", [("k", "timer"), ("x", "1;refresher=uac")]))
            assert (await b.receive(200)).text("session-expires") == "1;refresher=uac"
        b.answer(await b.receive("BYE"), 200)  # it stopped
        a.answer(await a.receive("BYE"), 200)

    scene_of(tmp_path, scene, **QUIET)
    assert only(tmp_path).cause is EndCause.LOST


# --- beside other things


def test_a_leg_that_went_to_another_call_is_still_watched(tmp_path: Path) -> None:
    """C agreed to refresh, was handed over to A's call, and fell silent: A is hung up."""

    async def scene() -> None:
        media = MediaConfig(tmp_path, first_port=27_000, last_port=27_999, builds_prompts=False)
        timers = TimerPolicy(interval_s=300, least_s=1)
        async with (
            running(tmp_path, media=media, session_timers=timers) as server,
            handset(office.ANNA, server) as a,
            handset(office.BO, server) as b,
            handset(office.DESK, server) as c,
        ):
            agrees = {"Session-Expires": "3;refresher=uas", "Require": "timer"}
            c.phone.answer = partial(c.phone.answer, more=agrees)  # type: ignore[method-assign]  # it agrees to a timer in each answer
            await a.dial("8002")
            theirs = await b.pick_up()
            await a.talks()
            await b.dial("8003")
            await c.pick_up()
            consulted = (await b.talks()).id
            replaces = Replaces(consulted.call_id, consulted.remote_tag, consulted.local_tag)
            b.refer(theirs, refer_to(Uri.parse("sip:8003@127.0.0.1"), replaces))
            await until(lambda: len(b.hung_up) == 2)
            assert not a.hung_up
            await until(lambda: len(a.hung_up) == 1 and len(c.hung_up) == 1, 6.0)
            assert server.counters["own_faults"] == 0

    run(scene())
    assert EndCause.LOST in {record.cause for record in records_in(tmp_path)}


def test_telephones_without_timers_are_probed_and_others_are_not(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        dialog, _, _ = await talking(a, b, KNOWS, {})
        probe = await b.receive("OPTIONS")
        b.answer(probe, 200)
        assert a.inbox.empty()
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, calls=CallTimings(probe_s=0.3), **QUIET)


def test_an_offer_while_our_reinvite_is_on_its_way(tmp_path: Path) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "1;refresher=uac", "Allow": "INVITE, ACK"}
        dialog, back, _ = await talking(a, b, {}, theirs)
        refresh = await b.receive("INVITE")
        a.transmit(dialog.request("INVITE", body=OFFER, content_type=SDP))
        refused = await a.receive(491)
        a.transmit(dialog.ack())
        assert refused.cseq.method == "INVITE"
        b.transmit(back.request("UPDATE", body=OFFER, content_type=SDP))
        await b.receive(500)
        b.answer(refresh, 200, body=ANSWER, Session_Expires="300;refresher=uac")
        await b.receive("ACK")
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)


def test_a_timer_may_be_given_up(tmp_path: Path) -> None:
    """A re-INVITE answered without Session-Expires ends the agreement (section 7.4)."""

    async def scene(a: Phone, b: Phone) -> None:
        theirs = {"Session-Expires": "2;refresher=uas", "Require": "timer"}
        dialog, _, _ = await talking(a, b, {}, theirs)
        a.transmit(dialog.request("INVITE", body=OFFER, content_type=SDP))
        reinvite: Request = await b.receive("INVITE")
        assert reinvite.text("session-expires") == "2;refresher=uas"
        b.answer(reinvite, 200, body=ANSWER)
        await b.receive("ACK")
        await a.receive(200)
        a.transmit(dialog.ack())
        await asyncio.sleep(2.2)
        assert a.inbox.empty()
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene, **QUIET)
    assert only(tmp_path).cause is EndCause.COMPLETED


@pytest.mark.parametrize("header", ["Session-Expires", "Min-SE"])
def test_nonsense_is_refused(tmp_path: Path, header: str) -> None:
    async def scene(a: Phone, b: Phone) -> None:
        a.sent = a.build("INVITE", "8002", body=OFFER, more={**KNOWS, header: "x"})
        refused = await a.ask(a.sent)
        assert refused.status == 400
        a.acknowledge_failure(a.sent, refused)
        dialog, _ = await talk(a, b, "8002")
        a.transmit(dialog.request("UPDATE", [*KNOWS.items(), (header, "x")]))
        await a.receive(400)
        await hang_up(a, dialog, b)

    scene_of(tmp_path, scene)
