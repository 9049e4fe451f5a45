"""Reading managers' files with the load each carries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from dakehu.customers.api import Customer, CustomerStatus
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.managers.models import Credential, ManagerFile
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.due import accounts_due
from dakehu.organisation.api import User


def files_with_load(day: date) -> QuerySet[ManagerFile]:
    """Files with `accounts`, `revenue_fen` (a month's) and `visits_due`; the caller narrows by scope."""
    owned = Customer.objects.filter(owner=OuterRef("user_id")).exclude(status=CustomerStatus.CLOSED)
    due = accounts_due(day).filter(owner=OuterRef("user_id"))
    return ManagerFile.objects.select_related("user__org_unit", "user__post").annotate(
        accounts=per_owner(owned, Count("pk")),
        revenue_fen=per_owner(owned, Sum("monthly_revenue_fen")),
        visits_due=per_owner(due, Count("pk")),
    )


def file_get(actor: Actor, file_id: object, day: date) -> ManagerFile:
    """One file with its load, or `NotFound`."""
    return access_one(files_with_load(day), actor, file_id, Permission.FILE_VIEW)


def credentials_of(actor: Actor, file: ManagerFile) -> list[Credential]:
    """Qualifications and trainings, latest first."""
    return list(visible(Credential.objects.filter(file=file), actor, Permission.FILE_VIEW))


def file_id_of(user_id: int) -> int | None:
    """The id of the person's file, if they have one."""
    return ManagerFile.objects.filter(user_id=user_id).values_list("pk", flat=True).first()


def person_in_view(actor: Actor, user_id: int, permission: str) -> User | None:
    """An active person of the actor's subtree, or the actor themselves."""
    found = visible(User.objects.filter(is_active=True), actor, permission).filter(pk=user_id).first()
    if found is None and user_id == actor.user_id:
        return User.objects.filter(pk=user_id).first()
    return found


def per_owner(rows: QuerySet[Customer], figure: Any) -> Coalesce:
    """A figure over `rows`, which are accounts whose owner the outer query names."""
    grouped = rows.order_by().values("owner").annotate(figure=figure).values("figure")
    return Coalesce(Subquery(grouped), 0)
