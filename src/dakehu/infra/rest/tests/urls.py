"""A resource over background jobs, published for these tests alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.urls import path

from dakehu.infra.access.api import Actor, require, visible
from dakehu.infra.jobs.models import Job
from dakehu.infra.rest.api import Attribute, Create, Entity, Kind, Made, Patch, Resource, Shape
from dakehu.infra.rest.web import views
from dakehu.infra.rest.web.urls import event_routes, routes_of
from dakehu.kernel.errors import DomainError, raise_faults

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class WorkView(Entity, frozen=True, kw_only=True):
    state: str
    title: str
    creation_date: str
    progress: dict[str, int]
    params: dict[str, Any] = {}
    error: str = ""


class WorkCreate(Shape, frozen=True, kw_only=True):
    title: str
    total: int = 0


class WorkUpdate(Shape, frozen=True, kw_only=True):
    title: str | msgspec.UnsetType | None = msgspec.UNSET
    params: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


class TitleEmpty(DomainError):
    code = "domain.error"


def rows(actor: Actor) -> QuerySet[Job]:
    return visible(Job.objects.all(), actor, "work.view")


def represent(row: Job) -> WorkView:
    return WorkView(
        id=str(row.pk), state=row.state, title=row.title, creation_date=row.created_at.isoformat(),
        progress={"done": row.done, "total": row.total}, params=row.params, error=row.error,
    )  # fmt: skip


def make(actor: Actor, body: WorkCreate) -> Made[Job]:
    require(actor, "work.create")
    faults: list[DomainError] = []
    if not body.title:
        faults.append(TitleEmpty(field="title"))
    if body.total < 0:
        faults.append(TitleEmpty(field="total"))
    raise_faults(faults)
    row = Job(kind="test", title=body.title, total=body.total, created_at=AT, heartbeat_at=AT)
    row.place(actor.org_path)
    row.save()
    return Made(row)


def change(actor: Actor, row: Job, changes: WorkUpdate) -> Job:
    require(actor, "work.change")
    if changes.title is not msgspec.UNSET:
        row.title = changes.title or ""
    if changes.params is not msgspec.UNSET:
        row.params = changes.params or {}
    row.save()
    return row


def remove(actor: Actor, row: Job) -> None:
    require(actor, "work.remove")
    row.delete()


WORK = Resource(
    name="work",
    api="workManagement/v4",
    model=Job,
    shape=WorkView,
    rows=rows,
    represent=represent,
    attributes=(
        Attribute("state", "state", sortable=True),
        Attribute("title", "title", sortable=True),
        Attribute("creationDate", "created_at", Kind.MOMENT, sortable=True),
        Attribute("progress.done", "done", Kind.NUMBER, sortable=True),
        Attribute("cancelRequested", "cancel_requested", Kind.BOOLEAN),
    ),
    order_by=("title",),
    create=Create(WorkCreate, make),
    patch=Patch(WorkUpdate, change),
    delete=remove,
    also_at=("labourManagement/v3",),
    events={"work.created": "WorkCreateEvent", "work.changed": "WorkStateChangeEvent"},
    gone={"work.removed": "WorkDeleteEvent"},
    renames={"name": "title"},
)

urlpatterns = [
    *routes_of(WORK),
    *event_routes(),
    path("tmf-api/<path:rest>", views.nothing_here),
]
