"""Cutting streams, however they arrive."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import Frame, StreamFramer
from dakehu.switch.sip.stream import PING

ONE = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\nVia: x\r\n\r\nhello"
TWO = b"SIP/2.0 200 OK\r\nl :  0 \r\n\r\n"
THREE = b"MESSAGE sip:a SIP/2.0\r\nCONTENT-LENGTH:4\r\n\r\n\r\n\r\n"


def _cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    at = 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]


@given(
    st.lists(st.sampled_from([ONE, TWO, THREE, PING, b"\r\n"]), max_size=8),
    st.lists(st.integers(0, 20), max_size=40),
)
def test_pieces_of_any_size(messages: list[bytes], sizes: list[int]) -> None:
    framer = StreamFramer()
    frames = [frame for piece in _cut(b"".join(messages) + ONE, sizes) for frame in framer.feed(piece)]
    wanted = [message for message in messages if len(message) > len(PING)] + [ONE]
    assert [frame.data for frame in frames if frame.data != PING] == wanted
    assert not any(frame.problem for frame in frames)
    assert framer.waiting == 0


def test_ping_in_pieces() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n") == []
    assert framer.feed(b"\r") == []
    assert framer.feed(b"\n") == [Frame(PING)]
    assert framer.feed(PING * 3) == [Frame(PING)] * 3
    assert framer.feed(ONE + PING) == [Frame(ONE), Frame(PING)]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", "Content-Length missing"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n", "Content-Length twice"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n", "Content-Length is no length"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 1 2\r\n\r\n", "Content-Length is no length"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: \r\n\r\n", "Content-Length is no length"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n", "Content-Length is no length"),
        (b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 262145\r\n\r\n", "body too large"),
    ],
)
def test_streams_that_end(head: bytes, problem: str) -> None:
    framer = StreamFramer()
    assert framer.feed(ONE + head + ONE) == [Frame(ONE), Frame(head, problem)]
    assert framer.broken
    assert framer.waiting == 0
    assert framer.feed(ONE) == []


def test_the_same_length_twice_is_no_contradiction() -> None:
    data = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 01\r\n\r\nx"
    assert StreamFramer().feed(data) == [Frame(data)]


def test_a_length_of_many_zeros() -> None:
    data = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: " + b"0" * 9000 + b"1\r\n\r\nx"
    assert StreamFramer().feed(data) == [Frame(data)]


def test_heads_have_a_bound() -> None:
    framer = StreamFramer(max_head=1000)
    frames = [frame for _ in range(300) for frame in framer.feed(b"X: yy")]
    assert [frame.problem for frame in frames] == ["head too large"]
    assert framer.waiting == 0


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_any_bytes(pieces: list[bytes]) -> None:
    framer = StreamFramer(max_head=200, max_body=200)
    for piece in pieces:
        framer.feed(piece)
        assert framer.waiting <= 400


def test_single_bytes_cost_no_more_than_linear_time() -> None:
    data = (
        b"MESSAGE sip:a SIP/2.0\r\nX: " + b"y" * 30_000 + b"\r\nContent-Length: 30000\r\n\r\n" + b"z" * 30_000
    )
    framer = StreamFramer()
    start = time.perf_counter()
    frames = [frame for at in range(len(data)) for frame in framer.feed(data[at : at + 1])]
    assert frames == [Frame(data)]
    assert time.perf_counter() - start < 5  # a quadratic search takes minutes
