"""Two voice processes behind a real Kamailio with our configuration; one dies while people talk."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.kit.ports import free_port

from dakehu.switch.callcontrol.tests import office
from dakehu.switch.media.tests.peer import Peer, offer_of
from dakehu.switch.records import CallRecord, EndCause
from dakehu.switch.runtime.tests.harness import Phone, phone
from dakehu.switch.runtime.tests.test_browsers import PHONE_HZ, WEB_HZ, hears, talking
from dakehu.switch.runtime.tests.test_calls import talk
from dakehu.switch.runtime.tests.webphone import webphone
from dakehu.switch.sip import Dialog, Transport
from dakehu.switch.sip.sdp import Sdp
from dakehu.switchd.tests.process import VoiceProcess, voice

PROGRAM = shutil.which("kamailio") or "/usr/sbin/kamailio"
WEBSOCKET = next(iter(Path("/usr/lib").glob("*/kamailio/modules/websocket.so")), Path("/nowhere"))
CONFIGURATION = Path(__file__).parents[4] / "deploy" / "kamailio" / "kamailio.cfg"
pytestmark = pytest.mark.skipif(not Path(PROGRAM).exists(), reason="kamailio is not installed")


@dataclass(frozen=True)
class Proxy:
    port: int

    @property
    def ports(self) -> Mapping[Transport, int]:
        return {Transport.UDP: self.port, Transport.TCP: self.port, Transport.WS: self.port}


@contextmanager
def rtpengine(folder: Path) -> Iterator[tuple[str, range]]:
    """A relay for sound: its control address and its ports."""
    control, first = f"127.0.0.1:{free_port()}", free_port() // 2 * 2
    ports = range(first, first + 40)
    command = ["rtpengine", "--foreground", "--log-stderr", "--table=-1", "--interface=127.0.0.1"]
    command += [f"--listen-ng={control}", f"--port-min={ports[0]}", f"--port-max={ports[-1]}"]
    command += [f"--pidfile={folder / 'rtpengine.pid'}", "--num-threads=1", "--config-file=none"]
    with (folder / "rtpengine.log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            yield control, ports
        finally:
            process.terminate()


@contextmanager
def kamailio(folder: Path, *voices: VoiceProcess, relay: str = "") -> Iterator[Proxy]:
    """Our configuration over those processes, in the foreground, ended with the block."""
    port = free_port()
    targets = folder / "dispatcher.list"
    targets.write_text("".join(f"1 sip:{each.address}\n" for each in voices))
    defines = {
        "LISTEN": f"udp:127.0.0.1:{port}",
        "LISTEN_TCP": f"tcp:127.0.0.1:{port}",
        "DISPATCHER_LIST": f'"{targets}"',
    }
    if WEBSOCKET.exists():
        defines["WEBSOCKET"] = "1"
    if relay:
        defines["RTPENGINE"] = f'"udp:{relay}"'
    command = [PROGRAM, "-f", str(CONFIGURATION), "-DD", "-E", "-m", "32", "-M", "4", "-Y", str(folder)]
    for name, value in defines.items():
        command += ["-A", f"{name}={value}"]
    with (folder / "kamailio.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        yield Proxy(port)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def town(home: Path, relay: str = "") -> Iterator[tuple[Proxy, list[VoiceProcess]]]:
    options = ("--proxies", "127.0.0.1")
    with (
        voice(home, *options, instance="a") as first,
        voice(home, *options, instance="b") as second,
        kamailio(home, first, second, relay=relay) as proxy,
    ):
        yield proxy, [first, second]


def records(voices: list[VoiceProcess]) -> list[CallRecord]:
    return [record for each in voices for record in each.records()]


async def hung_up(first: Phone, ours: Dialog, second: Phone, theirs: Dialog) -> None:
    first.transmit(ours.request("BYE"))
    bye = await second.receive("BYE")
    assert theirs.matches(bye)
    second.answer(bye, 200)
    await first.receive(200)


def test_a_voice_process_dies_and_its_talk_is_hung_up(tmp_path: Path) -> None:
    async def scene(proxy: Proxy, voices: list[VoiceProcess]) -> None:
        await asyncio.sleep(1)  # the proxy opens its sockets
        async with phone(office.ANNA, proxy) as a, phone(office.BO, proxy) as b:
            ours, theirs = await talk(a, b, "8002")
            dead = next(each for each in voices if f":{each.port}" in ours.remote_target)
            await asyncio.to_thread(dead.kill)
            await hung_up(a, ours, b, theirs)
            again, over_there = await talk(b, a, "8001")
            await hung_up(a, over_there, b, again)
            await asyncio.to_thread(dead.start)
            kept = records(voices)
            assert sorted(each.cause for each in kept) == sorted([EndCause.INTERRUPTED, EndCause.COMPLETED])
            assert len({each.record_id for each in kept}) == 2

    with town(tmp_path / "home") as (proxy, voices):
        try:
            asyncio.run(scene(proxy, voices))
        except BaseException:
            print((tmp_path / "home" / "kamailio.log").read_text()[-4000:])
            raise


@pytest.mark.skipif(shutil.which("rtpengine") is None, reason="rtpengine is not installed")
def test_sound_goes_through_the_relay_and_outlives_the_voice_process(tmp_path: Path) -> None:
    async def scene(proxy: Proxy, voices: list[VoiceProcess], ports: range) -> None:
        await asyncio.sleep(1)  # the proxy opens its sockets
        async with phone(office.ANNA, proxy) as a, phone(office.BO, proxy) as b:
            with Peer() as one, Peer() as other:
                calling = asyncio.create_task(a.invite("8002", offer_of(one.port).encode()))
                invite = await b.receive("INVITE")
                theirs = b.accept(invite, offer_of(other.port).encode())
                answer = await calling
                ours = a.established(answer)
                await b.receive("ACK")
                for peer, told in ((one, answer.body), (other, invite.body)):
                    peer.calls(Sdp.parse(told))
                    assert peer.there[1] in ports, "each telephone is told of the relay, not of the other"
                with talking(one), talking(other):
                    await hears(one, PHONE_HZ)
                    await hears(other, PHONE_HZ)
                    dead = next(each for each in voices if f":{each.port}" in ours.remote_target)
                    await asyncio.to_thread(dead.kill)
                    await hears(one, PHONE_HZ)
                    await hears(other, PHONE_HZ)
                await hung_up(a, ours, b, theirs)

    home = tmp_path / "home"
    home.mkdir()
    with rtpengine(home) as (control, ports), town(home, control) as (proxy, voices):
        try:
            asyncio.run(scene(proxy, voices, ports))
        except BaseException:
            for name in ("kamailio.log", "rtpengine.log"):
                print((home / name).read_text()[-4000:])
            raise


@pytest.mark.skipif(not WEBSOCKET.exists(), reason="kamailio-websocket-modules is not installed")
def test_a_browser_behind_the_proxy_is_called_and_calls(tmp_path: Path) -> None:
    async def scene(proxy: Proxy) -> None:
        await asyncio.sleep(1)  # the proxy opens its sockets
        async with phone(office.BO, proxy) as bo, webphone(office.ANNA, proxy, tmp_path, WEB_HZ) as anna:
            with Peer() as peer:
                calling = asyncio.create_task(bo.invite("8001", offer_of(peer.port).encode()))
                theirs = await anna.pick_up(await anna.receive("INVITE"))
                answer = await calling
                assert answer.status == 200
                ours = bo.established(answer)
                peer.calls(Sdp.parse(answer.body))
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                await hung_up(bo, ours, anna, theirs)
            with Peer() as peer:
                await anna.lift()
                calling = asyncio.create_task(anna.invite("8002", await anna.offer()))
                invite = await bo.receive("INVITE")
                theirs = bo.accept(invite, offer_of(peer.port).encode())
                answer = await calling
                await anna.answered(answer)
                ours = anna.established(answer)
                await bo.receive("ACK")
                peer.calls(Sdp.parse(invite.body))
                with talking(peer):
                    await anna.listens(PHONE_HZ)
                    await hears(peer)
                await hung_up(anna, ours, bo, theirs)

    ports = free_port()
    options = ("--proxies", "127.0.0.1", "--rtp-ports", f"{ports}-{ports + 20}")
    home = tmp_path / "home"
    with voice(home, *options, instance="a", silent=False) as process, kamailio(home, process) as proxy:
        asyncio.run(scene(proxy))
