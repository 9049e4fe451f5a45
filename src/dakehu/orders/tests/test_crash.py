"""kill -9 at any moment of an order: nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dakehu.orders.tests.crash_worker import MEMBERS, ORDERS

KILLS = 3
WORKER = "dakehu.orders.tests.crash_worker"


def environment(home: Path) -> dict[str, str]:
    """A database of its own in a file: the tests' one lives in memory or belongs to others."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DAKEHU_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return {**kept, "DAKEHU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dakehu.config.settings"}


def run(what: str, home: Path) -> str:
    command = [sys.executable, "-m", WORKER, what]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed(home: Path, after: int, pause_s: float) -> int:
    """Start the worker, let it do so many things, kill it a moment later; how many it had said."""
    command = [sys.executable, "-m", WORKER, "work"]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        for said, line in enumerate(process.stdout, start=1):
            if said == after or line == "done\n":
                break
        time.sleep(pause_s)
        process.kill()
        process.wait(timeout=10)
    return said


@pytest.mark.req("KAM-08")
def test_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    run("prepare", tmp_path)
    for _time in range(KILLS):
        assert killed(tmp_path, chance.randint(2, 16), chance.uniform(0, 0.03)) > 0
    assert run("work", tmp_path).endswith("done\n")
    report = json.loads(run("report", tmp_path))
    steps = 5
    assert report == {
        "orders": {"completed": ORDERS},
        "numbers": {"assigned": ORDERS * MEMBERS, "blocked": ORDERS},
        "lines": ORDERS * MEMBERS,
        "groups": ORDERS,
        "members": ORDERS * MEMBERS,
        "events": ORDERS,
        "told": ORDERS,
        "unmade": 0,
        "stories": {
            "submitted": ORDERS,
            "taken": ORDERS,
            "step_started": ORDERS * steps,
            "step_finished": ORDERS * steps,
            "completed": ORDERS,
        },
        "audited": ORDERS,
    }
