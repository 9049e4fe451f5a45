"""The answering half of ICE (RFC 8445 section 2.5, "lite"): a port that everybody can reach need not search.

The browser checks; we answer each check that proves, by a digest with our password, that its sender has read
our description (RFC 8489). A check that nominates says where its packets come from and ours shall go. The
checks go on during the call and are its consent (RFC 7675).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import struct
import zlib
from dataclasses import dataclass

from dakehu.switch.media.latch import Place

_MAGIC = 0x2112A442
_HEAD = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_REQUEST, _SUCCESS = 0x0001, 0x0101
_USERNAME, _INTEGRITY, _MAPPED, _USE_CANDIDATE, _FINGERPRINT = 0x0006, 0x0008, 0x0020, 0x0025, 0x8028
_INTEGRITY_SIZE = 20
_FINGERPRINT_XOR = 0x5354554E
_MOST = 1200


@dataclass(frozen=True, slots=True)
class Credentials:
    """What our description says: a name of at least 4 characters, a password of at least 22."""

    ufrag: str
    password: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check that proved itself, and what to answer."""

    answer: bytes
    nominates: bool


def checked(data: bytes, source: Place, ours: Credentials) -> Check | None:
    """Read a datagram that may be a check; None for anything else, broken or not proven."""
    if not _HEAD.size <= len(data) <= _MOST or len(data) % 4:
        return None
    kind, length, magic, transaction = _HEAD.unpack_from(data)
    if kind != _REQUEST or magic != _MAGIC or length != len(data) - _HEAD.size:
        return None
    found = _attributes(data)
    if found is None or not _is_proven(data, found, ours):
        return None
    return Check(_answer(transaction, source, ours), _USE_CANDIDATE in found)


def _attributes(data: bytes) -> dict[int, tuple[int, bytes]] | None:
    """The first of each kind with its place, up to the digest: what follows that is not proven."""
    found: dict[int, tuple[int, bytes]] = {}
    at = _HEAD.size
    while at + _ATTRIBUTE.size <= len(data):
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) < length:
            return None
        found.setdefault(kind, (at, value))
        if kind == _INTEGRITY:
            break
        at += 4 + length + -length % 4
    return found


def _is_proven(data: bytes, found: dict[int, tuple[int, bytes]], ours: Credentials) -> bool:
    if _INTEGRITY not in found or _USERNAME not in found:
        return False
    name = found[_USERNAME][1].partition(b":")[0]
    at, digest = found[_INTEGRITY]
    expected = _digest(data[:at], ours.password)
    return hmac.compare_digest(name, ours.ufrag.encode()) and hmac.compare_digest(digest, expected)


def _digest(before: bytes, password: str) -> bytes:
    """Over the message as if it ended with the digest."""
    length = len(before) - _HEAD.size + _ATTRIBUTE.size + _INTEGRITY_SIZE
    message = before[:2] + struct.pack("!H", length) + before[4:]
    return hmac.new(password.encode(), message, hashlib.sha1).digest()


def _answer(transaction: bytes, source: Place, ours: Credentials) -> bytes:
    body = _attribute(_MAPPED, _hidden(source, transaction))
    message = _HEAD.pack(_SUCCESS, len(body), _MAGIC, transaction) + body
    message += _attribute(_INTEGRITY, _digest(message, ours.password))
    message = message[:2] + struct.pack("!H", len(message) - _HEAD.size + 8) + message[4:]
    return message + _attribute(_FINGERPRINT, struct.pack("!I", zlib.crc32(message) ^ _FINGERPRINT_XOR))


def _hidden(source: Place, transaction: bytes) -> bytes:
    host, port = source
    packed = ipaddress.ip_address(host.partition("%")[0]).packed
    mask = struct.pack("!I", _MAGIC) + transaction
    masked = bytes(one ^ other for one, other in zip(packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if len(packed) == 4 else 2, port ^ (_MAGIC >> 16)) + masked


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)
