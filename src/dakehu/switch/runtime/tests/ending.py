"""Whether all that calls held has come to its end."""

from __future__ import annotations

import asyncio

from dakehu.switch.runtime import VoiceServer
from dakehu.switch.sip import Timings

HASTY = Timings(t1=0.02, t2=0.08, t4=0.1, least_d=1.0)
"""Transactions end after 1.3 s instead of 32."""


async def rests(server: VoiceServer, within_s: float = 10.0) -> None:
    """Until the server holds nothing for calls any more; raises AssertionError saying what is left."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while held := server.census().held:
        assert loop.time() < until, f"still held after {within_s} s: {held}"
        await asyncio.sleep(0.05)
