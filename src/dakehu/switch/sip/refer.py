"""REFER (RFC 3515): one telephone asks us to call somewhere else, and is told by NOTIFY how that goes.

What a REFER asks for, read from hands that may be hostile: the URI to call, the dialog that the new call is
to take the place of (a Replaces header escaped inside the URI: transfer after a consultation), and who asks
(RFC 3892). Other headers that a URI carries are not taken over: they would be written in our name.

What the subscription that a REFER makes is told: `Event: refer`, how much longer, and a status line in a
`message/sipfrag` (RFC 3420) with nothing else of the other leg's messages in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from dakehu.switch.sip.address import NameAddr
from dakehu.switch.sip.errors import Malformed
from dakehu.switch.sip.grammar import percent_decode
from dakehu.switch.sip.message import Request
from dakehu.switch.sip.replaces import Replaces
from dakehu.switch.sip.statuses import reason_phrase
from dakehu.switch.sip.uri import Uri

SIPFRAG = "message/sipfrag;version=2.0"
SUBSCRIPTION_S = 180
"""How long a telephone is told about its REFER: longer than anything rings."""
_MAX_URI_HEADERS = 20
_CALLED = frozenset({"sip", "sips", "tel"})


@dataclass(frozen=True, slots=True)
class ReferTo:
    """Where the referred call goes: a URI fit for a request line, and what its escaped headers said.

    `method` is what is to be sent there, INVITE unless the URI says otherwise.
    """

    uri: Uri
    method: str = "INVITE"
    replaces: Replaces | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the header's value: one address, no list (2.4.1); raises `Malformed`."""
        uri = NameAddr.parse(text, part="Refer-To").uri
        if _has_control(percent_decode(uri.user or uri.opaque)):
            raise Malformed("Refer-To", "control character")
        method = uri.param("method") if uri.is_sip else None
        return cls(uri.bare(), method or "INVITE", _replaces_in(uri))

    @property
    def is_call(self) -> bool:
        """Whether this asks for a call. Anything else (a web page, a MESSAGE) we do not do."""
        return self.method == "INVITE" and self.uri.scheme in _CALLED

    @property
    def number(self) -> str:
        """The digits to dial."""
        return self.uri.number


@dataclass(frozen=True, slots=True)
class Refer:
    """A REFER as read. `number` is its CSeq: the name of its subscription.

    `wants_notify` is false where the telephone asked for no subscription (Refer-Sub, RFC 4488); the 202 then
    says `Refer-Sub: false`.
    """

    to: ReferTo
    number: int
    referred_by: NameAddr | None = None
    wants_notify: bool = True


def read_refer(request: Request) -> Refer:
    """What a REFER asks for; raises `Malformed` (400), also when Refer-To is missing (2.4.2)."""
    text = request.text("refer-to")
    if text is None:
        raise Malformed("Refer-To", "missing")
    by = request.text("referred-by")
    referred_by = None if by is None else NameAddr.parse(by, part="Referred-By")
    if referred_by is not None:
        _ = referred_by.uri  # reading is the check
    notify = (request.text("refer-sub") or "true").partition(";")[0].strip().lower() != "false"
    return Refer(ReferTo.parse(text), request.cseq.number, referred_by, notify)


def refer_to(uri: Uri, replaces: Replaces | None = None) -> str:
    """The value of Refer-To for a REFER of ours."""
    if replaces is None:
        return f"<{uri.bare()}>"
    return f"<{replace(uri.bare(), headers='Replaces=' + _escaped(str(replaces)))}>"


def sipfrag(status: int) -> bytes:
    """The body of a NOTIFY: how the referred call stands, in our own words."""
    return f"SIP/2.0 {status} {reason_phrase(status)}\r\n".encode()


def sipfrag_status(body: bytes) -> int:
    """The status that a fragment of a peer tells; raises `Malformed`. Headers behind it are passed over."""
    words = body[:64].split(b"\n", 1)[0].split(b" ", 2)
    code = words[1].strip() if len(words) > 1 else b""
    if words[0].upper() != b"SIP/2.0" or len(code) != 3 or not code.isdigit() or not b"100" <= code <= b"699":
        raise Malformed("sipfrag", "no status line")
    return int(code)


def notify_headers(refer_number: int, status: int, left_s: int = SUBSCRIPTION_S) -> list[tuple[str, str]]:
    """What a NOTIFY about a REFER carries beside the dialog's own headers.

    Each says which REFER it is about, by its CSeq (2.4.6). With a final status the subscription ends; with
    `left_s` 0 it ends because nothing more will be heard.
    """
    if status >= 200:
        state = "terminated;reason=noresource"
    else:
        state = f"active;expires={left_s}" if left_s > 0 else "terminated;reason=timeout"
    return [("Event", f"refer;id={refer_number}"), ("Subscription-State", state)]


def _replaces_in(uri: Uri) -> Replaces | None:
    """The Replaces header escaped in a URI (RFC 3891 section 3): at most one."""
    pieces = (uri.headers or "").split("&")
    if len(pieces) > _MAX_URI_HEADERS:
        raise Malformed("Refer-To", "too many headers")
    pairs = (piece.partition("=") for piece in pieces)
    found = [value for name, _, value in pairs if percent_decode(name).lower() == "replaces"]
    if len(found) > 1:
        raise Malformed("Refer-To", "Replaces twice")
    return Replaces.parse(percent_decode(found[0])) if found else None


def _has_control(text: str) -> bool:
    return any(char < " " or char == "\x7f" for char in text)


def _escaped(text: str) -> str:
    """Everything but letters and digits as %XX: what a header inside a URI must be at least."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char in "-._~") else _percent(char) for char in text
    )


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
