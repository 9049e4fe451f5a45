"""Reading parameters: what holds now, what held then, what will."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signals import request_finished, request_started
from django.db.models import QuerySet

from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
from dakehu.infra.parameters.models import ParameterValue
from dakehu.infra.parameters.permissions import Permission
from dakehu.infra.parameters.registry import Parameter, all_parameters

_Row = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A parameter with what holds now (`since` None: the default) and, if one is set, what comes next."""

    parameter: Parameter
    value: int
    since: datetime | None
    next: ParameterValue | None

    @property
    def is_default(self) -> bool:
        return self.since is None


class _PerRequest(threading.local):
    """All values, read once in this thread's request; None outside of one, where nothing is kept."""

    active = False
    rows: dict[str, list[_Row]] | None = None


_cache = _PerRequest()


def value_of(parameter: Parameter, *, at: datetime | None = None) -> int:
    """The value that holds at the moment, by default now."""
    moment = at or now()
    return next((value for since, value in _rows(parameter.name) if since <= moment), parameter.default)


def held(parameter: Parameter) -> Held:
    return _held(parameter, list(_standing().filter(name=parameter.name)))


def all_held(actor: Actor) -> list[Held]:
    """Every parameter as it holds now, by name; one query."""
    require(actor, Permission.PARAMETER_VIEW)
    rows: dict[str, list[ParameterValue]] = {}
    for row in _standing():
        rows.setdefault(row.name, []).append(row)
    return [_held(parameter, rows.get(parameter.name, [])) for parameter in all_parameters()]


def history(actor: Actor, parameter: Parameter) -> list[ParameterValue]:
    """Every value ever set, withdrawn ones too, the latest moment first."""
    require(actor, Permission.PARAMETER_VIEW)
    return list(ParameterValue.objects.filter(name=parameter.name))


def forget() -> None:
    """Read anew from here on: after a change within the request."""
    _cache.rows = None


def _standing() -> QuerySet[ParameterValue]:
    return ParameterValue.objects.filter(is_withdrawn=False)


def _held(parameter: Parameter, rows: list[ParameterValue]) -> Held:
    """From the parameter's rows, the latest moment first."""
    moment = now()
    current = next((row for row in rows if row.effective_from <= moment), None)
    coming = [row for row in rows if row.effective_from > moment]
    value, since = (current.value, current.effective_from) if current else (parameter.default, None)
    return Held(parameter, value, since, coming[-1] if coming else None)


def _rows(name: str) -> list[_Row]:
    if not _cache.active:
        return list(_standing().filter(name=name).values_list("effective_from", "value"))
    if _cache.rows is None:
        _cache.rows = {}
        for each, since, value in _standing().values_list("name", "effective_from", "value"):
            _cache.rows.setdefault(each, []).append((since, value))
    return _cache.rows.get(name, [])


def _begin(**_signal: Any) -> None:
    _cache.active, _cache.rows = True, None


def _end(**_signal: Any) -> None:
    _cache.active, _cache.rows = False, None


request_started.connect(_begin, dispatch_uid="parameters.begin")
request_finished.connect(_end, dispatch_uid="parameters.end")
