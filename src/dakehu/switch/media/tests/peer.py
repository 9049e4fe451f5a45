"""A telephone's half of a call, on a real socket of loopback, and an ear that knows frequencies."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import Callable
from typing import Self

import numpy as np
import numpy.typing as npt

from dakehu.switch.media import g711
from dakehu.switch.media.rtp import RtpPacket, pack, unpack
from dakehu.switch.sip.sdp import Sdp


def offer_of(port: int, formats: str = "8 0 101", *lines: str, host: str = "127.0.0.1") -> Sdp:
    """A telephone's description."""
    text = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {formats}",
        "a=rtpmap:101 telephone-event/8000",
        *lines,
    ]
    return Sdp.parse("\r\n".join(text).encode())


class Peer:
    """Keeps every packet that arrives; sends sound and digits to `there`."""

    def __init__(self, payload_type: int = 8, ssrc: int = 7) -> None:
        self.packets: list[RtpPacket] = []
        self.there: tuple[str, int] = ("127.0.0.1", 9)
        self.payload_type = payload_type
        self.ssrc = ssrc
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self._sequence = itertools.count(65530)
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._loop.add_reader(self.socket, self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.remove_reader(self.socket)
        self.socket.close()

    def calls(self, local: Sdp) -> None:
        """Send to the place a description names."""
        assert local.audio is not None
        self.there = ("127.0.0.1", local.audio.port)

    def send(self, payload: bytes, timestamp: int, *, kind: int | None = None, marker: bool = False) -> None:
        packet = RtpPacket(
            self.payload_type if kind is None else kind,
            marker,
            next(self._sequence) & 0xFFFF,
            timestamp,
            self.ssrc,
            payload,
        )
        self.socket.sendto(pack(packet), self.there)

    async def say(self, samples: g711.Samples, law: g711.Law = g711.Law.A) -> None:
        """Speak at the pace of a telephone, whose media clock runs on in pauses."""
        start = self._loop.time()
        before = int((start - self._began) / 0.02) * 160
        for number, at in enumerate(range(0, len(samples), 160)):
            await asyncio.sleep(max(0.0, start + number * 0.02 - self._loop.time()))
            self.send(g711.encode(samples[at : at + 160], law), before + at)

    def press(self, key: int, timestamp: int, *, duration: int, ended: bool, marker: bool = False) -> None:
        payload = struct.pack("!BBH", key, 0x8A if ended else 0x0A, duration)
        self.send(payload, timestamp, kind=101, marker=marker)

    async def hears(self, count: int) -> None:
        """Wait until so many packets have come."""
        await until(lambda: len(self.packets) >= count)

    def sound(self, law: g711.Law = g711.Law.A) -> g711.Samples:
        """What was heard, in the order of timestamps, without telephone-events."""
        heard = [packet for packet in self.packets if packet.payload_type != 101]
        return g711.decode(b"".join(packet.payload for packet in heard), law)

    def _read(self) -> None:
        while True:
            try:
                packet = unpack(self.socket.recv(2048))
            except BlockingIOError:
                return
            if packet is not None:
                self.packets.append(packet)


async def until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - a condition of the other side has no event
            await asyncio.sleep(0.005)


def sine(frequency_hz: float, seconds: float, level: float = 8000.0) -> g711.Samples:
    time = np.arange(int(8000 * seconds)) / 8000
    wave: npt.NDArray[np.float64] = np.sin(2 * np.pi * frequency_hz * time) * level
    return wave.astype(np.int16)


def power(samples: g711.Samples, frequency_hz: float) -> float:
    """Goertzel: the share of the sound's power that lies at the frequency, 0 to 1."""
    sound = samples.astype(np.float64)
    whole = float(np.sum(sound**2)) * len(sound) / 2
    turn = np.exp(-2j * np.pi * frequency_hz * np.arange(len(sound)) / 8000)
    return float(abs(np.dot(sound, turn)) ** 2) / whole if whole else 0.0
