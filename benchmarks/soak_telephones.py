"""The telephones of the soak: many lines behind two sockets, each call of a kind that says how it goes."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.voice import free_port, register
from benchmarks.voice_province import PASSWORD, line_names
from dakehu.numbering.domain.services import Services
from dakehu.switch.directory import DirectoryWriter, GroupEntry, LineEntry
from dakehu.switch.sip import Challenge, Dialog, Message, Request, Response, ha1, parse_message, reply

TALK_S = 1.0
REGISTERS_S = 0.1
BROKEN_S = 45.0
"""How long the lines of a broken call may be busy after its caller is through: the other side's BYE takes 32 s."""
LAST_S = 180.0
"""No call may take longer."""
_GROUP = 100
_SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"


class Kind(StrEnum):
    """How a call goes."""

    PLAIN = "plain"
    FORWARDED = "forwarded"
    UNKNOWN = "unknown number"
    CANCELLED = "cancelled"
    BYE_LOST = "BYE lost"
    NO_ACK = "no ACK"
    VANISHED = "vanished"


BROKEN = frozenset({Kind.BYE_LOST, Kind.NO_ACK, Kind.VANISHED})
MIX = (*[Kind.PLAIN] * 12, *[Kind.FORWARDED] * 2, *[Kind.UNKNOWN] * 2, Kind.CANCELLED, *sorted(BROKEN))
MIX = tuple(MIX[at * 7 % len(MIX)] for at in range(len(MIX)))  # one after the other, not in a row
_ENDS = {Kind.UNKNOWN: 404, Kind.CANCELLED: 487}


@dataclass(eq=False)
class Made:
    """A call and its pair of lines; `ours` is the caller's dialog."""

    kind: Kind
    pair: int
    invite: Request
    ours: Dialog | None = None
    over: bool = False


class Socket(asyncio.DatagramProtocol):
    """One side's socket."""

    def __init__(self, hear: Any) -> None:
        self.hear = hear

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self.hear(parse_message(data))


def _itself(side: Socket) -> Socket:
    return side


