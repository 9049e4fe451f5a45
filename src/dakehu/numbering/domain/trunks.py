"""Trunk groups: which way a call leaves to another network, and who may bring calls in.

A call takes the groups that serve its exchange, of those the ones with the longest prefix of the number, of
those the nearest (the exchange's own, its area's, everybody's) in their order. A group whose channels are
taken is passed over; the rest are ways, gateway by gateway, to be tried one after the other. A gateway that
does not answer its health checks is tried last, for a check may be wrong and a refusal certainly is.

An emergency call has every way: groups by longer and shorter prefix, beyond `reserved` channels and beyond
the limit. A gateway that has really no channel left answers so, and the next is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from dakehu.kernel.errors import DomainError

MOST_WAYS = 8
MOST_GATEWAYS = 8
MOST_PREFIXES = 200
MOST_CHANNELS = 10_000
TRANSPORTS = ("udp", "tcp")
_DIGITS = frozenset("0123456789")
_LONGEST = 20


class TrunkInvalid(DomainError):
    """The trunk group can't be so. Data: `why`, `value`."""

    code = "numbering.trunk_invalid"


class Serves(StrEnum):
    """Whose calls a group takes: its exchange's lines, those of the exchange's area, everybody's."""

    EXCHANGE = "exchange"
    AREA = "area"
    ALL = "all"


class NoWay(StrEnum):
    """Why a number is not to be reached by trunk."""

    NO_GATEWAY = "no_gateway"
    CONGESTION = "congestion"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where a gateway listens; `host` is a numeric address."""

    host: str
    port: int = 5060
    transport: str = "udp"

    def __str__(self) -> str:
        return f"{self.transport}:{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Account:
    """What the other network knows us by, where it asks; only HA1 is kept (RFC 7616), made for `realm`."""

    username: str
    realm: str
    ha1_md5: str
    ha1_sha256: str


@dataclass(frozen=True, slots=True)
class Rewriting:
    """How a number in national form is sent: `strip` digits less at its beginning, then `prepend` before."""

    strip: int = 0
    prepend: str = ""

    def apply(self, number: str) -> str:
        return self.prepend + number[self.strip :] if number else ""


NO_REWRITING = Rewriting()


@dataclass(frozen=True, slots=True)
class TrunkGroup:
    """Trunks to another network.

    `prefixes` are beginnings of numbers in national form, the empty one being all. `order` sorts groups of
    one prefix, `gateways` are tried in theirs. `reserved` of the `channels` are for emergencies alone.
    `sources` are addresses ("192.0.2.1", or with a port "192.0.2.1:5060") that may bring calls in beside the
    gateways' own.
    """

    code: str
    exchange: str
    area_code: str
    gateways: tuple[Gateway, ...]
    prefixes: tuple[str, ...] = ("",)
    serves: Serves = Serves.AREA
    order: int = 0
    channels: int = 30
    reserved: int = 0
    called: Rewriting = NO_REWRITING
    calling: Rewriting = NO_REWRITING
    sources: tuple[str, ...] = ()
    account: Account | None = None

    def distance(self, exchange: str, area_code: str) -> int | None:
        """How far the group is from an exchange, None where it does not serve it."""
        if exchange == self.exchange:
            return 0
        if self.serves is Serves.AREA:
            return 1 if area_code == self.area_code else None
        return 2 if self.serves is Serves.ALL else None

    def matched(self, number: str) -> int | None:
        """The length of the longest prefix of the number, None without one."""
        return max((len(prefix) for prefix in self.prefixes if number.startswith(prefix)), default=None)

    def brings(self, host: str, port: int) -> bool:
        """Whether calls from that address are the group's."""
        named = any(gateway.host == host and gateway.port == port for gateway in self.gateways)
        return named or host in self.sources or f"{host}:{port}" in self.sources


@dataclass(frozen=True, slots=True)
class Way:
    """One attempt: the gateway of a group, and the numbers as they are sent to it."""

    group: str
    gateway: Gateway
    called: str
    calling: str
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that wants to leave: from a line of an exchange, showing `calling`."""

    number: str
    calling: str
    exchange: str
    area_code: str
    is_emergency: bool = False


def ways_out(
    groups: Iterable[TrunkGroup],
    call: Outgoing,
    calls_on: Callable[[str], int],
    is_down: Callable[[Gateway], bool],
) -> tuple[Way, ...] | NoWay:
    """The ways to try, in order. `calls_on` counts the calls of a group by its code."""
    found = _serving(groups, call)
    if not found:
        return NoWay.NO_GATEWAY
    if not call.is_emergency:
        longest = max(length for length, _group in found)
        found = [
            (length, group)
            for length, group in found
            if length == longest and calls_on(group.code) < group.channels - group.reserved
        ]
    ways = [
        Way(
            group.code,
            gateway,
            group.called.apply(call.number),
            group.calling.apply(call.calling),
            group.account,
        )
        for _length, group in found
        for gateway in group.gateways
    ]
    ways.sort(key=lambda way: is_down(way.gateway))
    return tuple(ways[:MOST_WAYS]) or NoWay.CONGESTION


def _serving(groups: Iterable[TrunkGroup], call: Outgoing) -> list[tuple[int, TrunkGroup]]:
    """The groups that lead there, the best first, with the length of their prefix."""
    found = []
    for group in groups:
        distance, length = group.distance(call.exchange, call.area_code), group.matched(call.number)
        if distance is not None and length is not None:
            found.append(((-length, distance, group.order, group.code), (length, group)))
    return [pair for _rank, pair in sorted(found, key=lambda entry: entry[0])]


def trunk_from(groups: Iterable[TrunkGroup], host: str, port: int) -> TrunkGroup | None:
    """The group that a call from that address comes by, None for anybody else."""
    return next((group for group in groups if group.brings(host, port)), None)


def check_trunk(group: TrunkGroup) -> list[DomainError]:
    """The faults of a group, none being good."""
    checks: Sequence[tuple[str, bool, object]] = (
        ("code", bool(group.code.strip()), group.code),
        (
            "gateways",
            1 <= len(set(group.gateways)) == len(group.gateways) <= MOST_GATEWAYS,
            len(group.gateways),
        ),
        ("prefixes", 1 <= len(group.prefixes) <= MOST_PREFIXES, len(group.prefixes)),
        ("channels", 0 <= group.reserved <= group.channels <= MOST_CHANNELS, group.channels),
        *(("prefixes", _is_digits(prefix), prefix) for prefix in group.prefixes),
        *(("gateways", _is_gateway(gateway), str(gateway)) for gateway in group.gateways),
        *(("sources", _is_source(source), source) for source in group.sources),
        *(
            (name, 0 <= rule.strip <= _LONGEST and _is_digits(rule.prepend), rule.prepend)
            for name, rule in (("called", group.called), ("calling", group.calling))
        ),
    )
    return [TrunkInvalid(field=why, why=why, value=value) for why, is_good, value in checks if not is_good]


def _is_digits(text: str) -> bool:
    return len(text) <= _LONGEST and _DIGITS.issuperset(text.removeprefix("+"))


def _is_gateway(gateway: Gateway) -> bool:
    return _is_address(gateway.host) and 0 < gateway.port < 65536 and gateway.transport in TRANSPORTS


def _is_source(text: str) -> bool:
    host, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "1")
    return _is_address(host) and port.isdigit() and 0 < int(port) < 65536


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
