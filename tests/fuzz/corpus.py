"""Messages to begin with: each method, each header we read, answers, frames."""

from __future__ import annotations

import os
import struct
from pathlib import Path

SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
_HEAD = (
    "Via: SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bK{n};rport\r\nMax-Forwards: 70\r\n"
    'From: "王" <sip:tel8001@127.0.0.1>;tag=f\r\nTo: <sip:8002@127.0.0.1>{to}\r\nCall-ID: {n}@192.0.2.66\r\n'
    "CSeq: {n} {method}\r\n"
)
_MORE = {
    "INVITE": "Contact: <sip:tel8001@192.0.2.66>\r\nSupported: 100rel, timer\r\nMin-SE: 90\r\n"
    "Session-Expires: 1800;refresher=uac\r\nAllow: INVITE, UPDATE\r\nReplaces: 1@x;to-tag=a;from-tag=b\r\n"
    "Record-Route: <sip:192.0.2.67;lr>, <sip:192.0.2.68;lr>\r\nP-Asserted-Identity: <sip:x@y>\r\n"
    "Accept: application/sdp\r\n",
    "ACK": "",
    "BYE": "Reason: Q.850;cause=16\r\n",
    "CANCEL": "",
    "OPTIONS": "Accept: application/sdp\r\n",
    "REGISTER": "Contact: <sip:tel8001@192.0.2.66>;expires=600;q=0.5, "
    "<sip:b@[2001:db8::1]:5062;transport=tcp>\r\n"
    'Expires: 600\r\nAuthorization: Digest username="tel8001", realm="dakehu", nonce="1.2.3", '
    'uri="sip:127.0.0.1", '
    'response="00000000000000000000000000000000", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"\r\n',
    "PRACK": "RAck: 776656 1 INVITE\r\n",
    "UPDATE": "Contact: <sip:tel8001@192.0.2.66>\r\nSession-Expires: 90\r\n",
    "INFO": "Content-Type: application/dtmf-relay\r\n",
    "REFER": "Refer-To: <sip:8003@127.0.0.1?Replaces=1%40x%3Bto-tag%3Da%3Bfrom-tag%3Db>\r\n"
    "Referred-By: <sip:8001@x>\r\nRefer-Sub: false\r\n",
    "NOTIFY": "Event: refer;id=2\r\nSubscription-State: active;expires=60\r\n"
    "Content-Type: message/sipfrag\r\n",
    "MESSAGE": "Content-Type: text/plain\r\n",
}
_BODIES = {
    "INVITE": SDP,
    "UPDATE": SDP,
    "INFO": b"Signal=5\r\nDuration=160\r\n",
    "NOTIFY": b"SIP/2.0 180 Ringing\r\n",
    "MESSAGE": "你好".encode(),
}
_ANSWERS = (
    ("180 Ringing", "Contact: <sip:b@192.0.2.66>\r\nRequire: 100rel\r\nRSeq: 1\r\n", b""),
    ("183 Session Progress", "m: <sip:b@192.0.2.66>\r\nContent-Type: application/sdp\r\n", SDP),
    ("200 OK", "Contact: <sip:b@192.0.2.66>\r\nSession-Expires: 90;refresher=uas\r\nRequire: timer\r\n", SDP),
    ("401 Unauthorized", 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n', b""),
    ("422 Session Interval Too Small", "Min-SE: 300\r\n", b""),
    ("486 Busy Here", "Retry-After: 10\r\n", b""),
)


def _with_body(head: str, body: bytes) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def request(method: str, number: int = 1, to: str = "") -> bytes:
    """A request of that method."""
    start = f"{method} sip:8002@127.0.0.1 SIP/2.0\r\n"
    head = _HEAD.format(n=number, method=method, to=to) + _MORE[method]
    return _with_body(start + head, _BODIES.get(method, b""))


def requests() -> list[bytes]:
    """One of each method, outside and inside a dialog, and the torture messages where they lie."""
    made = [request(method, number, to) for to in ("", ";tag=t") for number, method in enumerate(_MORE, 1)]
    return made + answers() + torture()


def answers() -> list[bytes]:
    return [
        _with_body(f"SIP/2.0 {status}\r\n" + _HEAD.format(n=1, method="INVITE", to=";tag=t") + more, body)
        for status, more, body in _ANSWERS
    ]


def torture() -> list[bytes]:
    """The messages of RFC 4475; none where the test data is absent."""
    folder = Path(os.environ.get("DAKEHU_TESTDATA", "../shared")) / "sip" / "rfc4475"
    return [path.read_bytes() for path in sorted(folder.glob("*.dat"))]


def stun_messages() -> list[bytes]:
    head = struct.pack("!HHI", 1, 0, 0x2112A442) + bytes(range(12))
    attribute = struct.pack("!HH", 0x8022, 5) + b"agent\0\0\0"
    return [head, head[:2] + struct.pack("!H", len(attribute)) + head[4:] + attribute]
