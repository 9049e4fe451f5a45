"""Who owns an account, who else works on it, and its grade: for one account or many at once (KAM-12)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.db import IntegrityError, transaction

from dakehu.customers.domain.errors import CollaboratorTwice, OwnerUnknown, TooManyAtOnce
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.grading import RulesGiveHigher
from dakehu.customers.models import Collaborator, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.services.customers import customer_locked
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.ownership import keep_in_step
from dakehu.customers.services.saving import change, index, shown
from dakehu.infra.access.api import Actor, visible
from dakehu.infra.audit.api import Change, record, record_many
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import NotFound
from dakehu.kernel.text import clean_line
from dakehu.organisation.api import User

MOST_AT_ONCE = 1000
_REASON_MAX = 200


def customers_assign_owner(
    *, actor: Actor, customer_ids: Collection[int], owner_id: int | None, since: date | None = None
) -> list[Customer]:
    """Give the accounts to one manager, or to nobody; all or none. Gives those that changed.

    `since` an earlier day than today is for who loads what another system knows: assessments follow it.
    """

    def assign(row: Customer) -> None:
        row.owner_id = owner_id

    with transaction.atomic():
        if owner_id is not None and not User.objects.filter(pk=owner_id, is_active=True).exists():
            raise OwnerUnknown(field="owner", text=str(owner_id))
        changed = _change_each(actor, customer_ids, Permission.ASSIGN, "customer.assign", assign)
        if changed:
            keep_in_step(changed, since=since)
            payload = {"customers": [row.pk for row in changed], "owner": owner_id, "by": actor.user_id}
            publish("customers.assigned", key=owner_id or "", payload=payload)
    return changed


def customers_set_grade(
    *, actor: Actor, customer_ids: Collection[int], grade: Grade | None, reason: str = ""
) -> list[Customer]:
    """Set the grade of the accounts by hand, or with None leave it to the rules again; all or none.

    A grade set by hand is one rule beside the others and the highest wins: one below what the rules give is
    refused (`RulesGiveHigher`). Gives the accounts whose entry changed.
    """

    def set_grade(row: Customer) -> None:
        row.hand_grade, row.hand_reason = grade, clean_line(reason)[:_REASON_MAX] if grade else ""

    with transaction.atomic():
        changed = _change_each(actor, customer_ids, Permission.CHANGE, "customer.grade", set_grade)
        keep_grades(actor, [row.pk for row in changed])
        now_graded = dict(
            Customer.objects.filter(pk__in=[row.pk for row in changed]).values_list("pk", "grade")
        )
        for row in changed:
            row.grade = now_graded[row.pk]
            if grade is not None and row.grade < grade:
                raise RulesGiveHigher(field="grade", grade=row.grade)
    return changed


def collaborator_add(*, actor: Actor, customer_id: int, user_id: int) -> Collaborator:
    """Let a person work on the account and see it, wherever they work."""
    with transaction.atomic():
        row = customer_locked(actor, customer_id, Permission.ASSIGN)
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise OwnerUnknown(field="user", text=str(user_id))
        added = Collaborator(customer=row, user=user, since=now())
        try:
            with transaction.atomic():
                added.save()
        except IntegrityError:
            raise CollaboratorTwice(field="user", name=user.name) from None
        index([row])
        record(actor, "customer.collaborator_add", _person(row, {}, user))
        publish("customer.changed", key=row.pk, payload={"path": row.org_path, "was": row.org_path})
    return added


def collaborator_remove(*, actor: Actor, customer_id: int, user_id: int) -> None:
    """End a person's work on the account, and with it their sight of it."""
    with transaction.atomic():
        row = customer_locked(actor, customer_id, Permission.ASSIGN)
        held = Collaborator.objects.select_related("user").filter(customer=row, user_id=user_id).first()
        if held is None:
            raise NotFound(noun="collaborator", id=str(user_id))
        held.delete()
        index([row])
        record(actor, "customer.collaborator_remove", _person(row, {"collaborator": held.user.name}, None))
        publish("customer.changed", key=row.pk, payload={"path": row.org_path, "was": row.org_path})


def _change_each(
    actor: Actor,
    customer_ids: Collection[int],
    permission: Permission,
    action: str,
    apply: Callable[[Customer], None],
) -> list[Customer]:
    """Apply one change to all accounts, locked in the order of their ids, in few statements."""
    ids = set(customer_ids)
    if len(ids) > MOST_AT_ONCE:
        raise TooManyAtOnce(count=len(ids), most=MOST_AT_ONCE)
    rows = visible(Customer.objects.select_for_update(of=("self",)), actor, permission)
    found = list(rows.filter(pk__in=ids).order_by("pk"))
    if len(found) != len(ids):
        raise NotFound(noun="customer", id=str(min(ids - {row.pk for row in found})))
    changes, changed = [], []
    for row in found:
        before = shown(row)
        apply(row)
        if shown(row) != before:
            row.version += 1
            row.updated_at = now()
            changed.append(row)
            changes.append(change(row, before))
    Customer.objects.bulk_update(
        changed, ["owner", "hand_grade", "hand_reason", "version", "updated_at"], batch_size=500
    )
    record_many(actor, action, changes)
    return changed


def _person(row: Customer, before: dict[str, object], user: User | None) -> Change:
    after: dict[str, object] = {"collaborator": user.name} if user else {}
    return Change("customer", row.pk, row.name, before, after, row.org_path)