class Exchange:
    """All telephones. `counts` are calls by kind, `calls`, `failed` and `answered`; `why` tells failures."""

    def __init__(self, server_port: int, rate: int) -> None:
        self.server_port, self.rate = server_port, rate
        self.pairs = pairs_for(rate)
        self.free = deque(range(self.pairs))
        self.counts: Counter[str] = Counter(calls=0, failed=0, answered=0)
        self.why: Counter[str] = Counter()
        self._calls: dict[str, Made] = {}
        self._kinds: dict[int, Kind] = {}
        self._silent: set[str] = set()
        self._ringing: dict[str, Request] = {}
        self._numbers = itertools.count(1)
        self._loop = asyncio.get_running_loop()
        self.caller_port, self.called_port = free_port(), free_port()
        self._caller, self._called = Socket(self._caller_hears), Socket(self._called_hears)

    @staticmethod
    def publish(home: Path, rate: int) -> None:
        """Callers, called lines, and lines that forward to the called ones; groups of a hundred of each."""
        pairs = pairs_for(rate)

        def entries() -> Iterator[LineEntry | GroupEntry]:
            for group in range(1, pairs // _GROUP + 1):
                yield GroupEntry(group, group, "TY01", "0351", "9", "0", 4, 400, f"0351{group + 7_000_000}")
            for number, name in enumerate(line_names(3 * pairs, 0)):
                row, at = divmod(number, pairs)
                yield LineEntry(
                    name,
                    "0351",
                    "TY01",
                    1 + at // _GROUP,
                    group_id=1 + at // _GROUP,
                    short_number=f"8{row * _GROUP + at % _GROUP:03d}",
                    sip_username=name,
                    ha1_md5=ha1(name, "dakehu", PASSWORD),
                    services=Services(forward_always=f"81{at % _GROUP:02d}" if row == 2 else ""),
                )

        with DirectoryWriter(home / "directory.lmdb") as writer:
            writer.rebuild(entries)

    @classmethod
    @asynccontextmanager
    async def open(cls, server_port: int, rate: int) -> AsyncIterator[Exchange]:
        """Registered, with its sockets open."""
        made = cls(server_port, rate)
        names = line_names(2 * made.pairs, 0)
        await register(names[: made.pairs], made.caller_port, server_port)
        await register(names[made.pairs :], made.called_port, server_port)
        for side, port in ((made._caller, made.caller_port), (made._called, made.called_port)):
            address = ("127.0.0.1", port)
            await made._loop.create_datagram_endpoint(partial(_itself, side), local_addr=address)
        try:
            yield made
        finally:
            made._caller.transport.close()
            made._called.transport.close()

    async def run(self, seconds: float) -> None:
        """Call for so long, then wait until the last call is over."""
        begun = self._loop.time()
        registering = asyncio.create_task(self._registrations())
        for number in itertools.count():
            due = begun + number / self.rate
            if due > begun + seconds:
                break
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            self._call(MIX[number % len(MIX)])
        registering.cancel()
        for _ in range(int(LAST_S * 2)):
            if not self._calls:
                break
            await asyncio.sleep(0.5)
        for made in list(self._calls.values()):
            self._over(made, f"{made.kind} never ended")

    # --- the callers

    def _call(self, kind: Kind) -> None:
        self.counts["calls"] += 1
        self.counts[kind] += 1
        if not self.free:
            self._failed("no line free")
            return
        pair, number = self.free.popleft(), next(self._numbers)
        self._kinds[pair] = kind
        dialled = {Kind.FORWARDED: f"82{pair % _GROUP:02d}", Kind.UNKNOWN: "8999"}.get(
            kind, f"81{pair % _GROUP:02d}"
        )
        invite = self._request("INVITE", line_names(1, pair)[0], dialled, f"soak-{number}", 1, _SDP)
        self._calls[invite.call_id] = Made(kind, pair, invite)
        self._say(self._caller, invite)

    def _request(
        self, method: str, name: str, to: str, call_id: str, cseq: int, body: bytes = b""
    ) -> Request:
        server = f"127.0.0.1:{self.server_port}"
        lines = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.caller_port};branch=z9hG4bK{call_id}x{cseq};rport"),
            ("From", f"<sip:{name}@127.0.0.1>;tag=t{call_id}"),
            ("To", f"<sip:{to}@127.0.0.1>"),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Max-Forwards", "70"),
            ("Contact", f"<sip:{name}@127.0.0.1:{self.caller_port}>"),
        ]
        target = f"sip:{server}" if method == "REGISTER" else f"sip:{to}@{server}"
        return Request.build(
            method, target, lines, body=body, content_type="application/sdp" if body else None
        )

    def _say(self, side: Socket, message: Message) -> None:
        side.transport.sendto(message.encode(), ("127.0.0.1", self.server_port))

    def _in_dialog(self, request: Request) -> None:
        branch = f"z9hG4bKd{next(self._numbers)}"
        request.prepend("via", f"SIP/2.0/UDP 127.0.0.1:{self.caller_port};branch={branch};rport")
        self._say(self._caller, request)

    def _caller_hears(self, message: Message) -> None:
        if isinstance(message, Request):
            if message.method != "ACK":
                self._say(self._caller, reply(message, 200))
            if message.method == "BYE":
                made = self._calls.get(message.call_id)
                if made is not None:
                    self._over(made, "" if made.kind in BROKEN else f"{made.kind} was hung up")
        elif isinstance(message, Response):
            if message.cseq.method == "REGISTER":
                self._registered(message)
            made = self._calls.get(message.call_id)
            if made is not None:
                self._answer_heard(made, message)

    def _answer_heard(self, made: Made, response: Response) -> None:
        method, status = response.cseq.method, response.status
        if method == "BYE":
            self._over(made, "" if status == 200 else f"BYE {status}")
        elif method == "INVITE" and status == 180 and made.kind is Kind.CANCELLED:
            self._say(self._caller, self._derived(made, "CANCEL", str(made.invite.to)))
        elif method == "INVITE" and status >= 300:
            self._say(self._caller, self._derived(made, "ACK", str(response.to)))
            self._over(made, "" if status == _ENDS.get(made.kind) else f"{made.kind} got {status}")
        elif method == "INVITE" and status == 200:
            self._answered(made, response)

    def _answered(self, made: Made, response: Response) -> None:
        is_first = made.ours is None
        if is_first:
            self.counts["answered"] += 1
            made.ours = Dialog.from_response(
                made.invite, response, contact=f"sip:x@127.0.0.1:{self.caller_port}"
            )
        if made.kind is Kind.NO_ACK or made.ours is None:
            return
        self._in_dialog(made.ours.ack())
        if is_first and made.kind not in BROKEN:
            self._loop.call_later(TALK_S, self._hang_up, made)

    def _hang_up(self, made: Made) -> None:
        if made.ours is not None and not made.over:
            self._in_dialog(made.ours.request("BYE"))

    def _derived(self, made: Made, method: str, to: str) -> Request:
        invite = made.invite
        lines = [
            ("Via", invite.text("via") or ""),
            ("From", str(invite.from_)),
            ("To", to),
            ("Call-ID", invite.call_id),
            ("CSeq", f"{invite.cseq.number} {method}"),
            ("Max-Forwards", "70"),
        ]
        return Request.build(method, invite.target, lines)

    def _over(self, made: Made, fault: str) -> None:
        made.over = True
        del self._calls[made.invite.call_id]
        if fault:
            self._failed(fault)
        self._loop.call_later(BROKEN_S if made.kind in BROKEN else 2.0, self.free.append, made.pair)

    def _failed(self, why: str) -> None:
        self.counts["failed"] += 1
        self.why[why] += 1

    # --- registrations

    async def _registrations(self) -> None:
        for number in itertools.count():
            name = line_names(1, number % self.pairs)[0]
            self._say(self._caller, self._request("REGISTER", name, name, f"again-{number}-{name}", 1))
            self.counts["registrations"] += 1
            await asyncio.sleep(REGISTERS_S)

    def _registered(self, response: Response) -> None:
        name = response.to.uri.username
        if response.status == 401 and name is not None:
            again = self._request("REGISTER", name, name, response.call_id, 2)
            challenge = Challenge.parse(response.text("www-authenticate") or "")
            if challenge is not None:
                again.add("authorization", str(challenge.answer(again, name, PASSWORD, cnonce="c")))
            self._say(self._caller, again)
        elif response.status != 200:
            self._failed(f"REGISTER got {response.status}")

    # --- the called lines

    def _called_hears(self, message: Message) -> None:
        if isinstance(message, Request) and message.call_id not in self._silent:
            pair = int(message.uri.username or 0) - int(line_names(1, self.pairs)[0])
            kind = self._kinds.get(pair, Kind.PLAIN)
            contact = [("Contact", f"<sip:{message.uri.username}@127.0.0.1:{self.called_port}>")]
            if message.method == "INVITE":
                self._say(self._called, reply(message, 180, tag=f"c{pair}", headers=contact))
                if kind is not Kind.CANCELLED:
                    answer = reply(
                        message,
                        200,
                        tag=f"c{pair}",
                        headers=contact,
                        body=_SDP,
                        content_type="application/sdp",
                    )
                    self._say(self._called, answer)
                else:
                    self._ringing[message.call_id] = message
            elif message.method == "CANCEL":
                self._say(self._called, reply(message, 200, tag=f"c{pair}"))
                ringing = self._ringing.pop(message.call_id, None)
                if ringing is not None:
                    self._say(self._called, reply(ringing, 487, tag=f"c{pair}"))
            elif message.method == "ACK":
                if kind is Kind.VANISHED:
                    self._silent.add(message.call_id)
            else:
                self._say(self._called, reply(message, 481 if kind is Kind.BYE_LOST else 200))


def pairs_for(rate: int) -> int:
    """Pairs of lines so that a free one is found while those of broken calls are busy."""
    return -(-rate * 30 // _GROUP) * _GROUP
