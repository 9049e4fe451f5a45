"""Headings, when a person has looked at them."""

from __future__ import annotations

from collections.abc import Mapping

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.access import own_batch
from dakehu.infra.importing.domain.faults import HeadingMissing, HeadingTwice, HeadingUnknown
from dakehu.infra.importing.domain.headings import fingerprint, match_headings
from dakehu.infra.importing.domain.states import BatchEvent, BatchState
from dakehu.infra.importing.models import ImportBatch, RememberedMapping
from dakehu.infra.importing.specs import spec_of
from dakehu.infra.importing.work import move
from dakehu.infra.jobs.api import start
from dakehu.kernel.errors import DomainError, raise_faults


def import_map(*, actor: Actor, batch_id: int, mapping: Mapping[str, int]) -> ImportBatch:
    """Take the person's mapping (field → place), remember it for the same headings, and check all rows anew.

    Raises `HeadingMissing`, `HeadingTwice` or `HeadingUnknown`, several of them together.
    """
    with own_batch(actor, batch_id) as batch:
        if batch.state == BatchState.READY:
            move(batch, BatchEvent.ASK)
        raise_faults(_faults(batch, mapping))
        move(batch, BatchEvent.CHECK)
        batch.mapping, batch.alike, batch.problem, batch.staged_to = dict(mapping), [], {}, 0
        batch.job_id = start(actor, "importing.check", batch_id=batch.pk).pk
        batch.save()
        RememberedMapping.objects.update_or_create(
            owner_id=batch.owner_id,
            spec=batch.spec,
            fingerprint=fingerprint(batch.headings),
            defaults={"mapping": batch.mapping},
        )
    return batch


def import_set_heading_row(*, actor: Actor, batch_id: int, number: int) -> ImportBatch:
    """Take another row of the sheet's beginning for the headings, and propose a mapping for it."""
    with own_batch(actor, batch_id) as batch:
        if batch.state == BatchState.READY:
            move(batch, BatchEvent.ASK)
        if batch.state != BatchState.MAPPING:
            move(batch, BatchEvent.CHECK)  # raises: only the awaited import can be changed
        head: list[tuple[int, list[str]]] = next(
            (sheet["head"] for sheet in batch.sheets if sheet["index"] == batch.sheet), []
        )
        places = [place for place, (row, _cells) in enumerate(head) if row == number]
        if not places:
            raise HeadingUnknown(heading=str(number))
        batch.rows += (
            next((p for p, (row, _c) in enumerate(head) if row == batch.heading_number), 0) - places[0]
        )
        batch.heading_number, batch.headings = head[places[0]]
        match = match_headings(batch.headings, spec_of(batch.spec).known)
        batch.mapping, batch.alike = dict(match.places), sorted(match.alike)
        batch.save()
    return batch


def _faults(batch: ImportBatch, mapping: Mapping[str, int]) -> list[DomainError]:
    spec = spec_of(batch.spec)
    faults: list[DomainError] = []
    taken: dict[int, str] = {}
    for field, place in mapping.items():
        if field not in spec.by_field or not 0 <= place < len(batch.headings):
            faults.append(HeadingUnknown(field=field, heading=spec.heading(field)))
        elif place in taken:
            faults.append(HeadingTwice(field=field, heading=batch.headings[place]))
        taken[place] = field
    missing = [column for column in spec.columns if column.required and column.field not in mapping]
    return [*faults, *(HeadingMissing(field=c.field, heading=str(c.heading)) for c in missing)]
