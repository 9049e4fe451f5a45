"""Announcements, tones and digits over real UDP: what is heard, not only that packets come."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import numpy as np
import pytest

from dakehu.switch.media import (
    Language,
    NoCommonCodec,
    PortsExhausted,
    Prompt,
    Tone,
    g711,
)
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until
from dakehu.switch.sip.sdp import Direction, Sdp


def put(home: Path, prompt: Prompt, language: Language, samples: g711.Samples) -> None:
    path = home / "prompts" / language / f"{prompt}.al"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(g711.encode(samples))


@on_the_loop
async def test_an_announcement_is_heard_whole_in_both_languages(tmp_path: Path) -> None:
    put(tmp_path, Prompt.NUMBER_UNOBTAINABLE, Language.CHINESE, sine(600, 0.4))
    put(tmp_path, Prompt.NUMBER_UNOBTAINABLE, Language.ENGLISH, sine(1100, 0.4))
    finished = asyncio.Event()
    async with a_desk(tmp_path) as desk:
        with Peer() as peer:
            endpoint = desk.endpoint(offer_of(peer.port))
            desk.play(endpoint, [Prompt.NUMBER_UNOBTAINABLE], on_finished=finished.set)
            await asyncio.wait_for(finished.wait(), 5)
            await peer.hears(40)
            expected = np.concatenate([sine(600, 0.4), sine(1100, 0.4)])
            assert np.array_equal(peer.sound(), g711.decode(g711.encode(expected)))
            numbers = [packet.sequence for packet in peer.packets]
            times = [packet.timestamp for packet in peer.packets]
            assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)} == {1}
            assert {(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(times)} == {160}
            assert [packet.marker for packet in peer.packets] == [True] + [False] * 39
            assert desk.status().playing == 0


@on_the_loop
async def test_a_missing_prompt_sounds_as_its_tone_until_it_is_there(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer() as peer:
            endpoint = desk.endpoint(offer_of(peer.port))
            desk.play(endpoint, [Prompt.BUSY])
            await peer.hears(15)
            assert power(peer.sound(), 450) > 0.9
            put(tmp_path, Prompt.BUSY, Language.CHINESE, sine(900, 0.4))
            desk.shelf.forget()
            peer.packets.clear()
            desk.play(endpoint, [Prompt.BUSY])
            await peer.hears(15)
            assert power(peer.sound(), 900) > 0.9


@on_the_loop
async def test_ulaw_telephones_hear_the_same(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer() as peer:
            endpoint = desk.endpoint(offer_of(peer.port, "0"))
            assert endpoint.local.audio is not None
            assert endpoint.local.audio.formats == ("0",)
            desk.play(endpoint, [Tone.DIAL], loop=True)
            await peer.hears(60)
            assert {packet.payload_type for packet in peer.packets} == {0}
            assert power(peer.sound(g711.Law.U), 450) > 0.98


@on_the_loop
async def test_an_offer_of_ours_and_a_held_telephone(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer() as peer:
            endpoint = desk.endpoint(None)
            desk.play(endpoint, [Tone.DIAL], loop=True)
            await asyncio.sleep(0.06)
            desk.answered(endpoint, offer_of(peer.port, "8"))
            await peer.hears(3)
            held = desk.reoffered(endpoint, offer_of(peer.port, "8", "a=inactive"))
            assert held.direction_of(held.media[0]) is Direction.INACTIVE
            await asyncio.sleep(0.04)
            peer.packets.clear()
            await asyncio.sleep(0.1)
            assert not peer.packets
            desk.reoffered(endpoint, offer_of(peer.port, "8"))
            await peer.hears(3)
            assert peer.packets[0].marker  # after a pause (RFC 3551 section 4.1)


@on_the_loop
async def test_digits_are_heard_once_and_sent(tmp_path: Path) -> None:
    digits: list[str] = []
    async with a_desk(tmp_path) as desk:
        with Peer() as peer:
            endpoint = desk.endpoint(offer_of(peer.port), on_digit=digits.append)
            peer.calls(endpoint.local)
            for at, key in enumerate((1, 1, 10, 11)):
                began = 1000 + 2000 * at
                for step in range(1, 4):
                    peer.press(key, began, duration=160 * step, ended=False, marker=step == 1)
                for _ in range(3 if at != 1 else 0):  # the second loses its end packets
                    peer.press(key, began, duration=640, ended=True)
            await until(lambda: len(digits) == 4)
            desk.press(endpoint, "5#")
            await peer.hears(16)
            sent = [packet for packet in peer.packets if packet.payload_type == 101]
            assert [packet.payload[0] for packet in sent] == [5] * 8 + [11] * 8
            assert len({packet.timestamp for packet in sent}) == 2
            assert [packet.payload[1] >> 7 for packet in sent[:8]] == [0] * 5 + [1] * 3
    assert digits == ["1", "1", "*", "#"]


@on_the_loop
async def test_the_latch_follows_a_nat_and_ignores_strangers_and_garbage(tmp_path: Path) -> None:
    digits: list[str] = []
    async with a_desk(tmp_path) as desk:
        with Peer() as behind_nat, Peer(ssrc=8) as stranger:
            endpoint = desk.endpoint(offer_of(9, host="192.0.2.7"), on_digit=digits.append)
            behind_nat.calls(endpoint.local)
            stranger.calls(endpoint.local)
            for junk in (b"", b"\x80", b"\x00" * 40, b"\xff" * 40, b"\x9f\x08" + bytes(11), bytes(1500)):
                stranger.socket.sendto(junk, stranger.there)
            behind_nat.send(g711.SILENCE[g711.Law.A], 0)
            await until(lambda: endpoint.latch.latched is not None)
            stranger.press(9, 0, duration=160, ended=True)
            desk.play(endpoint, [Tone.DIAL], loop=True)
            await behind_nat.hears(5)
            assert not stranger.packets
            assert not digits
            assert desk.status().counters["strangers"] == 1


@on_the_loop
async def test_ports_run_out_and_come_back(tmp_path: Path) -> None:
    async with a_desk(tmp_path, pairs=2) as desk:
        first, second = (desk.endpoint(offer_of(4000)) for _ in range(2))
        assert first.port % 2 == second.port % 2 == 0
        with pytest.raises(PortsExhausted):
            desk.endpoint(offer_of(4000))
        desk.close(first)
        desk.close(first)
        assert desk.endpoint(offer_of(4000)).port == first.port
        desk.close(second)
        with pytest.raises(NoCommonCodec):
            desk.endpoint(offer_of(4000, "18"))
        assert desk.status().ports_in_use == 1


@on_the_loop
async def test_a_callback_that_fails_does_not_stop_the_clock(tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("a fault of the caller's")

    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    put(tmp_path, Prompt.GOODBYE, Language.CHINESE, sine(600, 0.04))
    async with a_desk(tmp_path) as desk:
        with Peer() as peer, Peer() as other:
            desk.play(desk.endpoint(offer_of(peer.port)), [Prompt.GOODBYE], on_finished=fail)
            desk.play(desk.endpoint(offer_of(other.port)), [Tone.DIAL], loop=True)
            await other.hears(15)


def test_garbage_descriptions_are_refused_not_crashed() -> None:
    from dakehu.switch.media.answering import Origin, answer

    for line in ("m=audio", "m=audio x RTP/AVP 8", "m=audio 5 RTP/SAVP 8", "m=audio 70000 RTP/AVP 999 18"):
        with pytest.raises(NoCommonCodec):
            answer(Sdp.parse(f"v=0\r\nc=IN IP4 x y z\r\n{line}\r\n".encode()), Origin("127.0.0.1", 4, 1))
