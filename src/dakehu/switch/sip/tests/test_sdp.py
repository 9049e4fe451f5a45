"""Session descriptions: hold, places, and that the rest passes untouched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import Direction, Malformed, Sdp

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    b"m=audio 49170 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtcp:49171\r\na=unknown:x\r\n"
    b"m=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.5/127\r\n"
)


def test_reading() -> None:
    sdp = Sdp.parse(OFFER)
    assert [(media.kind, media.port, media.formats) for media in sdp.media] == [
        ("audio", 49170, ("8", "0", "101")),
        ("video", 0, ("31",)),
    ]
    assert [sdp.address_of(media) for media in sdp.media] == ["192.0.2.1", "192.0.2.5"]
    assert sdp.audio is sdp.media[0]
    assert not sdp.is_hold
    assert sdp.encode() == OFFER


def test_bare_line_feeds_are_read() -> None:
    assert Sdp.parse(OFFER.replace(b"\r\n", b"\n")).encode() == OFFER


@pytest.mark.parametrize("direction", list(Direction))
def test_direction(direction: Direction) -> None:
    changed = Sdp.parse(OFFER).with_direction(direction)
    assert {changed.direction_of(media) for media in changed.media} == {direction}
    assert changed.is_hold is (direction in {Direction.SENDONLY, Direction.INACTIVE})
    back = changed.with_direction(Direction.SENDRECV)
    assert back.encode().count(b"a=send") == 2
    assert direction.reversed.reversed is direction


def test_direction_of_the_session_counts_where_the_media_say_nothing() -> None:
    sdp = Sdp.parse(OFFER.replace(b"t=0 0\r\n", b"t=0 0\r\na=sendonly\r\n"))
    assert sdp.is_hold
    assert not Sdp.parse(sdp.encode().replace(b"a=unknown:x", b"a=recvonly")).is_hold


def test_hold_as_rfc_2543() -> None:
    assert Sdp.parse(OFFER.replace(b"IP4 192.0.2.1\r\nt", b"IP4 0.0.0.0\r\nt")).is_hold


def test_refused_media_are_no_hold() -> None:
    assert not Sdp.parse(OFFER.replace(b"49170", b"0").replace(b"t=0 0", b"t=0 0\r\na=inactive")).is_hold


def test_moving_to_a_relay() -> None:
    moved = Sdp.parse(OFFER).with_address("2001:db8::1", [6000, 0])
    assert [(media.port, moved.address_of(media)) for media in moved.media] == [
        (6000, "2001:db8::1"),
        (0, "2001:db8::1"),
    ]
    assert b"a=rtcp:" not in moved.encode()
    assert b"a=unknown:x" in moved.encode()
    with pytest.raises(ValueError, match="zip"):
        Sdp.parse(OFFER).with_address("192.0.2.9", [6000])


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"v=1\r\n", b"v=0\r\nhello\r\n", b"v=0\r\n" + b"a=x\r\n" * 1001]
)
def test_no_session_description(body: bytes) -> None:
    with pytest.raises(Malformed):
        Sdp.parse(body)


@given(
    st.lists(st.text(alphabet="mcav=0 .:/IP4audio", max_size=20).map(lambda text: f"m={text}"), max_size=5)
)
def test_any_media_line(lines: list[str]) -> None:
    sdp = Sdp.parse("\r\n".join(["v=0", *lines]).encode())
    for media in sdp.media:
        assert 0 <= media.port <= 99_999
        sdp.direction_of(media)
    assert len(sdp.with_address("192.0.2.1", [5] * len(sdp.media)).media) == len(sdp.media)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    try:
        sdp = Sdp.parse(b"v=0\n" + body)
    except Malformed:
        return
    assert Sdp.parse(sdp.encode()) == sdp
