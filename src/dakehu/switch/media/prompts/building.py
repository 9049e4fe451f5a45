"""The builder as a process beside: the voice process answers calls meanwhile, with tones."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable

import structlog

from dakehu.switch.media.config import MediaConfig

_PROGRAM = "dakehu.switch.media.prompts.builder"
_log = structlog.get_logger("dakehu.voice")


class Building:
    """Runs the builder once; `on_built` is called when it has ended, with whatever success."""

    def __init__(self, config: MediaConfig, on_built: Callable[[], None]) -> None:
        self._arguments = [str(config.prompts_path)]
        for name, folder in (("--recordings", config.recordings), ("--piper", config.piper)):
            self._arguments += [name, str(folder)] if folder is not None else []
        self._on_built = on_built
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, and return at once."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """End the builder; again is nothing."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        command = [sys.executable, "-m", _PROGRAM, *self._arguments]
        try:
            process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        except OSError as fault:
            _log.warning("prompts can't be made", fault=str(fault))
            return
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        if process.returncode:
            _log.warning("prompts are missing", fault=said.decode(errors="replace")[-500:])
        self._on_built()
