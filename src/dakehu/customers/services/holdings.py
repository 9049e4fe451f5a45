"""Competitors' lines, equipment, contracts and documents of a customer's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from dakehu.customers.domain.errors import FileMissing
from dakehu.customers.domain.holdings import (
    DICTIONARIES,
    AgreementDraft,
    CompetitorLineDraft,
    DocumentDraft,
    EquipmentDraft,
    HoldingDraft,
    HoldingKind,
    tidy_holding,
)
from dakehu.customers.models import Agreement, Customer, Document, Holding
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.holdings import MODELS, holding_rows
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.things import forget_things, index_things
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.files.api import IMAGES, WORKBOOKS, FileKind, Purpose, StoredFile, file_remove, file_store
from dakehu.infra.versions import advance
from dakehu.kernel.errors import raise_faults
from dakehu.organisation.api import dictionary_labels

PURPOSE = Purpose(
    "customer_document",
    kinds=IMAGES | WORKBOOKS | {FileKind.PDF, FileKind.DOCX, FileKind.PPTX},
    max_bytes=20 * 2**20,
    of_an_object=True,
)
_DRAFTS: Mapping[type[HoldingDraft], HoldingKind] = {
    CompetitorLineDraft: HoldingKind.COMPETITOR_LINE,
    EquipmentDraft: HoldingKind.EQUIPMENT,
    AgreementDraft: HoldingKind.AGREEMENT,
    DocumentDraft: HoldingKind.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in."""

    name: str
    chunks: Iterable[bytes]


def holding_add(
    *, actor: Actor, customer_id: int, draft: HoldingDraft, upload: Upload | None = None
) -> Holding:
    """A new record of the kind that the draft is of; a document needs its file.

    Raises the draft's faults, `FileMissing`, or the faults of the file.
    """
    kind = _DRAFTS[type(draft)]
    with transaction.atomic():
        customer = customer_locked(actor, customer_id)
        row = MODELS[kind](customer=customer, recorded_at=now())
        _fill(row, draft)
        _attach(actor, row, upload)
        row.save()
        index_things(kind, [row])
        keep_quality([customer.pk])
        record(actor, f"{kind}.create", _change(customer, row, {}))
    return row


def holding_change(
    *, actor: Actor, holding_id: int, version: int, draft: HoldingDraft, upload: Upload | None = None
) -> Holding:
    """Replace what the record says; a file that comes along takes the old one's place."""
    kind = _DRAFTS[type(draft)]
    with transaction.atomic():
        row = _locked(actor, kind, holding_id)
        before = _shown(row)
        advance(row, version)
        _fill(row, draft)
        old = _attach(actor, row, upload)
        row.save()
        index_things(kind, [row])
        keep_quality([row.customer_id])
        if old is not None:
            file_remove(old)
        record(actor, f"{kind}.change", _change(row.customer, row, before))
    return row


def holding_remove(*, actor: Actor, kind: HoldingKind, holding_id: int, version: int) -> None:
    """Take the record out of the file, and its attachment off the disk."""
    with transaction.atomic():
        row = _locked(actor, kind, holding_id)
        advance(row, version)
        customer, before = row.customer, _shown(row)
        file = _file_of(row)
        forget_things(kind, [row.pk])
        row.delete()
        if file is not None:
            file_remove(file)
        keep_quality([customer.pk])
        record(
            actor,
            f"{kind}.remove",
            Change("customer", customer.pk, _label(customer, row), before, {}, customer.org_path),
        )


def _locked(actor: Actor, kind: HoldingKind, holding_id: int) -> Holding:
    rows = holding_rows(kind).select_for_update(of=("self",)).select_related("customer")
    return access_one(rows, actor, holding_id, Permission.CHANGE)


def _fill(row: Holding, draft: Any) -> None:
    known = {
        name: dictionary_labels(name).keys() for field, name in DICTIONARIES.items() if hasattr(draft, field)
    }
    tidied, faults = tidy_holding(draft, known)
    raise_faults(faults)
    for name, value in asdict(tidied).items():
        setattr(row, name, value)


def _attach(actor: Actor, row: Holding, upload: Upload | None) -> StoredFile | None:
    """Keep the file that came along; the one it replaces."""
    if not isinstance(row, (Agreement, Document)):
        return None
    old = _file_of(row)
    if upload is None:
        if old is None and isinstance(row, Document):
            raise FileMissing(field="file")
        return None
    row.file = file_store(actor=actor, purpose=PURPOSE.name, name=upload.name, chunks=upload.chunks)
    return old


def _file_of(row: Holding) -> StoredFile | None:
    if not isinstance(row, (Agreement, Document)) or row.file_id is None:
        return None
    return row.file


def _shown(row: Holding) -> dict[str, object]:
    """What the audit keeps; of a file its name, which people know."""
    hidden = {"id", "customer_id", "version", "recorded_at", "file_id"}
    values = {name: value for name, value in snapshot(row).items() if name not in hidden}
    file = _file_of(row)
    return {**values, "file": file.name} if file is not None else values


def _label(customer: Customer, row: Holding) -> str:
    return f"{customer.name}：{row}"


def _change(customer: Customer, row: Holding, before: Mapping[str, object]) -> Change:
    return Change("customer", customer.pk, _label(customer, row), before, _shown(row), customer.org_path)
