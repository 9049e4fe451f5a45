"""From a row's texts to a draft with its faults, and from a batch of drafts to rows to stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.domain.faults import Missing, Recorded, SameInFile, failure_of
from dakehu.infra.importing.domain.parsers import Parser
from dakehu.infra.importing.domain.states import RowState
from dakehu.infra.importing.specs import Duplicate, ImportSpec
from dakehu.kernel.errors import DomainError, Invalid

ROW_FIELDS = ("batch", "number", "state", "cells", "draft", "faults", "duplicates", "keys")


class StoredFault(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fault as the row keeps it: the sentence is made when someone reads it."""

    code: str
    field: str | None = None
    data: dict[str, Any] = {}

    def error(self) -> DomainError:
        return Recorded(self.code, field=self.field, data=self.data)


class StoredDuplicate(msgspec.Struct, frozen=True):
    reason: StoredFault
    object_id: str
    importable: bool


_encoder = msgspec.json.Encoder(enc_hook=str)
decode_cells = msgspec.json.Decoder(list[str]).decode
decode_fault = msgspec.json.Decoder(StoredFault).decode
decode_faults = msgspec.json.Decoder(list[StoredFault]).decode
decode_duplicates = msgspec.json.Decoder(list[StoredDuplicate]).decode


def encode(value: object) -> str:
    return _encoder.encode(value).decode()


def stored(error: DomainError, *, otherwise: str | None = None) -> StoredFault:
    return StoredFault(error.code, error.field or otherwise, dict(error.data))


def stored_duplicate(item: Duplicate) -> StoredDuplicate:
    return StoredDuplicate(stored(item.reason), item.object_id, item.importable)


@dataclass(slots=True)
class Evaluated:
    """A row on its way to being staged."""

    number: int
    cells: list[str]
    draft: Any = None
    faults: list[StoredFault] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> RowState:
        if self.faults:
            return RowState.FAULTY
        return RowState.DUPLICATE if self.duplicates else RowState.GOOD

    def key_lines(self) -> list[str]:
        return [key_line(name, value) for name, value in self.keys.items() if value]

    def texts(self) -> dict[str, str]:
        """The text columns of `ImportRow`."""
        kept = [stored_duplicate(item) for item in self.duplicates]
        return {
            "cells": encode(self.cells),
            "draft": encode(self.draft) if self.draft is not None else "",
            "faults": encode(self.faults) if self.faults else "",
            "duplicates": encode(kept) if kept else "",
            "keys": "\n".join(["", *self.key_lines(), ""]) if self.keys else "",
        }


def key_line(name: str, value: str) -> str:
    return f"{name}={value}".replace("\n", " ")


class RowReader:
    """Parses the cells of one mapping."""

    def __init__(self, spec: ImportSpec[Any], mapping: Mapping[str, int]) -> None:
        self._draft: Callable[..., Any] = spec.draft
        self._keys = spec.keys
        self._columns: list[tuple[str, int, Parser, bool, object]] = [
            (c.field, mapping.get(c.field, -1), c.parser, c.required, c.blank) for c in spec.columns
        ]
        examples = {mapping[c.field]: c.example for c in spec.columns if c.field in mapping and c.example}
        self._example = sorted(examples.items())

    def is_example(self, cells: Sequence[str]) -> bool:
        """Whether the row is the template's own example, left in by mistake."""
        return bool(self._example) and all(
            place < len(cells) and cells[place] == example for place, example in self._example
        )

    def read(self, number: int, cells: list[str]) -> Evaluated:
        row = Evaluated(number, cells)
        values: dict[str, object] = {}
        width = len(cells)
        for name, place, parser, required, blank in self._columns:
            text = cells[place] if 0 <= place < width else ""
            if not text:
                values[name] = blank
                if required:
                    row.faults.append(StoredFault(Missing.code, name))
                continue
            failed = failure_of(text)
            if failed is not None:
                row.faults.append(stored(failed, otherwise=name))
                continue
            try:
                values[name] = parser(text)
            except Invalid as several:
                row.faults += [stored(fault, otherwise=name) for fault in several.faults]
            except DomainError as fault:
                row.faults.append(stored(fault, otherwise=name))
        if not row.faults:
            row.draft = self._draft(**values)
            row.keys = self._keys(row.draft)
        return row


class SeenKeys:
    """The keys of the rows so far, with the row that had each first."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def compare(self, row: Evaluated, unique: frozenset[str]) -> None:
        """Add a duplicate to the row for each key that an earlier row has, and remember its own."""
        for name, value in row.keys.items():
            if value:
                first = self._first.setdefault(key_line(name, value), row.number)
                if first != row.number:
                    row.duplicates.append(same_in_file(name, first, unique))


def same_in_file(name: str, first: int, unique: frozenset[str]) -> Duplicate:
    return Duplicate(SameInFile(row=first, field=name), importable=name not in unique)


def ask_app(actor: Actor, spec: ImportSpec[Any], rows: Sequence[Evaluated]) -> None:
    """Let the app check the drafts there are, in one call."""
    asked = [row for row in rows if row.draft is not None]
    if not asked:
        return
    for row, finding in zip(asked, spec.check(actor, [row.draft for row in asked]), strict=True):
        row.faults += [stored(fault) for fault in finding.faults]
        row.duplicates += finding.duplicates
