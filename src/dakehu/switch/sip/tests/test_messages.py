"""Messages: reading, changing, writing, and that no bytes whatever do harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dakehu.switch.sip import CSeq, Malformed, Message, Request, Response, Via, parse_message, reply
from dakehu.switch.sip.faults import response_fault, syntax_fault
from dakehu.switch.sip.parser import MAX_HEAD, MAX_HEADERS, Unreadable

INVITE = (
    b"INVITE sip:8002@192.0.2.9 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK0\r\n"
    b"v: SIP/2.0/UDP 192.0.2.3\r\n"
    b"Record-Route: <sip:192.0.2.1;lr>\r\n"
    b"record-route: <sip:192.0.2.3;lr>\r\n"
    b'f: "\xe7\x8e\x8b" <sip:8001@192.0.2.3>;tag=a\r\n'
    b"To: <sip:8002@192.0.2.9>\r\n"
    b"Call-ID: one\r\n"
    b"CSEQ: 7 INVITE\r\n"
    b'Contact: <sip:8001@192.0.2.3>, "b, c" <sip:x@y>;q=0.1\r\n'
    b"Subject: one\r\n two\r\n"
    b"X-Noise: \xff\x00\xfe\r\n"
    b"Content-Length: 4\r\n\r\nv=0\n"
)


def _request(data: bytes = INVITE) -> Request:
    message = parse_message(data)
    assert isinstance(message, Request)
    return message


def test_reading() -> None:
    request = _request()
    assert (request.method, request.target, request.body) == ("INVITE", "sip:8002@192.0.2.9", b"v=0\n")
    assert request.via.branch == "z9hG4bK1"
    assert [via.host for via in request.vias] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert request.from_.display == "王"
    assert request.call_id == "one"
    assert request.cseq == CSeq(7, "INVITE")
    assert [str(route.uri) for route in request.record_routes] == ["sip:192.0.2.1;lr", "sip:192.0.2.3;lr"]
    assert [contact.target for contact in request.contacts] == ["sip:8001@192.0.2.3", "sip:x@y"]
    assert request.text("s") == "one two"
    assert request.text("no-such") is None
    assert "no-such" not in request
    assert request.members("no-such") == []
    assert request.max_forwards is None
    assert request.content_type == ""


def test_bytes_survive() -> None:
    assert _request().encode() == INVITE


def test_changing() -> None:
    request = _request().copy()
    request.put("Contact", "<sip:new@y>")
    assert [contact.target for contact in request.contacts] == ["sip:new@y"]
    request.put("record-route", "<sip:one;lr>")
    assert len(request.texts("Record-Route")) == 1
    request.remove("record-route")
    request.remove("record-route")
    assert request.record_routes == []
    request.prepend("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2")
    assert request.via.branch == "z9hG4bK2"
    request.drop_first("via")
    assert request.via.branch == "z9hG4bK1"
    request.drop_first("via")
    assert request.via.branch == "z9hG4bK0"
    request.set_via(Via("UDP", "changed", 1, {}))
    assert [via.host for via in request.vias] == ["changed", "192.0.2.3"]
    request.set_body(b"12345", "text/plain")
    assert (request.content_length, request.content_type) == (5, "text/plain")
    request.set_body(b"")
    assert (request.content_length, request.content_type) == (0, "")
    assert parse_message(request.encode()).call_id == "one"
    assert _request().encode() == INVITE


def test_no_header_is_smuggled_in() -> None:
    request = Request.build("OPTIONS", "sip:a", [("Subject", "x\r\nEvil: 1"), ("X-A", "a\nb")])
    parsed = parse_message(request.encode())
    assert [key for key, _ in parsed.items()] == ["subject", "x-a", "content-length"]


def test_replies_copy_what_they_must() -> None:
    request = _request()
    trying = reply(request, 100, tag="t")
    assert trying.to.tag == ""
    assert "record-route" not in trying
    ringing = reply(request, 180, tag="t", headers=[("Contact", "<sip:us>")])
    assert ringing.to.tag == "t"
    assert [str(via) for via in ringing.vias] == [str(via) for via in request.vias]
    assert ringing.texts("record-route") == request.texts("record-route")
    assert ringing.encode().startswith(b"SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, ")
    refused = reply(request, 486, tag="t", reason="In der Leitung", body=b"x", content_type="text/plain")
    assert refused.reason == "In der Leitung"
    assert "record-route" not in refused
    assert (refused.body, refused.content_type, refused.content_length) == (b"x", "text/plain", 1)


@pytest.mark.parametrize(
    "to", ["<sip:b@b>", "sip:b@b", "sip:b@b;x=1", '"B, b" <sip:b@b>;x', "<sip:b@b>;tag=old"]
)
@pytest.mark.parametrize("status", [100, 200, 404])
def test_what_a_reply_remembers_is_what_it_says(to: str, status: int) -> None:
    request = Request.build("OPTIONS", "sip:a", {**GOOD, "To": to}.items())
    assert syntax_fault(request) is None
    response = reply(request, status, tag="new")
    again = parse_message(response.encode())
    assert (response.to, response.from_, response.via, response.cseq) == (
        again.to,
        again.from_,
        again.via,
        again.cseq,
    )


def test_reply_keeps_the_tag_of_a_dialog() -> None:
    request = _request(INVITE.replace(b"To: <sip:8002@192.0.2.9>", b"To: <sip:8002@192.0.2.9>;tag=old"))
    assert reply(request, 200, tag="new").to.tag == "old"


def test_built_messages() -> None:
    response = Response.build(200, [("Via", "SIP/2.0/UDP a")], body=b"x", content_type="a/b")
    assert response.encode() == (
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\nContent-Type: a/b\r\nContent-Length: 1\r\n\r\nx"
    )
    assert response.is_success
    assert response.copy().encode() == response.encode()
    assert "200" in repr(response)


@pytest.mark.parametrize(
    ("data", "status", "answerable"),
    [
        (b"", 400, False),
        (b"\x00\x01\x02\xff", 400, False),
        (b"GET / HTTP/1.1\r\n\r\n", 400, False),
        (b"SIP/2.0\r\n\r\n", 400, False),
        (b"SIP/3.0 200 OK\r\n\r\n", 400, False),
        (b"SIP/2.0 99 Low\r\n\r\n", 400, False),
        (b"SIP/2.0 700 High\r\n\r\n", 400, False),
        (b"SIP/2.0 20x Odd\r\n\r\n", 400, False),
        (b"INVITE sip:a SIP/2.0\r\nVia: x\r\n", 400, True),
        (b"INVITE sip:a SIP/2.0\r\nno colon here\r\n\r\n", 400, True),
        (b"INVITE sip:a SIP/2.0\r\nbad name: x\r\n\r\n", 400, True),
        (b"INVITE sip:a SIP/2.0\r\n: x\r\n\r\n", 400, True),
        (b"IN(VITE sip:a SIP/2.0\r\n\r\n", 400, True),
        (b"INVITE sip:a SIP/2.1\r\n\r\n", 505, True),
        (b"INVITE sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nabc", 400, True),
        (b"INVITE sip:a SIP/2.0\r\nContent-Length: x\r\n\r\nabc", 400, True),
        (b"INVITE sip:a SIP/2.0\r\nSubject: a\nEvil: b\r\n\r\n", 400, False),
        (b"INVITE sip:a SIP/2.0\r\nSubject: a\rb\r\n\r\n", 400, False),
        (b"INVITE sip:a SIP/2.0\r\n" + b"X: y\r\n" * (MAX_HEADERS + 1) + b"\r\n", 400, False),
        (b"INVITE sip:a SIP/2.0\r\nX: " + b"y" * MAX_HEAD + b"\r\n\r\n", 400, False),
    ],
)
def test_unreadable(data: bytes, status: int, answerable: bool) -> None:
    with pytest.raises(Unreadable) as raised:
        parse_message(data)
    assert raised.value.status == status
    assert (raised.value.request is not None) is answerable


def test_line_ends_in_front_are_skipped_and_bytes_behind_dropped() -> None:
    message = parse_message(b"\r\n\r\nOPTIONS sip:a SIP/2.0\r\nl: 2\r\n\r\nabcdef")
    assert message.body == b"ab"


def test_without_content_length_a_datagram_is_the_body() -> None:
    assert parse_message(b"OPTIONS sip:a SIP/2.0\r\n\r\nabc").body == b"abc"


GOOD = {
    "Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    "From": "<sip:a@b>;tag=1",
    "To": "<sip:b@b>",
    "Call-ID": "c",
    "CSeq": "1 OPTIONS",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"Via": None}, "Via: missing"),
        ({"Call-ID": None}, "Call-ID: missing"),
        ({"Call-ID": "a b"}, "Call-ID: not a word"),
        ({"Call-ID": "a\udcff"}, "Call-ID: not a word"),
        ({"CSeq": "1 INVITE"}, "CSeq: method differs"),
        ({"CSeq": "2147483648 OPTIONS"}, "CSeq: number too large"),
        ({"CSeq": "1"}, "CSeq: bad method"),
        ({"Max-Forwards": "256"}, "Max-Forwards: number too large"),
        ({"Max-Forwards": "x"}, "Max-Forwards: not a number"),
        ({"To": "<sip:a@b"}, "To: unclosed angle bracket"),
        ({"Contact": "<sip:a@@b>"}, "URI: not a SIP URI"),
        ({"From": "<sip:a@@b>;tag=1"}, "URI: not a SIP URI"),
        ({"To": "<nothing>"}, "URI: not a URI"),
        ({"To": "<isbn:123>"}, None),
        ({"To": "<sip:a>;tag"}, "tag: empty"),
        ({"Record-Route": "<sip:a;b;b>"}, "URI: parameter twice"),
        ({"Contact": "<name:anything>"}, None),
        ({"Record-Route": "<sip:a;lr>, "}, "Record-Route: empty list member"),
        ({"Route": '"x <sip:a>'}, "Route: unterminated quoted string"),
        ({"Expires": "99999999999"}, "Expires: number too large"),
        ({"Date": "Sat, 13 Nov 2010 23:29:00 GMT"}, None),
        ({"Date": "Sat, 13 Nov 2010 23:29:00 CET"}, "Date: not a date in GMT"),
    ],
)
def test_syntax_faults(change: dict[str, str | None], words: str | None) -> None:
    headers = {**GOOD, **change}
    request = Request.build("OPTIONS", "sip:a", [(name, value) for name, value in headers.items() if value])
    found = syntax_fault(request)
    if words is None:
        assert found is None
    else:
        assert found is not None
        assert (found.status, words in found.reason) == (400, True), found.reason


@pytest.mark.parametrize(
    "name", ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Type", "Date", "Expires"]
)
def test_headers_that_may_come_once(name: str) -> None:
    request = Request.build("OPTIONS", "sip:a", GOOD.items())
    request.remove(name)
    for _ in range(2):
        request.add(name, GOOD.get(name, "1"))
    found = syntax_fault(request)
    assert found is not None
    assert found.reason == f"Bad Request - {name}: more than once"


@pytest.mark.parametrize("target", ["sip:a b", "<sip:a>", '"a"', "nothing", "sip:", "sip:a?b=c", "x:"])
def test_bad_targets(target: str) -> None:
    assert syntax_fault(Request.build("OPTIONS", target, GOOD.items())) is not None


def test_responses_with_two_vias_are_for_a_proxy() -> None:
    response = Response.build(200, GOOD.items())
    assert response_fault(response) is None
    response.add("Via", "SIP/2.0/UDP 192.0.2.2")
    assert response_fault(response) == "more than one Via"


READ = [
    "via",
    "vias",
    "from_",
    "to",
    "call_id",
    "cseq",
    "contacts",
    "contact",
    "routes",
    "record_routes",
    "max_forwards",
    "expires",
    "content_length",
    "content_type",
]


def _read_everything(message: Message) -> None:
    """Touch every property; only `Malformed` may come out."""
    for name in READ:
        try:
            getattr(message, name)
        except Malformed:
            continue
    if isinstance(message, Request):
        syntax_fault(message)
        for status in (100, 200, 404):
            try:
                reply(message, status, tag="t").encode()
            except Malformed:
                continue
    if isinstance(message, Response):
        response_fault(message)


def _try(data: bytes) -> None:
    try:
        message = parse_message(data)
    except Unreadable:
        return
    assert message.encode().split(b"\r\n\r\n")[0] in data
    _read_everything(message)


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    _try(data)


@given(st.binary(max_size=300))
def test_any_headers(data: bytes) -> None:
    _try(b"INVITE sip:a@b SIP/2.0\r\n" + data + b"\r\n\r\n")


@given(
    st.lists(st.tuples(st.sampled_from(["Via", "f", "To", "CSeq", "Contact", "Route"]), st.text(max_size=40)))
)
def test_any_values_in_known_headers(headers: list[tuple[str, str]]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    _try(f"INVITE sip:a@b SIP/2.0\r\n{lines}\r\n".encode("utf-8", "surrogatepass"))


_edits = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 4), st.binary(max_size=6)), min_size=1, max_size=8
)


def _mutated(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, kind, piece in edits:
        at = place % (len(data) + 1)
        if kind == 0:
            data = data[:at] + piece + data[at:]
        elif kind == 1:
            data = data[:at] + data[at + len(piece) :]
        elif kind == 2:
            data = data[:at] + piece + data[at + len(piece) :]
        elif kind == 3:
            data = data[: at or 1]
        else:
            data = data[:at] + data[at // 2 : at] + data[at:]
    return data


@given(_edits)
@example([(0, 3, b"")])
def test_damaged_messages(edits: list[tuple[int, int, bytes]]) -> None:
    _try(_mutated(INVITE, edits))


@settings(max_examples=300)
@given(st.integers(0, 48), _edits)
def test_damaged_torture_messages(testdata: Path, which: int, edits: list[tuple[int, int, bytes]]) -> None:
    files = sorted((testdata / "sip" / "rfc4475").glob("*.dat"))
    _try(_mutated(files[which % len(files)].read_bytes(), edits))
