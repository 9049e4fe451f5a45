"""Rooms over real UDP, by ear: three telephones with a tone each, and who hears which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dakehu.switch.media import Prompt, Room, Tone, g711
from dakehu.switch.media.mixing import Mixer
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until

HERTZ = (500, 800, 1300)
HEARD = 0.03
"""The share of power from which a tone counts as heard: three in one have a third each."""


def tones_in(peer: Peer, law: g711.Law = g711.Law.A) -> set[int]:
    """Which of the tones, and 450 Hz, the peer heard last."""
    sound = peer.sound(law)[-160 * 20 :]
    return {hertz for hertz in (*HERTZ, 450) if power(sound, hertz) > HEARD}


async def talk(peers: Sequence[Peer], laws: Sequence[g711.Law], seconds: float = 1.0) -> None:
    """Each says its tone, all at once."""
    for peer in peers:
        peer.packets.clear()
    said = zip(peers, HERTZ, laws, strict=True)
    await asyncio.gather(*(peer.say(sine(hertz, seconds), law) for peer, hertz, law in said))


@on_the_loop
async def test_each_hears_the_others_and_not_itself(tmp_path: Path) -> None:
    laws = [g711.Law.A, g711.Law.U, g711.Law.A]
    async with a_desk(tmp_path) as desk:
        with Peer() as one, Peer(payload_type=0) as two, Peer() as three:
            peers = [one, two, three]
            room = desk.room()
            ends = [desk.endpoint(offer_of(peer.port, str(peer.payload_type))) for peer in peers]
            for peer, end in zip(peers, ends, strict=True):
                peer.calls(end.local)
                desk.enter(room, end)
            await talk(peers, laws)
            assert tones_in(one) == {800, 1300}
            assert tones_in(two, g711.Law.U) == {500, 1300}
            assert tones_in(three) == {500, 800}
            # one listens only, two speaks only
            desk.enter(room, ends[0], speaks=False)
            desk.enter(room, ends[1], hears=False)
            await talk(peers, laws)
            assert tones_in(one) == {800, 1300}
            assert tones_in(two, g711.Law.U) == set()
            assert tones_in(three) == {800}
            assert len(two.packets) > 40  # silence is sent, too
            # the third goes; the second is given everything back
            desk.close(ends[2])
            desk.enter(room, ends[0])
            desk.enter(room, ends[1])
            await talk(peers, laws)
            assert tones_in(one) == {800}
            assert tones_in(two, g711.Law.U) == {500}
            assert room.members == (ends[0], ends[1])
            assert desk.status().counters["lost_in_room"] < 10


@on_the_loop
async def test_a_room_is_played_to_and_one_of_it_alone(tmp_path: Path) -> None:
    finished = asyncio.Event()
    async with a_desk(tmp_path) as desk:
        with Peer() as one, Peer() as two:
            peers, room = [one, two], desk.room()
            ends = [desk.endpoint(offer_of(peer.port)) for peer in peers]
            for peer, end in zip(peers, ends, strict=True):
                peer.calls(end.local)
                desk.enter(room, end)
            desk.play_to_room(room, [Tone.DIAL], loop=True)
            await asyncio.gather(one.say(sine(500, 0.8)), two.say(sine(800, 0.8)))
            assert tones_in(one) == {450, 800}
            assert tones_in(two) == {450, 500}
            desk.silence_room(room)
            desk.play(ends[0], [Tone.DIAL], loop=True)
            await asyncio.gather(one.say(sine(500, 0.8)), two.say(sine(800, 0.8)))
            assert tones_in(one) == {450}
            assert tones_in(two) == {500}
            desk.silence(ends[0])
            desk.play_to_room(room, [Tone.CONFIRMATION], on_finished=finished.set)
            await asyncio.wait_for(finished.wait(), 5)


@on_the_loop
async def test_from_room_to_room_and_out(tmp_path: Path) -> None:
    digits: list[str] = []
    async with a_desk(tmp_path) as desk:
        with Peer() as one, Peer() as two:
            ends = [desk.endpoint(offer_of(peer.port), on_digit=digits.append) for peer in (one, two)]
            one.calls(ends[0].local)
            first, second = desk.room(), desk.room()
            desk.enter(first, ends[0])
            desk.enter(first, ends[1])
            desk.enter(second, ends[0])
            assert (first.members, second.members) == ((ends[1],), (ends[0],))
            one.press(5, 4000, duration=160, ended=False, marker=True)
            await one.say(sine(500, 0.4))
            assert not tones_in(two)
            desk.leave(ends[0])
            desk.leave(ends[0])
            desk.close(ends[1])
            desk.enter(second, ends[1])
            assert not first.members
            assert not second.members
            await asyncio.sleep(0.05)
            quiet = len(one.packets)
            await until(lambda: desk.status().playing == 0)
            await asyncio.sleep(0.05)
            assert len(one.packets) == quiet
    assert digits == ["5"]


@on_the_loop
async def test_a_missing_prompt_is_a_tone_in_rooms_too(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer() as one:
            room: Room = desk.room()
            desk.enter(room, desk.endpoint(offer_of(one.port)))
            desk.play_to_room(room, [Prompt.CONFERENCE_ENTERED])
            await one.hears(30)
            assert 450 in tones_in(one)


@pytest.mark.parametrize("voices", [1, 2, 3, 8, 40])
def test_the_mix_is_the_sum_without_oneself(voices: int) -> None:
    frames = [g711.encode(sine(300 + 50 * at, 0.02, 12_000 / voices)) for at in range(voices)]
    values = np.array([g711.decode(frame) for frame in frames], dtype=np.int64)
    *others, whole = [g711.decode(octets).astype(np.int64) for octets in Mixer().mix(frames)]
    for without, heard in zip([*values, np.zeros(160, np.int64)], [*others, whole], strict=True):
        expected = values.sum(axis=0) - without
        assert np.abs(heard - expected).max() <= max(8, np.abs(expected).max() / 30)


@pytest.mark.parametrize("voices", [3, 30])
def test_loud_voices_together_are_turned_down_not_cut(voices: int) -> None:
    tones = [300 + 40 * at for at in range(voices)]
    loud = [sine(hertz, 0.4, 20_000) for hertz in tones]
    mixer = Mixer()
    frames = [
        mixer.mix([g711.encode(sound[at : at + 160]) for sound in loud])[-1] for at in range(0, 3200, 160)
    ]
    heard = g711.decode(b"".join(frames)).astype(np.float64)
    summed = np.stack(loud).astype(np.float64).sum(axis=0)
    heard, summed = heard[400:], summed[400:]  # the attack is over
    assert np.dot(heard, summed) > 0.97 * np.linalg.norm(heard) * np.linalg.norm(summed)

    def strange(sound: npt.NDArray[np.float64]) -> float:
        """The share of power at frequencies that nobody said."""
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / 8000)
        ours = np.any([np.abs(hertz - tone) < 12 for tone in tones], axis=0)
        return float(spectrum[~ours].sum() / spectrum.sum())

    assert strange(heard) < 0.1 * strange(np.clip(summed, -32256, 32256))
    quiet = [g711.encode(sine(300, 0.02, 900))] * 3
    assert len({tuple(mixer.mix(quiet)) for _ in range(80)}) > 15  # and comes up again
    assert mixer.mix(quiet) == Mixer().mix(quiet)
