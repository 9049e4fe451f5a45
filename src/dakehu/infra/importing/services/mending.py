"""Rows mended and duplicates chosen by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.access import own_batch
from dakehu.infra.importing.domain.faults import HeadingUnknown, NotImportable, RowClosed
from dakehu.infra.importing.domain.states import (
    BATCH_STATES,
    MENDABLE,
    OPEN,
    BatchEvent,
    RowState,
)
from dakehu.infra.importing.evaluation import (
    Evaluated,
    RowReader,
    ask_app,
    decode_cells,
    encode,
    key_line,
    same_in_file,
)
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.reading.texts import MAX_CELL
from dakehu.infra.importing.specs import ImportSpec, spec_of
from dakehu.infra.importing.work import recount, trace
from dakehu.kernel.errors import NotFound
from dakehu.kernel.states import IllegalMove

_NOT_IMPORTABLE = '"importable":false'
_FOLLOWERS = 50


def import_mend(*, actor: Actor, batch_id: int, number: int, cells: Mapping[str, str]) -> ImportRow:
    """Put other text (field → text) into cells of one row and check that row again.

    Later rows that share a key with what it said before or says now are checked again as well: of equal rows
    the first counts.
    """
    with own_batch(actor, batch_id) as batch:
        row = _open_row(batch, number)
        spec = spec_of(batch.spec)
        texts = decode_cells(row.cells)
        for field, text in cells.items():
            place = batch.mapping.get(field)
            if place is None:
                raise HeadingUnknown(field=field, heading=spec.heading(field))
            texts.extend([""] * (place + 1 - len(texts)))
            texts[place] = text.strip()[: MAX_CELL + 1]
        followers = _followers(batch, row)
        row.cells = encode(texts)
        _recheck(actor, batch, [row])
        followers |= _followers(batch, row)
        _recheck(actor, batch, [followers[later] for later in sorted(followers)])
        recount(batch)
        batch.save()
        trace(actor, "import.mend", batch, row=number, cells=dict(cells))
    return row


def import_choose(
    *, actor: Actor, batch_id: int, wanted: bool, numbers: Sequence[int] | None = None
) -> ImportBatch:
    """Import the named duplicates anyway (all that can be, when none is named), or skip them again."""
    source, target = (
        (RowState.DUPLICATE, RowState.WANTED) if wanted else (RowState.WANTED, RowState.DUPLICATE)
    )
    with own_batch(actor, batch_id) as batch:
        _check_mendable(batch)
        rows = ImportRow.objects.filter(batch=batch, state=source)
        if numbers is not None:
            rows = rows.filter(number__in=numbers)
            barred = _barred(rows).values_list("number", flat=True).first() if wanted else None
            if barred is not None:
                raise NotImportable(row=barred)
        chosen = rows.exclude(duplicates__contains=_NOT_IMPORTABLE) if wanted else rows
        changed = chosen.update(state=target)
        recount(batch)
        batch.save()
        trace(actor, "import.choose", batch, wanted=wanted, rows=changed)
    return batch


def _barred(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    return rows.filter(duplicates__contains=_NOT_IMPORTABLE).order_by("number")


def _check_mendable(batch: ImportBatch) -> None:
    if batch.state not in MENDABLE:
        raise IllegalMove(machine=BATCH_STATES.name, state=batch.state, event=str(BatchEvent.COMMIT))


def _open_row(batch: ImportBatch, number: int) -> ImportRow:
    _check_mendable(batch)
    row = ImportRow.objects.filter(batch=batch, number=number).first()
    if row is None:
        raise NotFound(noun="import row", id=str(number))
    if row.state not in OPEN:
        raise RowClosed(row=number)
    return row


def _followers(batch: ImportBatch, row: ImportRow) -> dict[int, ImportRow]:
    """Later open rows that share a key with what the row says now, by their numbers."""
    found: dict[int, ImportRow] = {}
    later = ImportRow.objects.filter(batch=batch, number__gt=row.number, state__in=OPEN)
    for line in filter(None, row.keys.split("\n")):
        for other in later.filter(keys__contains=f"\n{line}\n").order_by("number")[:_FOLLOWERS]:
            found[other.number] = other
    return found


def _recheck(actor: Actor, batch: ImportBatch, rows: Iterable[ImportRow]) -> None:
    """Evaluate the rows one after the other, as staging did, and save them."""
    spec = spec_of(batch.spec)
    reader = RowReader(spec, batch.mapping)
    for row in rows:
        fresh = reader.read(row.number, decode_cells(row.cells))
        _compare_with_file(batch, spec, fresh)
        ask_app(actor, spec, [fresh])
        row.state = fresh.state
        for name, text in fresh.texts().items():
            setattr(row, name, text)
        row.save()


def _compare_with_file(batch: ImportBatch, spec: ImportSpec[Any], row: Evaluated) -> None:
    earlier = ImportRow.objects.filter(batch=batch, number__lt=row.number).order_by("number")
    for name, value in row.keys.items():
        if value:
            line = key_line(name, value)
            first = earlier.filter(keys__contains=f"\n{line}\n").values_list("number", flat=True).first()
            if first is not None:
                row.duplicates.append(same_in_file(name, first, spec.unique))
