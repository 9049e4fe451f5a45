"""REFER, Refer-To, Replaces, sipfrag: what telephones send, and what should not get through."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dakehu.switch.sip import (
    Malformed,
    Refer,
    ReferTo,
    Replaces,
    Request,
    Uri,
    notify_headers,
    read_refer,
    refer_to,
    replaces_of,
    sipfrag,
    sipfrag_status,
)

ESCAPED = "7%40192.0.2.1%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs"
OTHER = Replaces("7@192.0.2.1", "ours", "theirs")


def refer(*headers: tuple[str, str]) -> Request:
    return Request.build("REFER", "sip:x", [("CSeq", "93 REFER"), *headers])


@pytest.mark.parametrize(
    ("text", "number", "replaces"),
    [
        ("<sip:8003@192.0.2.9>", "8003", None),
        ("sip:8003@192.0.2.9", "8003", None),
        ('"Wang" <sip:8003@192.0.2.9;user=phone>;x=1', "8003", None),
        ("<sip:8003;phone-context=office@192.0.2.9>", "8003", None),
        ("<tel:+8657188880001>", "+8657188880001", None),
        ("<sip:%2A57@192.0.2.9>", "*57", None),
        (f"<sip:8003@192.0.2.9?Replaces={ESCAPED}>", "8003", OTHER),
        (f"<sip:8003@192.0.2.9?replaces={ESCAPED}&Require=replaces>", "8003", OTHER),
        (f"<sip:8003@192.0.2.9?Subject=x&%52eplaces={ESCAPED}>", "8003", OTHER),
        (f"<sip:8003@192.0.2.9;method=INVITE?Replaces={ESCAPED}>", "8003", OTHER),
        (
            f"<sip:8003@192.0.2.9?Replaces={ESCAPED}%3Bearly-only>",
            "8003",
            Replaces("7@192.0.2.1", "ours", "theirs", early_only=True),
        ),
        (  # the order of the tags is free, and other parameters may stand between
            "<sip:8003@192.0.2.9?Replaces=7%40192.0.2.1%3Bfrom-tag%3Dtheirs%3Ba%3Bto-tag%3Dours>",
            "8003",
            OTHER,
        ),
    ],
)
def test_refer_to(text: str, number: str, replaces: Replaces | None) -> None:
    read = ReferTo.parse(text)
    assert (read.number, read.replaces, read.method) == (number, replaces, "INVITE")
    assert read.is_call
    assert "?" not in str(read.uri)
    assert "method" not in str(read.uri)


@pytest.mark.parametrize(
    "text",
    [
        "<https://desk.example/x>",
        "<mailto:a@b>",
        "<sip:8003@192.0.2.9;method=BYE>",
        "<sip:a@b;method=invite>",
    ],
)
def test_what_is_no_call(text: str) -> None:
    assert not ReferTo.parse(text).is_call


HOSTILE = {
    "nothing": "",
    "no uri": "<>",
    "two": "<sip:a@b>, <sip:c@d>",
    "two bare": "sip:a@b,sip:c@d",
    "headers without brackets": f"sip:8003@192.0.2.9?Replaces={ESCAPED}",
    "broken escape": "<sip:8003@192.0.2.9?Replaces=7%4>",
    "line end in the number": "<sip:8003%0D%0AX:y@192.0.2.9>",
    "nul in the number": "<sip:8003%00@192.0.2.9>",
    "line end in a tel": "<tel:8003%0A>",
    "replaces twice": f"<sip:8003@192.0.2.9?Replaces={ESCAPED}&replaces={ESCAPED}>",
    "replaces without tags": "<sip:8003@192.0.2.9?Replaces=7%40192.0.2.1>",
    "replaces without to-tag": "<sip:8003@192.0.2.9?Replaces=7%3Bfrom-tag%3Da>",
    "replaces with a flag for a tag": "<sip:8003@192.0.2.9?Replaces=7%3Bfrom-tag%3Da%3Bto-tag>",
    "replaces with two to-tags": f"<sip:8003@192.0.2.9?Replaces={ESCAPED}%3Bto-tag%3Dx>",
    "replaces without a dialog": "<sip:8003@192.0.2.9?Replaces=%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "replaces with a line end": f"<sip:8003@192.0.2.9?Replaces={ESCAPED}%0D%0AX%3A%20y>",
    "replaces with a line end in front": f"<sip:8003@192.0.2.9?Replaces=a%0D%0A{ESCAPED}>",
    "replaces with two dialogs": f"<sip:8003@192.0.2.9?Replaces={ESCAPED}%2C{ESCAPED}>",
    "replaces in quotes": "<sip:8003@192.0.2.9?Replaces=%227%22%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "replaces escaped twice": f"<sip:8003@192.0.2.9?Replaces={ESCAPED.replace('%', '%25')}>",
    "long": "<sip:8003@192.0.2.9?Replaces=" + "7" * 600 + "%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "longer": "<sip:" + "8" * 3000 + "@192.0.2.9>",
    "many headers": "<sip:8003@192.0.2.9?" + "a=b&" * 300 + f"Replaces={ESCAPED}>",
    "not a tag": "<sip:8003@192.0.2.9?Replaces=7%3Bto-tag%3D%C3%A9%3Bfrom-tag%3Db>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_refer_to(text: str) -> None:
    with pytest.raises(Malformed):
        ReferTo.parse(text)


@given(st.text(max_size=80), st.text(max_size=80))
@example("", "\r\nX: y")
def test_any_text_is_read_or_malformed(uri: str, header: str) -> None:
    for text in (uri, f"<sip:8003@x?{header}>", f"<sip:8003@x?Replaces={header}>", f"<{uri}>;{header}"):
        try:
            read = ReferTo.parse(text)
        except Malformed:
            continue
        written = refer_to(read.uri, read.replaces)
        assert not any(char in written for char in "\r\n\0")
        assert ReferTo.parse(written) == ReferTo(read.uri, "INVITE", read.replaces)


@given(
    st.text("abcZ09-.!%*_+`'~()/[]?{}:@\\", min_size=1, max_size=40),
    st.text("abZ9-.!%*_+`'~", min_size=1, max_size=9),
    st.booleans(),
)
def test_replaces_round_trip(call_id: str, tag: str, early: bool) -> None:
    replaces = Replaces(call_id, tag, tag + "x", early)
    assert Replaces.parse(str(replaces)) == replaces
    assert ReferTo.parse(refer_to(Uri.parse("sip:8003@x"), replaces)).replaces == replaces


def test_replaces_names_the_dialog_of_who_gets_it() -> None:
    invite = Request.build("INVITE", "sip:x", [("Replaces", " 7@x ;from-tag=theirs; to-tag=ours")])
    replaces = replaces_of(invite)
    assert replaces is not None
    assert replaces.dialog_id == ("7@x", "ours", "theirs")
    assert replaces_of(Request.build("INVITE", "sip:x")) is None


@pytest.mark.parametrize("name", ["Referred-By", "b"])
def test_a_refer(name: str) -> None:
    read = read_refer(refer(("Refer-To", "<sip:8003@x>"), (name, "<sip:8001@x>;cid=1")))
    assert read == Refer(ReferTo(Uri.parse("sip:8003@x")), 93, read.referred_by)
    assert read.referred_by is not None
    assert read.referred_by.uri.number == "8001"
    assert read.wants_notify


def test_a_refer_without_a_subscription() -> None:
    assert not read_refer(refer(("r", "<sip:8003@x>"), ("Refer-Sub", "false"))).wants_notify


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Refer-To", "<sip:8003@x>"), ("Referred-By", "<sip:a b@x>")),
        (("Refer-To", "<sip:8003@x>"), ("Referred-By", "<sip:%4@x>")),
    ],
)
def test_a_broken_refer(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Malformed):
        read_refer(refer(*headers))


@pytest.mark.parametrize("status", [100, 180, 200, 486, 603])
def test_sipfrag_round_trip(status: int) -> None:
    assert sipfrag_status(sipfrag(status)) == status


def test_sipfrag_of_other_makers() -> None:
    assert sipfrag_status(b"SIP/2.0 200 OK") == 200
    assert sipfrag_status(b"sip/2.0 486\r\nReason: x\r\n") == 486


@pytest.mark.parametrize(
    "body",
    [b"", b"SIP/2.0", b"SIP/2.0 2000 OK", b"SIP/2.0 099 x", b"SIP/1.0 200 OK", b"SIP/2.0 \xb2\xb2\xb2"],
)
def test_no_sipfrag(body: bytes) -> None:
    with pytest.raises(Malformed):
        sipfrag_status(body)


@pytest.mark.parametrize(
    ("status", "left_s", "state"),
    [
        (100, 180, "active;expires=180"),
        (180, 7, "active;expires=7"),
        (180, 0, "terminated;reason=timeout"),
        (200, 180, "terminated;reason=noresource"),
        (486, 0, "terminated;reason=noresource"),
    ],
)
def test_what_a_notify_says(status: int, left_s: int, state: str) -> None:
    assert notify_headers(93, status, left_s) == [("Event", "refer;id=93"), ("Subscription-State", state)]
