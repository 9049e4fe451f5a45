"""`python -m dakehu.switchd`: the voice process.

Options have their defaults from the environment (DAKEHU_…), so that a supervisor passes nothing. Ends on
SIGTERM and SIGINT in order; exits 1 when the ports or the spool are taken, or a certificate can't be read.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import gc
import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
import uvloop

from dakehu.infra import presence
from dakehu.kernel.errors import DomainError
from dakehu.switch.callcontrol.call import CallTimings
from dakehu.switch.media import FIRST_PORT, LAST_PORT, MediaConfig
from dakehu.switch.runtime import (
    CertificateFiles,
    Doors,
    SourceLimits,
    TrunkTimings,
    VoiceConfig,
    VoiceServer,
    own_address,
)
from dakehu.switch.sip import Algorithm, TimerPolicy, Transport

_GC_YOUNG = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; the exit status."""
    options = _parser().parse_args(arguments)
    _set_up_logs()
    log = structlog.get_logger("dakehu.voice")
    try:
        presence.announce(Path(options.home).resolve())
        uvloop.run(_serve(_config(options)))
    except presence.HomeBusy:
        log.critical("voice cannot start: a restore is under way", home=str(options.home))
        return 1
    except (OSError, DomainError) as fault:
        log.critical("voice cannot start", fault=str(fault), host=options.sip_host, port=options.sip_port)
        return 1
    return 0


