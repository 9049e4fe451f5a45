"""The supervisor with real child processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from dakehu.config.supervisor import Child, Supervisor

_PATIENCE_S = 20.0


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments], os.environ)


def test_a_child_that_dies_is_started_again_and_all_are_stopped(tmp_path: Path) -> None:
    log = tmp_path / "starts"
    steady = child("steady", "import time; time.sleep(60)")
    dying = child("dying", "import sys; open(sys.argv[1], 'a').write('x')", str(log))
    said: list[str] = []

    def ready() -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline and (not log.exists() or len(log.read_text()) < 2):
            dying.check(time.monotonic(), said.append)
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        Supervisor([steady, dying], said.append).run(ready)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert len(log.read_text()) >= 2
    assert steady.process is not None
    assert steady.process.poll() == -signal.SIGTERM
    assert any("starting it again" in line for line in said)


def test_a_child_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    )
    stubborn = child("stubborn", code, str(ready))
    stubborn.stop_s = 0.2
    stubborn.start(time.monotonic())
    deadline = time.monotonic() + _PATIENCE_S
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert stubborn.stop() is False
    assert stubborn.process is not None
    assert stubborn.process.poll() == -signal.SIGKILL
