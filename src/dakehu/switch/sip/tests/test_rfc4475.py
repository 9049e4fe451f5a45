"""The 49 messages of RFC 4475, each with the outcome its section asks for.

`ACCEPT` is a request that reaches the transaction user, a number the status of the answer, `DROP` silence.
Where a section leaves the choice between tolerance and 400, the core refuses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dakehu.switch.sip import (
    Authenticator,
    Challenged,
    ClientId,
    Dropped,
    Endpoint,
    NonceMint,
    RecentCounts,
    RegistrarPolicy,
    Request,
    RequestArrived,
    Response,
    SendBytes,
    Stack,
    StackConfig,
    Transport,
    parse_message,
    register,
)
from dakehu.switch.sip.faults import response_fault

ACCEPT = "accept"
DROP = "drop"
RESPONSE = "response"

OUTCOMES: dict[str, tuple[str, str | int]] = {
    "wsinv": ("3.1.1.1", ACCEPT),
    "intmeth": ("3.1.1.2", 501),
    "esc01": ("3.1.1.3", ACCEPT),
    "escnull": ("3.1.1.4", ACCEPT),
    "esc02": ("3.1.1.5", 501),
    "lwsdisp": ("3.1.1.6", ACCEPT),
    "longreq": ("3.1.1.7", ACCEPT),
    "dblreq": ("3.1.1.8", ACCEPT),
    "semiuri": ("3.1.1.9", ACCEPT),
    "transports": ("3.1.1.10", ACCEPT),
    "mpart01": ("3.1.1.11", ACCEPT),
    "unreason": ("3.1.1.12", RESPONSE),
    "noreason": ("3.1.1.13", RESPONSE),
    "badinv01": ("3.1.2.1", 400),
    "clerr": ("3.1.2.2", 400),
    "ncl": ("3.1.2.3", 400),
    "scalar02": ("3.1.2.4", 400),
    "scalarlg": ("3.1.2.5", DROP),
    "quotbal": ("3.1.2.6", 400),
    "ltgtruri": ("3.1.2.7", 400),
    "lwsruri": ("3.1.2.8", 400),
    "lwsstart": ("3.1.2.9", 400),
    "trws": ("3.1.2.10", 400),
    "escruri": ("3.1.2.11", 400),
    "baddate": ("3.1.2.12", 400),
    "regbadct": ("3.1.2.13", 400),
    "badaspec": ("3.1.2.14", 400),
    "baddn": ("3.1.2.15", 400),
    "badvers": ("3.1.2.16", 505),
    "mismatch01": ("3.1.2.17", 400),
    "mismatch02": ("3.1.2.18", 400),
    "bigcode": ("3.1.2.19", DROP),
    "badbranch": ("3.2.1", ACCEPT),
    "insuf": ("3.3.1", 400),
    "unkscm": ("3.3.2", 416),
    "novelsc": ("3.3.3", 416),
    "unksm2": ("3.3.4", ACCEPT),
    "bext01": ("3.3.5", 420),
    "invut": ("3.3.6", 415),
    "regaut01": ("3.3.7", ACCEPT),
    "multi01": ("3.3.8", 400),
    "mcl01": ("3.3.9", 400),
    "bcast": ("3.3.10", DROP),
    "zeromf": ("3.3.11", ACCEPT),
    "cparam01": ("3.3.12", ACCEPT),
    "cparam02": ("3.3.13", ACCEPT),
    "regescrt": ("3.3.14", ACCEPT),
    "sdp01": ("3.3.15", 406),
    "inv2543": ("3.4.1", ACCEPT),
}


@pytest.fixture(scope="module")
def folder(testdata: Path) -> Path:
    return testdata / "sip" / "rfc4475"


def _stack() -> Stack:
    config = StackConfig(
        sent_by={Transport.UDP: ("192.0.2.250", 5060), Transport.TCP: ("192.0.2.250", 5060)},
        methods=frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "MESSAGE"}),
    )
    return Stack(config, lambda: "token")


def _receive(data: bytes) -> list[object]:
    return list(_stack().receive(data, Endpoint(Transport.UDP, "198.51.100.7", 40000), 0.0))


def test_the_table_names_every_message(folder: Path) -> None:
    assert {path.stem for path in folder.glob("*.dat")} == set(OUTCOMES)
    assert len(OUTCOMES) == 49


@pytest.mark.parametrize(("name", "section", "outcome"), [(name, *rest) for name, rest in OUTCOMES.items()])
def test_outcome(folder: Path, name: str, section: str, outcome: str | int) -> None:
    data = (folder / f"{name}.dat").read_bytes()
    outputs = _receive(data)
    arrived = [output for output in outputs if isinstance(output, RequestArrived)]
    answers = [parse_message(output.data) for output in outputs if isinstance(output, SendBytes)]
    statuses = [answer.status for answer in answers if isinstance(answer, Response) and answer.status > 100]
    if outcome == ACCEPT:
        assert len(arrived) == 1, (section, outputs)
        assert not statuses
    elif outcome == RESPONSE:
        response = parse_message(data)
        assert isinstance(response, Response)
        assert response_fault(response) is None, section
    elif outcome == DROP:
        assert outputs
        assert all(isinstance(output, Dropped) for output in outputs), section
    else:
        assert not arrived
        assert statuses == [outcome], section


@pytest.mark.parametrize(
    "name", [name for name, (_, outcome) in OUTCOMES.items() if outcome in {ACCEPT, RESPONSE}]
)
def test_accepted_messages_keep_their_bytes(folder: Path, name: str) -> None:
    data = (folder / f"{name}.dat").read_bytes()
    encoded = parse_message(data).encode()
    assert data.startswith(encoded)  # dblreq: the second message in the datagram is not part of the first


def _request(folder: Path, name: str) -> Request:
    message = parse_message((folder / f"{name}.dat").read_bytes())
    assert isinstance(message, Request)
    return message


def test_wsinv_is_read_whole(folder: Path) -> None:
    request = _request(folder, "wsinv")
    assert request.to.tag == "1918181833n"
    assert request.from_.display == 'J Rosenberg \\"'
    assert request.max_forwards == 68
    assert request.cseq == (9, "INVITE")
    assert [(via.transport, via.host) for via in request.vias] == [
        ("UDP", "192.0.2.2"),
        ("TCP", "spindle.example.com"),
        ("UDP", "192.168.255.111"),
    ]
    assert request.vias[2].branch == "z9hG4bK30239"
    contact = request.contact
    assert contact is not None
    assert contact.display == 'Quoted string ""'
    assert contact.params == {"newparam": "newvalue", "secondparam": None, "q": "0.33"}
    assert request.text("NewFangledHeader") == "newfangled value continued newfangled value"
    assert request.routes[0].uri.is_loose_route


def test_intmeth_keeps_unusual_characters(folder: Path) -> None:
    request = _request(folder, "intmeth")
    assert request.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert request.to.display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert request.from_.tag == "_token~1'+`*%!-."
    assert request.from_.params["fromparam''~+*_!.-%"] == '"работающий"'
    assert request.uri.host == "example.com"


def test_esc01_decodes_only_the_user(folder: Path) -> None:
    request = _request(folder, "esc01")
    assert request.uri.username == "sips:user@example.com"
    assert request.uri.host == "example.net"
    assert request.to.uri.username == "user"


def test_escnull_contacts_are_two_bindings(folder: Path) -> None:
    request = _request(folder, "escnull")
    outcome = register(request, [], 0.0, policy=RegistrarPolicy())
    assert [binding.contact for binding in outcome.bindings] == [
        "sip:%00@host5.example.com",
        "sip:%00%00@host5.example.com",
    ]


def test_esc02_has_two_contacts_and_no_decoding_of_names(folder: Path) -> None:
    request = _request(folder, "esc02")
    assert [contact.uri.user for contact in request.contacts] == ["alias1", "alias3"]
    assert request.to.display == "%Z%45"


def test_lwsdisp_and_semiuri(folder: Path) -> None:
    assert _request(folder, "lwsdisp").from_.display == "caller"
    uri = _request(folder, "semiuri").uri
    assert (uri.username, uri.host) == ("user;par=u@example.net", "example.com")


def test_unreason_reads_utf8(folder: Path) -> None:
    response = parse_message((folder / "unreason.dat").read_bytes())
    assert isinstance(response, Response)
    assert response.reason.endswith("простое")


def test_insuf_is_answered_with_what_it_has(folder: Path) -> None:
    answer = next(o for o in _receive((folder / "insuf.dat").read_bytes()) if isinstance(o, SendBytes))
    assert b"Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf;received=198.51.100.7\r\n" in answer.data


def test_bext01_lists_only_what_was_required_of_us(folder: Path) -> None:
    answer = next(o for o in _receive((folder / "bext01.dat").read_bytes()) if isinstance(o, SendBytes))
    response = parse_message(answer.data)
    assert response.tokens("unsupported") == {"nothingsupportsthis", "nothingsupportsthiseither"}


@pytest.mark.parametrize(
    ("name", "header", "value"), [("invut", "accept", "application/sdp"), ("esc02", "allow", "")]
)
def test_refusals_say_what_would_do(folder: Path, name: str, header: str, value: str) -> None:
    answer = next(o for o in _receive((folder / f"{name}.dat").read_bytes()) if isinstance(o, SendBytes))
    text = parse_message(answer.data).text(header)
    assert text is not None
    assert value in text


def test_unksm2_is_no_address_of_record(folder: Path) -> None:
    outcome = register(_request(folder, "unksm2"), [], 0.0, policy=RegistrarPolicy())
    assert outcome.refusal is not None
    assert outcome.refusal.status == 400


def test_regaut01_is_challenged(folder: Path) -> None:
    guard = Authenticator("example.com", NonceMint(b"key"), RecentCounts())
    verdict = guard.check(_request(folder, "regaut01"), lambda _user, _algorithm: None, 0.0)
    assert isinstance(verdict, Challenged)
    assert [str(challenge)[:6] for challenge in verdict.challenges] == ["Digest", "Digest"]


def test_cparam_goes_to_the_header_or_to_the_uri(folder: Path) -> None:
    plain = _request(folder, "cparam01").contacts[0]
    assert plain.params == {"unknownparam": None}
    assert plain.uri.params == ()
    bracketed = _request(folder, "cparam02").contacts[0]
    assert bracketed.params == {}
    assert bracketed.uri.params == (("unknownparam", None),)


def test_regescrt_keeps_the_header_of_its_contact(folder: Path) -> None:
    outcome = register(_request(folder, "regescrt"), [], 0.0, policy=RegistrarPolicy())
    assert outcome.bindings[0].uri.headers == "Route=%3Csip:sip.example.com%3E"


def test_zeromf_would_not_be_passed_on() -> None:
    data = (
        b"INVITE sip:8001@192.0.2.250 SIP/2.0\r\nTo: sip:8001@example.com\r\n"
        b"From: sip:a@example.net;tag=3\r\n"
        b"Call-ID: zero\r\nCSeq: 1 INVITE\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKzero\r\n"
        b"Max-Forwards: 0\r\nContent-Length: 0\r\n\r\n"
    )
    answer = next(o for o in _receive(data) if isinstance(o, SendBytes))
    assert answer.data.startswith(b"SIP/2.0 483 ")


def test_bcast_does_not_meet_a_transaction_of_ours(folder: Path) -> None:
    stack = _stack()
    request = Request.build(
        "INVITE",
        "sip:user@192.0.2.1",
        [("From", "<sip:a@b>;tag=1"), ("To", "<sip:b@b>"), ("Call-ID", "c"), ("CSeq", "35 INVITE")],
    )
    client, _ = stack.request(request, 0.0)
    assert client == ClientId("z9hG4bKtoken;INVITE")
    data = (folder / "bcast.dat").read_bytes().replace(b"z9hG4bK1324923", b"z9hG4bKtoken")
    outputs = stack.receive(data, Endpoint(Transport.UDP, "192.0.2.1", 5060), 0.1)
    assert outputs == [Dropped("more than one Via", Endpoint(Transport.UDP, "192.0.2.1", 5060))]
