"""From visits to TMF683."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dakehu.infra.rest.api import RelatedParty, TimePeriod
from dakehu.kernel.clock import day_start, utc
from dakehu.managers.domain.states import PromiseState, VisitState
from dakehu.managers.models import Promise, Visit
from dakehu.managers.rest.shapes import Attachment, Channel, InteractionView, Item, Remark

OPENED, COMPLETED = "opened", "completed"
CUSTOMER, CONTACT, MANAGER = "customer", "contact", "accountManager"
VISIT, OUTBOUND = "visit", "outbound"
_PARTY = "RelatedParty"


def represent_visit(row: Visit) -> InteractionView:
    """From a row with its account, manager, contacts, promises and photo."""
    return InteractionView(
        id=str(row.pk),
        reason=row.purpose,
        status=OPENED if row.state == VisitState.PLANNED else COMPLETED,
        direction=OUTBOUND,
        interaction_date=TimePeriod(
            start_date_time=_at(row.starts_at),
            end_date_time=_at(row.starts_at + timedelta(minutes=row.minutes)),
        ),
        channel=(Channel(id=VISIT, name=VISIT, type_="RelatedChannel"),),
        related_party=tuple(_parties(row)),
        description=row.log,
        status_change_date=_at(row.logged_at) if row.logged_at else "",
        interaction_item=tuple(_item(promise) for promise in row.promises.all()),
        note=(Remark(text=row.comment, id="comment", author=row.comment_by, type_="Note"),)
        if row.comment
        else (),
        attachment=tuple(_photo(row)),
    )


def _parties(row: Visit) -> Iterator[RelatedParty]:
    yield RelatedParty(
        id=str(row.customer_id),
        href=f"/tmf-api/party/v4/organization/{row.customer_id}",
        name=row.customer.name,
        role=CUSTOMER,
        type_=_PARTY,
        referred_type="Organization",
    )
    name = row.manager.name
    yield RelatedParty(
        id=str(row.manager_id), name=name, role=MANAGER, type_=_PARTY, referred_type="Individual"
    )
    for contact in row.contacts.all():
        yield RelatedParty(
            id=str(contact.pk),
            href=f"/tmf-api/party/v4/individual/{contact.pk}",
            name=contact.name,
            role=CONTACT,
            type_=_PARTY,
            referred_type="Individual",
        )


def _item(row: Promise) -> Item:
    last = day_start(row.due_on + timedelta(days=1)) - timedelta(seconds=1)
    return Item(
        id=str(row.pk),
        reason=row.text,
        item_date=TimePeriod(end_date_time=_at(last)),
        resolution="" if row.state == PromiseState.OPEN else row.outcome,
        type_="InteractionItem",
    )


def _photo(row: Visit) -> Iterator[Attachment]:
    if row.photo is not None:
        address = f"/visits/{row.pk}/photo/"
        yield Attachment(
            id=str(row.photo.pk),
            href=address,
            name=row.photo.name,
            url=address,
            attachment_type="picture",
            mime_type=f"image/{row.photo.kind}",
            type_="Attachment",
        )


def _at(moment: datetime) -> str:
    return utc(moment).isoformat(timespec="milliseconds")
