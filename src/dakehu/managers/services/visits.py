"""Planning, moving, logging, calling off and commenting on visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dakehu.customers.api import Contact, customer_locked, index_things, keep_quality
from dakehu.infra.access.api import Actor, access_one, require
from dakehu.infra.audit.api import Change, record, snapshot
from dakehu.infra.clock import now
from dakehu.infra.files.api import file_store
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.clock import CST
from dakehu.kernel.errors import raise_faults
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import ContactElsewhere, NotYourVisit, OwnVisit, TextMissing
from dakehu.managers.domain.states import VISIT_STATES, VisitEvent, VisitState
from dakehu.managers.domain.visits import VisitLog, VisitPlan, check_log, check_plan
from dakehu.managers.models import Promise, Visit
from dakehu.managers.permissions import Permission

VISIT_PHOTO = "managers.visit"
_SHOWN = ("state", "starts_at", "minutes", "purpose", "log", "photo", "comment")


@dataclass(frozen=True, slots=True)
class Photo:
    """An uploaded picture."""

    name: str
    chunks: Iterable[bytes]


def visit_plan(*, actor: Actor, customer_id: int, plan: VisitPlan) -> Visit:
    """A visit of the actor to an account that they see."""
    with transaction.atomic():
        customer = customer_locked(actor, customer_id, Permission.VISIT_PLAN)
        if actor.user_id is None:
            raise NotYourVisit(name=actor.name)
        raise_faults(check_plan(plan))
        row = Visit(customer=customer, manager_id=actor.user_id)
        row.starts_at, row.minutes, row.purpose = plan.starts_at, plan.minutes, plan.purpose
        row.save()
        index_things("visit", [row])
        _meet(row, plan.contact_ids)
        record(actor, "visit.plan", _change(row, {}))
        publish("visit.planned", key=row.pk, payload={"customer": customer.pk})
    return row


def visit_change(*, actor: Actor, visit_id: int, version: int, plan: VisitPlan) -> Visit:
    """Another plan for a visit that still lies ahead."""
    with transaction.atomic():
        row, before = _own(actor, visit_id, version, VisitEvent.MOVE)
        raise_faults(check_plan(plan))
        row.starts_at, row.minutes, row.purpose = plan.starts_at, plan.minutes, plan.purpose
        row.save()
        index_things("visit", [row])
        _meet(row, plan.contact_ids)
        record(actor, "visit.move", _change(row, before))
        publish("visit.changed", key=row.pk, payload={"customer": row.customer_id})
    return row


def visit_move(*, actor: Actor, visit_id: int, version: int, day: date) -> Visit:
    """Put a planned visit on another day, at the same time of day."""
    with transaction.atomic():
        row, before = _own(actor, visit_id, version, VisitEvent.MOVE)
        local = row.starts_at.astimezone(CST)
        row.starts_at = datetime.combine(day, local.time(), CST)
        row.save()
        record(actor, "visit.move", _change(row, before))
        publish("visit.changed", key=row.pk, payload={"customer": row.customer_id})
    return row


def visit_cancel(*, actor: Actor, visit_id: int, version: int) -> Visit:
    with transaction.atomic():
        row, before = _own(actor, visit_id, version, VisitEvent.CANCEL)
        row.save()
        record(actor, "visit.cancel", _change(row, before))
        publish("visit.cancelled", key=row.pk, payload={"path": row.customer.org_path})
    return row


def visit_log(
    *, actor: Actor, visit_id: int, version: int, log: VisitLog, photo: Photo | None = None
) -> Visit:
    """The work log of a visit paid: what was promised becomes the manager's tasks."""
    with transaction.atomic():
        row, before = _own(actor, visit_id, version, VisitEvent.LOG)
        raise_faults(check_log(log, now()))
        row.starts_at, row.log, row.logged_at = log.visited_at, log.text, now()
        if log.place:
            row.latitude, row.longitude = log.place.latitude, log.place.longitude
        if photo:
            row.photo = file_store(actor=actor, purpose=VISIT_PHOTO, name=photo.name, chunks=photo.chunks)
        row.save()
        index_things("visit", [row])
        _meet(row, log.contact_ids)
        for draft in log.promises:
            if draft.due_on is not None:
                Promise.objects.create(
                    visit=row, keeper_id=row.manager_id, text=draft.text, due_on=draft.due_on
                )
        keep_quality([row.customer_id])
        record(actor, "visit.log", _change(row, before))
        publish("visit.logged", key=row.pk, payload={"customer": row.customer_id, "manager": row.manager_id})
    return row


def visit_comment(*, actor: Actor, visit_id: int, version: int, comment: str) -> Visit:
    """The leader's comment on a log of someone else; a later one takes its place."""
    with transaction.atomic():
        row = _locked(actor, visit_id, Permission.VISIT_COMMENT)
        if row.manager_id == actor.user_id:
            raise OwnVisit(field="comment")
        before = snapshot(row, *_SHOWN)
        advance(row, version)
        row.state = VISIT_STATES.move(VisitState(row.state), VisitEvent.COMMENT)
        row.comment, row.comment_by = clean_line(comment), actor.name[:80]
        if not row.comment:
            raise TextMissing(field="comment")
        row.save()
        index_things("visit", [row])
        record(actor, "visit.comment", _change(row, before))
        publish("visit.changed", key=row.pk, payload={"customer": row.customer_id})
    return row


def _locked(actor: Actor, visit_id: int, permission: Permission) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("customer", "manager")
    return access_one(rows, actor, visit_id, permission)


def _own(actor: Actor, visit_id: int, version: int, event: VisitEvent) -> tuple[Visit, dict[str, object]]:
    """The actor's own visit, locked and moved, and what it was before."""
    require(actor, Permission.VISIT_PLAN)
    row = _locked(actor, visit_id, Permission.VISIT_VIEW)
    if row.manager_id != actor.user_id:
        raise NotYourVisit(name=row.manager.name)
    before = snapshot(row, *_SHOWN)
    advance(row, version)
    row.state = VISIT_STATES.move(VisitState(row.state), event)
    return row, before


def _meet(row: Visit, contact_ids: frozenset[int]) -> None:
    found = list(Contact.objects.filter(customer=row.customer_id, pk__in=contact_ids))
    if len(found) != len(contact_ids):
        raise ContactElsewhere(field="contacts")
    row.contacts.set(found)


def _change(row: Visit, before: dict[str, object]) -> Change:
    path = row.customer.org_path
    return Change("visit", row.pk, row.customer.name, before, snapshot(row, *_SHOWN), path)
