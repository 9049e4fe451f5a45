"""The voice process of the soak: as `dakehu voice`, but for how often silent telephones are asked.

python -m benchmarks.soak_server HOME PORT PROBE_S
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import structlog
import uvloop

from dakehu.switch.callcontrol import CallTimings
from dakehu.switch.media import MediaConfig
from dakehu.switch.runtime import SourceLimits, VoiceConfig, VoiceServer


async def serve(home: Path, port: int, probe_s: float) -> None:
    """Until SIGTERM."""
    ends = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ends.set)
    config = VoiceConfig(
        home,
        port=port,
        host="127.0.0.1",
        drain_s=1.0,
        trust_udp_flows=True,
        overload_lag_s=5.0,
        calls=CallTimings(probe_s=probe_s),
        sources=SourceLimits(0.0, 0.0),
        media=MediaConfig(home, first_port=30_000, last_port=33_999, builds_prompts=False),
    )
    server = VoiceServer(config)
    await server.start()
    await ends.wait()
    await server.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
