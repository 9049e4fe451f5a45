"""A repeated request makes nothing twice (`Idempotency-Key`).

The key's row is written first, in the transaction of what the request makes: a second request with the key
waits on the unique constraint until the first is over, then finds either its object or nothing at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.rest.errors import KeyReused, ParameterInvalid
from dakehu.infra.rest.models import RequestKey
from dakehu.infra.rest.resource import Made, Resource

HEADER = "Idempotency-Key"
KEPT_DAYS = 7
_LONGEST = 120


def once(
    resource: Resource[Any], actor: Actor, key: str, body: bytes, make: Callable[[], Made[Any]]
) -> Made[Any]:
    """What `make` makes, or what it made when the key came before; one transaction."""
    if not key:
        with transaction.atomic():
            return make()
    if len(key) > _LONGEST or not key.isprintable():
        raise ParameterInvalid(parameter=HEADER, value=key[:40])
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        row, created = RequestKey.objects.get_or_create(
            caller=caller_of(actor), resource=resource.path, key=key,
            defaults={"digest": digest, "at": now()},
        )  # fmt: skip
        if not created:
            if row.digest != digest:
                raise KeyReused(key=key)
            return Made(resource.rows(actor).get(pk=row.object_id), replayed=True)
        made = make()
        row.object_id = str(made.row.pk)
        row.save(update_fields=["object_id"])
        return made


def caller_of(actor: Actor) -> str:
    """A stable name of the caller: whose keys and external ids are told apart from others'."""
    return f"user:{actor.user_id}" if actor.user_id is not None else f"client:{actor.name}"[:120]


def forget_old_keys() -> bool:
    """Remove keys older than `KEPT_DAYS`; a worker loop."""
    RequestKey.objects.filter(at__lt=now() - timedelta(days=KEPT_DAYS)).delete()
    return False
