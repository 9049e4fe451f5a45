"""A desk of its own for each test, on the loop that the voice process has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path

import uvloop
from tests.kit.ports import free_port

from dakehu.switch.media import MediaConfig, MediaDesk

Test = Callable[[Path], Coroutine[None, None, None]]


def on_the_loop(test: Test) -> Callable[[Path], None]:
    """Run on the loop that the voice process has."""

    @wraps(test)
    def run(tmp_path: Path) -> None:
        uvloop.run(test(tmp_path))

    return run


@asynccontextmanager
async def a_desk(home: Path, pairs: int = 10) -> AsyncIterator[MediaDesk]:
    first = free_port() & ~1
    desk = MediaDesk(
        MediaConfig(home, first_port=first, last_port=first + 2 * pairs - 1, builds_prompts=False)
    )
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
