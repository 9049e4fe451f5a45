"""From TMF683 to the services of visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import UNSET

from dakehu.customers.api import Customer, customers_for
from dakehu.infra.access.api import Actor
from dakehu.infra.rest.api import Made, RestError, TimePeriod
from dakehu.kernel.clock import aware, day_of
from dakehu.kernel.text import clean_line
from dakehu.managers.domain.errors import NotYourVisit
from dakehu.managers.domain.states import VisitState
from dakehu.managers.domain.visits import MOST_PROMISES, PromiseDraft, VisitLog, VisitPlan
from dakehu.managers.models import Visit
from dakehu.managers.rest.reading import COMPLETED, CONTACT, CUSTOMER, MANAGER, OPENED, OUTBOUND, VISIT
from dakehu.managers.rest.shapes import InteractionUpdate, Item, NewInteraction, Party
from dakehu.managers.services.visits import visit_cancel, visit_change, visit_log, visit_plan

WORDS = {"": OPENED, "open": OPENED, OPENED: OPENED, COMPLETED: COMPLETED}
"""TMF683 writes `opened` in one place and `open` in another."""
_LEAST = 60


class ValueRefused(RestError):
    """An attribute's value is not one that a visit can have. Data: `attribute`, `value`."""

    code = "managers.rest_value"


class StandingRefused(RestError):
    """A visit that was paid lies ahead no more. Data: `status`."""

    code = "managers.rest_standing"
    status = 409


def create_interaction(actor: Actor, body: NewInteraction) -> Made[Visit]:
    """Plan a visit of the actor's own, or plan and log it where it was paid already."""
    if [channel.id for channel in body.channel] != [VISIT]:
        raise _refused("channel.id", ", ".join(channel.id for channel in body.channel))
    if body.direction != OUTBOUND:
        raise _refused("direction", body.direction)
    is_paid = _word(body.status) == COMPLETED
    if not is_paid and (body.description or body.interaction_item):
        raise _refused("status", body.status or OPENED)
    _refuse_others(actor, body.related_party)
    plan = VisitPlan(*_period(body.interaction_date), clean_line(body.reason), _contacts(body.related_party))
    row = visit_plan(actor=actor, customer_id=_customer(actor, body.related_party).pk, plan=plan)
    if is_paid:
        log = _log(plan, body.description, body.interaction_item)
        row = visit_log(actor=actor, visit_id=row.pk, version=row.version, log=log)
    return Made(row)


def patch_interaction(actor: Actor, row: Visit, changes: InteractionUpdate) -> Visit:
    """Change the plan, and log the visit when it is said to be completed."""
    word = _word(changes.status) if changes.status is not UNSET else ""
    if word == OPENED and row.state != VisitState.PLANNED:
        raise StandingRefused(field="status", status=OPENED)
    plan, is_other = _changed(row, changes)
    text = changes.description if changes.description is not UNSET else row.log
    items = changes.interaction_item if changes.interaction_item is not UNSET else ()
    if word == COMPLETED or (row.state != VisitState.PLANNED and not is_other and (text != row.log or items)):
        if plan.purpose != row.purpose or plan.minutes != row.minutes:
            row = visit_change(actor=actor, visit_id=row.pk, version=row.version, plan=plan)
        log = _log(plan, text, items)
        return visit_log(actor=actor, visit_id=row.pk, version=row.version, log=log)
    if text != row.log or items:
        raise _refused("status", OPENED)
    return visit_change(actor=actor, visit_id=row.pk, version=row.version, plan=plan) if is_other else row


def delete_interaction(actor: Actor, row: Visit) -> None:
    """Call a planned visit off; one that was paid stays."""
    visit_cancel(actor=actor, visit_id=row.pk, version=row.version)


def _changed(row: Visit, changes: InteractionUpdate) -> tuple[VisitPlan, bool]:
    """The plan with the changes, and whether it is another one."""
    starts_at, minutes = row.starts_at, row.minutes
    if changes.interaction_date is not UNSET:
        starts_at, minutes = _period(changes.interaction_date)
    contacts = frozenset(contact.pk for contact in row.contacts.all())
    before = VisitPlan(row.starts_at, row.minutes, row.purpose, contacts)
    if changes.related_party is not UNSET:
        _refuse_moved(row, changes.related_party)
        contacts = _contacts(changes.related_party)
    purpose = clean_line(changes.reason) if changes.reason is not UNSET else row.purpose
    plan = VisitPlan(starts_at, minutes, purpose, contacts)
    return plan, plan != before


def _log(plan: VisitPlan, text: str, items: Iterable[Item]) -> VisitLog:
    items = tuple(items)
    if len(items) > MOST_PROMISES:
        raise _refused("interactionItem", str(len(items)))
    promises = tuple(
        PromiseDraft(
            clean_line(item.reason),
            day_of(_moment("interactionItem.itemDate.endDateTime", item.item_date.end_date_time))
            if item.item_date
            else None,
            number,
        )
        for number, item in enumerate(items, 1)
    )
    return VisitLog(plan.starts_at, text.strip(), plan.contact_ids, promises)


def _period(period: TimePeriod) -> tuple[datetime, int]:
    start = _moment("interactionDate.startDateTime", period.start_date_time)
    if not period.end_date_time:
        return start, _LEAST
    end = _moment("interactionDate.endDateTime", period.end_date_time)
    return start, round((end - start) / timedelta(minutes=1))


def _moment(attribute: str, text: str) -> datetime:
    try:
        moment = aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise _refused(attribute, text) from None
    if not 2000 <= moment.year < 2100:
        raise _refused(attribute, text)
    return moment


def _word(text: str) -> str:
    if text not in WORDS:
        raise _refused("status", text)
    return WORDS[text]


def _customer(actor: Actor, parties: Iterable[Party]) -> Customer:
    """The account that the parties name by its id, within the actor's view."""
    ids = [each.id for each in parties if _is_customer(each)]
    found = customers_for(actor).filter(pk=_number(ids[0])).first() if len(ids) == 1 else None
    if found is None:
        raise _refused("relatedParty.id", ids[0] if ids else "")
    return found


def _contacts(parties: Iterable[Party]) -> frozenset[int]:
    return frozenset(_number(each.id) for each in parties if not _is_customer(each) and each.role != MANAGER)


def _is_customer(party: Party) -> bool:
    return party.role == CUSTOMER or (
        party.role not in {CONTACT, MANAGER} and party.referred_type in {"Organization", "Customer"}
    )


def _refuse_others(actor: Actor, parties: Iterable[Party]) -> None:
    """Only one's own visits are planned: a manager who is named is the actor."""
    for party in parties:
        if party.role == MANAGER and party.id != str(actor.user_id):
            raise NotYourVisit(name=party.id[:20], field="relatedParty")


def _refuse_moved(row: Visit, parties: tuple[Party, ...]) -> None:
    """A visit stays with its account and its manager."""
    for party in parties:
        is_manager, is_customer = party.role == MANAGER, _is_customer(party)
        if (is_manager and party.id != str(row.manager_id)) or (
            is_customer and party.id != str(row.customer_id)
        ):
            raise _refused("relatedParty.id", party.id)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise _refused("relatedParty.id", text)
    return int(text)


def _refused(attribute: str, value: str) -> ValueRefused:
    return ValueRefused(field=attribute, attribute=attribute, value=value[:40])
