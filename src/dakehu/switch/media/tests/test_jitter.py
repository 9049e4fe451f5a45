"""The jitter buffer on a scripted network: what comes out, how much is held, what a loss sounds like."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from dakehu.switch.media import g711
from dakehu.switch.media.jitter import MOST_HELD, JitterBuffer
from dakehu.switch.media.rtp import RtpPacket
from dakehu.switch.media.tests.peer import power, sine

Arrival = tuple[float, RtpPacket]


def talk(seconds: float, *, samples: int = 160, start: int = 0xFFFFF000, clock: float = 1.0) -> list[Arrival]:
    """Packets of a 1 kHz tone and the seconds at which they are sent; timestamps wrap on the way."""
    sound = sine(1000, seconds)
    return [
        (
            at / 8000 * clock,
            RtpPacket(
                8,
                at == 0,
                (65500 + at // samples) & 0xFFFF,
                start + at & 0xFFFFFFFF,
                7,
                g711.encode(sound[at : at + samples]),
            ),
        )
        for at in range(0, len(sound), samples)
    ]


def heard(buffer: JitterBuffer, arrivals: list[Arrival]) -> list[bytes | None]:
    """A frame for each tick of 20 ms until a second after the last packet; packets come 7 ms after a tick."""
    waiting = sorted(((at + 0.007, packet) for at, packet in arrivals), key=lambda arrival: arrival[0])
    frames = []
    for tick in range(int(waiting[-1][0] / 0.02) + 50):
        while waiting and waiting[0][0] <= tick * 0.02:
            packet = waiting.pop(0)[1]
            buffer.put(packet, packet.payload)
        frames.append(buffer.take())
    return frames


def sound_of(frames: list[bytes | None]) -> bytes:
    return b"".join(frame for frame in frames if frame is not None)


@pytest.mark.parametrize("samples", [80, 160, 240, 320, 480])
def test_a_calm_network_is_passed_on_whole_and_held_for_a_tick(samples: int) -> None:
    buffer = JitterBuffer()
    frames = heard(buffer, talk(1.2, samples=samples))
    assert frames[:2] == [None, None]
    assert frames[2] is not None
    said = g711.encode(sine(1000, 1.2))
    assert sound_of(frames)[: len(said)] == said
    assert buffer.late == 0


def test_jitter_within_the_hold_loses_nothing_but_the_beginning() -> None:
    rng = random.Random(1)
    buffer = JitterBuffer()
    arrivals = [(at + rng.uniform(0, 0.06), packet) for at, packet in talk(10)]
    frames = heard(buffer, arrivals)
    assert buffer.late <= 2
    assert buffer.lost <= 8
    last_second = [frame for frame in frames if frame][-60:-10]
    assert power(g711.decode(b"".join(last_second)), 1000) > 0.999


def test_the_hold_is_bounded_and_given_back_when_the_network_is_calm_again() -> None:
    rng = random.Random(3)
    said = [rng.randbytes(160) for _ in range(2000)]
    arrivals = [(at, packet._replace(payload=said[n])) for n, (at, packet) in enumerate(talk(40))]
    arrivals[50] = (arrivals[50][0] + 0.07, arrivals[50][1])
    buffer = JitterBuffer()
    frames = heard(buffer, arrivals)
    assert frames.index(said[0]) == 2
    assert frames.index(said[49]) == 51
    assert frames.index(said[50]) == 54  # a straggler stretches time, and is heard
    assert frames.index(said[60]) - 60 <= MOST_HELD
    assert frames.index(said[-1]) == 2 + 1999  # at the end as if nothing had been
    assert buffer.late == 0


@pytest.mark.parametrize("jump_s", [0.03, 0.05, 0.09, 0.15, 0.5])
def test_a_longer_way_from_now_on_costs_a_moment(jump_s: float) -> None:
    """After bursts have used up the hold, too: nobody stays unheard."""
    arrivals = talk(20)
    for burst in (100, 180, 260):
        for at in range(burst, burst + 5):
            arrivals[at] = (arrivals[burst + 5][0], arrivals[at][1])
    arrivals = [
        (at + (jump_s if number > 300 else 0), packet) for number, (at, packet) in enumerate(arrivals)
    ]
    buffer = JitterBuffer()
    frames = heard(buffer, arrivals)
    assert buffer.late + buffer.lost < 40
    assert None not in frames[400:1000]


@pytest.mark.parametrize("clock", [0.999, 1.001])
def test_a_clock_that_runs_fast_or_slow_is_followed(clock: float) -> None:
    buffer = JitterBuffer()
    frames = heard(buffer, talk(120, clock=clock))
    assert buffer.late == 0
    assert buffer.lost <= 10
    assert len([frame for frame in frames if frame]) == pytest.approx(6000 * clock, abs=8)


def test_lost_packets_fade_and_doubled_or_disordered_ones_do_no_harm() -> None:
    arrivals = talk(1.0)
    del arrivals[20]
    del arrivals[29:33]
    arrivals[10:10] = [arrivals[9]]
    arrivals[15], arrivals[16] = (arrivals[15][0], arrivals[16][1]), (arrivals[16][0], arrivals[15][1])
    buffer = JitterBuffer()
    frames = heard(buffer, arrivals)
    levels = [np.abs(g711.decode(frame)).max() if frame else 0 for frame in frames[2:52]]
    assert frames[2:22] == [packet.payload for _, packet in talk(1.0)][:20]
    assert levels[20] == pytest.approx(0.8 * levels[19], rel=0.05)
    assert levels[30:34] == sorted(levels[30:34], reverse=True)
    assert levels[33] == 0
    assert buffer.lost == 1 + 3 + 3  # the end of the talk fades, too


def test_a_pause_and_a_moved_telephone_begin_anew() -> None:
    first, pause, other = talk(0.4), talk(0.4), talk(0.4, start=5)
    later = [
        (at + 3.0, packet._replace(timestamp=packet.timestamp + 3 * 8000 & 0xFFFFFFFF))
        for at, packet in pause
    ]
    moved = [
        (at + 6.0, packet._replace(ssrc=99, sequence=packet.sequence - 9000 & 0xFFFF)) for at, packet in other
    ]
    frozen = [(at + 9.0, packet._replace(ssrc=99, timestamp=packet.timestamp)) for at, packet in other]
    buffer = JitterBuffer()
    frames = heard(buffer, first + later + moved + frozen)
    spurts = [len(list(spurt)) for said, spurt in itertools.groupby(frames, key=bool) if said]
    assert spurts == [23, 23, 23, 23]  # 20 frames and the fade
    assert buffer.late == 0


def test_garbage_cannot_fill_the_memory() -> None:
    rng = random.Random(2)
    buffer = JitterBuffer()
    for _ in range(20_000):
        packet = RtpPacket(8, False, rng.getrandbits(16), rng.getrandbits(32), 7, bytes(rng.randrange(2000)))
        buffer.put(packet, packet.payload)
        if rng.random() < 0.1:
            buffer.take()
    assert len(buffer._pieces) < 60


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_network_did_a_second_of_calm_is_heard(seed: int) -> None:
    rng = random.Random(seed)
    delay, arrivals = 0.0, []
    for number, (at, packet) in enumerate(talk(8)):
        if number > 300:
            arrivals.append((at + delay, packet))
            continue
        if rng.random() < 0.03:
            delay = rng.choice([0, 0.02, 0.06, 0.1, 0.3])
        if rng.random() > 0.05:
            arrivals.append((at + delay + rng.random() * rng.choice([0, 0.02, 0.15]), packet))
    frames = heard(JitterBuffer(), arrivals)
    last = max(at for at, frame in enumerate(frames) if frame)
    assert None not in frames[last - 40 : last]
