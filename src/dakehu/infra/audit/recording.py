"""Recording: one call per write, inside the write's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.models import AuditEntry, AuditPending
from dakehu.infra.clock import now
from dakehu.infra.correlation import correlation_id
from dakehu.infra.rows import insert_rows, reserve_ids

SECRET_FIELDS = frozenset({"password", "secret", "ha1_md5", "ha1_sha256", "client_secret"})
_MANY = 50
_FIELDS = (
    "at", "actor_id", "actor_name", "action", "noun", "object_id", "label", "changes", "org_path",
    "correlation_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one object. `before` and `after` hold plain values by field name."""

    noun: str
    object_id: object
    label: str = ""
    before: Mapping[str, object] = default(default_factory=dict)
    after: Mapping[str, object] = default(default_factory=dict)
    org_path: str = ""

    def differences(self) -> dict[str, list[object]]:
        before, after = self.before, self.after
        return {
            name: ["•••", "•••"]
            if name in SECRET_FIELDS
            else [_plain(before.get(name)), _plain(after.get(name))]
            for name in ({**before, **after} if before else after)
            if before.get(name) != after.get(name)
        }


def snapshot(row: Model, *names: str) -> dict[str, Any]:
    """The named column values of a row (all of its own columns when none is named)."""
    fields = row._meta.concrete_fields
    return {
        f.attname: getattr(row, f.attname)
        for f in fields
        if not names or f.name in names or f.attname in names
    }


def record(actor: Actor, action: str, change: Change) -> None:
    """Write one audit row; must run inside the transaction of the write it describes."""
    record_many(actor, action, [change])


def record_many(actor: Actor, action: str, changes: Iterable[Change]) -> None:
    """Write the audit rows of a bulk write in few statements."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit row is written in the transaction of its write")
    at, correlation = now(), correlation_id()
    rows = [
        (
            at,
            actor.user_id,
            actor.name,
            action,
            change.noun,
            str(change.object_id),
            change.label[:200],
            change.differences(),
            change.org_path or actor.org_path,
            correlation,
        )
        for change in changes
    ]
    if len(rows) < _MANY:
        saved = AuditEntry.objects.bulk_create(
            [AuditEntry(**dict(zip(_FIELDS, row, strict=True))) for row in rows]
        )
        AuditPending.objects.bulk_create([AuditPending(entry=entry) for entry in saved])
        return
    keys = reserve_ids(AuditEntry, len(rows))
    insert_rows(AuditEntry, ("id", *_FIELDS), [(key, *row) for key, row in zip(keys, rows, strict=True)])
    insert_rows(AuditPending, ("entry",), [(key,) for key in keys])


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, float)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return str(value)
