"""TMF683 Party Interaction over visits: planned, logged and commented on.

A visit that was called off is no interaction: its id is 404, and listeners hear of a deletion.
"""

from __future__ import annotations

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.api import Actor
from dakehu.infra.rest.api import Attribute, Create, Kind, Patch, Resource
from dakehu.managers.domain.states import VisitState
from dakehu.managers.models import Visit
from dakehu.managers.rest.reading import COMPLETED, OPENED, represent_visit
from dakehu.managers.rest.shapes import InteractionUpdate, InteractionView, NewInteraction
from dakehu.managers.rest.writing import WORDS, create_interaction, delete_interaction, patch_interaction
from dakehu.managers.selectors.visits import visits_for


def _visits(actor: Actor) -> QuerySet[Visit]:
    rows = visits_for(actor).exclude(state=VisitState.CANCELLED).select_related("photo")
    word = Case(When(state=VisitState.PLANNED, then=Value(OPENED)), default=Value(COMPLETED))
    return rows.prefetch_related("contacts", "promises").annotate(word=word)


def _status(text: str) -> str:
    return WORDS.get(text, text) if text else text


PARTY_INTERACTION = Resource(
    name="partyInteraction",
    api="partyInteraction/v5",
    model=Visit,
    shape=InteractionView,
    rows=_visits,
    represent=represent_visit,
    title=_("Party interaction"),
    attributes=(
        Attribute("status", "word", decode=_status),
        Attribute("reason", "purpose"),
        Attribute("interactionDate.startDateTime", "starts_at", Kind.MOMENT, sortable=True),
        Attribute("statusChangeDate", "logged_at", Kind.MOMENT, sortable=True),
        Attribute("relatedParty.id", "customer_id", Kind.NUMBER),
        Attribute("relatedParty.name", "customer__name"),
    ),
    order_by=("-starts_at", "-pk"),
    create=Create(NewInteraction, create_interaction),
    patch=Patch(InteractionUpdate, patch_interaction),
    delete=delete_interaction,
    events={
        "visit.planned": "PartyInteractionCreateEvent",
        "visit.changed": "PartyInteractionAttributeValueChangeEvent",
        "visit.logged": "PartyInteractionStatusChangeEvent",
    },
    gone={"visit.cancelled": "PartyInteractionDeleteEvent"},
)
