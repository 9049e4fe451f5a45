"""What the voice directory is told of lines and groups: plain values, streamed.

A line's call rights are its membership's inside a group, its own outside. The whole province goes through
in one query and constant memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.numbering.api import (
    NO_SERVICES,
    Line,
    LineStatus,
    Moved,
    OneNumber,
    Restriction,
    Services,
    one_number_from,
)

_CHUNK = 5000
_SERVICES = (
    "forward_always", "forward_busy", "forward_no_answer", "forward_not_reachable", "no_answer_s",
    "do_not_disturb", "absent", "hotline", "restriction", "restriction_key", "abbreviated",
    "call_waiting", "vpn_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """A line in service.

    `group_id` 0 means no group, an empty `username` no telephone, `services` None that nothing is on.
    `services_version` is that of the last change of services, at least the moment of the line's opening: what
    the telephone of an earlier line on this number has set is older.
    """

    public_number: str
    area_code: str
    exchange: str
    customer_id: int
    kind: str
    status: str
    rights_level: str
    rights_special: bool
    in_group_only: bool
    outgoing_restriction: bool
    group_id: int
    short_number: str
    is_attendant: bool
    username: str
    ha1_md5: str
    ha1_sha256: str
    services: Services | None = None
    is_multichannel: bool = False
    one_number: OneNumber | None = None
    services_version: int = 0


@dataclass(frozen=True, slots=True)
class GroupSnapshot:
    """A group; `attendants` are the public numbers of its consoles, by short number; `night` may be empty."""

    group_id: int
    customer_id: int
    exchange: str
    area_code: str
    exit_prefix: str
    attendant_prefix: str
    short_length: int
    capacity: int
    gcn: str
    name: str
    attendants: tuple[str, ...]
    codes: Moved = ()
    night: str = ""


def line_snapshots(numbers: Iterable[str] | None = None) -> Iterator[LineSnapshot]:
    """Every line in service, or those on the given numbers; a ceased line is missing."""
    rows = Line.objects.exclude(status=LineStatus.CEASED)
    if numbers is not None:
        rows = rows.filter(public_number_id__in=list(numbers))
    for row in _columns(rows.order_by("pk")).iterator(chunk_size=_CHUNK):
        yield _line(row)


def group_snapshots(group_ids: Iterable[int] | None = None) -> Iterator[GroupSnapshot]:
    """Every group, or the given ones; a removed group is missing."""
    rows = CentrexGroup.objects.select_related("exchange").order_by("pk")
    consoles = CentrexMember.objects.filter(is_attendant=True).order_by("short_number")
    if group_ids is not None:
        wanted = list(group_ids)
        rows, consoles = rows.filter(pk__in=wanted), consoles.filter(group_id__in=wanted)
    attendants: dict[int, tuple[str, ...]] = {}
    for group_id, number in consoles.values_list("group_id", "line__public_number_id"):
        attendants[group_id] = (*attendants.get(group_id, ()), number)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield GroupSnapshot(
            group_id=row.pk,
            customer_id=row.customer_id,
            exchange=row.exchange.code,
            area_code=row.exchange.area_code,
            exit_prefix=row.exit_prefix,
            attendant_prefix=row.attendant_prefix,
            short_length=row.short_length,
            capacity=row.capacity,
            gcn=row.gcn_id,
            name=row.name,
            attendants=attendants.get(row.pk, ()),
            codes=tuple((name, digits) for name, digits in row.codes),
            night=row.night_number,
        )


def numbers_of_group(group_id: int) -> list[str]:
    """The public numbers of the group's members."""
    members = CentrexMember.objects.filter(group_id=group_id).order_by("short_number")
    return list(members.values_list("line__public_number_id", flat=True))


def _columns(rows: QuerySet[Line]) -> QuerySet[Line, tuple[object, ...]]:
    return rows.values_list(
        "public_number_id",
        "exchange__area_code",
        "exchange__code",
        "customer_id",
        "kind",
        "status",
        "rights_level",
        "rights_special",
        "is_multichannel",
        "centrex_member__rights_level",
        "centrex_member__rights_special",
        "centrex_member__in_group_only",
        "centrex_member__outgoing_restriction",
        "centrex_member__group_id",
        "centrex_member__short_number",
        "centrex_member__is_attendant",
        "sip_account__username",
        "sip_account__ha1_md5",
        "sip_account__ha1_sha256",
        "one_number__plan",
        "opened_at",
        "services__version",
        *(f"services__{name}" for name in _SERVICES),
    )


def _line(row: Iterable[object]) -> LineSnapshot:
    (number, area, exchange, customer, kind, status, own_level, own_special, multichannel,
     level, special, inside, restricted, group, short, attendant,
     username, md5, sha256, plan, opened_at, version, *services) = row  # fmt: skip
    return LineSnapshot(
        public_number=str(number),
        area_code=str(area),
        exchange=str(exchange),
        customer_id=int(str(customer)),
        kind=str(kind),
        status=str(status),
        rights_level=str(level or own_level),
        rights_special=bool(own_special if special is None else special),
        in_group_only=bool(inside),
        outgoing_restriction=bool(restricted),
        group_id=int(str(group or 0)),
        short_number=str(short or ""),
        is_attendant=bool(attendant),
        username=str(username or ""),
        ha1_md5=str(md5 or ""),
        ha1_sha256=str(sha256 or ""),
        services=_services(*services),
        is_multichannel=bool(multichannel),
        one_number=one_number_from(plan) if isinstance(plan, dict) else None,
        services_version=max(_ms(opened_at), int(str(version or 0))),
    )


def _ms(moment: object) -> int:
    return int(moment.timestamp() * 1000) if isinstance(moment, datetime) else 0


def _services(*columns: Any) -> Services | None:
    """What is switched on; the columns are all None for a line without a row of services."""
    values = dict(zip(_SERVICES, columns, strict=True))
    if values["no_answer_s"] is None:
        return None
    values["restriction"] = Restriction(values["restriction"])
    values["abbreviated"] = tuple((code, target) for code, target in values["abbreviated"])
    found = Services(**values)
    return None if found == NO_SERVICES else found
