"""Reading an import: its rows a page at a time, its job, its sample for mapping."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from dakehu.infra.importing.domain.states import RowState
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.jobs.models import Job

PAGE = 50
TO_MEND = (RowState.FAULTY, RowState.DUPLICATE, RowState.WANTED, RowState.REFUSED)
_SAMPLE = 3
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows in the file's order; `after` and `before` are where more begins, None where there is none."""

    rows: Sequence[ImportRow]
    after: int | None
    before: int | None


def rows_page(
    batch: ImportBatch, states: Collection[RowState], *, after: int = 0, before: int = 0
) -> RowPage:
    """The rows behind number `after`, or those before number `before`; none named: rows of every state."""
    rows = ImportRow.objects.filter(batch=batch)
    if states:
        rows = rows.filter(state__in=states)
    if before:
        found = list(rows.filter(number__lt=before).order_by("-number")[: PAGE + 1])
        more, shown = len(found) > PAGE, found[:PAGE][::-1]
        return RowPage(shown, shown[-1].number if shown else None, shown[0].number if more else None)
    found = list(rows.filter(number__gt=after).order_by("number")[: PAGE + 1])
    more, shown = len(found) > PAGE, found[:PAGE]
    return RowPage(shown, shown[-1].number if more else None, shown[0].number if after and shown else None)


def rows_to_mend(batch: ImportBatch) -> Iterator[ImportRow]:
    """All rows that were not imported and why can be told, a few at a time."""
    last = 0
    while True:
        rows = ImportRow.objects.filter(batch=batch, state__in=TO_MEND, number__gt=last).order_by("number")[
            :_CHUNK
        ]
        if not rows:
            return
        yield from rows
        last = list(rows)[-1].number


def made_of(batch: ImportBatch, numbers: Collection[int]) -> dict[int, ImportMade]:
    return {made.number: made for made in ImportMade.objects.filter(batch=batch, number__in=numbers)}


def kept_rows(batch: ImportBatch) -> QuerySet[ImportMade]:
    """What an undo left, the first hundred."""
    return (
        ImportMade.objects.filter(batch=batch, removed=False)
        .exclude(kept_because="")
        .order_by("number")[:100]
    )


def job_of(batch: ImportBatch) -> Job | None:
    return Job.objects.filter(pk=batch.job_id).first() if batch.job_id else None


def samples(batch: ImportBatch) -> list[list[str]]:
    """For each heading the first few filled cells below it."""
    head: list[tuple[int, list[str]]] = next(
        (sheet["head"] for sheet in batch.sheets if sheet["index"] == batch.sheet), []
    )
    below = [cells for number, cells in head if number > batch.heading_number]
    found: list[list[str]] = [[] for _heading in batch.headings]
    for cells in below:
        for place, cell in enumerate(cells[: len(found)]):
            if cell and len(found[place]) < _SAMPLE:
                found[place].append(cell)
    return found
