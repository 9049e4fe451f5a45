"""Test processes side by side share no home, though each inherits its environment from another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_a_child_of_a_test_process_has_a_home_of_its_own() -> None:
    assert settings.HOME.name.startswith("dakehu-test-")
    program = "from dakehu.config import settings_for_tests as s; print(s.HOME)"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert other.strip() != str(settings.HOME)
    assert "dakehu-test-" in other


MAKES = "import os, signal, sys; from dakehu.config import homes_of_tests as h; home = h.make(); "


def ran(tmp_path: Path, program: str) -> Path:
    """What a program says that its home was, with a temporary folder of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MAKES + program],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Path(done.stdout.strip())


def test_a_home_goes_with_its_process(tmp_path: Path) -> None:
    home = ran(tmp_path, "assert home.is_dir(); print(home)")
    assert home.parent == tmp_path
    assert not home.exists()


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    left = ran(tmp_path, "print(home, flush=True); os.kill(os.getpid(), signal.SIGKILL)")
    assert left.is_dir()
    ran(tmp_path, "print(home)")
    assert not left.exists()


def test_a_forked_child_leaves_its_parents_home(tmp_path: Path) -> None:
    fork = (
        "child = os.fork(); child or sys.exit(); os.waitpid(child, 0); print(home if home.is_dir() else '')"
    )
    assert ran(tmp_path, fork).parent == tmp_path


def test_a_home_in_use_is_nobody_elses_to_remove(tmp_path: Path) -> None:
    other = f"import subprocess; subprocess.run([sys.executable, '-c', {MAKES!r}], check=True); "
    assert ran(tmp_path, other + "print(home if home.is_dir() else '')").parent == tmp_path
