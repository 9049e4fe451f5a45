"""INFO of many makers: keys, flashes, and what we do not understand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import Fault, Flash, Key, Request, dtmf_relay, read_info

RELAY, PLAIN = "application/dtmf-relay", "application/dtmf"


def info(body: bytes, content_type: str | None, **headers: str) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request.build("INFO", "sip:x", named, body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        (RELAY, b"Signal=5\r\nDuration=160\r\n", Key("5", 160)),
        (RELAY, b"Signal= 5\nDuration= 160", Key("5", 160)),
        (RELAY, b"signal=*\r\n", Key("*", 100)),
        (RELAY, b"Signal=#\r\nDuration=x\r\n", Key("#", 100)),
        (RELAY, b"Signal=10\r\nDuration=999999999999\r\n", Key("*", 100)),
        (RELAY, b"Signal=11\r\nDuration=99999999\r\n", Key("#", 10_000)),
        (RELAY, b"Signal=a\r\n", Key("A", 100)),
        (RELAY, b"Signal=15\r\n", Key("D", 100)),
        (RELAY + ";charset=utf-8", b"Signal=1\r\n", Key("1", 100)),
        ("Application/DTMF-Relay", b"Signal=1\r\n", Key("1", 100)),
        (RELAY, b"Signal=16\r\n", Flash()),
        (RELAY, b"Signal=hf\r\n", Flash()),
        (PLAIN, b"7", Key("7")),
        (PLAIN, b" 11\r\n", Key("#")),
        ("application/hook-flash", b"signal=hf", Flash()),
        ("application/broadsoft", b"event flashhook\r\n", Flash()),
        ("application/broadsoft; version=1.0", b"event flashhook", Flash()),
        ("application/broadsoft", b"play tone CallWaitingTone1", None),
        (None, b"", None),
    ],
)
def test_what_is_said(content_type: str | None, body: bytes, said: object) -> None:
    assert read_info(info(body, content_type)) == said


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (RELAY, b"", None),
        (RELAY, b"Duration=160", 400),
        (RELAY, b"Signal=17", 400),
        (RELAY, b"Signal=\xb2", 400),
        (RELAY, b"Signal=5x", 400),
        (PLAIN, b"55", 400),
        (PLAIN, b"\xff\xfe", 400),
        ("application/media_control+xml", b"<x/>", 415),
        ("text/plain", b"5", 415),
        (None, b"5", 415),
    ],
)
def test_what_is_refused(content_type: str | None, body: bytes, status: int | None) -> None:
    said = read_info(info(body, content_type))
    assert (said.status if isinstance(said, Fault) else None) == status


def test_no_package_of_ours() -> None:
    said = read_info(info(b"5", PLAIN, Info_Package="dtmf"))
    assert isinstance(said, Fault)
    assert said.status == 469


@given(st.binary(max_size=700), st.sampled_from([RELAY, PLAIN, "application/hook-flash"]))
def test_anything_is_read_or_refused(body: bytes, content_type: str) -> None:
    said = read_info(info(body, content_type))
    if isinstance(said, Key):
        assert read_info(info(dtmf_relay(said), RELAY)) == said
