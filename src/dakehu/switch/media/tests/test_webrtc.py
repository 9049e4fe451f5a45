"""Checks, handshake and descriptions of a browser's call, one by one: what is proven, what is not let in."""

from __future__ import annotations

import datetime as dt
import random
import struct
import time
from pathlib import Path

import pytest
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from dakehu.switch.media import NoCommonCodec, NotSecured, g711
from dakehu.switch.media.answering import Origin
from dakehu.switch.media.rtp import RtpPacket, pack
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, until
from dakehu.switch.media.webrtc.describing import Ours, answer_browser, is_browsers
from dakehu.switch.media.webrtc.dtls import Handshake, Identity
from dakehu.switch.media.webrtc.endpoint import BrowserEndpoint
from dakehu.switch.media.webrtc.ice import Credentials, checked
from dakehu.switch.sip.sdp import Sdp

NOW = dt.datetime.now(tz=dt.UTC)
OURS = Credentials("evtj", "VOkJxbRl1RmTxUk/WvJxBt")
PLACE = ("192.0.2.1", 32853)
REQUEST = bytes.fromhex(  # RFC 5769 section 2.1
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff"
    "80290008932ff9b151263b3600060009"
    "6576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
PRINT = ":".join(["AB"] * 32)


def offered(*changes: tuple[str, str], fingerprint: str = PRINT) -> Sdp:
    """As Chromium writes it, shortened."""
    text = f"""v=0
o=- 4611 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:126 telephone-event/8000
"""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return Sdp.parse(text.encode())


def answered(sdp: Sdp) -> Sdp:
    return answer_browser(sdp, Origin("192.0.2.7", 16384, 5), Ours(OURS, PRINT))[0]


def test_a_check_of_the_standards_example_is_answered() -> None:
    check = checked(REQUEST, PLACE, OURS)
    assert check is not None
    assert not check.nominates
    assert check.answer[:2] == b"\x01\x01"
    assert check.answer[8:20] == REQUEST[8:20]
    # the address as in RFC 5769 section 2.2
    assert bytes.fromhex("002000080001a147e112a643") in check.answer


def test_a_check_that_proves_nothing_is_not_answered() -> None:
    assert checked(REQUEST, PLACE, Credentials("evtk", OURS.password)) is None
    assert checked(REQUEST, PLACE, Credentials("evtj", "another password 12345")) is None
    assert checked(REQUEST[:20], PLACE, OURS) is None
    for at in range(len(REQUEST) - 8):  # the fingerprint alone is not covered, and proves nothing
        broken = bytearray(REQUEST)
        broken[at] ^= 1
        assert checked(bytes(broken), PLACE, OURS) is None
    # a nomination put behind the digest is not proven
    longer = REQUEST[:-8] + struct.pack("!HH", 0x25, 0)
    longer = longer[:2] + struct.pack("!H", len(longer) - 20) + longer[4:]
    check = checked(longer, PLACE, OURS)
    assert check is None or not check.nominates
    rng = random.Random(1)
    for _ in range(3000):
        checked(REQUEST[:20] + rng.randbytes(4 * rng.randrange(40)), PLACE, OURS)
        checked(rng.randbytes(rng.randrange(200)), PLACE, OURS)


class Client:
    """A browser's half of the handshake."""

    def __init__(self, identity: Identity) -> None:
        self.ssl = SSL.Connection(identity.context)
        self.ssl.set_connect_state()

    def go_on(self, datagrams: list[bytes]) -> list[bytes]:
        for datagram in datagrams or [b""]:
            if datagram:
                self.ssl.bio_write(datagram)
            try:
                self.ssl.do_handshake()
            except SSL.WantReadError:
                continue
        sent = []
        while True:
            try:
                sent.append(self.ssl.bio_read(1500))
            except SSL.WantReadError:
                return sent


def test_the_handshake_gives_both_sides_the_keys() -> None:
    ours, theirs = Identity(NOW), Identity(NOW)
    server, client = Handshake(ours, theirs.fingerprint), Client(theirs)
    sent = client.go_on([])
    for _ in range(6):
        sent = client.go_on([reply for datagram in sent for reply in server.receive(datagram)])
    assert server.keys is not None
    assert server.wait_s() is None
    profile = client.ssl.get_selected_srtp_profile()
    key, salt, number = {
        b"SRTP_AEAD_AES_128_GCM": (16, 12, Policy.SRTP_PROFILE_AEAD_AES_128_GCM),
        b"SRTP_AES128_CM_SHA1_80": (16, 14, Policy.SRTP_PROFILE_AES128_CM_SHA1_80),
    }[profile]
    secret = client.ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
    master = secret[:key] + secret[2 * key : 2 * key + salt]
    session = Session(Policy(key=master, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=number))
    clear = pack(RtpPacket(8, False, 1, 160, 7, bytes(160)))
    assert server.keys.theirs.unprotect(session.protect(clear)) == clear


def test_another_certificate_than_the_offers_gets_no_keys() -> None:
    server, client = Handshake(Identity(NOW), PRINT), Client(Identity(NOW))
    sent = client.go_on([])
    for _ in range(6):
        sent = client.go_on([reply for datagram in sent for reply in server.receive(datagram)])
    assert server.failed
    assert server.keys is None
    assert server.receive(b"\x16\xfe\xff" + bytes(30)) == []


def test_flights_that_are_lost_are_sent_again() -> None:
    theirs = Identity(NOW)
    server, client = Handshake(Identity(NOW), theirs.fingerprint), Client(theirs)
    for datagram in client.go_on([]):
        server.receive(datagram)  # the answers are lost
    wait_s = server.wait_s()
    assert wait_s is not None
    assert 0 < wait_s <= 1.0
    time.sleep(wait_s + 0.05)
    sent = client.go_on(server.timed_out())
    for datagram in sent:
        server.receive(datagram)  # the last answers are lost; ours believes all is done
    assert server.keys is not None
    left = client.ssl.DTLSv1_get_timeout()
    assert left is not None
    time.sleep(left + 0.05)
    client.ssl.DTLSv1_handle_timeout()
    again = client.go_on([])
    client.go_on([reply for datagram in again for reply in server.receive(datagram)])
    assert client.ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 60)
    client.ssl.do_handshake()


