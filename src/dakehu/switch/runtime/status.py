"""What the voice process tells of itself: a small JSON file, replaced every few seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dakehu.switch.runtime.census import Census


@dataclass(frozen=True, slots=True)
class VoiceStatus:
    """`at` is when it was written, in seconds since the epoch: an old one tells of a death."""

    at: float
    pid: int
    started_at: float
    state: str
    host: str
    port: int
    calls: int
    calls_up: int
    registered: int
    connections: int
    lag_ms: float
    spool_waiting: int
    spool_faults: int
    directory_generation: int
    ports: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    gateways_down: list[str] = field(default_factory=list)
    census: Census = field(default_factory=Census)


def write_status(path: Path, status: VoiceStatus) -> None:
    """Replace the file; readers see the old one or the new one. Raises `OSError`."""
    draft = path.with_suffix(".tmp")
    draft.write_bytes(msgspec.json.encode(status))
    draft.replace(path)


def read_status(path: Path) -> VoiceStatus | None:
    """What was last written; None if there is nothing that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=VoiceStatus)
    except (OSError, msgspec.DecodeError):
        return None
