"""Two telephones through our ports: what one sends the other hears, as one stream of ours."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import numpy as np

from dakehu.switch.media import Endpoint, MediaDesk, Tone, g711
from dakehu.switch.media.rtp import RtpPacket, RtpStream, unpack
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until


def answered(desk: MediaDesk, peer: Peer, formats: str, digits: list[str], *lines: str) -> Endpoint:
    endpoint = desk.endpoint(offer_of(peer.port, formats, *lines), on_digit=digits.append)
    peer.calls(endpoint.local)
    return endpoint


@on_the_loop
async def test_sound_is_translated_and_digits_pass_and_are_read(tmp_path: Path) -> None:
    digits: list[str] = []
    async with a_desk(tmp_path) as desk:
        with Peer(ssrc=1) as one, Peer(payload_type=0, ssrc=2) as two:
            ends = (
                answered(desk, one, "8 101", digits),
                answered(desk, two, "0 97", digits, "a=rtpmap:97 telephone-event/8000"),
            )
            desk.relay(*ends)
            tone, voice = sine(500, 0.5), sine(900, 0.5)
            await asyncio.gather(one.say(tone), two.say(voice, g711.Law.U))
            await one.hears(25)
            await two.hears(25)
            assert np.array_equal(
                one.sound(),
                g711.decode(g711.translate(g711.encode(voice, g711.Law.U), g711.Law.U, g711.Law.A)),
            )
            assert power(two.sound(g711.Law.U), 500) > 0.98
            assert {packet.payload_type for packet in two.packets} == {0}
            two.packets.clear()
            for step in range(1, 4):
                one.press(7, 4000, duration=160 * step, ended=step == 3, marker=step == 1)
            await two.hears(3)
            assert [(packet.payload_type, packet.payload[0]) for packet in two.packets] == [(97, 7)] * 3
            assert len({packet.timestamp for packet in two.packets}) == 1
            assert two.packets[0].marker
            assert digits == ["7"]
            assert desk.status().playing == 0


@on_the_loop
async def test_a_peer_meets_one_stream_whatever_it_is_made_of(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer(ssrc=1) as one, Peer(ssrc=2) as two, Peer(ssrc=3) as third:
            ends = [answered(desk, peer, "8", []) for peer in (one, two, third)]
            desk.play(ends[1], [Tone.DIAL], loop=True)
            await two.hears(10)
            desk.relay(ends[0], ends[1])
            await one.say(sine(500, 0.1))  # not heard: something is played
            desk.silence(ends[1])
            await asyncio.sleep(0.04)
            await one.say(sine(500, 0.3))
            desk.play(ends[1], [Tone.CONFIRMATION])
            await asyncio.sleep(0.1)
            desk.relay(ends[1], ends[2])
            desk.silence(ends[1])
            await third.say(sine(800, 0.3))
            await one.say(sine(500, 0.1))  # no longer connected
            await asyncio.sleep(0.05)
            assert len({packet.ssrc for packet in two.packets}) == 1
            numbers = [packet.sequence for packet in two.packets]
            times = [packet.timestamp for packet in two.packets]
            assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)} == {1}
            assert all(160 <= (b - a) & 0xFFFFFFFF < 8000 for a, b in itertools.pairwise(times))
            last = two.sound()[-160 * 15 :]
            assert power(last, 800) > 0.98
            two.packets.clear()
            third.packets.clear()
            desk.close(ends[2])
            await two.say(sine(500, 0.06))
            assert not third.packets


@on_the_loop
async def test_a_room_ends_a_relay_and_a_relay_leaves_a_room(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer(ssrc=1) as one, Peer(ssrc=2) as two:
            ends = [answered(desk, peer, "8", []) for peer in (one, two)]
            room = desk.room()
            desk.enter(room, ends[0])
            desk.relay(*ends)
            assert not room.members
            desk.enter(room, ends[0])
            assert ends[1].relay is None
            await one.say(sine(500, 0.1))
            assert not two.packets
            desk.relay(*ends)
            await one.say(sine(500, 0.1))
            await until(lambda: len(two.packets) == 5)


def test_losses_and_disorder_are_passed_on_as_they_are() -> None:
    stream = RtpStream(99, 65530, 1000)
    sound = bytes(160)

    def passed(sequence: int, ssrc: int = 5, start: int = 7000) -> RtpPacket:
        packet = RtpPacket(8, False, sequence, start + 160 * sequence, ssrc, sound)
        there = unpack(stream.passed_on(3, packet, 8, sound))
        assert there is not None
        assert there.ssrc == 99
        return there

    first, third, fifth, fourth = passed(1), passed(3), passed(5), passed(4)
    assert [packet.sequence - 65531 & 0xFFFF for packet in (first, third, fifth, fourth)] == [0, 2, 4, 3]
    assert [packet.timestamp - first.timestamp for packet in (third, fifth, fourth)] == [320, 640, 480]
    assert first.timestamp == 1000 + 160 * 4
    assert (first.marker, third.marker) == (True, False)
    moved = passed(900, ssrc=6, start=0)
    assert (moved.sequence, moved.timestamp) == (fifth.sequence + 1 & 0xFFFF, fifth.timestamp + 160)
    assert moved.marker
    astray = passed(901, ssrc=6, start=90_000)
    assert (astray.sequence, astray.timestamp) == (moved.sequence + 1, moved.timestamp + 160)
    own = unpack(stream.audio(4, 8, sound))
    assert own is not None
    assert (own.sequence, own.timestamp, own.marker) == (astray.sequence + 1, astray.timestamp + 160, True)
    back = passed(902, ssrc=6, start=0)
    assert back.timestamp - own.timestamp >= 0
