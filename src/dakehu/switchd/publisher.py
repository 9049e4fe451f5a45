"""Publishing the voice directory: news of lines and groups in, one LMDB transaction out.

An event says only which line or group changed; what is published is the present state, read when the event
is delivered. So events may come twice or in any order. Reading and publishing happen under one lock, across
processes too, or an older state read earlier could be published later than a newer one.

A directory that was never published to (a new machine, a file that was lost) is built whole by the worker.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import transaction

from dakehu.centrex import api as centrex
from dakehu.centrex.api import GroupSnapshot, LineSnapshot, RightsLevel
from dakehu.infra.outbox.api import Event, subscribe
from dakehu.numbering.api import LINE_CHANGED, LineKind, LineStatus
from dakehu.switch.directory import (
    Change,
    DeleteGroup,
    DeleteLine,
    DirectoryWriter,
    GroupEntry,
    LineEntry,
    UpsertGroup,
    UpsertLine,
)

CONSUMER = "voice.directory"
TOPICS = (
    LINE_CHANGED,
    centrex.GROUP_CREATED,
    centrex.GROUP_CHANGED,
    centrex.GROUP_REMOVED,
    centrex.MEMBER_ADDED,
    centrex.MEMBER_CHANGED,
    centrex.MEMBER_REMOVED,
)
_threads = threading.Lock()


def subscribe_all() -> None:
    """Hear of everything the directory shows."""
    for topic in TOPICS:
        subscribe(topic, CONSUMER, publish_changed, batch=500)


def publish_changed(events: Sequence[Event]) -> None:
    """Publish the present state of each line and group that the events name."""
    numbers = sorted({str(event.payload["number"]) for event in events if "number" in event.payload})
    groups = sorted({int(event.payload["group_id"]) for event in events if "group_id" in event.payload})
    with _publishing() as writer:
        writer.publish([*_group_changes(groups), *_line_changes(numbers)])


def rebuild() -> int:
    """Publish every line and group; the number of the publication."""
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


def _everything() -> Iterator[LineEntry | GroupEntry]:
    yield from map(group_entry, centrex.group_snapshots())
    yield from map(line_entry, centrex.line_snapshots())


def _group_changes(group_ids: Sequence[int]) -> Iterator[Change]:
    if not group_ids:
        return
    missing = set(group_ids)
    for snapshot in centrex.group_snapshots(group_ids):
        missing.discard(snapshot.group_id)
        yield UpsertGroup(group_entry(snapshot))
    yield from map(DeleteGroup, sorted(missing))


def _line_changes(numbers: Sequence[str]) -> Iterator[Change]:
    if not numbers:
        return
    missing = set(numbers)
    for snapshot in centrex.line_snapshots(numbers):
        missing.discard(snapshot.public_number)
        yield UpsertLine(line_entry(snapshot))
    yield from map(DeleteLine, sorted(missing))


def line_entry(snapshot: LineSnapshot) -> LineEntry:
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
    )


def group_entry(snapshot: GroupSnapshot) -> GroupEntry:
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
    )
