"""Two writers at once, one of them stopped at a named point: what a race looks like when it is meant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from django.db import connections

from dakehu.kernel.errors import DomainError

WAIT_S = 20.0
MEANWHILE_S = 1.0
"""How long the second writer may go on while the first is stopped: it ends, or waits for a lock."""


class Writer(threading.Thread):
    """One writer; `outcome` is "done", or the name of the fault that it was answered with."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.outcome = ""

    def run(self) -> None:
        try:
            self._act()
            self.outcome = "done"
        except DomainError as error:
            self.outcome = type(error).__name__
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test shall see it
            self.outcome = repr(fault)
        finally:
            connections.close_all()


@contextmanager
def stopped_at(
    patch: pytest.MonkeyPatch, module: ModuleType, name: str, act: Callable[[], object]
) -> Iterator[Writer]:
    """The writer of `act`, stopped before `module.name` is called; it goes on when the block ends."""
    reached, go_on = threading.Event(), threading.Event()
    original = getattr(module, name)
    writer = Writer(act)

    def stop(*args: Any, **kwargs: Any) -> Any:
        if threading.current_thread() is writer:
            reached.set()
            go_on.wait(WAIT_S)
        return original(*args, **kwargs)

    patch.setattr(module, name, stop)
    writer.start()
    assert reached.wait(WAIT_S), writer.outcome
    try:
        yield writer
    finally:
        go_on.set()
        writer.join(WAIT_S)


def meanwhile(act: Callable[[], object]) -> Writer:
    """A second writer, as far as it comes."""
    writer = Writer(act)
    writer.start()
    writer.join(MEANWHILE_S)
    return writer
