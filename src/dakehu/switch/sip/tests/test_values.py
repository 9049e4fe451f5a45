"""URIs, addresses and Vias: examples of the RFC, and that reading and writing are inverse."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dakehu.switch.sip import Malformed, NameAddr, Uri, Via
from dakehu.switch.sip.grammar import (
    closing_quote,
    number,
    parse_params,
    percent_decode,
    quote,
    split_list,
    unfold,
    unquote,
)
from dakehu.switch.sip.headers import COMPACT, KEYS, NAMES, SINGLE, header_key
from dakehu.switch.sip.statuses import reason_phrase

WORD = string.ascii_letters + string.digits
tokens = st.text(WORD + "-.!%*_+`'~", min_size=1, max_size=12)
hosts = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z][a-z0-9]{0,5}){0,2}", fullmatch=True),
    st.sampled_from(["192.0.2.1", "[2001:db8::1]", "EXAMPLE.com"]),
)
escaped = st.integers(0, 255).map(lambda byte: f"%{byte:02X}")
users = st.lists(
    st.one_of(st.sampled_from(list(WORD + "-_.!~*'()&=+$,;?/")), escaped), min_size=1, max_size=10
).map("".join)
param_texts = st.text(WORD + "-_.!~*'()[]/:&+$", min_size=1, max_size=8)
ports = st.one_of(st.none(), st.integers(0, 65535))


@st.composite
def uris(draw: st.DrawFn) -> Uri:
    names = draw(st.lists(param_texts.map(str.lower), max_size=3, unique=True))
    return Uri(
        scheme=draw(st.sampled_from(["sip", "sips"])),
        user=draw(st.one_of(st.none(), users)),
        host=draw(hosts),
        port=draw(ports),
        params=tuple((name, draw(st.one_of(st.none(), param_texts))) for name in names),
        headers=draw(st.one_of(st.none(), st.sampled_from(["Subject=x", "a=1&b=%20"]))),
    )


@given(uris())
def test_uri_round_trip(uri: Uri) -> None:
    text = str(uri)
    assert Uri.parse(text) == uri
    assert str(Uri.parse(text)) == text
    assert uri.same_as(Uri.parse(text))


@given(st.text(max_size=200))
@example("sip:")
@example("sip:@host")
@example("sip:a@b@c")
@example("sip:user:pass:word@host")
@example("sip:host:99999")
@example("sip:host;a=1;A=2")
@example("sip:%4@host")
def test_any_text_is_a_uri_or_malformed(text: str) -> None:
    try:
        uri = Uri.parse(text)
    except Malformed:
        return
    assert Uri.parse(str(uri)) == uri


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
    ],
)
def test_equivalent_uris_of_section_19_1_4(one: str, two: str) -> None:
    assert Uri.parse(one).same_as(Uri.parse(two))
    assert Uri.parse(two).same_as(Uri.parse(one))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:a@b", "sips:a@b"),
        ("sip:b", "sip:a@b"),
        ("sip:a@b", "sip:a:secret@b"),
    ],
)
def test_different_uris_of_section_19_1_4(one: str, two: str) -> None:
    assert not Uri.parse(one).same_as(Uri.parse(two))
    assert not Uri.parse(two).same_as(Uri.parse(one))


@pytest.mark.parametrize(
    ("text", "aor", "number_"),
    [
        ("sip:8001@Example.COM;user=phone", "sip:8001@example.com", "8001"),
        ("sips:%38001@example.com:5061", "sip:8001@example.com:5061", "8001"),
        ("sip:+863517654321;ext=1@example.com", "sip:+863517654321;ext=1@example.com", "+863517654321"),
        ("tel:+86-351-7654321;phone-context=x", "tel:+86-351-7654321;phone-context=x", "+86-351-7654321"),
        ("sip:%2A57%238001%23@example.com", "sip:*57#8001#@example.com", "*57#8001#"),
        ("sip:*57*8001#@example.com", "sip:*57*8001#@example.com", "*57*8001#"),
        ("sip:example.com", "sip:example.com", ""),
    ],
)
def test_what_a_uri_dials(text: str, aor: str, number_: str) -> None:
    assert Uri.parse(text).aor() == aor
    assert Uri.parse(text).number == number_


def test_dialled_digits_can_be_stored() -> None:
    """They go into call records, whose encoder takes no lone surrogates."""
    for text in ("sip:%FF%FE8001@x", "tel:%C3%28"):
        assert Uri.parse(text).number.encode()
    assert Uri.parse("sip:%E7%8E%8B@x").number == "王"


def test_uri_parts() -> None:
    uri = Uri.parse("sip:alice:secret@example.com:5070;transport=tcp;lr?Subject=x")
    assert (uri.user, uri.password, uri.host, uri.port) == ("alice", "secret", "example.com", 5070)
    assert (uri.param("transport"), uri.param("lr"), uri.param("maddr")) == ("tcp", "", None)
    assert uri.is_loose_route
    assert str(uri.bare()) == "sip:alice:secret@example.com:5070;transport=tcp;lr"
    assert str(uri.with_params(transport="udp", sip_instance="1")) == (
        "sip:alice:secret@example.com:5070;lr;transport=udp;sip-instance=1?Subject=x"
    )


@st.composite
def addresses(draw: st.DrawFn) -> NameAddr:
    names = draw(st.lists(tokens.map(str.lower), max_size=3, unique=True))
    values = st.one_of(st.none(), tokens, st.text(max_size=8).map(quote))
    return NameAddr(
        target=str(draw(uris())),
        display=draw(st.text(max_size=12)).translate({0: " ", 10: " ", 13: " "}),
        params={name: draw(values) for name in names},
    )


@given(addresses())
def test_address_round_trip(address: NameAddr) -> None:
    assert NameAddr.parse(str(address)) == address


@given(st.lists(addresses(), min_size=1, max_size=4))
def test_address_list_round_trip(members: list[NameAddr]) -> None:
    assert NameAddr.parse_list(", ".join(map(str, members))) == members


@given(st.text(max_size=120))
@example('"')
@example('"\\"')
@example("<")
@example(";")
@example('"a" b <sip:x>')
@example("<sip:x>;")
@example("<sip:x>;a;a")
def test_any_text_is_an_address_or_malformed(text: str) -> None:
    try:
        address = NameAddr.parse(text)
    except Malformed:
        return
    assert NameAddr.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "display", "target", "tag"),
    [
        ("sip:a@b;tag=1", "", "sip:a@b", "1"),
        ("<sip:a@b;tag=no>;tag=1", "", "sip:a@b;tag=no", "1"),
        ("Wang Wei <sip:a@b>", "Wang Wei", "sip:a@b", ""),
        ("王伟 <sip:a@b>;tag=x", "王伟", "sip:a@b", "x"),
        ('"a, <b>; \\"c\\"" <sip:a@b> ; tag = z', 'a, <b>; "c"', "sip:a@b", "z"),
        ("<tel:+8635112345>", "", "tel:+8635112345", ""),
    ],
)
def test_addresses(text: str, display: str, target: str, tag: str) -> None:
    address = NameAddr.parse(text)
    assert (address.display, address.target, address.tag) == (display, target, tag)


def test_tags_on_addresses() -> None:
    address = NameAddr.parse('"A" <sip:a@b>;x=1')
    assert str(address.with_tag("t")) == '"A" <sip:a@b>;x=1;tag=t'
    assert address.with_tag("t").without_tag() == address


@st.composite
def vias(draw: st.DrawFn) -> Via:
    names = draw(st.lists(tokens.map(str.lower), max_size=3, unique=True))
    return Via(
        transport=draw(st.sampled_from(["UDP", "TCP", "TLS", "WSS", "SCTP"])),
        host=draw(hosts),
        port=draw(ports),
        params={name: draw(st.one_of(st.none(), tokens)) for name in names},
    )


@given(vias())
def test_via_round_trip(via: Via) -> None:
    assert Via.parse(str(via)) == via


@given(st.text(max_size=100))
@example("SIP/2.0/UDP")
@example("SIP/2.0/UDP ")
@example("SIP/2.0/UDP [::1")
@example("SIP/2.0/UDP []")
@example("SIP/2.0/UDP a:b")
@example("SIP/2.0/UDP a:70000")
def test_any_text_is_a_via_or_malformed(text: str) -> None:
    try:
        via = Via.parse(text)
    except Malformed:
        return
    assert Via.parse(str(via)) == via


@pytest.mark.parametrize(
    ("text", "received", "rport"),
    [
        ("SIP/2.0/UDP 192.0.2.1", None, None),
        ("SIP/2.0/UDP 192.0.2.1;rport", "192.0.2.1", "4000"),
        ("SIP/2.0/UDP 10.0.0.1", "192.0.2.1", None),
        ("SIP/2.0/UDP phone.example;rport", "192.0.2.1", "4000"),
        ("SIP/2.0/UDP 10.0.0.1;received=203.0.113.9", "192.0.2.1", None),
    ],
)
def test_stamping_a_via(text: str, received: str | None, rport: str | None) -> None:
    via = Via.parse(text).stamped("192.0.2.1", 4000)
    assert (via.params.get("received"), via.params.get("rport")) == (received, rport)


def test_stamping_for_telephones_that_do_not_ask() -> None:
    via = Via.parse("SIP/2.0/UDP 192.0.2.1:5060").stamped("192.0.2.1", 4000, force_rport=True)
    assert via.params["rport"] == "4000"


@pytest.mark.parametrize(
    ("branch", "unique"),
    [("z9hG4bK1", True), ("Z9HG4BKx", True), ("z9hG4bK", False), ("1", False), ("", False)],
)
def test_unique_branches(branch: str, unique: bool) -> None:
    assert Via("UDP", "a", None, {"branch": branch}).has_unique_branch is unique


@given(st.text().map(lambda text: text.translate({0: " ", 10: " ", 13: " "})))
def test_quoting_round_trip(text: str) -> None:
    quoted = quote(text)
    assert unquote(quoted) == text
    assert closing_quote(quoted, 0, part="test") == len(quoted) - 1


@given(st.text(alphabet='",<>;\\ a', max_size=60))
def test_splitting_loses_nothing(text: str) -> None:
    try:
        members = split_list(text, part="test")
    except Malformed:
        return
    assert all(members)
    assert ",".join(members).replace(" ", "") == text.replace(" ", "")


@given(st.binary(max_size=30))
def test_percent_decoding(data: bytes) -> None:
    text = "".join(f"%{byte:02x}" for byte in data)
    assert percent_decode(text).encode("utf-8", "surrogateescape") == data


@pytest.mark.parametrize("text", ["", "-1", "+1", "1 2", "٣", "1_0", "0x1", "1.0", "²"])
def test_not_a_number(text: str) -> None:
    with pytest.raises(Malformed):
        number(text, part="test", limit=2**31)


def test_numbers_have_limits() -> None:
    assert number("000068", part="test", limit=256) == 68
    assert number("2147483647", part="test", limit=2**31) == 2**31 - 1
    for text in ("256", "9" * 5000):
        with pytest.raises(Malformed):
            number(text, part="test", limit=256)


def test_parameters() -> None:
    assert parse_params("", part="test") == {}
    assert parse_params(' ; A = "x;y" ;b', part="test") == {"a": '"x;y"', "b": None}
    for text in (";", "a", ";;a", ";a=", ";a=b c", ';a="x"y', ";a;A", ";=1"):
        with pytest.raises(Malformed):
            parse_params(text, part="test")


def test_folding() -> None:
    assert unfold("a\r\n b \r\n\t c") == "a b c"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("v", "via"),
        ("V", "via"),
        ("VIA", "via"),
        ("vIa", "via"),
        ("Call-Id", "call-id"),
        ("i", "call-id"),
        ("X-A", "x-a"),
    ],
)
def test_header_keys(name: str, key: str) -> None:
    assert header_key(name) == key


def test_header_tables_agree() -> None:
    assert set(COMPACT.values()) <= set(NAMES)
    assert set(NAMES) >= SINGLE
    assert set(KEYS.values()) == set(NAMES)


def test_reason_phrases() -> None:
    assert reason_phrase(486) == "Busy Here"
    assert reason_phrase(499) == "Bad Request"
    assert reason_phrase(999) == "Unknown"
