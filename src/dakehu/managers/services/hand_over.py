"""Handing accounts over: proposed, signed by both parties, approved by a third, moved in one transaction.

Upper apps register a hook each: it is called inside that transaction and moves what is theirs (opportunities,
orders, tasks, tickets). A hook that raises leaves everything where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from dakehu.customers.api import Customer, accounts_succeed, customers_assign_owner
from dakehu.infra.access.api import Actor, access_one, hold_places, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.infra.versions import advance
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import (
    AlreadyHandedOver,
    NothingToHandOver,
    NotOwner,
    NotYourSignature,
    PersonUnknown,
    SamePerson,
    TextMissing,
)
from dakehu.managers.domain.states import HAND_OVER_STATES, HandOverEvent, HandOverState
from dakehu.managers.models import HandOver, HandOverItem
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.hand_over import accounts_to_give
from dakehu.organisation.api import User

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """What an approved hand-over moves; ids of customers and users."""

    actor: Actor
    customer_ids: tuple[int, ...]
    giver_id: int
    taker_id: int


Hook = Callable[[Moved], int]
"""Moves an app's own rows and gives how many; runs in the approval's transaction."""
_hooks: dict[str, Hook] = {}


def register_hand_over(name: str, hook: Hook) -> None:
    """Have `hook` move what an upper app keeps per manager; called from `AppConfig.ready`."""
    _hooks[name] = hook


def hand_over_propose(
    *, actor: Actor, giver_id: int, taker_id: int, customer_ids: Collection[int], reason: str
) -> HandOver:
    """Propose to move accounts: one's own, or as approver anyone's of one's view (a leaver's)."""
    require(actor, Permission.HAND_OVER_SIGN)
    with transaction.atomic():
        hold_places()
        giver, taker = _parties(actor, giver_id, taker_id)
        reason = clean_line(reason)
        if not reason:
            raise TextMissing(field="reason")
        rows = accounts_to_give(actor, giver_id).select_for_update(of=("self",)).filter(pk__in=customer_ids)
        accounts = list(rows.order_by("pk"))
        if not accounts or len(accounts) != len(set(customer_ids)):
            raise NothingToHandOver(field="accounts")
        busy = HandOverItem.objects.filter(is_open=True, customer__in=accounts).select_related("customer")
        if busy:
            raise AlreadyHandedOver(field="accounts", names=_names(item.customer for item in busy))
        row = HandOver(giver=giver, taker=taker, reason=reason, opened_at=now())
        row.place(giver.org_path)
        row.save()
        row.parties.set([giver, taker])
        HandOverItem.objects.bulk_create([HandOverItem(hand_over=row, customer=each) for each in accounts])
        record(actor, "hand_over.propose", _change(row, {}, accounts=len(accounts)))
        _tell(actor, row)
    return row


def hand_over_sign(*, actor: Actor, hand_over_id: int, version: int) -> HandOver:
    """The actor's signature: the giver's or the taker's. An approver signs for a giver who has left."""
    with transaction.atomic():
        row = _locked(actor, hand_over_id, Permission.HAND_OVER_SIGN)
        before = row.state
        advance(row, version)
        if actor.user_id == row.taker_id:
            row.state = HAND_OVER_STATES.move(HandOverState(row.state), HandOverEvent.TAKE)
            row.taken_at = now()
        elif actor.user_id == row.giver_id or _stands_in(actor, row):
            row.state = HAND_OVER_STATES.move(HandOverState(row.state), HandOverEvent.GIVE)
            row.given_at = now()
        else:
            raise NotYourSignature
        row.save()
        record(actor, "hand_over.sign", _change(row, {"state": before}))
        _tell(actor, row)
    return row


