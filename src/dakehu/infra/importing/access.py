"""Whose imports an actor sees and works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.models import ImportBatch
from dakehu.kernel.errors import NotFound


class ImportPermission(StrEnum):
    """Who may import a noun is that noun's own permission."""

    READ_OTHERS = "import.read_others"


def batches_for(actor: Actor) -> QuerySet[ImportBatch]:
    """The actor's own imports, and those of the scope for who may read others'."""
    if actor.may(ImportPermission.READ_OTHERS):
        return ImportBatch.objects.filter(own_or_in_scope(actor))
    return ImportBatch.objects.filter(_own(actor))


def own_or_in_scope(actor: Actor) -> Q:
    """The actor's own imports and those of the subtree; for the whole province no condition at all."""
    in_scope = actor.scope.condition(ImportBatch.SCOPE)
    return _own(actor) | in_scope if in_scope else in_scope


def _own(actor: Actor) -> Q:
    return Q(owner_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])


def access_batch(actor: Actor, batch_id: int) -> ImportBatch:
    """The import to look at, or `NotFound`."""
    batch = batches_for(actor).select_related("repeats").filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(noun="import", id=str(batch_id))
    return batch


@contextmanager
def own_batch(actor: Actor, batch_id: int) -> Iterator[ImportBatch]:
    """A transaction with the actor's own import locked; `NotFound` for anyone else's."""
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",))
            .filter(pk=batch_id, owner_id__in=[actor.user_id])
            .first()
        )
        if batch is None:
            raise NotFound(noun="import", id=str(batch_id))
        yield batch
