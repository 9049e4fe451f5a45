"""A voice process over the test town, started as an operator starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

from dakehu.switch.records import START, Batch, CallRecord, SpoolReader, spool_path
from dakehu.switch.runtime.status import VoiceStatus, read_status
from dakehu.switch.runtime.tests.harness import publish
from dakehu.switch.sip import Transport


class VoiceProcess:
    """`start`, `kill`, `stop` as often as a test likes; the port stays the same. `town` is for `publish`.

    Only one that is not `silent` has ports for sound, which browsers need.
    """

    def __init__(
        self, home: Path, *options: str, instance: str = "", silent: bool = True, **town: Any
    ) -> None:
        self.home = home
        self.silent = ("--silent",) if silent else ()
        self.instance = instance
        self.port = free_port()
        self.tls_port = free_port()
        self.options = options
        self._seen = START
        self._process: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True, exist_ok=True)
        if not instance or not (home / "directory.lmdb").exists():
            publish(home, **town)

    @property
    def ports(self) -> Mapping[Transport, int]:
        return {Transport.UDP: self.port, Transport.TCP: self.port}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        program = [sys.executable, "-m", "dakehu.switchd", "--home", str(self.home)]
        program += ["--instance", self.instance]
        return [*program, "--sip-port", str(self.port), "--drain", "0", *self.silent, *self.options]

    def start(self) -> None:
        """Start and wait until it is up."""
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(self.command, stderr=log, env=os.environ | {"DAKEHU_LOG": "INFO"})
        self._process = process

        def is_up() -> bool:
            status = self.status()
            return status is not None and status.pid == process.pid and status.state == "up"

        wait_for("the voice process", is_up)

    def status(self) -> VoiceStatus | None:
        return read_status(self.home / ("voice" + (f"-{self.instance}" if self.instance else "") + ".json"))

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """The exit status after SIGTERM."""
        return self._end(signal.SIGTERM)

    def records(self) -> list[CallRecord]:
        """Those since `forget_records`."""
        return list(self._read().records)

    def forget_records(self) -> None:
        """Have `records` begin here."""
        self._seen = self._read().cursor

    def _read(self) -> Batch:
        return SpoolReader(spool_path(self.home, self.instance)).read(self._seen, limit=100_000)

    def log(self) -> str:
        return (self.home / "log").read_text()

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(number)
        return process.wait(20)


@contextmanager
def voice(
    home: Path, *options: str, tls: bool = False, instance: str = "", silent: bool = True, **town: Any
) -> Iterator[VoiceProcess]:
    """A running process, ended with the block; TLS at `tls_port` if wanted. `town` is for `publish`."""
    process = VoiceProcess(home, *options, instance=instance, silent=silent, **town)
    if tls:
        process.options += ("--tls-port", str(process.tls_port))
    process.start()
    try:
        yield process
    finally:
        process.stop()
