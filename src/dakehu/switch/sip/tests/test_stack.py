"""The stack's gates, destinations and ways back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import (
    CloseFlow,
    Dialog,
    Dropped,
    Endpoint,
    FailureCause,
    Frame,
    Malformed,
    Message,
    Request,
    RequestArrived,
    ResolveNeeded,
    Response,
    ResponseArrived,
    SendBytes,
    Stack,
    StreamFramer,
    TransactionFailed,
    Transport,
    hops_left,
    parse_message,
    reply,
)
from dakehu.switch.sip.headers import NAMES
from dakehu.switch.sip.routing import has_looped, hop_of, next_hop, way_back
from dakehu.switch.sip.tests.wire import ALICE, BOB, every, make_stack, only, run_timers, sent
from dakehu.switch.sip.uri import Uri
from dakehu.switch.sip.via import Via

SOURCE = Endpoint(Transport.UDP, ALICE, 40_000)


def request_to(stack_host: str, method: str = "OPTIONS", **headers: str) -> Request:
    """A request as it comes from the wire."""
    lines = {
        "Via": f"SIP/2.0/UDP {ALICE}:5060;branch=z9hG4bK1",
        "From": f"<sip:a@{ALICE}>;tag=1",
        "To": f"<sip:b@{stack_host}>",
        "Call-ID": "c",
        "CSeq": f"1 {method}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Request.build(method, f"sip:b@{stack_host}", lines.items())


def answer_to(stack: Stack, request: Request, source: Endpoint = SOURCE) -> Response:
    """The refusal of a request."""
    message: Message = parse_message(only(stack.receive(request.encode(), source, 0.0), SendBytes).data)
    assert isinstance(message, Response)
    return message


# --- gates


@pytest.mark.parametrize(
    ("method", "headers", "status", "header"),
    [
        ("PUBLISH", {}, 405, ("allow", "ACK, BYE, CANCEL, INVITE, OPTIONS, REGISTER")),
        ("PING", {}, 501, ("allow", "ACK, BYE, CANCEL, INVITE, OPTIONS, REGISTER")),
        ("OPTIONS", {"Require": "100rel, timer"}, 420, ("unsupported", "100rel, timer")),
        ("OPTIONS", {"Require": "a,,b"}, 400, None),
        ("INVITE", {"Max-Forwards": "0"}, 483, None),
        ("INVITE", {"Accept": "text/plain"}, 406, ("accept", "application/sdp")),
        ("OPTIONS", {"CSeq": "x OPTIONS"}, 400, None),
        ("OPTIONS", {"To": '"x <sip:b@b>'}, 400, None),
    ],
)
def test_refusals(method: str, headers: dict[str, str], status: int, header: tuple[str, str] | None) -> None:
    stack = make_stack(BOB)
    response = answer_to(stack, request_to(BOB, method, **headers))
    assert response.status == status
    if header is not None:
        assert response.text(header[0]) == header[1]
    assert stack.load == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/*"},
        {"Accept": "text/plain, application/sdp;level=1"},
        {"Accept": "*/*;q=0.1"},
        {},
    ],
)
def test_acceptable_offers(headers: dict[str, str]) -> None:
    heard = make_stack(BOB).receive(request_to(BOB, "INVITE", **headers).encode(), SOURCE, 0.0)
    assert len(every(heard, RequestArrived)) == 1


@pytest.mark.parametrize(
    ("kind", "more", "status"),
    [
        ("application/sdp", {}, 0),
        ("APPLICATION/SDP; charset=x", {}, 0),
        ("text/plain", {}, 415),
        ("text/plain", {"Content-Disposition": "render; handling=optional"}, 0),
        ("application/sdp", {"Content-Encoding": "gzip"}, 415),
    ],
)
def test_bodies(kind: str, more: dict[str, str], status: int) -> None:
    request = request_to(BOB, "INVITE", **more)
    request.set_body(b"v=0\r\n", kind)
    heard = make_stack(BOB).receive(request.encode(), SOURCE, 0.0)
    if status:
        assert sent(heard) == [str(status)]
    else:
        assert len(every(heard, RequestArrived)) == 1


def test_unknown_scheme() -> None:
    request = request_to(BOB)
    request.target = "isbn:123"
    assert answer_to(make_stack(BOB), request).status == 416


def test_zero_hops_are_no_fault_inside_a_dialog_or_for_us() -> None:
    stack = make_stack(BOB)
    inside = request_to(BOB, "INVITE", To="<sip:b@b>;tag=x", Max_Forwards="0")
    assert len(every(stack.receive(inside.encode(), SOURCE, 0.0), RequestArrived)) == 1
    register = request_to(BOB, "REGISTER", Max_Forwards="0", Via=f"SIP/2.0/UDP {ALICE};branch=z9hG4bK2")
    assert len(every(stack.receive(register.encode(), SOURCE, 0.0), RequestArrived)) == 1


def test_refusals_are_stateless_and_always_the_same() -> None:
    stack = make_stack(BOB)
    data = request_to(BOB, "PUBLISH").encode()
    first = stack.receive(data, SOURCE, 0.0)
    assert first == stack.receive(data, SOURCE, 9.0)
    response = parse_message(only(first, SendBytes).data)
    assert len(response.to.tag) == 16
    ack = request_to(BOB, "ACK", To=str(response.to))
    assert stack.receive(ack.encode(), SOURCE, 9.1) == [Dropped("ACK without answer", SOURCE)]


def test_merged_request_is_482() -> None:
    stack = make_stack(BOB)
    stack.receive(request_to(BOB, "INVITE").encode(), SOURCE, 0.0)
    other_way = request_to(BOB, "INVITE", Via="SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKother")
    assert answer_to(stack, other_way).status == 482
    later = request_to(BOB, "INVITE", Via="SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKnext", CSeq="2 INVITE")
    assert len(every(stack.receive(later.encode(), SOURCE, 0.0), RequestArrived)) == 1


def test_merging_ends_with_the_transaction() -> None:
    stack = make_stack(BOB)
    arrived = only(stack.receive(request_to(BOB).encode(), SOURCE, 0.0), RequestArrived)
    stack.respond(arrived.server, reply(arrived.request, 200, tag="b"), 0.0)
    run_timers(stack, 40)
    again = request_to(BOB, Via="SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKother")
    assert len(every(stack.receive(again.encode(), SOURCE, 40.0), RequestArrived)) == 1


def test_overload_is_503() -> None:
    stack = make_stack(BOB, max_server_transactions=1)
    stack.receive(request_to(BOB).encode(), SOURCE, 0.0)
    response = answer_to(stack, request_to(BOB, CSeq="2 OPTIONS", Via="SIP/2.0/UDP x;branch=z9hG4bK9"))
    assert (response.status, response.text("retry-after")) == (503, "10")


def test_broken_via_is_answered_where_it_came_from() -> None:
    outputs = make_stack(BOB).receive(request_to(BOB, Via="SIP/2.0/UDP ;;;").encode(), SOURCE, 0.0)
    assert only(outputs, SendBytes).to == SOURCE


@pytest.mark.parametrize("data", [b"hello", b"SIP/2.0 abc\r\n\r\n", b"\x16\x03\x01" * 50])
def test_noise_is_dropped(data: bytes) -> None:
    outputs = make_stack(BOB).receive(data, SOURCE, 0.0)
    assert [type(output) for output in outputs] == [Dropped]


def test_broken_acks_are_never_answered() -> None:
    stack = make_stack(BOB)
    for data in (b"ACK sip:b SIP/7.0\r\nVia: SIP/2.0/UDP a\r\n\r\n", request_to(BOB, "ACK", To="<").encode()):
        assert [type(output) for output in stack.receive(data, SOURCE, 0.0)] == [Dropped]


@given(st.binary(max_size=300))
def test_stack_survives_anything(data: bytes) -> None:
    stack = make_stack(BOB)
    for start in (b"INVITE sip:b SIP/2.0", b"ACK sip:b SIP/2.0", b"SIP/2.0 200 OK"):
        head = start + b"\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n"
        stack.receive(head + data + b"\r\n\r\n", SOURCE, 0.0)


_values = st.one_of(
    st.text(max_size=20), st.sampled_from([",", "a,,b", '"', "<", ";", "1 2", "*", "", "sip:a@b", "<sip:a>"])
)


@given(
    st.sampled_from(["INVITE", "ACK", "CANCEL", "REGISTER", "OPTIONS", "BYE"]),
    st.lists(st.tuples(st.sampled_from(sorted(NAMES.values())), _values), max_size=6),
)
def test_stack_survives_any_headers(method: str, headers: list[tuple[str, str]]) -> None:
    stack = make_stack(BOB)
    request = request_to(BOB, method)
    for name, value in headers:
        if name not in {"Via", "CSeq", "Content-Length"}:
            request.remove(name)
        request.add(name, value)
    request.set_body(b"v=0", "application/sdp")
    for output in stack.receive(request.encode(), SOURCE, 0.0):
        if isinstance(output, RequestArrived):
            response = reply(output.request, 200, tag="t", headers=[("Contact", "<sip:b>")])
            stack.respond(output.server, response, 0.0)
            Dialog.from_request(output.request, response, contact="sip:b").request("BYE")
            output.request.uri, output.request.from_.uri, output.request.to.uri  # noqa: B018 - may not raise
    client, outputs = stack.request(request_to(ALICE, method), 0.0)
    ours = parse_message(only(outputs, SendBytes).data)
    request.put("Via", str(ours.via))
    for output in stack.receive(b"SIP/2.0 200 OK\r\n" + request.encode().partition(b"\r\n")[2], SOURCE, 0.1):
        if isinstance(output, ResponseArrived):
            assert output.client == client
            dialog = Dialog.from_response(request_to(BOB, "INVITE"), output.response, contact="sip:a")
            dialog.receive_response(output.response)
            dialog.ack()


def test_product_is_named_in_refusals() -> None:
    response = answer_to(make_stack(BOB, product="Dakehu"), request_to(BOB, "PUBLISH"))
    assert response.text("server") == "Dakehu"


# --- keep-alive and broken streams


def test_keep_alive() -> None:
    stack = make_stack(BOB)
    flow = Endpoint(Transport.TCP, ALICE, 40_000, 5)
    assert stack.receive(b"\r\n\r\n", flow, 0.0) == [SendBytes(flow, b"\r\n")]
    assert stack.receive(b"\r\n", flow, 0.0) == []
    assert stack.receive(b"\r\n\r\n", SOURCE, 0.0) == []
    assert stack.receive(b"\0\0\0\0", SOURCE, 0.0) == []
    assert stack.receive(b"", SOURCE, 0.0) == []


@pytest.mark.parametrize(
    ("length", "status"),
    [("Content-Length: 1\r\nContent-Length: 2", 400), ("X: y", 400), ("Content-Length: 999999", 513)],
)
def test_stream_that_cant_be_cut_is_refused_and_closed(length: str, status: int) -> None:
    stack = make_stack(BOB)
    flow = Endpoint(Transport.TCP, ALICE, 40_000, 5)
    text = f"OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n{length}\r\n\r\n"
    (frame,) = StreamFramer().feed(text.encode())
    outputs = stack.receive_frame(frame, flow, 0.0)
    assert sent(outputs) == [str(status)]
    assert isinstance(outputs[-1], CloseFlow)


def test_stream_of_noise_is_closed_silently() -> None:
    flow = Endpoint(Transport.TCP, ALICE, 40_000, 5)
    (frame,) = StreamFramer(max_head=100).feed(b"x" * 100)
    assert make_stack(BOB).receive_frame(frame, flow, 0.0) == [CloseFlow(flow, "head too large")]
    data = request_to(BOB).encode()
    assert len(every(make_stack(BOB).receive_frame(Frame(data), flow, 0.0), RequestArrived)) == 1


# --- the way back


@pytest.mark.parametrize(
    ("via", "back"),
    [
        (f"SIP/2.0/UDP {ALICE}", Endpoint(Transport.UDP, ALICE, 5060)),
        (f"SIP/2.0/UDP {ALICE}:5090", Endpoint(Transport.UDP, ALICE, 5090)),
        (f"SIP/2.0/UDP {ALICE}:5090;rport", SOURCE),
        ("SIP/2.0/UDP 10.1.1.1:5090", Endpoint(Transport.UDP, ALICE, 5090)),
        ("SIP/2.0/UDP 10.1.1.1;maddr=203.0.113.1", Endpoint(Transport.UDP, ALICE, 5060)),
    ],
)
def test_way_back_over_udp(via: str, back: Endpoint) -> None:
    request = request_to(BOB, Via=f"{via};branch=z9hG4bK1")
    stack = make_stack(BOB, methods=frozenset({"INVITE"}))
    assert only(stack.receive(request.encode(), SOURCE, 0.0), SendBytes).to == back


def test_way_back_on_a_connection() -> None:
    flow = Endpoint(Transport.TCP, ALICE, 40_000, 5)
    assert way_back(Via.parse("SIP/2.0/TCP a:5070"), flow) == Endpoint(Transport.TCP, ALICE, 5070, 5)
    assert way_back(Via.parse("SIP/2.0/TCP a:5070;rport"), flow) == flow
    assert way_back(Via.parse("SIP/2.0/TCP a"), flow) == flow


def test_received_and_rport_are_written_and_echoed() -> None:
    stack = make_stack(BOB, force_rport=True)
    arrived = only(stack.receive(request_to(BOB).encode(), SOURCE, 0.0), RequestArrived)
    assert arrived.request.via.params["rport"] == "40000"
    assert arrived.request.via.params["received"] == ALICE


# --- the next hop


@pytest.mark.parametrize(
    ("uri", "endpoint"),
    [
        ("sip:192.0.2.9", Endpoint(Transport.UDP, "192.0.2.9", 5060)),
        ("sip:b@192.0.2.9:5070;transport=tcp", Endpoint(Transport.TCP, "192.0.2.9", 5070)),
        ("sip:b@x.example;maddr=192.0.2.9", Endpoint(Transport.UDP, "192.0.2.9", 5060)),
        ("sips:b@192.0.2.9", Endpoint(Transport.TLS, "192.0.2.9", 5061)),
        ("sips:b@192.0.2.9;transport=ws", Endpoint(Transport.WSS, "192.0.2.9", 443)),
        ("sip:b@[2001:db8::9]", Endpoint(Transport.UDP, "2001:db8::9", 5060)),
        ("sip:b@x.example", None),
    ],
)
def test_hops(uri: str, endpoint: Endpoint | None) -> None:
    assert hop_of(Uri.parse(uri)).endpoint() == endpoint


@pytest.mark.parametrize("uri", ["tel:123", "sip:a;transport=pigeon"])
def test_no_hops(uri: str) -> None:
    with pytest.raises(Malformed):
        hop_of(Uri.parse(uri))


def test_route_comes_before_the_target() -> None:
    request = request_to(BOB, Route="<sip:192.0.2.8;lr>, <sip:192.0.2.7;lr>")
    assert next_hop(request).host == "192.0.2.8"


def test_names_are_asked_for() -> None:
    stack = make_stack(ALICE)
    request = request_to("phone.example")
    request.remove("via")
    client, outputs = stack.request(request, 0.0)
    assert outputs == [ResolveNeeded(client, "phone.example", None, None)]
    peers = [Endpoint(Transport.TLS, "192.0.2.9", 5061), Endpoint(Transport.TCP, "192.0.2.9", 5060)]
    outputs = stack.resolved(client, peers, 1.0)
    assert only(outputs, SendBytes).to == peers[1]
    assert parse_message(only(outputs, SendBytes).data).via.transport == "TCP"
    assert stack.resolved(client, peers, 1.0) == []


def test_names_that_lead_nowhere() -> None:
    stack = make_stack(ALICE)
    for end in (0, 1):
        request = request_to("phone.example", "INVITE")
        request.remove("via")
        client, _ = stack.request(request, 0.0)
        outputs = stack.resolved(client, [], 1.0) if end == 0 else stack.cancel(client, 1.0)
        assert only(outputs, TransactionFailed).cause is FailureCause.UNRESOLVED
        assert stack.load == 0


def test_transport_that_we_do_not_have() -> None:
    stack = make_stack(ALICE)
    client, outputs = stack.request(request_to(BOB), 0.0, destination=Endpoint(Transport.WSS, BOB, 443))
    assert outputs == [TransactionFailed(client, FailureCause.TRANSPORT, 503)]


def test_requests_get_via_and_hops() -> None:
    stack = make_stack("2001:db8::1")
    request = request_to(BOB)
    request.remove("via")
    _, outputs = stack.request(request, 0.0, destination=Endpoint(Transport.UDP, "2001:db8::2", 5060))
    message = parse_message(only(outputs, SendBytes).data)
    assert (message.via.host, message.via.port, message.max_forwards) == ("[2001:db8::1]", 5060, 70)


@pytest.mark.parametrize(("received", "left"), [(None, 70), ("70", 69), ("1", 0), ("0", None)])
def test_hops_left(received: str | None, left: int | None) -> None:
    more = {} if received is None else {"Max-Forwards": received}
    assert hops_left(request_to(BOB, **more)) == left


def test_loops_are_seen() -> None:
    request = request_to(BOB, Via="SIP/2.0/UDP a, SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1")
    assert has_looped(request, (BOB, 5060))
    assert not has_looped(request, (BOB, 5061))
