"""Opening and changing customer files."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer, Kinship, Likeness, faults_of_duplicates
from dakehu.customers.domain.errors import ParentLoop, TreeTooDeep
from dakehu.customers.domain.states import CUSTOMER_STATES, CustomerEvent, CustomerStatus
from dakehu.customers.models import Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.merges import access_customer
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.checking import MOST_LEVELS, CheckedDraft, check_change, check_drafts
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.ownership import keep_in_step
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.saving import change, fill, give_codes, index, shown
from dakehu.infra.access.api import Actor, hold_places
from dakehu.infra.audit.api import record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.errors import raise_faults
from dakehu.organisation.api import OrgUnit

_UNANSWERED = Answer()

_SERVED = {
    CustomerStatus.PROSPECT: CustomerEvent.ACTIVATE,
    CustomerStatus.LOST: CustomerEvent.WIN_BACK,
}


def customer_create(*, actor: Actor, draft: CustomerDraft, answer: Answer = _UNANSWERED) -> Customer:
    """A new file with an account number of its own.

    Raises the draft's faults; `SameCreditCode` or `AlikeNames` while `answer` leaves duplicates open.
    """
    with transaction.atomic():
        hold_places()
        checked = check_drafts(actor, [draft])[0]
        unit = _accepted(checked, answer)
        row = Customer(created_at=now(), updated_at=now())
        fill(row, checked.draft, unit)
        give_codes([row], {unit.pk: unit})
        row.save()
        keep_in_step([row], fresh=True)
        index([row], fresh=True)
        record(actor, "customer.create", change(row, {}))
        publish("customer.created", key=row.pk, payload={"code": row.code, "path": row.org_path})
        _tell_of_hidden(row, checked)
        if answer.kinship is Kinship.PARENT:
            _adopt(actor, row, checked)
    return row


def customer_change(
    *, actor: Actor, customer_id: int, version: int, draft: CustomerDraft, answer: Answer = _UNANSWERED
) -> Customer:
    """Replace what the file holds by the draft, if nobody saved since `version` was read.

    The status is not the draft's to change. Duplicates are asked about again only where name or code change.
    """
    with transaction.atomic():
        hold_places()
        row = customer_locked(actor, customer_id)
        before, old_path, old_owner = shown(row), row.org_path, row.owner_id
        advance(row, version)
        checked = check_change(actor, row, draft, Permission.CHANGE)
        asked = checked.draft.credit_code != row.credit_code or checked.draft.name != row.name
        unit = _accepted(checked, answer if asked else Answer(Kinship.PARENT, names_differ=True))
        _refuse_loop(row, checked.draft.parent_id)
        status, grade = row.status, row.grade
        fill(row, checked.draft, unit)
        row.status, row.grade = status, grade
        row.updated_at = now()
        row.save()
        if row.owner_id != old_owner:
            keep_in_step([row])
        index([row])
        record(actor, "customer.change", change(row, before))
        publish("customer.changed", key=row.pk, payload={"path": row.org_path, "was": old_path})
        keep_averages([row.pk])
        keep_grades(actor, [row.pk])
        entered = [name for name, value in shown(row).items() if value != before[name]]
        keep_quality([row.pk], touched={row.pk: entered})
        row.refresh_from_db(fields=["grade", "monthly_revenue_fen"])
        if asked:
            _tell_of_hidden(row, checked)
            if answer.kinship is Kinship.PARENT:
                _adopt(actor, row, checked)
    return row


def customer_move(*, actor: Actor, customer_id: int, version: int, event: CustomerEvent) -> Customer:
    """Move the account's standing along its table; raises `IllegalMove`."""
    with transaction.atomic():
        row = customer_locked(actor, customer_id)
        before = shown(row)
        advance(row, version)
        row.status = CUSTOMER_STATES.move(CustomerStatus(row.status), event)
        row.updated_at = now()
        row.save()
        record(actor, f"customer.{event}", change(row, before))
        keep_quality([row.pk])
        publish("customer.moved", key=row.pk, payload={"path": row.org_path, "status": row.status})
    return row


def customer_served(*, actor: Actor, customer_id: int) -> Customer:
    """The account takes something into use: a prospect becomes active, one that was lost is won back."""
    with transaction.atomic():
        row = customer_locked(actor, customer_id)
        event = _SERVED.get(CustomerStatus(row.status))
        if event is None:
            return row
        return customer_move(actor=actor, customer_id=customer_id, version=row.version, event=event)


def customer_locked(actor: Actor, customer_id: int, permission: str = Permission.CHANGE) -> Customer:
    """The account, locked to the end of the transaction; `NotFound` outside the actor's view.

    `FileMerged` says into which it went.
    """
    return access_customer(Customer.objects.select_for_update(of=("self",)), actor, customer_id, permission)


def customers_held(ids: Collection[int]) -> set[int]:
    """Those of the ids that are on file, locked in their order: none is merged away meanwhile."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def _accepted(checked: CheckedDraft, answer: Answer) -> OrgUnit:
    """The draft's unit, once nothing is left that speaks against it."""
    open_questions = faults_of_duplicates(checked.duplicates, answer, checked.draft.parent_id)
    raise_faults([*checked.faults, *open_questions])
    if checked.unit is None:
        raise TypeError("a draft without faults has a unit")
    return checked.unit


def _adopt(actor: Actor, row: Customer, checked: CheckedDraft) -> None:
    """Make `row` the parent of the accounts with its code that have none."""
    ids = [d.customer_id for d in checked.duplicates if d.likeness is Likeness.SAME_CODE]
    orphans = Customer.objects.select_for_update(of=("self",)).filter(pk__in=ids, parent=None)
    for other in orphans.exclude(pk=row.parent_id or 0).order_by("pk"):
        before = shown(other)
        other.parent = row
        other.version += 1
        other.updated_at = now()
        other.save()
        record(actor, "customer.change", change(other, before))
        publish("customer.changed", key=other.pk, payload={"path": other.org_path, "was": other.org_path})


def _refuse_loop(row: Customer, parent_id: int | None) -> None:
    """Walk up from the new parent: it must not lead back to the row."""
    at, steps = parent_id, 0
    while at is not None:
        if at == row.pk:
            raise ParentLoop(field="parent", name=row.name)
        if steps >= MOST_LEVELS:
            raise TreeTooDeep(field="parent", most=MOST_LEVELS)
        at = Customer.objects.values_list("parent_id", flat=True).get(pk=at)
        steps += 1


def _tell_of_hidden(row: Customer, checked: CheckedDraft) -> None:
    """Duplicates that the actor doesn't see are for those who see both files."""
    if checked.hidden:
        publish("customer.duplicate_suspected", key=row.pk, payload={"others": list(checked.hidden)})
