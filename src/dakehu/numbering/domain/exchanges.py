"""Exchange types as data: what a type can do, so that no rule asks for its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ExchangeType:
    """`largest_group` is the most members a Centrex group of such an exchange takes.

    `gcn_needed`: the group needs a search number of its own (CTX-10).
    """

    code: str
    name: str
    largest_group: int
    gcn_needed: bool = True


_TYPES = (
    ExchangeType("S1240", "S1240", 2_000),
    ExchangeType("5ESS", "5ESS", 4_000),
    ExchangeType("EWSD", "EWSD", 4_000),
    ExchangeType("AXE10", "AXE10", 4_000),
    ExchangeType("CC08", "C&C08", 6_000),
    ExchangeType("ZXJ10", "ZXJ10", 6_000),
    ExchangeType("SOFTSWITCH", "Softswitch", 10_000),
    ExchangeType("IMS", "IMS", 10_000),
)
EXCHANGE_TYPES: Mapping[str, ExchangeType] = MappingProxyType({kind.code: kind for kind in _TYPES})
