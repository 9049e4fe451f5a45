"""Recordings: what lies in the file, also after a process was killed or the disk is full."""

from __future__ import annotations

import asyncio
import resource
import signal
import subprocess
import sys
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from tests.kit.ports import free_port

from dakehu.switch.media import Tone, g711, wav
from dakehu.switch.media.tests.desks import a_desk, on_the_loop
from dakehu.switch.media.tests.peer import Peer, offer_of, power, sine, until


def channels(path: Path) -> list[g711.Samples]:
    """The sound of each channel, by what the header says alone."""
    with path.open("rb") as file:
        found = wav.read_format(file)
        assert found.encoding is wav.Encoding.A_LAW
        assert found.length == found.declared
        file.seek(found.start)
        samples = g711.decode(file.read(found.length))
    return [samples[at :: found.channels] for at in range(found.channels)]


@on_the_loop
async def test_both_directions_of_an_announced_and_a_relayed_call(tmp_path: Path) -> None:
    saved: list[bool] = []
    async with a_desk(tmp_path) as desk:
        with Peer(ssrc=1) as one, Peer(ssrc=2) as two:
            ends = [desk.endpoint(offer_of(peer.port)) for peer in (one, two)]
            one.calls(ends[0].local)
            two.calls(ends[1].local)
            stereo = desk.record(ends[0], tmp_path / "stereo.wav", stereo=True, on_saved=saved.append)
            mixed = desk.record(ends[0], tmp_path / "mixed.wav", on_saved=saved.append)
            desk.play(ends[0], [Tone.DIAL], loop=True)
            await one.say(sine(500, 0.6))
            desk.silence(ends[0])
            desk.relay(*ends)
            await asyncio.gather(one.say(sine(500, 0.6)), two.say(sine(900, 0.6)))
            await asyncio.sleep(0.1)
            desk.end_recording(stereo)
            desk.end_recording(stereo)
            desk.close(ends[0])
            await until(lambda: len(saved) == 2)
            assert not mixed.is_running
            assert stereo.seconds == pytest.approx(1.3, abs=0.2)
    assert saved == [True, True]
    left, right = channels(tmp_path / "stereo.wav")
    assert len(left) == len(right) == stereo.seconds * 8000
    assert power(left[1600:8800], 500) > 0.95
    assert power(right[800:4000], 450) > 0.95
    assert power(right[-4000:-1600], 900) > 0.95
    (whole,) = channels(tmp_path / "mixed.wav")
    end = whole[-4000:-1600]
    assert power(end, 500) > 0.4
    assert power(end, 900) > 0.4


@on_the_loop
async def test_a_room_is_recorded_with_all_in_it_and_for_so_long(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        with Peer(ssrc=1) as one, Peer(ssrc=2) as two:
            room = desk.room()
            for peer in (one, two):
                endpoint = desk.endpoint(offer_of(peer.port))
                peer.calls(endpoint.local)
                desk.enter(room, endpoint)
            recording = desk.record(room, tmp_path / "room.wav", most_s=0.8, stereo=True)
            with pytest.raises(FileExistsError):
                desk.record(room, tmp_path / "room.wav")
            await asyncio.gather(one.say(sine(500, 1.0)), two.say(sine(900, 1.0)))
            await until(lambda: not recording.is_running)
            desk.play_to_room(room, [Tone.DIAL])
    (sound,) = channels(tmp_path / "room.wav")
    assert len(sound) == 6400
    assert min(power(sound[1600:], 500), power(sound[1600:], 900)) > 0.4


_KILLED = """
import asyncio, sys, uvloop
from pathlib import Path
from dakehu.switch.media import MediaConfig, MediaDesk, Tone
from dakehu.switch.media.tests.peer import offer_of
async def main():
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    desk = MediaDesk(MediaConfig(home, first_port=port, last_port=port + 1, builds_prompts=False))
    desk.start()
    endpoint = desk.endpoint(offer_of(9))
    desk.play(endpoint, [Tone.DIAL], loop=True)
    desk.record(endpoint, home / "call.wav")
    await asyncio.sleep(60)
uvloop.run(main())
"""


def test_a_killed_process_leaves_a_file_that_plays_and_can_be_repaired(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with subprocess.Popen([sys.executable, "-c", _KILLED, str(tmp_path), str(free_port())]) as process:
        try:
            for _ in range(400):
                if path.is_file() and path.stat().st_size > 16_000:
                    break
                process.poll()
                assert process.returncode is None
                signal.sigtimedwait([], 0.02)
        finally:
            process.kill()
    (sound,) = channels(path)
    assert len(sound) >= 8000
    assert power(sound[1600:], 450) > 0.95
    with path.open("ab") as file:  # sound whose header was not written any more
        file.write(g711.encode(sine(450, 0.5)))
    assert wav.repair(path)
    assert not wav.repair(path)
    assert len(channels(path)[0]) == len(sound) + 4000


@on_the_loop
async def test_a_full_disk_ends_the_recording_and_not_the_call(tmp_path: Path) -> None:
    saved: list[bool] = []
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))
    try:
        async with a_desk(tmp_path) as desk:
            with Peer() as peer:
                endpoint = desk.endpoint(offer_of(peer.port))
                desk.play(endpoint, [Tone.DIAL], loop=True)
                recording = desk.record(endpoint, tmp_path / "full.wav", on_saved=saved.append)
                await until(lambda: bool(saved))
                assert saved == [False]
                assert not recording.is_running
                peer.packets.clear()
                await peer.hears(10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_headers_as_others_write_them_and_broken_ones() -> None:
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(44100)
        sound.writeframes(bytes(44100 * 4))
    whole = made.getvalue()
    found = wav.read_format(made)
    assert (found.encoding, found.channels, found.rate, found.bits, found.seconds) == (1, 2, 44100, 16, 1.0)
    cut = wav.read_format(BytesIO(whole[:1001]))
    assert (cut.length, cut.declared) == (956, 44100 * 4)
    for broken in (b"", b"RIFF", whole[:20], whole[:36], b"X" + whole[1:], whole[:12] + bytes(500)):
        with pytest.raises(wav.NotWav):
            wav.read_format(BytesIO(broken))
    for at, value in ((20, 2), (22, 6), (34, 12)):
        octets = bytearray(whole)
        octets[at] = value
        with pytest.raises(wav.UnknownEncoding):
            wav.read_format(BytesIO(bytes(octets)))
    rng = np.random.default_rng(4)
    for _ in range(2000):
        octets = bytearray(whole[:200])
        for at in rng.integers(0, 60, 3):
            octets[at] = rng.integers(0, 256)
        try:
            wav.read_format(BytesIO(bytes(octets)))
        except (wav.NotWav, wav.UnknownEncoding):
            continue