async def _serve(config: VoiceConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = VoiceServer(config)
    await server.start()
    gc.collect()
    gc.freeze()  # what lives as long as the process is never looked at again
    gc.set_threshold(_GC_YOUNG, 20, 100)
    try:
        await stop.wait()
    finally:
        await server.stop()


def _parser() -> argparse.ArgumentParser:
    env = os.environ
    parser = argparse.ArgumentParser(prog="python -m dakehu.switchd", description="The voice process.")
    add = parser.add_argument
    add("--home", type=Path, default=env.get("DAKEHU_HOME", "var"), help="directory, bindings, spool")
    add(
        "--instance",
        type=_instance,
        default=env.get("DAKEHU_VOICE_INSTANCE", ""),
        help="this process's name, where several share a home",
    )
    add("--sip-host", default=env.get("DAKEHU_SIP_HOST", "127.0.0.1"), help="address to listen on")
    add("--sip-port", type=int, default=env.get("DAKEHU_SIP_PORT", "5060"), help="UDP and TCP; 0: any free")
    add("--sip-advertise", default=env.get("DAKEHU_SIP_ADVERTISE", ""), help="address telephones see")
    add("--tls-cert", default=env.get("DAKEHU_SIP_TLS_CERT", ""), help="PEM; without one it is self-made")
    add(
        "--tls-key", default=env.get("DAKEHU_SIP_TLS_KEY", ""), help="PEM; default: in the certificate's file"
    )
    for name, what in (("tls", "TLS"), ("ws", "WebSocket"), ("wss", "secure WebSocket")):
        port = _port(env.get(f"DAKEHU_SIP_{name.upper()}_PORT", ""))
        add(f"--{name}-port", type=_port, default=port, help=f"{what}; 0: any free; without it: none")
    add(
        "--ws-origins",
        default=env.get("DAKEHU_SIP_WS_ORIGINS", ""),
        help="origins of pages that may connect by WebSocket, with commas between; default: any",
    )
    add(
        "--source-rate",
        type=float,
        default=env.get("DAKEHU_SIP_SOURCE_RATE", "400"),
        help="new requests a second from where nobody is registered (twice as many at once); 0: any",
    )
    add(
        "--session-expires",
        type=int,
        default=env.get("DAKEHU_SIP_SESSION_EXPIRES", "1800"),
        help="seconds after which a call ends that neither side refreshed; 0: what telephones ask for",
    )
    add("--realm", default=env.get("DAKEHU_SIP_REALM", "dakehu"))
    add(
        "--digest",
        default=env.get("DAKEHU_SIP_DIGEST", "MD5"),
        help="algorithms offered, the preferred first: SHA-256,MD5 where all telephones know both",
    )
    add(
        "--proxies",
        default=env.get("DAKEHU_SIP_PROXIES", ""),
        help="addresses of proxies in front that are believed, with commas between",
    )
    add(
        "--trust-udp-flows",
        action="store_true",
        default=env.get("DAKEHU_SIP_TRUST_UDP", "") == "1",
        help="take calls from a registered address and port without a challenge",
    )
    add(
        "--silent",
        action="store_true",
        default=env.get("DAKEHU_VOICE_SILENT", "") == "1",
        help="refuse calls without saying why",
    )
    add(
        "--rtp-ports",
        default=env.get("DAKEHU_RTP_PORTS", f"{FIRST_PORT}-{LAST_PORT}"),
        help="UDP ports of announcements",
    )
    add("--recordings", default=env.get("DAKEHU_RECORDINGS", ""), help="folder of studio recordings")
    add("--piper", default=env.get("DAKEHU_PIPER", ""), help="folder of Piper's voices")
    add("--no-answer", type=float, default=env.get("DAKEHU_NO_ANSWER_S", "60"), help="seconds of ringing")
    add(
        "--trunk-check",
        type=float,
        default=env.get("DAKEHU_TRUNK_CHECK_S", "30"),
        help="seconds between questions whether gateways live, 0: never",
    )
    add(
        "--trunk-silent",
        type=float,
        default=env.get("DAKEHU_TRUNK_SILENT_S", "4"),
        help="seconds after which a silent gateway is passed over",
    )
    add("--drain", type=float, default=env.get("DAKEHU_DRAIN_S", "2"), help="seconds calls get at the end")
    return parser


def _instance(text: str) -> str:
    if not re.fullmatch("[a-z0-9]{0,16}", text):
        raise argparse.ArgumentTypeError("at most 16 small letters and digits")
    return text


def _port(text: str) -> int | None:
    return int(text) if text else None


def _doors(options: argparse.Namespace, home: Path) -> Doors:
    """A certificate opens TLS's usual port; a secure port without a certificate gets a self-made one."""
    tls = options.tls_port
    files: CertificateFiles | None = None
    if options.tls_cert:
        files = CertificateFiles(Path(options.tls_cert), Path(options.tls_key or options.tls_cert))
        tls = Transport.TLS.default_port if tls is None else tls
    elif tls is not None or options.wss_port is not None:
        from dakehu.switch.runtime.links.selfmade import self_made

        hosts = {"localhost", "127.0.0.1", options.sip_host, options.sip_advertise} - {"", "0.0.0.0", "::"}  # noqa: S104 - left out, not bound
        files = self_made(home / "tls", sorted(hosts), dt.datetime.now(dt.UTC))
    origins = tuple(filter(None, (text.strip() for text in options.ws_origins.split(","))))
    return Doors(tls, options.ws_port, options.wss_port, files, origins)


def _config(options: argparse.Namespace) -> VoiceConfig:
    home = Path(options.home).resolve()
    return VoiceConfig(
        home=home,
        instance=options.instance,
        host=options.sip_host,
        port=options.sip_port,
        advertise=options.sip_advertise,
        realm=options.realm,
        algorithms=tuple(Algorithm(name.strip().upper()) for name in options.digest.split(",")),
        trust_udp_flows=options.trust_udp_flows,
        proxies=frozenset(filter(None, (host.strip() for host in options.proxies.split(",")))),
        doors=_doors(options, home),
        session_timers=TimerPolicy(options.session_expires),
        sources=SourceLimits(options.source_rate, options.source_rate * 2),
        calls=CallTimings(no_answer_s=options.no_answer),
        drain_s=options.drain,
        trunks=TrunkTimings(options.trunk_check, options.trunk_silent),
        media=None if options.silent else _media(options, home),
    )


def _media(options: argparse.Namespace, home: Path) -> MediaConfig:
    first, last = (int(port) for port in options.rtp_ports.split("-"))
    return MediaConfig(
        home=home,
        host=options.sip_host,
        advertise=options.sip_advertise or own_address(options.sip_host),
        first_port=first,
        last_port=last,
        recordings=Path(options.recordings).resolve() if options.recordings else None,
        piper=Path(options.piper).resolve() if options.piper else None,
    )


def _set_up_logs() -> None:
    """Lines for people on a terminal, JSON for machines; to stderr."""
    level = logging.getLevelNamesMapping().get(os.environ.get("DAKEHU_LOG", "INFO").upper(), logging.INFO)
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