def hand_over_approve(*, actor: Actor, hand_over_id: int, version: int) -> HandOver:
    """Move the accounts and all that hangs on them, or nothing of it.

    Raises `NotOwner` when an account has been assigned to someone else since it was proposed.
    """
    with transaction.atomic():
        row, before = _decided(actor, hand_over_id, version, HandOverEvent.APPROVE)
        handed = row.items.values_list("customer_id", flat=True)
        accounts = list(
            Customer.objects.select_for_update(of=("self",)).filter(pk__in=list(handed)).order_by("pk")
        )
        lost = [each for each in accounts if each.owner_id != row.giver_id]
        if lost:
            raise NotOwner(names=_names(lost))
        ids = tuple(each.pk for each in accounts)
        followed = accounts_succeed(
            actor=actor,
            customer_ids=ids,
            giver_id=row.giver_id,
            taker_id=row.taker_id,
            reason=row.reason,
        )
        customers_assign_owner(actor=actor, customer_ids=ids, owner_id=row.taker_id)
        moved = Moved(actor, ids, row.giver_id, row.taker_id)
        counts = followed | {name: hook(moved) for name, hook in sorted(_hooks.items())}
        _close(row)
        record(actor, "hand_over.approve", _change(row, before, accounts=len(ids), **counts))
        payload = {"customers": list(ids), "giver": row.giver_id, "taker": row.taker_id}
        publish("managers.handed_over", key=row.pk, payload=payload)
    return row


def hand_over_refuse(*, actor: Actor, hand_over_id: int, version: int) -> HandOver:
    with transaction.atomic():
        row, before = _decided(actor, hand_over_id, version, HandOverEvent.REFUSE)
        _close(row)
        record(actor, "hand_over.refuse", _change(row, before))
    return row


def hand_over_withdraw(*, actor: Actor, hand_over_id: int, version: int) -> HandOver:
    """Take the proposal back: a party, or who may approve."""
    with transaction.atomic():
        row = _locked(actor, hand_over_id, Permission.HAND_OVER_SIGN)
        if actor.user_id not in {row.giver_id, row.taker_id} and not actor.may(Permission.HAND_OVER_APPROVE):
            raise NotYourSignature
        before: dict[str, object] = {"state": row.state}
        advance(row, version)
        row.state = HAND_OVER_STATES.move(HandOverState(row.state), HandOverEvent.WITHDRAW)
        _close(row)
        record(actor, "hand_over.withdraw", _change(row, before))
    return row


def _parties(actor: Actor, giver_id: int, taker_id: int) -> tuple[User, User]:
    people = {user.pk: user for user in User.objects.filter(pk__in=(giver_id, taker_id))}
    giver, taker = people.get(giver_id), people.get(taker_id)
    if taker is None or not taker.is_active:
        raise PersonUnknown(field="taker", text=str(taker_id))
    is_own = giver_id == actor.user_id
    in_charge = actor.may(Permission.HAND_OVER_APPROVE)
    if giver is None or not (is_own or (in_charge and actor.scope.contains(giver.org_path))):
        raise PersonUnknown(field="giver", text=str(giver_id))
    if giver == taker:
        raise SamePerson(field="taker", name=giver.name)
    return giver, taker


def _locked(actor: Actor, hand_over_id: int, permission: Permission) -> HandOver:
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("giver", "taker")
    return access_one(rows, actor, hand_over_id, permission)


def _decided(
    actor: Actor, hand_over_id: int, version: int, event: HandOverEvent
) -> tuple[HandOver, dict[str, object]]:
    """The hand-over, locked and decided by a third person."""
    row = _locked(actor, hand_over_id, Permission.HAND_OVER_APPROVE)
    if actor.user_id in {row.giver_id, row.taker_id}:
        raise NotYourSignature
    before: dict[str, object] = {"state": row.state}
    advance(row, version)
    row.state = HAND_OVER_STATES.move(HandOverState(row.state), event)
    row.decided_at, row.decided_by = now(), actor.name[:80]
    return row, before


def _tell(actor: Actor, row: HandOver) -> None:
    """News of a hand-over that waits for somebody."""
    payload = {"state": str(row.state), "giver": row.giver_id, "taker": row.taker_id, "by": actor.user_id}
    publish("hand_over.moved", key=row.pk, payload=payload)


def _close(row: HandOver) -> None:
    row.save()
    row.items.update(is_open=False)


def _stands_in(actor: Actor, row: HandOver) -> bool:
    return not row.giver.is_active and actor.may(Permission.HAND_OVER_APPROVE)


def _names(accounts: Iterable[Customer]) -> list[str]:
    found = [each.name for each in accounts]
    return [*found[:MOST_NAMED], *(["…"] if len(found) > MOST_NAMED else [])]


def _change(row: HandOver, before: dict[str, object], **counts: int) -> Change:
    label = f"{row.giver.name} → {row.taker.name}"
    return Change("hand_over", row.pk, label, before, {"state": row.state, **counts}, row.org_path)
