"""What people are told of accounts: given to them, in danger, about to be reclaimed, in dispute (KAM-11)."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dakehu.customers.domain.disputes import DisputeState
from dakehu.customers.domain.roster import EntryEvent, EntryState
from dakehu.customers.models import Customer, OwnershipDispute, RosterEntry
from dakehu.customers.permissions import Permission, RosterPermission
from dakehu.infra.access.api import visible
from dakehu.infra.outbox.api import Event
from dakehu.infra.ui.api import Tone
from dakehu.notices.api import Draft, Kind, register_kind, register_sight, sight_by
from dakehu.organisation.api import people_for


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_sight(
        "customer",
        sight_by(lambda actor: visible(Customer.objects.all(), actor, Permission.VIEW), Permission.VIEW),
    )
    register_kind(
        Kind(
            "customer.given", _("Account given to you"), _("“%(customer)s” is your account now."),
            topics=("customers.assigned",), make=_given, icon="user-check",
        ),
        Kind(
            "customers.given", _("Accounts given to you"), _("%(count)s accounts more are yours now."),
            topics=("customers.assigned",), make=_given_many, icon="users", is_personal=True,
        ),
        Kind(
            "customer.churn", _("Warning of churn"), _("“%(customer)s” shows signs of leaving us."),
            topics=("customer.churn_warned",), make=_churn, icon="trending-down",
            tone=Tone.WARN, mail=True,
        ),
        Kind(
            "roster.warned", _("Warning of reclaim"),
            _("“%(customer)s” was not looked after for long and will be reclaimed."),
            topics=("roster.moved",), make=_reclaim, icon="clock-exclamation",
            tone=Tone.WARN, mail=True,
        ),
        Kind(
            "roster.waiting", _("Named account to decide"),
            _("The application for “%(customer)s” waits for you."),
            topics=("roster.moved",), make=_application, icon="list-check",
        ),
        Kind(
            "roster.approved", _("Named account approved"),
            _("The application for “%(customer)s” is approved: it is on the named-account list."),
            topics=("roster.moved",), make=_approved, icon="circle-check", tone=Tone.GOOD,
        ),
        Kind(
            "roster.rejected", _("Named account rejected"),
            _("The application for “%(customer)s” is rejected; its page says why."),
            topics=("roster.moved",), make=_rejected, icon="circle-x", tone=Tone.WARN,
        ),
        Kind(
            "dispute.decided", _("Dispute decided"), _("It is decided who “%(customer)s” belongs to."),
            topics=("dispute.moved",), make=_decided, icon="gavel",
        ),
        Kind(
            "dispute.open", _("Dispute to decide"), _("It is disputed who “%(customer)s” belongs to."),
            topics=("dispute.moved",), make=_dispute, icon="gavel", mail=True,
        ),
    )  # fmt: skip


def _given(event: Event) -> Iterable[Draft]:
    ids, owner = event.payload["customers"], event.payload["owner"]
    if owner is not None and len(ids) == 1 and owner != event.payload.get("by"):
        yield from _about(ids[0], [owner])


def _given_many(event: Event) -> Iterable[Draft]:
    count, owner = len(event.payload["customers"]), event.payload["owner"]
    if owner is not None and count > 1 and owner != event.payload.get("by"):
        yield Draft([owner], {"count": count}, url=reverse("customers-customer-list"))


def _churn(event: Event) -> Iterable[Draft]:
    owner, path = event.payload["owner"], event.payload["path"]
    people = [owner] if owner else people_for(Permission.WARNING, path)
    url = reverse("customers-warning-record", args=[event.key])
    yield from _about(event.payload["customer"], people, url)


def _reclaim(event: Event) -> Iterable[Draft]:
    if event.payload["state"] == EntryState.WARNED and event.payload["owner"]:
        yield from _about(event.payload["customer"], [event.payload["owner"]])


def _application(event: Event) -> Iterable[Draft]:
    """First to who reviews, then to who approves; the applicant doesn't decide."""
    rights = {EntryState.APPLIED: RosterPermission.REVIEW, EntryState.REVIEWED: RosterPermission.APPROVE}
    right = rights.get(event.payload["state"])
    if right:
        row = Customer.objects.filter(pk=event.payload["customer"]).first()
        people = people_for(right, row.org_path, besides=[event.payload["owner"]]) if row else []
        yield from _about(event.payload["customer"], people)


def _approved(event: Event) -> Iterable[Draft]:
    yield from _applicants(event, EntryEvent.APPROVE)


def _rejected(event: Event) -> Iterable[Draft]:
    yield from _applicants(event, EntryEvent.REJECT)


def _applicants(event: Event, step: EntryEvent) -> Iterable[Draft]:
    """To who asked and whom the account is for, after that step."""
    entry = RosterEntry.objects.filter(pk=event.key).first()
    if event.payload.get("event") == step and entry is not None:
        people = {pk for pk in (entry.asked_by_id, entry.owner_id) if pk is not None}
        url = reverse("customers-roster-record", args=[entry.pk])
        yield from _about(entry.customer_id, sorted(people), url)


def _decided(event: Event) -> Iterable[Draft]:
    """To who claimed the account and who opened the case."""
    case = OwnershipDispute.objects.filter(pk=event.key).first()
    if case is not None and event.payload["state"] == DisputeState.DECIDED:
        claimants = case.claims.values_list("claimant_id", flat=True)
        people = {pk for pk in (*claimants, case.opened_by_id) if pk is not None}
        url = reverse("customers-dispute-record", args=[case.pk])
        yield from _about(case.customer_id, sorted(people), url)


def _dispute(event: Event) -> Iterable[Draft]:
    if event.payload["state"] != DisputeState.OPEN:
        return
    case = OwnershipDispute.objects.select_related("customer").filter(pk=event.key).first()
    if case is not None:
        claimants = case.claims.values_list("claimant_id", flat=True)
        people = people_for(RosterPermission.APPROVE, case.customer.org_path, [*claimants, case.opened_by_id])
        yield from _about(case.customer_id, people, reverse("customers-dispute-record", args=[case.pk]))


def _about(customer_id: int, people: Iterable[int], url: str = "") -> Iterable[Draft]:
    """About one account, by its name; nothing of one that is gone."""
    row = Customer.objects.filter(pk=customer_id).first()
    if row is not None:
        url = url or reverse("customers-customer-record", args=[row.pk])
        yield Draft(list(people), {"customer": row.name}, "customer", str(row.pk), url, row.org_path)
