"""Setting parameters. History stands: a value is followed by another, never overwritten."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.parameters.errors import ParameterFromPast, ParameterInForce
from dakehu.infra.parameters.models import ParameterValue
from dakehu.infra.parameters.permissions import Permission
from dakehu.infra.parameters.reading import forget, value_of
from dakehu.infra.parameters.registry import parameter_named
from dakehu.kernel.clock import day_of, day_start
from dakehu.kernel.errors import NotFound


def parameter_set(
    *, actor: Actor, name: str, value: int, since: date | None = None, reason: str = ""
) -> ParameterValue:
    """Have `value` hold from now on, or from the beginning of a later day.

    Raises `NotFound`, `ParameterOutOfBounds`, `ParameterFromPast`.
    """
    require(actor, Permission.PARAMETER_CHANGE)
    parameter, at = parameter_named(name), now()
    parameter.check(value)
    if since is not None and since < day_of(at):
        raise ParameterFromPast(field="since")
    effective = at if since is None or since == day_of(at) else day_start(since)
    with transaction.atomic():
        before = {"value": value_of(parameter, at=effective)}
        row = ParameterValue.objects.create(
            name=name,
            value=value,
            effective_from=effective,
            reason=reason.strip()[:200],
            set_at=at,
            set_by=actor.name[:80],
        )
        after = {"value": value, "effective_from": effective, "reason": row.reason}
        record(actor, "parameter.set", Change("parameter", name, str(parameter.label), before, after))
        publish("parameter.changed", key=name, payload={"value": value, "from": effective.isoformat()})
    forget()
    return row


def parameter_withdraw(*, actor: Actor, value_id: int) -> ParameterValue:
    """Take back a value whose moment has not come; raises `ParameterInForce` once it has."""
    require(actor, Permission.PARAMETER_CHANGE)
    with transaction.atomic():
        rows = ParameterValue.objects.select_for_update().filter(pk=value_id, is_withdrawn=False)
        row = rows.first()
        if row is None:
            raise NotFound(noun="parameter", id=str(value_id))
        if row.effective_from <= now():
            raise ParameterInForce
        row.is_withdrawn = True
        row.save(update_fields=["is_withdrawn"])
        label = str(parameter_named(row.name).label)
        before = {"value": row.value, "effective_from": row.effective_from}
        record(actor, "parameter.withdraw", Change("parameter", row.name, label, before, {"value": None}))
        publish("parameter.changed", key=row.name, payload={"withdrawn": row.pk})
    forget()
    return row
