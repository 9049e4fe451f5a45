"""Taking files in, finding them again, throwing them away."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.files.errors import FileIsWebPage, FileKindRefused, FileTooBig
from dakehu.infra.files.models import StoredFile
from dakehu.infra.files.purposes import Purpose, purpose_of
from dakehu.infra.files.sniffing import FileKind, sniff
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line

_PURGE_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Taken:
    size: int
    sha256: str


def file_store(*, actor: Actor, purpose: str, name: str, chunks: Iterable[bytes]) -> StoredFile:
    """Keep what `chunks` give, as the actor's, if the purpose allows it.

    Raises the errors of `files.errors`; then nothing is kept. Content that we produce ourselves goes through
    the same gate.
    """
    rules = purpose_of(purpose)
    shown = clean_line(Path(name.replace("\\", "/")).name)[:200] or "file"
    row = StoredFile(purpose=purpose, name=shown, owner_id=actor.user_id, owner_name=actor.name[:80])
    incoming = _root() / "incoming" / row.pk.hex
    try:
        taken = _write(incoming, chunks, rules, shown)
        kind = sniff(incoming, shown)
        _check_kind(kind, rules, shown)
        final = path_of(row.pk)
        final.parent.mkdir(parents=True, exist_ok=True)
        incoming.replace(final)
    finally:
        incoming.unlink(missing_ok=True)
    row.kind, row.size, row.sha256, row.created_at = kind, taken.size, taken.sha256, now()
    row.expires_at = row.created_at + timedelta(days=rules.keep_days) if rules.keep_days else None
    row.place(actor.org_path)
    with transaction.atomic():
        row.save(force_insert=True)
        after = {"purpose": purpose, "kind": str(kind), "size": row.size, "sha256": row.sha256}
        record(actor, "file.store", Change(noun="file", object_id=row.pk, label=shown, after=after))
    return row


def access_file(actor: Actor, file_id: uuid.UUID) -> StoredFile:
    """The file, if it is the actor's own or its purpose's permission and the scope let the actor read it.

    Files of an object are not found here: the object's page gates them and answers with `file_response`.
    """
    row = StoredFile.objects.filter(pk=file_id).first()
    if row is None or not _may_read(actor, row):
        raise NotFound(noun="file", id=str(file_id))
    return row


def file_open(row: StoredFile) -> BinaryIO:
    """The content; `NotFound` once it has expired and been purged."""
    try:
        return path_of(row.pk).open("rb")
    except FileNotFoundError:
        raise NotFound(noun="file", id=str(row.pk)) from None


def file_remove(row: StoredFile) -> None:
    """Drop the row, then the content; idempotent."""
    StoredFile.objects.filter(pk=row.pk).delete()
    transaction.on_commit(lambda: path_of(row.pk).unlink(missing_ok=True))


def path_of(file_id: uuid.UUID) -> Path:
    return _root() / file_id.hex[:2] / file_id.hex


def purge_expired() -> bool:
    """Remove one batch of files past their day; True when there may be more."""
    due = list(StoredFile.objects.filter(expires_at__lt=now()).order_by("expires_at")[:_PURGE_BATCH])
    for row in due:
        file_remove(row)
    return len(due) == _PURGE_BATCH


def purge_strays(older_than_s: float = 86_400) -> bool:
    """Remove files that no row knows: their transaction was rolled back, or the process died."""
    border = now().timestamp() - older_than_s
    for folder in _root().iterdir() if _root().is_dir() else ():
        old = [path for path in folder.iterdir() if path.stat().st_mtime < border]
        ids = {uuid.UUID(hex=path.name): path for path in old if _is_id(path.name)}
        known = (
            set()
            if folder.name == "incoming"
            else set(StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True))
        )
        for pk, path in ids.items():
            if pk not in known:
                path.unlink(missing_ok=True)
    return False


def _may_read(actor: Actor, row: StoredFile) -> bool:
    if purpose_of(row.purpose).of_an_object:
        return False
    if row.owner_id is not None and row.owner_id == actor.user_id:
        return True
    permission = purpose_of(row.purpose).read_permission
    return bool(permission) and actor.may(permission) and actor.scope.contains(row.org_path)


def _write(path: Path, chunks: Iterable[bytes], rules: Purpose, name: str) -> _Taken:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > rules.max_bytes:
                raise FileTooBig(name=name, limit_mb=rules.max_bytes >> 20)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return _Taken(size, digest.hexdigest())


def _check_kind(kind: FileKind, rules: Purpose, name: str) -> None:
    if rules.kinds and kind not in rules.kinds:
        if kind is FileKind.HTML:
            raise FileIsWebPage(name=name)
        raise FileKindRefused(name=name, allowed=sorted(map(str, rules.kinds)))


def _is_id(name: str) -> bool:
    return len(name) == 32 and all(sign in "0123456789abcdef" for sign in name)


def _root() -> Path:
    return Path(settings.HOME) / "files"
