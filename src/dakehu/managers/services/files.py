"""Opening and changing managers' files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.files.api import file_remove, file_store
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import DaysCrossed, EntryUnknown, FileTwice, PersonUnknown, TextMissing
from dakehu.managers.models import Credential, ManagerFile
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.files import person_in_view
from dakehu.organisation.api import dictionary_labels

PORTRAIT = "managers.portrait"
GRADES = "manager_grade"
_SHOWN = ("grade", "since", "languages", "photo", "remark")
_CREDENTIAL = ("kind", "title", "issuer", "first_on", "last_on", "hours")


@dataclass(frozen=True, slots=True)
class FileDraft:
    """What the form of a file holds."""

    grade: str = ""
    since: date | None = None
    languages: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class CredentialDraft:
    """A qualification (`last_on`: valid to) or a training (`hours` of it)."""

    kind: Credential.Kind
    title: str
    first_on: date
    last_on: date | None = None
    issuer: str = ""
    hours: int = 0


def file_create(*, actor: Actor, user_id: int, draft: FileDraft) -> ManagerFile:
    """A file for a person of the actor's view; `FileTwice` if there is one."""
    with transaction.atomic():
        person = person_in_view(actor, user_id, Permission.FILE_CHANGE)
        if person is None:
            raise PersonUnknown(field="user", text=str(user_id))
        row = ManagerFile(user=person)
        _fill(row, draft)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise FileTwice(field="user", name=person.name) from None
        record(actor, "manager.create", _change(row, {}))
    return row


def file_change(*, actor: Actor, file_id: int, version: int, draft: FileDraft) -> ManagerFile:
    with transaction.atomic():
        row = _locked(actor, file_id)
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        _fill(row, draft)
        row.save()
        record(actor, "manager.change", _change(row, before))
    return row


def photo_set(*, actor: Actor, file_id: int, name: str, chunks: Iterable[bytes]) -> ManagerFile:
    """Replace the photo: a PNG, JPEG or WebP by its content; raises the errors of `files`."""
    with transaction.atomic():
        row = _locked(actor, file_id)
        before, old = snapshot(row, *_SHOWN), row.photo
        row.photo = file_store(actor=actor, purpose=PORTRAIT, name=name, chunks=chunks)
        row.version += 1
        row.save()
        if old:
            file_remove(old)
        record(actor, "manager.photo", _change(row, before))
    return row


def credential_add(*, actor: Actor, file_id: int, draft: CredentialDraft) -> Credential:
    with transaction.atomic():
        file = _locked(actor, file_id)
        faults: list[DomainError] = []
        title = clean_line(draft.title)
        if not title:
            faults.append(TextMissing(field="title"))
        if draft.last_on and draft.last_on < draft.first_on:
            faults.append(DaysCrossed(field="last_on", first=draft.first_on, last=draft.last_on))
        raise_faults(faults)
        row = Credential(file=file, kind=draft.kind, title=title, issuer=clean_line(draft.issuer))
        row.first_on, row.last_on, row.hours = draft.first_on, draft.last_on, draft.hours
        row.save()
        record(actor, "manager.credential_add", _credential(row, {}, snapshot(row, *_CREDENTIAL)))
    return row


def credential_remove(*, actor: Actor, credential_id: int) -> None:
    with transaction.atomic():
        rows = Credential.objects.select_for_update(of=("self",)).select_related("file__user")
        row = access_one(rows, actor, credential_id, Permission.FILE_CHANGE)
        record(actor, "manager.credential_remove", _credential(row, snapshot(row, *_CREDENTIAL), {}))
        row.delete()


def _locked(actor: Actor, file_id: int) -> ManagerFile:
    rows = ManagerFile.objects.select_for_update(of=("self",)).select_related("user", "photo")
    return access_one(rows, actor, file_id, Permission.FILE_CHANGE)


def _fill(row: ManagerFile, draft: FileDraft) -> None:
    if draft.grade and draft.grade not in dictionary_labels(GRADES):
        raise EntryUnknown(field="grade", text=draft.grade)
    row.grade, row.since = draft.grade, draft.since
    row.languages, row.remark = clean_line(draft.languages), clean_line(draft.remark)


def _change(row: ManagerFile, before: dict[str, object]) -> Change:
    return Change("manager", row.pk, row.user.name, before, snapshot(row, *_SHOWN), row.user.org_path)


def _credential(row: Credential, before: dict[str, object], after: dict[str, object]) -> Change:
    user = row.file.user
    return Change("manager", row.file_id, user.name, before, after, user.org_path)
