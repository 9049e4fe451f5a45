"""What else belongs into a customer's whole file: competitors' lines, equipment, contracts, documents.

Each is a small record of its own, with a draft as a form fills it in and the draft's faults. `source`,
`operator`, `device` and `kind` are entries of dictionaries that an administrator keeps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from dakehu.customers.domain.errors import (
    EndBeforeStart,
    EntryUnknown,
    FieldMissing,
    NumberTooSmall,
    TextTooLong,
)
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_line, fold_width


class HoldingKind(StrEnum):
    """The kinds, as addresses and audit actions name them."""

    COMPETITOR_LINE = "competitor_line"
    EQUIPMENT = "equipment"
    AGREEMENT = "agreement"
    DOCUMENT = "document"


class Confidence(StrEnum):
    """How sure we are of what we know about a competitor."""

    SURE = "sure"
    LIKELY = "likely"
    RUMOUR = "rumour"


@dataclass(frozen=True, slots=True)
class CompetitorLineDraft:
    """What a competitor supplies: `count` lines of one product, the fee for all of them."""

    operator: str
    product: str
    bandwidth_mbps: int | None = None
    count: int = 1
    monthly_fee_fen: int | None = None
    ends_on: date | None = None
    source: str = ""
    confidence: str = Confidence.LIKELY
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EquipmentDraft:
    """A device that stands at the customer's."""

    device: str
    model: str
    serial: str = ""
    place: str = ""
    since: date | None = None
    warranty_until: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """A contract's summary; its text is the file attached."""

    number: str
    subject: str
    starts_on: date | None = None
    ends_on: date | None = None
    amount_fen: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """What a file of the customer's is."""

    subject: str
    kind: str = ""
    remark: str = ""


HoldingDraft = CompetitorLineDraft | EquipmentDraft | AgreementDraft | DocumentDraft
D = TypeVar("D", CompetitorLineDraft, EquipmentDraft, AgreementDraft, DocumentDraft)

LONGEST = {
    "product": 60,
    "model": 60,
    "serial": 60,
    "place": 120,
    "number": 60,
    "subject": 120,
    "remark": 200,
}
DICTIONARIES = {
    "operator": "rival_operator",
    "source": "intelligence_source",
    "device": "equipment_kind",
    "kind": "document_kind",
}
"""The dictionary behind each field that names an entry."""
REQUIRED = ("operator", "product", "device", "model", "number", "subject")
_FOLDED = {"serial", "number"}
_LEAST = {"bandwidth_mbps": 1, "count": 1, "monthly_fee_fen": 0, "amount_fen": 0}
_SPANS = (("starts_on", "ends_on"), ("since", "warranty_until"))


def tidy_holding(draft: D, known: Mapping[str, Collection[str]]) -> tuple[D, list[DomainError]]:
    """The draft in one spelling, and all its faults; `known` are the dictionaries' codes by dictionary."""
    values: dict[str, Any] = {field.name: getattr(draft, field.name) for field in fields(draft)}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = clean_line(fold_width(value) if name in _FOLDED else value)
    return replace(draft, **values), [*_text_faults(values, known), *_number_faults(values)]


def _text_faults(values: Mapping[str, object], known: Mapping[str, Collection[str]]) -> list[DomainError]:
    faults: list[DomainError] = []
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        if not value and name in REQUIRED:
            faults.append(FieldMissing(field=name))
        if len(value) > LONGEST.get(name, len(value)):
            faults.append(TextTooLong(field=name, length=len(value), most=LONGEST[name]))
        dictionary = DICTIONARIES.get(name, "")
        if value and dictionary and value not in known.get(dictionary, ()):
            faults.append(EntryUnknown(field=name, dictionary=dictionary, text=value))
        if name == "confidence" and value not in set(Confidence):
            faults.append(EntryUnknown(field=name, dictionary="", text=value))
    return faults


def _number_faults(values: Mapping[str, object]) -> list[DomainError]:
    faults: list[DomainError] = []
    for name, least in _LEAST.items():
        number = values.get(name)
        if isinstance(number, int) and number < least:
            faults.append(NumberTooSmall(field=name, least=least))
    for first, last in _SPANS:
        start, end = values.get(first), values.get(last)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            faults.append(EndBeforeStart(field=last))
    return faults
