"""The messages that this B2BUA writes: what identifies us, what the called side is shown (CTX-16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dakehu.numbering.domain.onenumber import Follow
from dakehu.numbering.domain.services import ForwardKind
from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.callcontrol.actions import Refuse
from dakehu.switch.callcontrol.decisions import Diversion
from dakehu.switch.callcontrol.events import Media
from dakehu.switch.sip import (
    Binding,
    Malformed,
    Message,
    NameAddr,
    Request,
    StackConfig,
    Transport,
    hops_left,
)

PRODUCT = "Dakehu"
METHODS = frozenset(
    ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "INFO", "REFER", "MESSAGE"]
)
EXTENSIONS = frozenset({"100rel", "replaces", "timer"})
RETRY_AFTER_S = 10
Headers = list[tuple[str, str]]
_WITH_OFFER = frozenset({"100rel"})
"""Extensions that an INVITE names only with an offer (see `early`)."""
_FORWARDED: Mapping[ForwardKind | Follow, tuple[str, int]] = {
    ForwardKind.ALWAYS: ("unconditional", 302),
    ForwardKind.BUSY: ("user-busy", 486),
    ForwardKind.NO_ANSWER: ("no-answer", 408),
    ForwardKind.NOT_REACHABLE: ("unavailable", 503),
    Follow.TOGETHER: ("follow-me", 302),
    Follow.IN_TURN: ("follow-me", 302),
}
"""RFC 5806's word and RFC 4458's cause for each kind."""


def media_of(message: Message) -> Media | None:
    """The session description a message carries, if any."""
    return Media(message.body, message.text("content-type") or "application/sdp") if message.body else None


def calling_number(request: Request) -> str:
    """The caller as a gateway asserts it (RFC 3325), or else as it stands in From; empty where the number is
    withheld (RFC 3323)."""
    privacy = (request.text("privacy") or "").lower()
    try:
        asserted = request.text("p-asserted-identity")
        caller = NameAddr.parse_list(asserted)[0] if asserted else request.from_
        number = caller.uri.number
    except (Malformed, IndexError):
        return ""
    return "" if "id" in privacy.split(";") or number.lower() == "anonymous" else number


def diverting_numbers(request: Request) -> list[str]:
    """Who had the call come on before it reached us (RFC 5806), as the gateway writes it."""
    try:
        diverting = [NameAddr.parse_list(text) for text in request.texts("diversion")]
        return [each.uri.number for several in diverting for each in several]
    except Malformed:
        return []


def body_of(media: Media | None) -> tuple[bytes, str | None]:
    """Body and content type for a message."""
    return (media.body, media.content_type) if media is not None else (b"", None)


def waiting_headers(*, waits: bool) -> Headers:
    """What tells a telephone that a call waits (RFC 7462 section 8.2.3), the called and the calling one."""
    return [("Alert-Info", "<urn:alert:service:call-waiting>")] if waits else []


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What B's INVITE is made of."""

    contact: str
    shown_number: str
    called_number: str
    call_id: str
    tag: str
    hops: int
    media: Media | None
    diversion: Diversion | None = None
    waits: bool = False
    routes: tuple[str, ...] = ()


