"""This chapter's part of a hand-over: what still lies ahead goes with the account."""

from __future__ import annotations

from django.db.models import F

from dakehu.managers.domain.states import PromiseState, VisitState
from dakehu.managers.models import Promise, Visit
from dakehu.managers.services.hand_over import Moved


def move_work(moved: Moved) -> int:
    """Give planned visits and open promises to the taker; logs stay with who wrote them."""
    visits = Visit.objects.filter(
        customer__in=moved.customer_ids, manager_id=moved.giver_id, state=VisitState.PLANNED
    )
    promises = Promise.objects.filter(
        visit__customer__in=moved.customer_ids, keeper_id=moved.giver_id, state=PromiseState.OPEN
    )
    return visits.update(manager_id=moved.taker_id, version=F("version") + 1) + promises.update(
        keeper_id=moved.taker_id, version=F("version") + 1
    )
