"""The chain of hashes over committed audit rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from dakehu.infra.audit.models import AuditEntry, AuditPending, AuditSeal
from dakehu.infra.rows import insert_rows

_BATCH = 1000
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
GENESIS = "0" * 64


_FIELDS = (
    "pk", "at", "actor_id", "actor_name", "action", "noun", "object_id", "label", "changes", "org_path",
    "correlation_id",
)  # fmt: skip


def digest_of(previous: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous digest and the entry's fields as canonical JSON."""
    return _digest(previous, [getattr(entry, name) for name in _FIELDS])


def _digest(previous: str, values: Sequence[Any]) -> str:
    key, at, *others = values
    text = _canonical([key, at.isoformat(), *others])
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def seal_pending() -> bool:
    """Seal one batch of committed rows; True when there may be more. Concurrent sealers take turns."""
    if not AuditPending.objects.exists():
        return False
    with transaction.atomic():
        # The first seal is the lock of the chain: one row that never changes and is always there.
        AuditSeal.objects.select_for_update().order_by("seq").first()
        last = AuditSeal.objects.order_by("-seq").first()
        waiting = AuditPending.objects.select_for_update(skip_locked=True).order_by("entry_id")
        pending = list(waiting.values_list("entry_id", flat=True)[:_BATCH])
        sealed, previous = (last.seq, last.digest) if last else (0, GENESIS)
        seals = []
        entries = AuditEntry.objects.filter(pk__in=pending).order_by("pk").values_list(*_FIELDS)
        for seq, entry in enumerate(entries, start=sealed + 1):
            previous = _digest(previous, entry)
            seals.append((seq, entry[0], previous))
        insert_rows(AuditSeal, ("seq", "entry", "digest"), seals)
        AuditPending.objects.filter(pk__in=pending).delete()
    return len(pending) == _BATCH


def verify_chain() -> Iterator[str]:
    """Each fault of the chain as a sentence for the operator; nothing when it is whole."""
    previous, expected = GENESIS, 1
    for seal in AuditSeal.objects.select_related("entry").order_by("seq").iterator(chunk_size=_BATCH):
        if seal.seq != expected:
            yield f"seals {expected} to {seal.seq - 1} are missing"
        if digest_of(previous, seal.entry) != seal.digest:
            yield f"entry {seal.entry_id} (seal {seal.seq}) does not match its hash"
        previous, expected = seal.digest, seal.seq + 1
    stray = AuditEntry.objects.filter(auditseal=None, auditpending=None).values_list("pk", flat=True)
    for pk in stray[:1000]:
        yield f"entry {pk} was never sealed and is not waiting to be"