def test_garbage_gives_no_keys() -> None:
    rng = random.Random(5)
    handshake = Handshake(Identity(NOW), PRINT)
    for size in range(300):
        handshake.receive(bytes([22]) + rng.randbytes(size))
    assert handshake.keys is None


def test_our_answer_is_one_bundled_audio_section() -> None:
    sdp = offered()
    assert is_browsers(sdp)
    answer = answered(sdp)
    assert [media.port for media in answer.media] == [0, 16384]
    assert [media.lines[0].split()[2] for media in answer.media] == ["UDP/TLS/RTP/SAVPF"] * 2
    lines = answer.media[1].lines
    assert answer.media[1].formats == ("8", "126")
    assert {"a=mid:0", "a=rtcp-mux", "a=setup:passive", "a=sendrecv", f"a=ice-ufrag:{OURS.ufrag}"} <= set(
        lines
    )
    assert "a=candidate:1 1 UDP 2130706431 192.0.2.7 16384 typ host" in lines
    assert {"a=ice-lite", "a=group:BUNDLE 0"} <= set(answer.session)
    assert "a=inactive" in answered(offered(("a=sendrecv", "a=inactive"))).media[1].lines


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("a=fingerprint:sha-256", "a=fingerprint:sha-1"), NotSecured),
        ((PRINT, PRINT[:-3]), NotSecured),
        (("a=setup:actpass", "a=setup:passive"), NotSecured),
        (("a=rtcp-mux\n", ""), NotSecured),
        (("111 0 8 126", "111 126"), NoCommonCodec),
        (("m=audio 9", "m=audio 0"), NoCommonCodec),
        (("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/SAVPF"), NoCommonCodec),
    ],
)
def test_an_offer_that_cannot_be_secured_is_refused(change: tuple[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        answered(offered(change))


@on_the_loop
async def test_who_did_not_prove_itself_is_neither_heard_nor_answered(tmp_path: Path) -> None:
    heard: list[bytes] = []
    async with a_desk(tmp_path) as desk:
        with Peer() as stranger:
            endpoint = desk.endpoint(offered())
            assert isinstance(endpoint, BrowserEndpoint)
            endpoint.heard.append(lambda _packet, sound: heard.append(sound))
            stranger.calls(endpoint.local)
            desk.enter(desk.room(), endpoint)
            for data in Client(Identity(NOW)).go_on([]):
                stranger.socket.sendto(data, stranger.there)
            stranger.socket.sendto(REQUEST, stranger.there)
            stranger.socket.sendto(b"", stranger.there)
            stranger.send(g711.SILENCE[g711.Law.A], 160)
            await until(lambda: desk.counters["early"] == 1)
            assert desk.counters["strangers"] == 1
            assert not heard
            assert not stranger.packets
            assert not endpoint.is_secured
            ports = desk.status().ports_in_use
            with pytest.raises(NotSecured):
                desk.endpoint(offered(("a=rtcp-mux\n", "")))
            assert desk.status().ports_in_use == ports
