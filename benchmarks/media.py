"""What media costs on one core: announcements, rooms, relays.

    make bench-media                                     # all, 10 s each
    make bench-media ARGS="rooms --seconds 20"

The voice process's loop, desk and ports are the real ones. Telephones talk from a program on the other core, all of
them all the time; what is sent to them goes to one socket of loopback that is never read, as reading would be
another program's work. Lateness is against each tick's absolute deadline, measured as the packet leaves. The limit
is the same number of packets by `sendto` alone, without a pause.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import tempfile
import time
from pathlib import Path

import numpy as np
import uvloop

from benchmarks.media_load import talking
from dakehu.switch.media import MediaConfig, MediaDesk, Tone
from dakehu.switch.media.ticker import TICK_S
from dakehu.switch.sip.sdp import Sdp

LOAD_PORT = 19998


def offer(port: int) -> Sdp:
    return Sdp.parse(f"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP 8\r\n".encode())


async def announcements(players: int, seconds: float) -> tuple[list[float], float, float]:
    """Lateness of every packet in ms, seconds of CPU, seconds of time."""
    late: list[float] = []
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as home, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        desk = MediaDesk(MediaConfig(Path(home), first_port=20000, last_port=29999, builds_prompts=False))
        desk.start()
        began = loop.time()  # the ticker's origin, to a millisecond: uvloop's resolution
        for _ in range(players):
            endpoint = desk.endpoint(offer(sink.getsockname()[1]))
            endpoint.said.append(
                lambda tick, _frame: late.append((time.monotonic() - began - tick * TICK_S) * 1000)
            )
            desk.play(endpoint, [Tone.RINGBACK], loop=True)
        cpu, start = time.process_time(), time.monotonic()
        late.clear()
        await asyncio.sleep(seconds)
        result = late, time.process_time() - cpu, time.monotonic() - start
        desk.stop()
    return result


def bare(packets: int) -> float:
    """Microseconds of CPU per packet of a loop that does nothing else."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source,
    ):
        sink.bind(("127.0.0.1", 0))
        there, data = sink.getsockname(), bytes(172)
        cpu = time.process_time()
        for _ in range(packets):
            source.sendto(data, there)
        return (time.process_time() - cpu) / packets * 1e6


async def rooms(sizes: list[int], seconds: float) -> tuple[int, float, float, dict[str, int]]:
    """Packets sent, seconds of CPU, seconds of time, counters; for rooms of these sizes."""
    with tempfile.TemporaryDirectory() as home:
        desk = MediaDesk(MediaConfig(Path(home), first_port=20000, last_port=29999, builds_prompts=False))
        desk.start()
        endpoints = []
        for size in sizes:
            room = desk.room()
            for _ in range(size):
                endpoint = desk.endpoint(offer(LOAD_PORT))
                desk.enter(room, endpoint)
                endpoints.append(endpoint)
        with talking([endpoint.port for endpoint in endpoints], LOAD_PORT):
            await asyncio.sleep(2)
            packets, cpu, start = desk.status().packets, time.process_time(), time.monotonic()
            await asyncio.sleep(seconds)
            cpu, took = time.process_time() - cpu, time.monotonic() - start
            packets = desk.status().packets - packets
        desk.stop()
        return packets, cpu, took, desk.status().counters


async def relays(calls: int, seconds: float) -> tuple[int, float, float]:
    """Packets passed on, seconds of CPU, seconds of time."""
    with tempfile.TemporaryDirectory() as home:
        desk = MediaDesk(MediaConfig(Path(home), first_port=20000, last_port=29999, builds_prompts=False))
        desk.start()
        endpoints = [desk.endpoint(offer(LOAD_PORT)) for _ in range(2 * calls)]
        for one, other in zip(endpoints[::2], endpoints[1::2], strict=True):
            desk.relay(one, other)
        with talking([endpoint.port for endpoint in endpoints], LOAD_PORT):
            await asyncio.sleep(2)
            before = [endpoint._stream._sequence for endpoint in endpoints]
            cpu, start = time.process_time(), time.monotonic()
            await asyncio.sleep(seconds)
            cpu, took = time.process_time() - cpu, time.monotonic() - start
            after = [endpoint._stream._sequence for endpoint in endpoints]
        desk.stop()
        return sum(b - a & 0xFFFF for a, b in zip(before, after, strict=True)), cpu, took


def bench_announcements(players: int, seconds: float) -> None:
    late, cpu, took = uvloop.run(announcements(players, seconds))
    print(
        "| announcements | packets | late, median ms | 99.9 % | max | CPU of one core | µs a packet | bare sendto µs |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| {players} | {len(late)} | {np.median(late):.2f} | {np.percentile(late, 99.9):.2f} "
        f"| {max(late):.2f} | {cpu / took:.1%} | {cpu / len(late) * 1e6:.1f} | {bare(len(late)):.1f} |\n"
    )


def bench_rooms(seconds: float) -> None:
    print(
        "| rooms | members each | CPU of one core | µs a member and tick | members a core | frames lost or late | bare sendto µs |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for count, size in ((50, 3), (15, 10), (3, 50), (1, 150)):
        packets, cpu, took, counters = uvloop.run(rooms([size] * count, seconds))
        each = cpu / packets * 1e6
        lost = counters["lost_in_room"] + counters["late_in_room"]
        print(
            f"| {count} | {size} | {cpu / took:.1%} | {each:.1f} | {20_000 / each:.0f} "
            f"| {lost / packets:.2%} | {bare(packets):.1f} |"
        )
    print()


def bench_relays(seconds: float) -> None:
    print(
        "| relayed calls | packets/s | of those sent | CPU of one core | µs a packet | packets/s a core | bare sendto µs |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for calls in (50, 200):
        packets, cpu, took = uvloop.run(relays(calls, seconds))
        each = cpu / packets * 1e6
        print(
            f"| {calls} | {packets / took:.0f} | {packets / took / calls:.1f} % | {cpu / took:.1%} | {each:.1f} "
            f"| {1e6 / each:.0f} | {bare(packets):.1f} |"
        )
    print()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["announcements", "rooms", "relays"])
    parser.add_argument("--players", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if "announcements" in options.what:
        bench_announcements(options.players, options.seconds)
    if "rooms" in options.what:
        bench_rooms(options.seconds)
    if "relays" in options.what:
        bench_relays(options.seconds)


if __name__ == "__main__":
    main()
