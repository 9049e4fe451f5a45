"""What a voice process is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dakehu.switch.callcontrol.call import CallTimings
from dakehu.switch.media import MediaConfig
from dakehu.switch.records import SpoolLimits, spool_path, spools_in
from dakehu.switch.sip import Algorithm, RegistrarPolicy, TimerPolicy, Timings


@dataclass(frozen=True, slots=True)
class GateLimits:
    """Wrong passwords within `window_s` that lock a user at an address, or an address, out for as long."""

    per_user: int = 5
    per_host: int = 50
    window_s: float = 60.0


@dataclass(frozen=True, slots=True)
class PasswordLimits:
    """Wrong passwords within the window that lock for as long; seconds."""

    per_telephone: int = 5
    telephone_window_s: float = 900.0
    per_owner: int = 20
    owner_window_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class TrunkTimings:
    """Gateways are asked whether they live every `check_s` seconds (0: never); a call goes on to the next
    one when a gateway has said nothing for `silent_s`."""

    check_s: float = 30.0
    silent_s: float = 4.0


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """New requests an address that registered nobody may send: `burst` at once, `rate` a second; 0: any."""

    rate: float = 400.0
    burst: float = 800.0


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files: the certificate with those that vouch for it behind it, and its private key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Doors:
    """Ports beside that of UDP and TCP: `None` is closed, 0 any free. `tls` and `wss` need the certificate.

    `origins` are the pages' origins (`https://host`) whose browsers may connect by WebSocket; none: any, for
    it is the digest that says who calls, not the page.
    """

    tls: int | None = None
    ws: int | None = None
    wss: int | None = None
    certificate: CertificateFiles | None = None
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """`home` holds `directory.lmdb`, `bindings.lmdb`, `spool/` and `voice.json`.

    `advertise` is the address in our Via and Contact, found out when empty. `port` 0 takes a free one.

    `algorithms` are offered in this order. MD5 alone is the default, for common telephones (libre, sipp) give
    up at a challenge they don't know instead of taking the next as RFC 8760 asks; where all telephones are
    current, (SHA-256, MD5) is better.

    `trust_udp_flows`: an INVITE that comes from the address and port a line registered from is taken as that
    line's without another challenge. It saves a round trip and half of the work per call; whoever can forge
    a telephone's source address (not on an access network that filters sources) could then call at its
    expense. So it is off unless the operator says so. On a connection the registration proved who is
    at the other end, and it is always trusted.

    `instance` names one of several processes over one home ("" is the only one): each has its own spool,
    services, dialogs, console and status, while directory, registrations and wishes are of all.

    `proxies` are addresses of proxies in front: believed are their Path and what their Via says of a
    telephone's address, which limits and locks then go by.

    `overload_backlog` is how full (0 to 1) the UDP socket's buffer may be before new calls are refused.
    """

    home: Path
    instance: str = ""
    host: str = "127.0.0.1"
    port: int = 5060
    advertise: str = ""
    realm: str = "dakehu"
    algorithms: tuple[Algorithm, ...] = (Algorithm.MD5,)
    trust_udp_flows: bool = False
    proxies: frozenset[str] = frozenset()
    doors: Doors = field(default_factory=Doors)
    gate: GateLimits = field(default_factory=GateLimits)
    passwords: PasswordLimits = field(default_factory=PasswordLimits)
    trunks: TrunkTimings = field(default_factory=TrunkTimings)
    sources: SourceLimits = field(default_factory=SourceLimits)
    calls: CallTimings = field(default_factory=CallTimings)
    sip: Timings = field(default_factory=Timings)
    session_timers: TimerPolicy = field(default_factory=TimerPolicy)
    registrar: RegistrarPolicy = field(default_factory=RegistrarPolicy)
    spool: SpoolLimits = field(default_factory=SpoolLimits)
    max_calls: int = 20_000
    max_connections: int = 20_000
    max_waiting_frames: int = 50_000
    overload_lag_s: float = 0.5
    overload_backlog: float = 0.25
    drain_s: float = 2.0
    media: MediaConfig | None = None
    """Where the voice is, and which ports it takes; None: nothing is said to anybody."""

    @property
    def directory_path(self) -> Path:
        return self.home / "directory.lmdb"

    @property
    def bindings_path(self) -> Path:
        return self.home / "bindings.lmdb"

    @property
    def services_path(self) -> Path:
        return self._own("services", ".lmdb")

    @property
    def console_path(self) -> Path:
        return self._own("console", ".sock")

    @property
    def wishes_path(self) -> Path:
        return self.home / "wishes.lmdb"

    @property
    def dialogs_path(self) -> Path:
        return self._own("dialogs", ".lmdb")

    @property
    def spool_path(self) -> Path:
        return spool_path(self.home, self.instance)

    @property
    def status_path(self) -> Path:
        return self._own("voice", ".json")

    def neighbours(self) -> dict[Path, Path]:
        """The other instances' spools, and where each notes its dialogs."""
        others = spools_in(self.home).items()
        return {
            spool: _of(self.home, "dialogs", name, ".lmdb") for name, spool in others if name != self.instance
        }

    def _own(self, name: str, suffix: str) -> Path:
        return _of(self.home, name, self.instance, suffix)


def _of(home: Path, name: str, instance: str, suffix: str) -> Path:
    return home / (f"{name}-{instance}{suffix}" if instance else f"{name}{suffix}")
