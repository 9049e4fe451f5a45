"""Telephones gone mad at a running voice server: calls, in-dialog requests and answers, half of them damaged.

They are registered, and know well enough what a call is to get deep into it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from random import Random

from dakehu.switch.directory import LineEntry
from dakehu.switch.runtime import VoiceServer
from dakehu.switch.sip import (
    Dialog,
    Endpoint,
    Malformed,
    Replaces,
    Request,
    Response,
    Transport,
    Uri,
    parse_message,
    refer_to,
    reply,
)
from tests.fuzz import corpus
from tests.fuzz.damage import damaged

_INSIDE = ("INVITE", "UPDATE", "INFO", "BYE", "OPTIONS", "PRACK", "ACK", "REFER", "NOTIFY")
_STATUSES = (100, 180, 180, 183, 183, 199, 200, 200, 200, 302, 401, 408, 422, 481, 486, 491, 500, 603)
_HEADERS = (
    ("Require", "100rel"), ("RSeq", "1"), ("RSeq", "2"), ("Supported", "100rel, timer"), ("Require", "timer"),
    ("Session-Expires", "90;refresher=uas"), ("Session-Expires", "1;refresher=uac"), ("Min-SE", "300"),
    ("Allow", "INVITE, ACK, BYE, UPDATE, INFO, PRACK"), ("Retry-After", "1"), ("RAck", "1 1 INVITE"),
    ("Record-Route", "<sip:127.0.0.1:9;lr>"), ("Content-Type", "application/sdp"),
    ("Content-Type", "application/dtmf-relay"),
    ("Refer-To", "<sip:8002@x?Replaces=1%3Bto-tag%3Da%3Bfrom-tag%3Db>"),
)  # fmt: skip


_BODIES: tuple[tuple[bytes, str | None], ...] = (
    (corpus.SDP, "application/sdp"), (corpus.SDP, "application/sdp"), (corpus.SDP, "application/sdp"),
    (b"", None), (b"", None), (b"Signal=1", "application/dtmf-relay"),
    (b"Signal=3", "application/dtmf-relay"),
    (b"signal=hf", "application/hook-flash"),
)  # fmt: skip
_NUMBERS = ("8001", "8002", "8002", "8003", "9", "*57*8002#", "*11#", "*14*8003#", "")


class Mad:
    """One telephone; `hand_over` is the server's ear for its datagrams."""

    def __init__(
        self, line: LineEntry, place: Endpoint, hand_over: Callable[[bytes, Endpoint], None], random: Random
    ) -> None:
        self.line = line
        self.place = place
        self._hand_over = hand_over
        self._random = random
        self._dialogs: deque[Dialog] = deque(maxlen=20)
        self._asked: deque[Request] = deque(maxlen=20)
        self._count = 0

    @property
    def contact(self) -> str:
        return f"sip:{self.line.sip_username}@{self.place.host}:{self.place.port}"

    def say(self, data: bytes, *, whole: float = 0.6) -> None:
        """Send it, damaged now and then."""
        if self._random.random() > whole:
            data = damaged(self._random, [data])
        if data:
            self._hand_over(data, self.place)

    def send(self, request: Request) -> None:
        self._count += 1
        place = f"{self.place.host}:{self.place.port}"
        request.prepend("via", f"SIP/2.0/UDP {place};branch=z9hG4bK{id(self):x}x{self._count};rport")
        if request.method == "INVITE":
            self._asked.append(request)
        self.say(request.encode())

    def some(self) -> list[tuple[str, str]]:
        """A few headers, fitting or not."""
        return self._random.sample(_HEADERS, self._random.randrange(4))

    def body(self) -> tuple[bytes, str | None]:
        """A session description, mostly; or what INFO brings, or nothing."""
        return self._random.choice(_BODIES)

    def call(self, number: str) -> None:
        """A new call."""
        self._count += 1
        word = f"{id(self):x}x{self._count}"
        body, kind = self.body()
        headers = [
            ("From", f"<sip:{self.line.sip_username}@127.0.0.1>;tag=f{word}"),
            ("To", f"<sip:{number}@127.0.0.1>"),
            ("Call-ID", word),
            ("CSeq", "1 INVITE"),
            ("Max-Forwards", "70"),
            ("Contact", f"<{self.contact}>"),
            *self.some(),
        ]
        self.send(Request.build("INVITE", f"sip:{number}@127.0.0.1", headers, body=body, content_type=kind))

    def talk(self) -> None:
        """A request inside some dialog."""
        if not self._dialogs:
            return
        dialog = self._random.choice(self._dialogs)
        body, kind = self.body()
        method = self._random.choice(_INSIDE)
        headers = [("Max-Forwards", "70"), *self.some()]
        if method == "REFER":
            headers.append(("Refer-To", self._referred()))
        if method == "ACK":
            self.send(dialog.ack(headers, body=body, content_type=kind))
        else:
            self.send(dialog.request(method, headers, body=body, content_type=kind))

    def _referred(self) -> str:
        """Somewhere to send the other side, perhaps into another call of ours."""
        uri = Uri.parse(f"sip:{self._random.choice(('8001', '8002', '8003', '9'))}@127.0.0.1")
        dialog = self._random.choice(self._dialogs).id
        named = Replaces(dialog.call_id, dialog.remote_tag or "x", dialog.local_tag or "x")
        return refer_to(uri, named if self._random.random() < 0.5 else None)

    def give_up(self) -> None:
        """CANCEL of some INVITE."""
        if self._asked:
            invite = self._random.choice(self._asked)
            cancel = Request("CANCEL", invite.target, [], [])
            cancel.take_lines(invite.lines_of("via", "from", "to", "call-id", "max-forwards"))
            cancel.add("cseq", f"{invite.cseq.number} CANCEL")
            cancel.set_body(b"")
            self.say(cancel.encode())

    # --- hearing

    def heard(self, data: bytes) -> None:
        """What the server sent: it must be readable, and is answered somehow, or not at all."""
        try:
            message = parse_message(data)
        except Malformed as malformed:
            if "too many headers" in malformed.reason:
                return  # a refusal repeats all Vias of the request, and adds a header or two
            raise AssertionError(f"unreadable ({malformed.reason}): {data[:500]!r}") from malformed
        try:
            if isinstance(message, Request):
                self._answer(message)
            elif isinstance(message, Response):
                self._take(message)
        except Malformed:
            return  # the server repeated a damaged header of ours, which is its right

    def _answer(self, request: Request) -> None:
        if request.method == "ACK":
            return
        for _ in range(self._random.choice((0, 1, 1, 1, 2))):
            body, kind = self.body()
            status = self._random.choice(_STATUSES) if request.method == "INVITE" else self._final()
            headers = [("Contact", f"<{self.contact}>"), *self.some()]
            tag = "" if request.to.tag else self._random.choice(("t1", "t1", "t2"))
            response = reply(request, status, tag=tag, headers=headers, body=body, content_type=kind)
            if request.method == "INVITE" and 100 < status < 300:
                self._dialogs.append(Dialog.from_request(request, response, contact=self.contact))
            self.say(response.encode(), whole=0.7)

    def _final(self) -> int:
        return self._random.choice((200, 200, 200, 202, 405, 408, 422, 481, 491, 500))

    def _take(self, response: Response) -> None:
        if response.cseq.method != "INVITE" or not response.to.tag:
            return
        asked = next((invite for invite in self._asked if invite.call_id == response.call_id), None)
        if asked is None:
            return
        if response.status < 300:
            dialog = Dialog.from_response(asked, response, contact=self.contact)
            self._dialogs.append(dialog)
            if response.status >= 200 and self._random.random() < 0.9:
                self.send(dialog.ack([("Max-Forwards", "70")]))
            rseq = response.text("rseq")
            if rseq and self._random.random() < 0.8:
                rack = ("RAck", f"{rseq} {response.cseq}")
                self.send(dialog.request("PRACK", [rack, ("Max-Forwards", "70")]))


