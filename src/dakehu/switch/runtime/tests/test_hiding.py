"""Nothing of one telephone's network is seen by the other: the process stands between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.runtime.tests.harness import HOLD, Phone, phone, running
from dakehu.switch.sip import Message, Transport

WORDS_OF_A = ("inner-a.example", "proxy-a.example", "MakerA", "secret-header")
WORDS_OF_B = ("inner-b.example", "proxy-b.example", "MakerB", "secret-header")
OF_A = {
    "Record-Route": "<sip:proxy-a.example;lr>",
    "User-Agent": "MakerA/1.0 (inner-a.example)",
    "Call-Info": "<http://inner-a.example/x>",
    "Subject": "secret-header",
    "P-Asserted-Identity": "<sip:boss@inner-a.example>",
    "History-Info": "<sip:proxy-a.example>;index=1",
    "Diversion": "<sip:x@proxy-a.example>",
    "X-Own": "secret-header",
}
OF_B = {
    "Record-Route": "<sip:proxy-b.example;lr>",
    "Server": "MakerB/1.0 (inner-b.example)",
    "Warning": '399 inner-b.example "secret-header"',
    "Reason": 'SIP;cause=486;text="secret-header"',
    "X-Own": "secret-header",
}


def assert_hides(messages: Iterable[Message], words: Iterable[str], *call_ids: str) -> None:
    """No such words but in the session description, which is passed on whole; and one Via, ours."""
    for message in messages:
        head = message.encode().partition(b"\r\n\r\n")[0].decode()
        assert not [word for word in (*words, *call_ids) if word in head], head
        assert len(message.vias) == 1


async def call(a: Phone, b: Phone, *, busy: bool) -> tuple[list[Message], list[Message]]:
    """A whole call (hold, hang-up), or one refused; what each side heard."""
    del a.heard[:], b.heard[:]
    request = a.build("INVITE", "8002", body=b"v=0\r\n", more=OF_A)
    a.sent = request
    asking = asyncio.create_task(a.ask(request))
    invite = await b.receive("INVITE")
    b.answer(invite, 180, more=OF_B)
    assert (await asking).status == 180
    if busy:
        b.answer(invite, 486, more=OF_B)
        a.acknowledge_failure(a.sent, await a.receive(486))
        await b.receive("ACK")
        return a.heard, b.heard
    server = {key: value for key, value in OF_B.items() if key != "Record-Route"}
    b.answer(invite, 200, body=b"v=0\r\n", more=server)
    dialog = a.established(await a.receive(200))
    await b.receive("ACK")
    reinvite = dialog.request(
        "INVITE", [("X-Own", "secret-header")], body=HOLD, content_type="application/sdp"
    )
    a.transmit(reinvite)
    b.answer(await b.receive("INVITE"), 200, body=b"v=0\r\n", more=server)
    await a.receive(200)
    a.transmit(dialog.ack())
    await b.receive("ACK")
    a.transmit(dialog.request("BYE", [("Reason", 'SIP;text="secret-header"')]))
    await a.receive(200)
    b.answer(await b.receive("BYE"), 200, Server="MakerB/1.0")
    return a.heard, b.heard


async def scene(home: Path, *, busy: bool) -> None:
    async with (
        running(home) as server,
        phone(office.ANNA, server, register=False) as a,
        phone(office.BO, server, Transport.TCP, register=False) as b,
    ):
        a.inner, b.inner = "inner-a.example:5060", "inner-b.example:5060"
        assert (await a.register()).status == 200
        assert (await b.register()).status == 200
        to_a, to_b = await call(a, b, busy=busy)
        ids = {message.call_id for message in to_a}, {message.call_id for message in to_b}
        assert [len(each) for each in ids] == [1, 1]
        assert_hides(to_a, WORDS_OF_B, *ids[1])
        assert_hides(to_b, WORDS_OF_A, *ids[0])
        assert server.counters["own_faults"] == 0


def test_an_answered_call(tmp_path: Path) -> None:
    asyncio.run(scene(tmp_path, busy=False))


def test_a_refused_call(tmp_path: Path) -> None:
    asyncio.run(scene(tmp_path, busy=True))
