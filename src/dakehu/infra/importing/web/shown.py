"""What the pages show of an import: rows with each fault beside its cell, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dakehu.infra.errors import message_for
from dakehu.infra.importing.domain.states import MENDABLE, OPEN, RowState
from dakehu.infra.importing.evaluation import (
    StoredFault,
    decode_cells,
    decode_duplicates,
    decode_fault,
    decode_faults,
)
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.importing.selectors import samples
from dakehu.infra.importing.specs import ImportSpec, spec_of
from dakehu.infra.importing.web.words import ROW_BADGES
from dakehu.infra.ui.api import Badge


@dataclass(frozen=True, slots=True)
class ShownCell:
    field: str
    label: str
    text: str
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownDuplicate:
    sentence: str
    url: str
    importable: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`faults` are those that belong to no cell of the file."""

    number: int
    badge: Badge
    cells: Sequence[ShownCell]
    faults: Sequence[str]
    duplicates: Sequence[ShownDuplicate]
    url: str
    can_mend: bool
    can_want: bool
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column in the form of headings: which heading is chosen for it."""

    field: str
    label: str
    note: str
    required: bool
    place: int | None
    is_alike: bool


@dataclass(frozen=True, slots=True)
class FileHeading:
    place: int
    label: str
    sample: str


def mapped_fields(batch: ImportBatch) -> list[tuple[str, int]]:
    """The columns that the file has, in the file's order."""
    return sorted(batch.mapping.items(), key=lambda pair: pair[1])


def shown_rows(
    batch: ImportBatch, rows: Sequence[ImportRow], made: Mapping[int, ImportMade], *, mine: bool
) -> list[ShownRow]:
    spec, fields = spec_of(batch.spec), mapped_fields(batch)
    mendable = mine and batch.state in MENDABLE
    return [_shown(spec, fields, row, made.get(row.number), mendable=mendable) for row in rows]


def reasons(spec: ImportSpec[Any], row: ImportRow) -> list[str]:
    """Everything against the row, in sentences that name the column."""
    sentences = []
    for fault in decode_faults(row.faults) if row.faults else []:
        where = f"{spec.heading(fault.field)}：" if fault.field else ""
        sentences.append(f"{where}{message_for(fault.error())}")
    found = decode_duplicates(row.duplicates) if row.duplicates else []
    return [*sentences, *(message_for(item.reason.error()) for item in found)]


def shown_kept(spec: ImportSpec[Any], kept: Iterable[ImportMade]) -> list[tuple[int, str, str]]:
    """Row number, address and reason of what an undo left."""
    return [
        (made.number, spec.url(made.object_id), message_for(decode_fault(made.kept_because).error()))
        for made in kept
    ]


def mapped_columns(batch: ImportBatch, mapping: Mapping[str, int]) -> list[MappedColumn]:
    spec = spec_of(batch.spec)
    return [
        MappedColumn(
            column.field,
            str(column.heading),
            str(column.note),
            column.required,
            mapping.get(column.field),
            column.field in batch.alike,
        )
        for column in spec.columns
    ]


def file_headings(batch: ImportBatch) -> list[FileHeading]:
    """The file's headings with what stands below them; a blank one by its letter."""
    return [
        FileHeading(place, heading or f"（{column_letter(place)}）", "、".join(sample))
        for place, (heading, sample) in enumerate(zip(batch.headings, samples(batch), strict=True))
        if heading or sample
    ]


def unread_headings(batch: ImportBatch) -> list[str]:
    """The file's headings that belong to no column, so that nobody thinks them imported."""
    read = set(batch.mapping.values())
    return [heading for place, heading in enumerate(batch.headings) if heading and place not in read]


def problem_of(batch: ImportBatch) -> str:
    """Why the last run stopped; empty when it did not, or a person stopped it."""
    problem = batch.problem
    if not problem:
        return ""
    fault = StoredFault(problem["code"], problem.get("field"), problem.get("data", {}))
    return message_for(fault.error())


def column_letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _shown(
    spec: ImportSpec[Any],
    fields: Sequence[tuple[str, int]],
    row: ImportRow,
    made: ImportMade | None,
    *,
    mendable: bool,
) -> ShownRow:
    texts = decode_cells(row.cells)
    by_field: dict[str | None, list[str]] = {}
    for fault in decode_faults(row.faults) if row.faults else []:
        by_field.setdefault(fault.field, []).append(message_for(fault.error()))
    cells = [
        ShownCell(
            field, spec.heading(field), texts[place] if place < len(texts) else "", by_field.pop(field, [])
        )
        for field, place in fields
    ]
    duplicates = [
        ShownDuplicate(
            message_for(item.reason.error()),
            spec.url(item.object_id) if item.object_id else "",
            item.importable,
        )
        for item in (decode_duplicates(row.duplicates) if row.duplicates else [])
    ]
    rest = [f"{spec.heading(field)}：{s}" if field else s for field, some in by_field.items() for s in some]
    state = RowState(row.state)
    return ShownRow(
        number=row.number,
        badge=ROW_BADGES[state],
        cells=cells,
        faults=rest,
        duplicates=duplicates,
        url=spec.url(made.object_id) if made is not None and not made.removed else "",
        can_mend=mendable and state in OPEN,
        can_want=mendable and state == RowState.DUPLICATE and all(item.importable for item in duplicates),
        is_wanted=mendable and state == RowState.WANTED,
    )
