"""Session timers (RFC 4028): what is agreed, whoever asks for what."""

from __future__ import annotations

import pytest

from dakehu.switch.sip import (
    Fault,
    Malformed,
    Refresher,
    Request,
    Response,
    SessionExpires,
    SessionTimer,
    TimerPolicy,
    asking_headers,
    longer,
    timer_agreed,
    timer_for,
    timer_headers,
)

POLICY = TimerPolicy(interval_s=1800, least_s=120, most_s=3600)
OFF = TimerPolicy(interval_s=0)


def invite(**headers: str) -> Request:
    return Request.build(
        "INVITE", "sip:x", [(name.replace("_", "-"), text) for name, text in headers.items()]
    )


def ok(**headers: str) -> Response:
    return Response.build(200, [(name.replace("_", "-"), text) for name, text in headers.items()])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1800", SessionExpires(1800)),
        (" 90 ; refresher=uac", SessionExpires(90, Refresher.UAC)),
        ("4000;x=1;Refresher=UAS", SessionExpires(4000, Refresher.UAS)),
    ],
)
def test_reading(text: str, read: SessionExpires) -> None:
    assert SessionExpires.parse(text) == read
    assert SessionExpires.parse(str(read)) == read


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "1.5", "9" * 5000, "1800;refresher", "1800;refresher=me", "1 2", "4294967296", "²"],
)
def test_nonsense(text: str) -> None:
    with pytest.raises(Malformed):
        SessionExpires.parse(text)


@pytest.mark.parametrize(
    ("headers", "agreed"),
    [
        ({}, None),
        ({"Supported": "timer"}, SessionTimer(1800, we_refresh=False)),
        ({"Supported": "timer", "Min_SE": "2000"}, SessionTimer(2000, we_refresh=False)),
        ({"Supported": "timer", "Session_Expires": "600"}, SessionTimer(600, we_refresh=False)),
        ({"Require": "timer", "Session_Expires": "600"}, SessionTimer(600, we_refresh=False)),
        ({"k": "TIMER", "x": "600;refresher=uas"}, SessionTimer(600, we_refresh=True)),
        ({"Supported": "timer", "Session_Expires": "600;refresher=uac"}, SessionTimer(600, we_refresh=False)),
        ({"Supported": "timer", "Session_Expires": "86400"}, SessionTimer(3600, we_refresh=False)),
        (
            {"Supported": "timer", "Session_Expires": "86400", "Min_SE": "7000"},
            SessionTimer(7000, we_refresh=False),
        ),
        # A proxy asked on behalf of a telephone that knows nothing of it: we may raise, and must refresh.
        ({"Session_Expires": "600"}, SessionTimer(600, we_refresh=True)),
        ({"Session_Expires": "60"}, SessionTimer(120, we_refresh=True)),
    ],
)
def test_what_the_called_side_agrees_to(headers: dict[str, str], agreed: SessionTimer | None) -> None:
    assert timer_for(invite(**headers), POLICY) == agreed


def test_without_timers_of_ours_those_of_others_count() -> None:
    assert timer_for(invite(Supported="timer"), OFF) is None
    assert timer_for(invite(Supported="timer", Session_Expires="600"), OFF) == SessionTimer(600, False)
    assert asking_headers(None, OFF) == []


@pytest.mark.parametrize("interval", ["119", "90", "1", "0"])
def test_too_short_an_interval(interval: str) -> None:
    assert timer_for(invite(Supported="timer", Session_Expires=interval), POLICY) == Fault(
        422, "Session Interval Too Small", (("Min-SE", "120"),)
    )


@pytest.mark.parametrize("headers", [{"Session_Expires": "x"}, {"Supported": "timer", "Min_SE": "x"}])
def test_malformed_requests(headers: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        timer_for(invite(**headers), POLICY)


def test_what_the_answer_says() -> None:
    assert timer_headers(None) == []
    assert timer_headers(SessionTimer(600, we_refresh=True)) == [("Session-Expires", "600;refresher=uas")]
    assert timer_headers(SessionTimer(600, we_refresh=False)) == [
        ("Session-Expires", "600;refresher=uac"),
        ("Require", "timer"),
    ]


def test_what_our_request_says() -> None:
    assert asking_headers(None, POLICY) == [("Session-Expires", "1800"), ("Min-SE", "120")]
    assert asking_headers(SessionTimer(600, we_refresh=True), POLICY) == [
        ("Session-Expires", "600;refresher=uac")
    ]
    assert asking_headers(SessionTimer(600, we_refresh=False), POLICY) == [
        ("Session-Expires", "600;refresher=uas")
    ]


@pytest.mark.parametrize(
    ("headers", "agreed"),
    [
        ({}, None),
        ({"Session_Expires": "600;refresher=uac"}, SessionTimer(600, we_refresh=True)),
        ({"Session_Expires": "600;refresher=uas", "Require": "timer"}, SessionTimer(600, we_refresh=False)),
        ({"Session_Expires": "600"}, SessionTimer(600, we_refresh=True)),
        ({"Session_Expires": "1;refresher=uac"}, None),
    ],
)
def test_what_the_calling_side_reads(headers: dict[str, str], agreed: SessionTimer | None) -> None:
    assert timer_agreed(ok(**headers), POLICY) == agreed


@pytest.mark.parametrize("interval_s", [90, 91, 100, 1800, 7200])
@pytest.mark.parametrize("we_refresh", [True, False])
def test_the_end_comes_after_the_refresh_should(interval_s: int, we_refresh: bool) -> None:
    timer = SessionTimer(interval_s, we_refresh)
    assert timer.refresh_after_s < timer.ends_after_s <= interval_s


@pytest.mark.parametrize(
    ("status", "least", "asks"),
    [
        (422, "2000", 2000),
        (422, "1800", None),
        (422, "3601", None),
        (486, "2000", None),
        (422, "x" * 0, None),
    ],
)
def test_asking_again_after_422(status: int, least: str, asks: int | None) -> None:
    headers = [("Min-SE", least)] if least else []
    found = longer(Response.build(status, headers), POLICY)
    assert (found.interval_s if found else None) == asks
