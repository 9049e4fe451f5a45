"""The gates that every read and write passes."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from dakehu.infra.access.actor import Actor
from dakehu.infra.access.scope import ScopeRule
from dakehu.kernel.errors import NotAllowed, NotFound

M = TypeVar("M", bound=Model)


def require(actor: Actor, permission: str) -> None:
    """Let the actor pass, or raise `NotAllowed`."""
    if not actor.may(permission):
        raise NotAllowed(permission=str(permission))


def visible(queryset: QuerySet[M], actor: Actor, permission: str) -> QuerySet[M]:
    """The rows of `queryset` that the actor may see with `permission`; raises `NotAllowed`.

    The model says by `SCOPE` where its place in the organisation stands. For long sorted lists take
    `branches` instead: an OR between subtree and collaborations keeps an index from serving the sort.
    """
    require(actor, permission)
    rule = _rule(queryset)
    condition = actor.scope.condition(rule)
    shared = _shared(rule, actor)
    if shared is None or not condition:
        return queryset.filter(condition)
    return queryset.filter(condition | Q(pk__in=queryset.model._default_manager.filter(shared).values("pk")))


def branches(queryset: QuerySet[M], actor: Actor, permission: str) -> list[QuerySet[M]]:
    """What `visible` gives, as disjoint querysets for a key-set page to merge: subtree, collaborations."""
    require(actor, permission)
    rule = _rule(queryset)
    condition = actor.scope.condition(rule)
    shared = _shared(rule, actor)
    parts = [queryset.filter(condition)]
    if shared is not None and condition:
        ids = list(queryset.model._default_manager.filter(shared).values_list("pk", flat=True)[:10_000])
        if ids:
            parts.append(queryset.filter(pk__in=ids).exclude(condition))
    return parts


def access_one(queryset: QuerySet[M], actor: Actor, pk: Any, permission: str) -> M:
    """The one row, or `NotFound` when it does not exist or lies outside what the actor sees."""
    try:
        return visible(queryset, actor, permission).get(pk=pk)
    except (ObjectDoesNotExist, ValidationError, ValueError, TypeError):
        raise NotFound(noun=queryset.model._meta.model_name, id=str(pk)) from None


def _rule(queryset: QuerySet[Any]) -> ScopeRule:
    rule = getattr(queryset.model, "SCOPE", None)
    if not isinstance(rule, ScopeRule):
        raise TypeError(f"{queryset.model.__name__} declares no SCOPE: its rows cannot be gated")
    return rule


def _shared(rule: ScopeRule, actor: Actor) -> Q | None:
    if not rule.collaborators or actor.user_id is None:
        return None
    return Q(**{rule.collaborators: actor.user_id})
