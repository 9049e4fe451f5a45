"""One voice process: everything put together, started and stopped in order.

Overload has five bounds: server transactions in the stack, calls (`max_calls`), records that the disk would
not take (`max_waiting_frames`), the loop's lag (a tick that comes `overload_lag_s` late says that the process
is behind), and what waits in the UDP socket's buffer (`overload_backlog`), where a flood queues without the
loop noticing. Beyond any of them new calls get 503 with Retry-After, while calls that are up and
emergencies are served. Each refusal is counted by the bound's name (`calls_refused_by_…`).

Stopping: no new calls, 503 to OPTIONS; those that are up get `drain_s` to end by themselves, then are hung
up; the records are brought to the disk last.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import replace

import structlog

from dakehu.numbering.domain.trunks import Gateway
from dakehu.switch.directory import DirectoryReader, DirectoryWriter
from dakehu.switch.media import MediaDesk
from dakehu.switch.records import CallRecord, EndCause, SpoolWriter
from dakehu.switch.runtime.beginning import Beginner
from dakehu.switch.runtime.bereaved import Bereaved
from dakehu.switch.runtime.bindings import Bindings
from dakehu.switch.runtime.calls import CallDesk
from dakehu.switch.runtime.census import Census, open_fds
from dakehu.switch.runtime.config import VoiceConfig
from dakehu.switch.runtime.console import ConsoleDoor
from dakehu.switch.runtime.deciding import Decider
from dakehu.switch.runtime.desk import RegisterDesk
from dakehu.switch.runtime.dialogstore import DialogStore
from dakehu.switch.runtime.dispatch import Desks, Dispatcher
from dakehu.switch.runtime.flood import FloodGuard
from dakehu.switch.runtime.gate import Gate
from dakehu.switch.runtime.gateways import Gateways
from dakehu.switch.runtime.ids import RecordIds, Tokens
from dakehu.switch.runtime.links import Links, Receivers
from dakehu.switch.runtime.live import Live
from dakehu.switch.runtime.messages import EXTENSIONS, METHODS, PRODUCT, Scribe
from dakehu.switch.runtime.noise import Counters, NoiseLog
from dakehu.switch.runtime.passwords import PasswordLocks
from dakehu.switch.runtime.services import KeptServices
from dakehu.switch.runtime.status import VoiceStatus, write_status
from dakehu.switch.runtime.survivors import Survivors
from dakehu.switch.runtime.switchboard import Switchboard
from dakehu.switch.runtime.texting import TextDesk
from dakehu.switch.runtime.tools import Clock, Tools
from dakehu.switch.sip import Endpoint, Stack, StackConfig, Transport
from dakehu.switch.wishes import Wishes

TICK_S = 0.025
STATUS_S = 2.0
CHECKPOINT_S = 5.0
_HANG_UP_S = 2.0
_log = structlog.get_logger("dakehu.voice")


class VoiceServer:
    """Opening takes the spool's lock; raises `SpoolBusy` if another process has it, `OSError` for sockets."""

    def __init__(self, config: VoiceConfig) -> None:
        self.config = config
        self.counters = Counters()
        self._loop = asyncio.get_running_loop()
        self._clock = Clock(self._loop.time, time.time)
        self._started_at = time.time()
        self._advertised = config.advertise or own_address(config.host)
        self._stopping = False
        self._lag_s = 0.0
        self._backlog = 0.0
        self._due_at = 0.0
        self._status_at = self._checkpoint_at = 0.0
        self._tick_handle: asyncio.TimerHandle | None = None
        config.home.mkdir(parents=True, exist_ok=True)
        if not config.directory_path.exists():
            DirectoryWriter(config.directory_path).close()
        self._directory = DirectoryReader.open(config.directory_path)
        self._spool = SpoolWriter(config.spool_path, config.spool)
        self._bindings = Bindings(config.bindings_path, self._started_at)
        self._services = KeptServices(
            config.services_path, self._directory, self._spool.services_changed, self._clock.epoch_ms
        )
        self.wishes = Wishes(config.wishes_path)
        self._dialogs = DialogStore(config.dialogs_path)
        self._media = MediaDesk(config.media) if config.media is not None else None
        timings = replace(config.calls, announces=self._media is not None)
        noise = NoiseLog(self._loop.time)
        record_ids = RecordIds(self._clock.epoch_ms())
        self._links = Links(self.counters, config.max_connections)
        self._begin = Beginner(record_ids, timings, self._clock)
        self._dispatcher = Dispatcher(self._links, self.counters, noise, self._begin)
        self._links.receivers = Receivers(
            self._dispatcher.datagram, self._dispatcher.frame, self._dispatcher.failed, self._flow_gone
        )
        self._stack: Stack
        self._texts: TextDesk
        self._calls: CallDesk
        self._consoles: ConsoleDoor
        self._gateways: Gateways

    @property
    def port(self) -> int:
        return self._links.port

    @property
    def gateways_down(self) -> tuple[Gateway, ...]:
        """Gateways that do not answer."""
        return self._gateways.down

    @property
    def media_ports_in_use(self) -> int:
        """Pairs of ports that sound of calls goes through."""
        return self._media.status().ports_in_use if self._media is not None else 0

    @property
    def ports(self) -> Mapping[Transport, int]:
        """Where it listens, by transport."""
        return self._links.ports

    def census(self) -> Census:
        """What the process holds just now; once `start` is done."""
        media = self._media.status() if self._media is not None else None
        return Census(
            **self._calls.count(self._loop.time()),
            transactions=self._stack.load,
            sip_timers=self._stack.timers,
            ports=media.ports_in_use if media is not None else 0,
            rooms=media.rooms if media is not None else 0,
            texts=len(self._texts),
            connections=self._links.connections,
            registered=len(self._bindings),
            fds=open_fds(),
        )

    def hang_up(self) -> None:
        """End every call; new ones may come."""
        self._calls.stop()

    async def start(self) -> None:
        """Open the sockets and begin."""
        config = self.config
        await self._links.open(config.host, config.port, config.doors)
        tools = self._tools()
        self._services.report_again()
        if self._media is not None:
            self._media.start()
        survivors = Survivors(tools, self._dialogs, Bereaved(config.neighbours))
        self._dispatcher.connect(tools, self._desks(tools, survivors))
        self._dispatcher.refuses_calls = self._refuses_calls
        self._dispatcher.drains = lambda: self._stopping
        self._consoles = ConsoleDoor(config.console_path, self._calls)
        await self._consoles.open()
        self._due_at = self._loop.time() + TICK_S
        self._tick_handle = self._loop.call_at(self._due_at, self._tick)
        _log.info(
            "voice is up",
            host=config.host,
            ports={str(kind): port for kind, port in self._links.ports.items()},
            registered=len(self._bindings),
            interrupted_calls=self._spool.interrupted,
            calls_left_behind=len(survivors),
        )

    def _tools(self) -> Tools:
        """What the desks work with, once the sockets have their ports."""
        config = self.config
        sip = StackConfig(
            sent_by={kind: (self._advertised, port) for kind, port in self._links.ports.items()},
            methods=METHODS,
            extensions=EXTENSIONS,
            timings=config.sip,
            force_rport=True,
            product=PRODUCT,
        )
        self._stack = stack = Stack(sip, Tokens())
        scribe = Scribe(sip)
        self._gateways = Gateways(stack, scribe, self._dispatcher.run, config.trunks)
        return Tools(
            stack=stack,
            scribe=scribe,
            spool=self._spool,
            bindings=self._bindings,
            clock=self._clock,
            run=self._dispatcher.run,
            has_flow=self._links.has_flow,
            on_record=self._on_record,
            services=self._services,
            gateways=self._gateways,
            wishes=self.wishes,
            media=self._media,
            session_timers=config.session_timers,
        )

    def _desks(self, tools: Tools, survivors: Survivors) -> Desks:
        """Who handles what comes."""
        config = self.config
        board = Switchboard()
        passwords = PasswordLocks(config.passwords, self._clock.now)
        live = Live(tools, board, passwords)
        decider = Decider(self._directory, self._services, live, passwords)
        self._calls = CallDesk(tools, board, decider, self._begin, survivors)
        self._texts = TextDesk(tools)
        live.busy = self._calls.summoner.met_busy
        live.had = self._calls.attendants.taken
        return Desks(
            calls=self._calls,
            registrar=RegisterDesk(self._bindings, config.registrar),
            gate=Gate(config, self._bindings, secrets.token_bytes(32)),
            directory=self._directory,
            decider=decider,
            flood=FloodGuard(config.sources, self._is_known),
            texts=self._texts,
            proxies=config.proxies,
        )

    async def stop(self) -> None:
        """End in order; see the module's text. Again is nothing."""
        if self._stopping:
            return
        self._stopping = True
        await self._wait_for_calls(self.config.drain_s)
        self._calls.stop()
        await self._wait_for_calls(_HANG_UP_S)
        if self._tick_handle is not None:
            self._tick_handle.cancel()
        await self._consoles.close()
        await self._links.close()
        if self._media is not None:
            self._media.stop()
        self._services.close()
        self.wishes.close()
        self._dialogs.close()
        self._bindings.close()
        durable = self._spool.close()
        self._write_status("stopped")
        self._directory.close()
        _log.info("voice is down", calls_left=len(self._calls), records_durable=durable)

    async def _wait_for_calls(self, at_most_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._calls.idle.wait(), at_most_s)

    def _refuses_calls(self) -> str:
        """The bound that new calls would break just now, as counters name it; empty where none."""
        config = self.config
        bounds = {
            "stopping": self._stopping,
            "lag": self._lag_s > config.overload_lag_s,
            "backlog": self._backlog > config.overload_backlog,
            "calls": len(self._calls) >= config.max_calls,
            "records": self._spool.waiting > config.max_waiting_frames,
        }
        return next((name for name, is_broken in bounds.items() if is_broken), "")

    def _tick(self) -> None:
        """Time for the stack, for checkpoints and for the status file; a measure of our own lateness."""
        now = self._loop.time()
        self._lag_s = max(now - self._due_at, self._lag_s * 0.9)
        self._due_at = now + TICK_S
        self._tick_handle = self._loop.call_at(self._due_at, self._tick)
        self._backlog, self.counters["udp_lost"] = self._links.backlog()
        self.counters["requests_refused_by_transactions"] = self._stack.overload.refused
        self._dispatcher.timeout()
        self._dispatcher.check_gateways()
        if now >= self._checkpoint_at:
            self._checkpoint_at = now + CHECKPOINT_S
            self._spool.checkpoint(self._clock.epoch_ms())
            self._loop.run_in_executor(None, self.wishes.sync)
            self._loop.run_in_executor(None, self._dialogs.sync)
            self._bindings.drop_expired(self._clock.epoch())
            self._services.drop_known()
            if self._links.certificate is not None:
                self._links.certificate.refresh()
        if now >= self._status_at:
            self._status_at = now + STATUS_S
            self._write_status("stopping" if self._stopping else "up")
            self.tick_minutes()

    def tick_minutes(self) -> None:
        """Look whether a line is to be called by now."""
        if not self._stopping:
            self._calls.summoner.tick()
            self._calls.attendants.tick()

    def _write_status(self, state: str) -> None:
        status = VoiceStatus(
            at=self._clock.epoch(),
            pid=os.getpid(),
            started_at=self._started_at,
            state=state,
            host=self._advertised,
            port=self._links.port,
            calls=len(self._calls),
            calls_up=self._spool.up,
            registered=len(self._bindings),
            connections=self._links.connections,
            lag_ms=round(self._lag_s * 1000, 1),
            spool_waiting=self._spool.waiting,
            spool_faults=self._spool.sync_faults,
            ports={str(kind): port for kind, port in self._links.ports.items()},
            directory_generation=self._directory.generation(),
            gateways_down=[str(gateway) for gateway in self._gateways.down],
            counters=dict(self.counters),
            census=self.census(),
        )
        try:
            write_status(self.config.status_path, status)
        except OSError:
            self.counters["status_unwritten"] += 1

    def _is_known(self, source: Endpoint) -> bool:
        """Whether somebody registered from there, or a gateway is there: what comes is no flood."""
        return self._bindings.is_known(source) or self._gateways.knows(source)

    def _flow_gone(self, flow: Endpoint) -> None:
        self.counters["registrations_gone"] += self._bindings.flow_gone(flow)

    def _on_record(self, record: CallRecord) -> None:
        self.counters[f"ended_{record.cause}"] += 1
        self._calls.summoner.ended(record)
        if record.cause in {EndCause.FAILED, EndCause.LOST}:
            _log.warning("call broke", record=record.record_id, cause=record.cause, status=record.status)


def own_address(host: str) -> str:
    """The address peers see: the bound one, or for a wildcard that of the interface towards the world."""
    if host not in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return host
    family, far = (socket.AF_INET6, "2001:db8::1") if host == "::" else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))  # sends nothing: it only chooses the interface
        except OSError:
            return "::1" if host == "::" else "127.0.0.1"
        return str(probe.getsockname()[0])
