"""As much of STUN (RFC 5389) as a SIP port owes its telephones: the binding request (RFC 5626 section 4.4.2).

A telephone behind address translation asks to keep its mapping open and to notice when it changes. STUN and
SIP share a port because a STUN message begins with two zero bits and a SIP message with a letter.
"""

from __future__ import annotations

import ipaddress
import struct

_MAGIC = 0x2112A442
_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_BINDING_REQUEST, _BINDING_SUCCESS, _BINDING_ERROR = 0x0001, 0x0101, 0x0111
_ERROR_CODE, _UNKNOWN_ATTRIBUTES, _XOR_MAPPED_ADDRESS = 0x0009, 0x000A, 0x0020
_FIRST_OPTIONAL = 0x8000
_KNOWN = frozenset({0x0006, 0x0008, 0x0014, 0x0015})
"""USERNAME, MESSAGE-INTEGRITY, REALM and NONCE: nobody is asked who he is, so they say nothing here."""
_MOST = 548


def stun_answer(data: bytes, host: str, port: int) -> bytes | None:
    """The answer to a binding request that came from this address; `None` when it is no such request.

    A required attribute that is not understood is answered 420 (section 7.3.1). No answer is more than a few
    bytes longer than its request.
    """
    if not 20 <= len(data) <= _MOST:
        return None
    kind, length, magic, transaction = _HEADER.unpack_from(data)
    if kind != _BINDING_REQUEST or magic != _MAGIC or length != len(data) - 20 or length % 4:
        return None
    unknown = _unknown_attributes(data)
    if unknown is None:
        return None
    if unknown:
        refused = struct.pack(f"!{len(unknown)}H", *unknown)
        body = _attribute(_ERROR_CODE, struct.pack("!HBB", 0, 4, 20)) + _attribute(
            _UNKNOWN_ATTRIBUTES, refused
        )
        return _HEADER.pack(_BINDING_ERROR, len(body), _MAGIC, transaction) + body
    body = _attribute(_XOR_MAPPED_ADDRESS, _mapped(host, port, transaction))
    return _HEADER.pack(_BINDING_SUCCESS, len(body), _MAGIC, transaction) + body


def _unknown_attributes(data: bytes) -> list[int] | None:
    """The required attributes that we don't know; `None` when the attributes are cut short."""
    unknown: list[int] = []
    at = 20
    while at < len(data):
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        at += 4 + (length + 3) // 4 * 4
        if at > len(data):
            return None
        if kind < _FIRST_OPTIONAL and kind not in _KNOWN:
            unknown.append(kind)
    return unknown[:8]


def _mapped(host: str, port: int, transaction: bytes) -> bytes:
    address = ipaddress.ip_address(host.partition("%")[0])
    mask = (struct.pack("!I", _MAGIC) + transaction)[: len(address.packed)]
    hidden = bytes(a ^ b for a, b in zip(address.packed, mask, strict=True))
    return struct.pack("!BBH", 0, 1 if address.version == 4 else 2, port ^ (_MAGIC >> 16)) + hidden


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)
