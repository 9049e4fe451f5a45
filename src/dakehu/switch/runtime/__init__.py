"""The voice process's edge: sockets, clock, disk, and the shell between the SIP core and call control.

    links      UDP, TCP, TLS, WebSocket                   ─ bytes ─▶ stack (switch.sip)
    server     one `VoiceServer`: dispatches what the stack says, drives its timers, stops in order
    flood      how much one address may ask
    gate       whose request is this: digest, trusted flows, lock-out
    desk       REGISTER                                   ─▶ bindings (LMDB, survive a restart)
    services   what subscribers set by feature code       ─▶ LMDB, over the directory
    announcing what callers are told                      ─▶ switch.media
    census     what is held just now, by kind             ─▶ status file, tests, `make bench-soak`
    gateways, hunting   to other networks: which gateways live, way after way
    calls      INVITE, BYE …  as events                   ─▶ callcontrol.step ─▶ actions as messages, records

One thread, one event loop; decisions never wait. Threads only bring records and bindings to the disk.
"""

from __future__ import annotations

from dakehu.switch.runtime.census import Census
from dakehu.switch.runtime.config import (
    CertificateFiles,
    Doors,
    SourceLimits,
    TrunkTimings,
    VoiceConfig,
)
from dakehu.switch.runtime.server import VoiceServer, own_address

__all__ = [
    "Census",
    "CertificateFiles",
    "Doors",
    "SourceLimits",
    "TrunkTimings",
    "VoiceConfig",
    "VoiceServer",
    "own_address",
]
