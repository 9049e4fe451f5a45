"""What a voice process holds just now: one count of each kind, for whoever asks whether all of it ends.

All but `connections`, `registered` and `fds` belong to calls and requests: when nobody calls, and the last
transactions have run out (64×T1), they are zero. What is not zero then is an orphan.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

_STANDING = frozenset({"connections", "registered", "fds"})


@dataclass(frozen=True, slots=True)
class Census:
    """`requests` are transactions that a call waits for, `transactions` all of the stack with the answers
    that wait for ACK or PRACK. `timers` are those of calls and legs, `sip_timers` the stack's, stale ones
    included. `noted` are calls on the disk for the next process. `fds` is -1 where the system doesn't say.
    """

    calls: int = 0
    legs: int = 0
    dialogs: int = 0
    requests: int = 0
    transactions: int = 0
    timers: int = 0
    sip_timers: int = 0
    ports: int = 0
    rooms: int = 0
    queued: int = 0
    parked: int = 0
    channels: int = 0
    texts: int = 0
    noted: int = 0
    connections: int = 0
    registered: int = 0
    fds: int = -1

    @property
    def held(self) -> dict[str, int]:
        """What calls and requests hold, by kind; nothing for a process that rests."""
        counts: dict[str, int] = msgspec.to_builtins(self)
        return {kind: count for kind, count in counts.items() if count and kind not in _STANDING}

    def __str__(self) -> str:
        words = [f"{kind} {count}" for kind, count in self.held.items()]
        return ", ".join([*words, f"connections {self.connections}", f"fds {self.fds}"])


def open_fds() -> int:
    """File descriptors of this process; -1 where the system doesn't say."""
    try:
        return sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1  # the listing has one itself
    except OSError:
        return -1
