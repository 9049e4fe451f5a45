"""Publishing the voice directory: news of lines, groups and VPNs in, one LMDB transaction out.

An event says only which line, group, VPN or trunk group changed; what is published is the present state, read
when the event is delivered. So events may come twice or in any order. Reading and publishing happen under one
lock, across processes too, or an older state read earlier could be published later than a newer one.

A directory that was never published to (a new machine, a file that was lost) is built whole by the worker.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice

from django.conf import settings
from django.db import transaction

from dakehu.centrex import api as centrex
from dakehu.centrex.api import GroupSnapshot, LineSnapshot, RightsLevel
from dakehu.enterprise_vpn import api as vpns
from dakehu.enterprise_vpn.api import MemberSnapshot, VpnSnapshot
from dakehu.infra.outbox.api import Event, subscribe
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import LINE_CHANGED, TRUNK_CHANGED, LineKind, LineStatus, trunk_values
from dakehu.ringback import api as ringback
from dakehu.ringback.api import Owner, ToneSettings
from dakehu.switch.directory import (
    Change,
    DeleteGroup,
    DeleteLine,
    DeleteTrunk,
    DeleteVpn,
    DirectoryWriter,
    GroupEntry,
    LineEntry,
    UpsertGroup,
    UpsertLine,
    UpsertTrunk,
    UpsertVpn,
    VpnEntry,
)
from dakehu.switch.directory.entries import Entry

CONSUMER = "voice.directory"
TOPICS = (
    LINE_CHANGED,
    TRUNK_CHANGED,
    centrex.GROUP_CREATED,
    centrex.GROUP_CHANGED,
    centrex.GROUP_REMOVED,
    centrex.MEMBER_ADDED,
    centrex.MEMBER_CHANGED,
    centrex.MEMBER_REMOVED,
    vpns.VPN_CREATED,
    vpns.VPN_CHANGED,
    vpns.VPN_REMOVED,
    vpns.MEMBERS_ADDED,
    vpns.MEMBERS_CHANGED,
    vpns.MEMBERS_REMOVED,
    ringback.TONES_CHANGED,
)
_CHUNK = 5000
_threads = threading.Lock()


def subscribe_all() -> None:
    """Hear of everything the directory shows."""
    for topic in TOPICS:
        subscribe(topic, CONSUMER, publish_changed, batch=500)


def publish_changed(events: Sequence[Event]) -> None:
    """Publish the present state of each line, group and VPN that the events name."""
    payloads = [event.payload for event in events]
    numbers = {str(payload["number"]) for payload in payloads if "number" in payload}
    numbers.update(str(number) for payload in payloads for number in payload.get("numbers", ()))
    groups = sorted({int(payload["group_id"]) for payload in payloads if "group_id" in payload})
    trunks = sorted({str(payload["trunk"]) for payload in payloads if "trunk" in payload})
    plans = sorted({int(payload["vpn_id"]) for payload in payloads if "vpn_id" in payload})
    with _publishing() as writer:
        changes = (_group_changes(groups), _vpn_changes(plans), _trunk_changes(trunks))
        writer.publish([*chain(*changes), *_line_changes(sorted(numbers))])


def rebuild() -> int:
    """Publish every line, group and VPN; the number of the publication."""
    # The transaction first, as `publish_changed` has it: crosswise, each would hold what the other waits for.
    with transaction.atomic(), _publishing() as writer:
        return writer.rebuild(_everything)


def rebuild_if_empty() -> bool:
    """Build a directory that nothing was ever published to. No more work in any case: False."""
    if writer().reader().generation() == 0:
        rebuild()
    return False


@cache
def writer() -> DirectoryWriter:
    """This process's one writer: LMDB allows no second."""
    return DirectoryWriter(settings.HOME / "directory.lmdb")


