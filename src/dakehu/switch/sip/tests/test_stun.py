"""STUN on the SIP port: the sample messages of RFC 5769, and what is no binding request."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import stun_answer

MAGIC = 0x2112A442
ID = bytes.fromhex("b7e7a701bc34d686fa87dfae")


def ask(*attributes: bytes, kind: int = 1, magic: int = MAGIC, length: int | None = None) -> bytes:
    body = b"".join(attributes)
    return struct.pack("!HHI", kind, len(body) if length is None else length, magic) + ID + body


def attribute(kind: int, value: bytes = b"") -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


@pytest.mark.parametrize(
    ("host", "port", "mapped"),
    [  # RFC 5769 sections 2.2 and 2.3
        ("192.0.2.1", 32853, "002000080001a147e112a643"),
        (
            "2001:db8:1234:5678:11:2233:4455:6677",
            32853,
            "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9",
        ),
    ],
)
def test_where_a_request_came_from(host: str, port: int, mapped: str) -> None:
    answer = stun_answer(ask(), host, port)
    assert answer is not None
    assert answer == struct.pack("!HHI", 0x0101, len(mapped) // 2, MAGIC) + ID + bytes.fromhex(mapped)
    assert stun_answer(ask(), host + ("%eth0" if ":" in host else ""), port) == answer


def test_what_may_be_passed_over() -> None:
    """SOFTWARE, PRIORITY and FINGERPRINT are optional or known by number, and padded to four."""
    request = ask(attribute(0x8022, b"tel 1"), attribute(0x0006, b"evtj:h6vY"), attribute(0x8028, b"four"))
    answer = stun_answer(request, "192.0.2.1", 1)
    assert answer is not None
    assert answer[:2] == b"\x01\x01"


def test_what_must_be_understood_and_is_not() -> None:
    answer = stun_answer(ask(attribute(0x0003, b"\0\0\0\6"), attribute(0x7FFF)), "192.0.2.1", 1)
    assert answer is not None
    assert answer[:2] == b"\x01\x11"
    assert answer[20:] == bytes.fromhex("0009000400000414000a000400037fff")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        ask()[:19],
        ask(kind=0x0101),
        ask(kind=0x0011),
        ask(magic=1),
        ask(length=4),
        ask(length=65535),
        ask(b"abc"),
        ask(struct.pack("!HH", 0x8022, 60)),
        ask(b"\0\0\0\0", struct.pack("!HH", 0x8022, 0xFFFF)),
        ask(attribute(0x8022, bytes(600))),
    ],
)
def test_what_is_no_binding_request(data: bytes) -> None:
    assert stun_answer(data, "192.0.2.1", 1) is None


@given(st.binary(max_size=80), st.integers(0, 65535))
def test_anything_is_answered_or_passed_over_and_hardly_grows(data: bytes, port: int) -> None:
    for message in (data, ask(data), ask(data + bytes(-len(data) % 4))):
        answer = stun_answer(message, "2001:db8::1", port)
        assert answer is None or len(answer) <= len(message) + 24
