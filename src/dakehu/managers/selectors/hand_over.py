"""Reading hand-overs."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, QuerySet

from dakehu.customers.api import Customer, CustomerStatus
from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.managers.models import HandOver, HandOverItem
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.files import per_owner
from dakehu.organisation.api import User


def hand_overs_all() -> QuerySet[HandOver]:
    """Hand-overs with their parties and the number of `accounts`; the caller narrows by scope."""
    return HandOver.objects.select_related("giver", "taker").annotate(accounts=Count("items"))


def hand_over_get(actor: Actor, hand_over_id: object) -> HandOver:
    """One hand-over, or `NotFound`."""
    return access_one(hand_overs_all(), actor, hand_over_id, Permission.HAND_OVER_VIEW)


def items_of(hand_over: HandOver) -> QuerySet[HandOverItem]:
    """Its accounts; the caller has reached the hand-over by a gate, and each party may see what moves."""
    return hand_over.items.select_related("customer__org_unit")


def accounts_to_give(actor: Actor, giver_id: int) -> QuerySet[Customer]:
    """The open accounts of the giver that the actor sees, by name."""
    rows = visible(Customer.objects.filter(owner_id=giver_id), actor, Permission.HAND_OVER_SIGN)
    return rows.exclude(status=CustomerStatus.CLOSED).order_by("name_sort", "pk")


def givers_all() -> QuerySet[User]:
    """People who own open accounts, with the number of `accounts`; the caller narrows by scope."""
    owned = Customer.objects.filter(owner=OuterRef("pk")).exclude(status=CustomerStatus.CLOSED)
    people = User.objects.filter(Exists(owned)).select_related("org_unit")
    return people.annotate(accounts=per_owner(owned, Count("pk")))


def accounts_left(user_id: int) -> int:
    """How many open accounts the person owns."""
    return Customer.objects.filter(owner_id=user_id).exclude(status=CustomerStatus.CLOSED).count()
