"""From an upload to rows in a row file and matched headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.files.api import file_store, path_of
from dakehu.infra.importing.access import own_batch, own_or_in_scope
from dakehu.infra.importing.domain.faults import NoDataRows, TooManyRows
from dakehu.infra.importing.domain.headings import Known, find_heading_row, fingerprint, match_headings
from dakehu.infra.importing.domain.states import BatchEvent, BatchState
from dakehu.infra.importing.models import ImportBatch, RememberedMapping
from dakehu.infra.importing.reading.frames import Row, Sheet
from dakehu.infra.importing.reading.parent import Source, read_rows
from dakehu.infra.importing.reading.rowfile import RowFileWriter, path_for
from dakehu.infra.importing.services.checking import check
from dakehu.infra.importing.specs import spec_of
from dakehu.infra.importing.work import Work, move, run_phase, trace
from dakehu.infra.jobs.api import Run, start
from dakehu.kernel.errors import NotAllowed

PURPOSE = "import"
MAX_BYTES = 64 * 2**20
KEEP_DAYS = 90
_SHOWN_ROWS, _SHOWN_COLUMNS, _SHOWN_SIGNS = 30, 100, 80
_IMPORTED = (BatchState.COMMITTING, BatchState.PAUSED, BatchState.DONE)


def import_upload(*, actor: Actor, spec: str, name: str, chunks: Iterable[bytes]) -> ImportBatch:
    """Keep the file and start reading it; raises the errors of `files.errors` when it is not taken."""
    rules = spec_of(spec)
    require(actor, rules.permission)
    if actor.user_id is None:  # a program has no eyes for a preview
        raise NotAllowed(permission=rules.permission)
    with transaction.atomic():
        file = file_store(actor=actor, purpose=PURPOSE, name=name, chunks=chunks)
        batch = ImportBatch(
            spec=spec,
            file_id=file.pk,
            file_name=file.name,
            file_kind=file.kind,
            sha256=file.sha256,
            owner_id=actor.user_id,
            owner_name=actor.name,
            created_at=now(),
            repeats=_earlier(actor, spec, file.sha256),
        )
        batch.place(actor.org_path)
        batch.save()
        _start_reading(actor, batch, None)
        trace(actor, "import.upload", batch, spec=spec, sha256=file.sha256, size=file.size)
    return batch


def import_reread(*, actor: Actor, batch_id: int, sheet: int | None = None) -> ImportBatch:
    """Read the file again: another of its sheets, or after a fault."""
    with own_batch(actor, batch_id) as batch:
        if batch.state == BatchState.READY:
            move(batch, BatchEvent.ASK)
        move(batch, BatchEvent.READ)
        _start_reading(actor, batch, sheet)
    return batch


def import_discard(*, actor: Actor, batch_id: int) -> ImportBatch:
    """Give the import up; nothing was made of it. Its rows and its row file go."""
    with own_batch(actor, batch_id) as batch:
        move(batch, BatchEvent.DISCARD)
        batch.save()
        batch.staged.all().delete()
        trace(actor, "import.discard", batch)
        transaction.on_commit(lambda: path_for(batch_id).unlink(missing_ok=True))
    return batch


def read_job(run: Run, batch_id: int, sheet: int | None) -> Mapping[str, Any]:
    """The job of READING, which goes on to CHECKING where nothing needs to be asked."""
    read = run_phase(run, batch_id, BatchState.READING, lambda work: _read(work, sheet))
    return {**read, **run_phase(run, batch_id, BatchState.CHECKING, check)}


def shown_sheets(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """The beginnings of the sheets, as far as the page that maps headings shows them."""
    return [
        {
            "index": sheet.index,
            "name": sheet.name[:60],
            "head": [_shown(row) for row in sheet.head[:_SHOWN_ROWS]],
        }
        for sheet in sheets
    ]


def _start_reading(actor: Actor, batch: ImportBatch, sheet: int | None) -> None:
    batch.problem = {}
    batch.job_id = start(actor, "importing.read", batch_id=batch.pk, sheet=sheet).pk
    batch.save()


def _read(work: Work, sheet: int | None) -> Mapping[str, Any]:
    batch = ImportBatch.objects.get(pk=work.batch_id)
    chooser = _Chooser(work.spec.known, sheet)
    source = Source(path_of(UUID(str(batch.file_id))), batch.file_kind, batch.file_name)
    found = 0

    def pulse() -> None:
        work.run.progress(found, found + 1)

    with RowFileWriter(path_for(batch.pk)) as file:
        for rows in read_rows(source, choose=chooser, pulse=pulse):
            found += len(rows)
            if found > work.spec.max_rows + _SHOWN_ROWS:
                raise TooManyRows(limit=work.spec.max_rows)
            file.write(rows)
    with work.step() as batch:
        _take_over(batch, chooser, found)
        clear = _match(batch, work.spec.known)
        move(batch, BatchEvent.CHECK if clear else BatchEvent.ASK)
        batch.save()
    return {"clear": clear}


def _take_over(batch: ImportBatch, chooser: _Chooser, found: int) -> None:
    head = chooser.sheet.head
    at = find_heading_row([cells for _number, cells in head], chooser.known)
    if found - at <= 1:
        raise NoDataRows
    batch.sheets = shown_sheets(chooser.sheets)
    batch.sheet = chooser.sheet.index
    batch.rows = found - at - 1
    batch.staged_to = 0
    batch.heading_number, batch.headings = _shown(head[at])


def _match(batch: ImportBatch, known: Sequence[Known]) -> bool:
    """Map the headings; True when nothing about them needs a person's eye."""
    remembered = RememberedMapping.objects.filter(
        owner_id=batch.owner_id, spec=batch.spec, fingerprint=fingerprint(batch.headings)
    ).first()
    if remembered is not None:
        batch.mapping, batch.alike = remembered.mapping, []
        return True
    match = match_headings(batch.headings, known)
    batch.mapping, batch.alike = dict(match.places), sorted(match.alike)
    return not match.missing(known) and not match.torn and not match.alike


def _earlier(actor: Actor, spec: str, sha256: str) -> ImportBatch | None:
    """The last import of the same content, by the actor or in the actor's scope."""
    same = ImportBatch.objects.filter(own_or_in_scope(actor), spec=spec, sha256=sha256, state__in=_IMPORTED)
    return same.order_by("-pk").first()


def _shown(row: Row) -> tuple[int, list[str]]:
    number, cells = row
    return number, [cell[:_SHOWN_SIGNS] for cell in cells[:_SHOWN_COLUMNS]]


class _Chooser:
    """Picks the sheet whose headings fit best, the first among equals, or the one that was asked for."""

    def __init__(self, known: Sequence[Known], asked: int | None) -> None:
        self.known = known
        self.sheets: Sequence[Sheet] = ()
        self._asked = asked
        self._chosen = 0

    def __call__(self, sheets: Sequence[Sheet]) -> int:
        self.sheets = sheets
        wanted = [place for place, sheet in enumerate(sheets) if sheet.index == self._asked]
        self._chosen = (
            wanted[0] if wanted else max(range(len(sheets)), key=lambda place: self._fit(sheets[place]))
        )
        return self.sheet.index

    @property
    def sheet(self) -> Sheet:
        return self.sheets[self._chosen]

    def _fit(self, sheet: Sheet) -> int:
        rows = [cells for _number, cells in sheet.head]
        return len(match_headings(rows[find_heading_row(rows, self.known)], self.known).places)
