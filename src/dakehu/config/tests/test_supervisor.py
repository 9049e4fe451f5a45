"""The supervisor with real child processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
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


def test_what_a_killed_child_leaves_behind_goes_with_it(tmp_path: Path) -> None:
    """Web is a process with workers; when it is killed, they would go on listening at its port."""
    told = tmp_path / "worker"
    code = (
        "import pathlib, subprocess, sys, time;"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "pathlib.Path(sys.argv[1]).write_text(str(left.pid)); time.sleep(60)"
    )
    parent = child("parent", code, str(told))
    parent.start(time.monotonic())
    assert parent.process is not None
    _wait(lambda: told.exists() and told.read_text() != "")
    parent.process.kill()
    parent.process.wait()
    parent.check(time.monotonic(), lambda _line: None)
    _wait(lambda: not _runs(int(told.read_text())))


def _wait(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Whether it is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