class Scribe:
    """Writes in the name of one address."""

    def __init__(self, config: StackConfig) -> None:
        self.config = config
        self.host = next(iter(config.sent_by.values()))[0]
        self._domain = f"[{self.host}]" if ":" in self.host else self.host
        self._contacts = {
            transport: f"sip:{self._domain}:{port}"
            + ("" if transport is Transport.UDP else f";transport={transport}")
            for transport, (_, port) in config.sent_by.items()
        }

        self._own: dict[frozenset[str], tuple[tuple[str, str], ...]] = {}
        """What `own_headers` has said, which never changes."""

    def contact(self, transport: Transport) -> str:
        """Our Contact URI towards a peer on that transport."""
        return self._contacts[transport]

    def contact_headers(self, transport: Transport) -> Headers:
        """What every 1xx and 2xx to an INVITE carries beside the copied headers."""
        return [("Contact", f"<{self._contacts[transport]}>"), *self.own_headers()]

    def own_headers(self, *, without: frozenset[str] = frozenset()) -> Headers:
        """What we can: methods, and extensions but those that would not fit here."""
        known = self._own.get(without)
        if known is None:
            extensions = ", ".join(sorted(self.config.extensions - without))
            supported = [("Supported", extensions)] if extensions else []
            known = self._own[without] = (("Allow", self.config.allow), *supported)
        return list(known)

    def invite(self, outgoing: Outgoing, transport: Transport) -> Request:
        """B's INVITE. The number shown stands in From and, asserted by the network, as RFC 3325 has it."""
        shown = f"<sip:{outgoing.shown_number or 'anonymous'}@{self._domain}>"
        headers = [
            ("Max-Forwards", str(outgoing.hops)),
            ("From", f"{shown};tag={outgoing.tag}"),
            ("To", f"<sip:{outgoing.called_number}@{self._domain}>"),
            ("Call-ID", outgoing.call_id),
            ("CSeq", "1 INVITE"),
            ("Contact", f"<{self._contacts[transport]}>"),
            ("P-Asserted-Identity", shown),
            *(("Route", route) for route in outgoing.routes),
            *self.own_headers(without=frozenset() if outgoing.media is not None else _WITH_OFFER),
            ("User-Agent", PRODUCT),
            *self._diverted(outgoing),
            *waiting_headers(waits=outgoing.waits),
        ]
        body, content_type = body_of(outgoing.media)
        return Request.build("INVITE", outgoing.contact, headers, body=body, content_type=content_type)

    def text(self, binding: Binding, shown: str, called: str, token: str, original: Request) -> Request:
        """A line's text for a telephone of another, the sender as it is shown there."""
        sender = f"<sip:{shown or 'anonymous'}@{self._domain}>"
        headers = [
            ("Max-Forwards", str(hops_left(original) or 0)),
            ("From", f"{sender};tag={token}"),
            ("To", f"<sip:{called}@{self._domain}>"),
            ("Call-ID", f"text-{token}"),
            ("CSeq", "1 MESSAGE"),
            *(("Route", route) for route in binding.path),
            ("P-Asserted-Identity", sender),
            ("User-Agent", PRODUCT),
        ]
        content_type = original.content_type or "text/plain"
        return Request.build(
            "MESSAGE", binding.contact, headers, body=original.body, content_type=content_type
        )

    def place(self, gateway: Gateway, number: str) -> str:
        """A number at a gateway, or the gateway itself, as a Request-URI."""
        host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
        user = f"{number}@" if number else ""
        return f"sip:{user}{host}:{gateway.port}" + ("" if gateway.transport == "udp" else ";transport=tcp")

    def options(self, gateway: Gateway, token: str, transport: Transport) -> Request:
        """The question whether a gateway lives (RFC 3261 section 11.1)."""
        place = self.place(gateway, "")
        headers = [
            ("From", f"<sip:{self._domain}>;tag={token}"),
            ("To", f"<{place}>"),
            ("Call-ID", f"check-{token}"),
            ("CSeq", "1 OPTIONS"),
            ("Contact", f"<{self._contacts[transport]}>"),
            ("User-Agent", PRODUCT),
        ]
        return Request.build("OPTIONS", place, headers)

    def _diverted(self, outgoing: Outgoing) -> Headers:
        """By whom and why the call comes on: for old telephones (RFC 5806) and for new ones (RFC 7044)."""
        diversion = outgoing.diversion
        if diversion is None:
            return []
        reason, cause = _FORWARDED[diversion.kind]
        by = f"sip:{diversion.by.public_number}@{self._domain}"
        to = f"sip:{outgoing.called_number}@{self._domain};cause={cause}"
        return [
            ("Diversion", f"<{by}>;reason={reason};counter=1"),
            ("History-Info", f"<{by}>;index=1"),
            ("History-Info", f"<{to}>;index=1.1;mp=1"),
        ]

    def refusal_headers(self, refuse: Refuse) -> Headers:
        """Why, for telephones and exchanges (RFC 3326), and when to come again."""
        headers = [("Reason", f'Q.850;cause={refuse.q850};text="{refuse.text}"')]
        if refuse.status == 503:
            headers.append(("Retry-After", str(RETRY_AFTER_S)))
        return headers

    def options_headers(self) -> Headers:
        """What we can, as OPTIONS asks (RFC 3261 section 11.2)."""
        return [
            ("Allow", self.config.allow),
            ("Accept", "application/sdp"),
            ("Accept-Encoding", "identity"),
            ("Accept-Language", "zh, en"),
            ("Supported", ", ".join(sorted(self.config.extensions))),
        ]