class Madhouse:
    """Mad telephones and a stranger at one server, through its own dispatcher; what it sends is heard."""

    def __init__(self, server: VoiceServer, lines: Sequence[LineEntry], random: Random) -> None:
        dispatcher, links = server._dispatcher, server._links
        self._server = server
        self._random = random
        places = [Endpoint(Transport.UDP, "127.0.0.1", 9 + at) for at in range(len(lines))]
        self.telephones = [
            Mad(line, place, dispatcher.datagram, random) for line, place in zip(lines, places, strict=True)
        ]
        self._stranger = dispatcher.datagram
        by_port = {mad.place.port: mad for mad in self.telephones}
        self._waiting: deque[tuple[Mad, bytes]] = deque()

        def deliver(data: bytes, to: Endpoint) -> bool:
            mad = by_port.get(to.port)
            if mad is not None:
                self._waiting.append((mad, data))
            return True

        assert links._udp is not None
        links._udp.send = deliver  # type: ignore[method-assign]  # no wire between: it would only lose datagrams

    async def round(self) -> None:
        """Something happens, and what follows from it."""
        mad = self._random.choice(self.telephones)
        chosen = self._random.random()
        if chosen < 0.2:
            mad.call(self._random.choice(_NUMBERS))
        elif chosen < 0.6:
            mad.talk()
        elif chosen < 0.7:
            mad.give_up()
        elif chosen < 0.75:
            stranger = Endpoint(Transport.UDP, "192.0.2.66", self._random.randrange(1, 65536))
            self._stranger(damaged(self._random, corpus.requests()), stranger)
        for _ in range(20):
            if not self._waiting:
                break
            heard, data = self._waiting.popleft()
            heard.heard(data)
        await asyncio.sleep(0)
        faults = self._server.counters["own_faults"]
        assert not faults, f"{faults} faults of our own: see the log"