@contextmanager
def _publishing() -> Iterator[DirectoryWriter]:
    """The writer, while nobody else reads what they are about to publish."""
    ours = writer()
    with _threads, (settings.HOME / "directory.publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield ours


def _everything() -> Iterator[Entry]:
    tones = ringback.published_tones(Owner.GROUP)
    for group in centrex.group_snapshots():
        yield group_entry(group, tones.get(group.group_id))
    tones = ringback.published_tones(Owner.VPN)
    for vpn in vpns.vpn_snapshots():
        yield vpn_entry(vpn, tones.get(vpn.vpn_id))
    yield from trunk_values()
    yield from _line_entries(centrex.line_snapshots())


def _group_changes(group_ids: Sequence[int]) -> Iterator[Change]:
    if not group_ids:
        return
    missing, tones = set(group_ids), ringback.published_tones(Owner.GROUP, group_ids)
    for snapshot in centrex.group_snapshots(group_ids):
        missing.discard(snapshot.group_id)
        yield UpsertGroup(group_entry(snapshot, tones.get(snapshot.group_id)))
    yield from map(DeleteGroup, sorted(missing))


def _trunk_changes(codes: Sequence[str]) -> Iterator[Change]:
    if not codes:
        return
    missing = set(codes)
    for group in trunk_values(codes):
        missing.discard(group.code)
        yield UpsertTrunk(group)
    yield from map(DeleteTrunk, sorted(missing))


def _line_changes(numbers: Sequence[str]) -> Iterator[Change]:
    if not numbers:
        return
    missing = set(numbers)
    for entry in _line_entries(centrex.line_snapshots(numbers)):
        missing.discard(entry.public_number)
        yield UpsertLine(entry)
    yield from map(DeleteLine, sorted(missing))


def _vpn_changes(vpn_ids: Sequence[int]) -> Iterator[Change]:
    if not vpn_ids:
        return
    missing, tones = set(vpn_ids), ringback.published_tones(Owner.VPN, vpn_ids)
    for snapshot in vpns.vpn_snapshots(vpn_ids):
        missing.discard(snapshot.vpn_id)
        yield UpsertVpn(vpn_entry(snapshot, tones.get(snapshot.vpn_id)))
    yield from map(DeleteVpn, sorted(missing))


def _line_entries(snapshots: Iterator[LineSnapshot]) -> Iterator[LineEntry]:
    """Lines with their places in VPNs and their tones, a few thousand at a time: products are strangers."""
    while chunk := list(islice(snapshots, _CHUNK)):
        numbers = [snapshot.public_number for snapshot in chunk]
        members, tones = vpns.vpn_member_snapshots(numbers), ringback.published_line_tones(numbers)
        for number, snapshot in zip(numbers, chunk, strict=True):
            yield line_entry(snapshot, members.get(number, _NO_VPN), tones.get(number))


_NO_VPN = MemberSnapshot(0, "", (), 0)


def line_entry(
    snapshot: LineSnapshot, member: MemberSnapshot = _NO_VPN, tones: ToneSettings[str] | None = None
) -> LineEntry:
    """The line as the voice process knows it."""
    return LineEntry(
        public_number=snapshot.public_number,
        area_code=snapshot.area_code,
        exchange=snapshot.exchange,
        customer_id=snapshot.customer_id,
        kind=LineKind(snapshot.kind),
        status=LineStatus(snapshot.status),
        rights_level=RightsLevel(snapshot.rights_level),
        rights_special=snapshot.rights_special,
        in_group_only=snapshot.in_group_only,
        outgoing_restriction=snapshot.outgoing_restriction,
        group_id=snapshot.group_id,
        short_number=snapshot.short_number,
        is_attendant=snapshot.is_attendant,
        sip_username=snapshot.username,
        ha1_md5=snapshot.ha1_md5,
        ha1_sha256=snapshot.ha1_sha256,
        services=snapshot.services,
        is_multichannel=snapshot.is_multichannel,
        one_number=snapshot.one_number,
        vpn_id=member.vpn_id,
        vpn_short_number=member.short_number,
        vpn_barred=tuple(map(CallClass, member.barred)),
        closed_group=member.closed_group,
        services_version=snapshot.services_version,
        tones=tones,
    )


def vpn_entry(snapshot: VpnSnapshot, tones: ToneSettings[str] | None = None) -> VpnEntry:
    """The VPN as the voice process knows it."""
    return VpnEntry(
        vpn_id=snapshot.vpn_id,
        customer_id=snapshot.customer_id,
        name=snapshot.name,
        short_length=snapshot.short_length,
        exit_prefix=snapshot.exit_prefix,
        attendant=snapshot.attendant,
        main_number=snapshot.main_number,
        shows_main_number=snapshot.shows_main_number,
        attendants=snapshot.attendants,
        codes=snapshot.codes,
        shares=snapshot.shares,
        night=snapshot.night,
        attendant_limit=snapshot.attendant_limit,
        tones=tones,
    )


def group_entry(snapshot: GroupSnapshot, tones: ToneSettings[str] | None = None) -> GroupEntry:
    """The group as the voice process knows it."""
    return GroupEntry(
        group_id=snapshot.group_id,
        customer_id=snapshot.customer_id,
        exchange=snapshot.exchange,
        area_code=snapshot.area_code,
        exit_prefix=snapshot.exit_prefix,
        attendant_prefix=snapshot.attendant_prefix,
        short_length=snapshot.short_length,
        capacity=snapshot.capacity,
        gcn=snapshot.gcn,
        name=snapshot.name,
        attendants=snapshot.attendants,
        codes=snapshot.codes,
        night=snapshot.night,
        tones=tones,
    )
