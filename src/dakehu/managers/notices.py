"""What people are told of hand-overs and promises (KAM-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import visible
from dakehu.infra.outbox.api import Event
from dakehu.infra.ui.api import Tone
from dakehu.kernel.clock import day_of
from dakehu.managers.domain.states import HandOverState, PromiseState
from dakehu.managers.models import HandOver, Promise
from dakehu.managers.permissions import Permission
from dakehu.managers.selectors.hand_over import accounts_left
from dakehu.notices.api import Draft, Kind, register_kind, register_sight, register_watch, sight_by
from dakehu.organisation.api import User, people_for

_AHEAD, _BEHIND, _MOST = timedelta(days=1), timedelta(days=3), 500


def register() -> None:
    """Called from `AppConfig.ready`."""
    right, decide = Permission.HAND_OVER_VIEW, Permission.HAND_OVER_APPROVE
    register_sight("user", sight_by(lambda actor: visible(User.objects.all(), actor, decide), decide))
    register_sight("hand_over", sight_by(lambda actor: visible(HandOver.objects.all(), actor, right), right))
    register_kind(
        Kind(
            "hand_over.to_sign", _("Hand-over to sign"),
            _("%(giver)s hands accounts over to %(taker)s; your signature is awaited."),
            topics=("hand_over.moved",), make=_to_sign, icon="signature",
        ),
        Kind(
            "hand_over.to_approve", _("Hand-over to approve"),
            _("%(giver)s and %(taker)s have signed a hand-over of accounts; it waits for you."),
            topics=("hand_over.moved",), make=_to_approve, icon="checkup-list", mail=True,
        ),
        Kind(
            "hand_over.leaver", _("Somebody left accounts behind"),
            _("The account of %(name)s is closed; %(count)s customers still belong to them. Hand them over."),
            topics=("user.deactivated",), make=_leaver, icon="user-off", tone=Tone.WARN, mail=True,
        ),
        Kind(
            "promise.due", _("Promise due"), _("Promised to “%(customer)s” by %(day)s: %(promise)s"),
            icon="calendar-due", tone=Tone.WARN, mail=True,
        ),
    )  # fmt: skip
    register_watch("promise.due", promises_due)


def promises_due(at: datetime) -> Iterable[Draft]:
    """Promises still owed whose day is tomorrow, today or just gone; each day is told of once."""
    day = day_of(at)
    rows = Promise.objects.filter(
        state=PromiseState.OPEN, due_on__range=(day - _BEHIND, day + _AHEAD)
    ).select_related("visit__customer")
    for row in rows.order_by("due_on", "pk")[:_MOST]:
        customer = row.visit.customer
        yield Draft(
            [row.keeper_id],
            {"customer": customer.name, "day": row.due_on.isoformat(), "promise": row.text},
            "customer",
            str(customer.pk),
            reverse("managers-visit-record", args=[row.visit_id]),
            customer.org_path,
            f"{row.pk}:{row.due_on.isoformat()}",
        )


def _to_sign(event: Event) -> Iterable[Draft]:
    """To the parties that have not signed yet, except who acted."""
    state = event.payload["state"]
    missing = {
        HandOverState.PROPOSED: ("giver", "taker"),
        HandOverState.GIVEN: ("taker",),
        HandOverState.TAKEN: ("giver",),
    }.get(state, ())
    people = [event.payload[party] for party in missing if event.payload[party] != event.payload["by"]]
    yield from _about(event, people)


def _to_approve(event: Event) -> Iterable[Draft]:
    if event.payload["state"] == HandOverState.SIGNED:
        row = HandOver.objects.filter(pk=event.key).first()
        if row is not None:
            parties = (row.giver_id, row.taker_id)
            yield from _about(event, people_for(Permission.HAND_OVER_APPROVE, row.org_path, parties))


def _leaver(event: Event) -> Iterable[Draft]:
    """To those who can hand the accounts over of one who may not sign in any more."""
    user = User.objects.filter(pk=event.key, is_active=False).first()
    count = accounts_left(user.pk) if user is not None else 0
    if user is None or not count:
        return
    people = people_for(Permission.HAND_OVER_APPROVE, user.org_path, (user.pk,))
    url = f"{reverse('managers-handover-create')}?giver={user.pk}"
    yield Draft(people, {"name": user.name, "count": count}, "user", str(user.pk), url, user.org_path)


def _about(event: Event, people: list[int]) -> Iterable[Draft]:
    row = HandOver.objects.select_related("giver", "taker").filter(pk=event.key).first()
    if row is not None and people:
        facts = {"giver": row.giver.name, "taker": row.taker.name}
        url = reverse("managers-handover-record", args=[row.pk])
        yield Draft(people, facts, "hand_over", str(row.pk), url, row.org_path)
