"""Waiting for the world to catch up, with a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 30.0


def wait_for(what: str, look: Callable[[], T | None], *, patience_s: float = PATIENCE_S) -> T:
    """The first truthy value that `look` gives; fails with `what` when patience ends."""
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:.0f} s in vain for {what}")
        time.sleep(0.05)
