"""How a message is damaged: bit by bit, line by line, or crossed with another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_NASTY = (
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n ", b"\r\n\r\n", b'"', b'\\"', b"<", b">", b";", b",", b"=", b"%",
    b"%00", b"%0d%0a", b"?", b"@", b":", b"[", b"]", b"(", b"*", b"\xff\xfe", "²".encode(), "王".encode(),
    b"-1", b"0", b"2147483648", b"4294967296", b"9" * 400, b"a" * 3000, b";" * 300, b"," * 300, b"<" * 200,
    b"z9hG4bK", b"100rel", b"timer", b"sip:", b"sips:", b"tel:", b"SIP/2.0", b"INVITE", b"PRACK", b"tag=",
)  # fmt: skip
_MOST = 200_000


def flip(random: Random, data: bytearray) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def put(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(_NASTY)


def replace(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at : at + random.randrange(1, 9)] = random.choice(_NASTY)


def cut(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.choice((1, 2, 5, 20, 400))]


def end(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data) + 1) :]


def repeat_lines(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\r\n")
    at = random.randrange(len(lines))
    lines[at:at] = [lines[at]] * random.choice((1, 1, 2, 300))
    data[:] = b"\r\n".join(lines)


def move_lines(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\r\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\r\n".join(lines)


def drop_line(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\r\n")
    del lines[random.randrange(len(lines))]
    data[:] = b"\r\n".join(lines)


def empty_value(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\r\n")
    at = random.randrange(len(lines))
    lines[at] = lines[at].partition(b":")[0] + b":" + random.choice(_NASTY)
    data[:] = b"\r\n".join(lines)


_WAYS: Sequence[Callable[[Random, bytearray], None]] = (
    flip, flip, put, put, replace, replace, cut, end, repeat_lines, move_lines, drop_line, empty_value,
)  # fmt: skip


def damaged(random: Random, messages: Sequence[bytes]) -> bytes:
    """One of the messages, damaged in up to six ways; now and then whole, or crossed with another."""
    data = bytearray(random.choice(messages))
    if random.random() < 0.1:
        other = random.choice(messages)
        data = data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 6))):
        random.choice(_WAYS)(random, data)
    return bytes(data[:_MOST])
