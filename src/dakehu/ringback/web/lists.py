"""The list of tones, and the desk at which they are reviewed."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Action, ChoiceFilter, Column, EmptyState, Kind, ListSpec, actor_text
from dakehu.kernel.text import clean_line
from dakehu.ringback.domain.review import ToneState
from dakehu.ringback.models import Tone
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.web.words import STATE_CHOICES, STATES, seconds_text

_UPLOAD = Action(
    _("Upload a tone"), "ringback-tone-create", RingbackPermission.CHANGE, "upload", is_primary=True
)


def _tones(_actor: Actor) -> QuerySet[Tone]:
    return Tone.objects.select_related("customer")


def _waiting(_actor: Actor) -> QuerySet[Tone]:
    return Tone.objects.select_related("customer").filter(state=ToneState.UPLOADED)


def _search(rows: QuerySet[Tone], text: str) -> QuerySet[Tone]:
    text = clean_line(text)
    return rows.filter(name__icontains=text) | rows.filter(customer__name__icontains=text)


TONES = ListSpec[Tone](
    name="ringback.tone",
    title=_("Ring-back tones"),
    permission=RingbackPermission.VIEW,
    queryset=_tones,
    columns=[
        Column("name", pgettext_lazy("ringback", "Tone"), Kind.LINK, sort="name"),
        Column(
            "customer",
            _("Customer"),
            value=lambda row: row.customer.name,
            url=lambda row: reverse("customers-customer-record", args=[row.customer_id]),
        ),
        Column("seconds", _("Length"), value=lambda row: seconds_text(row.seconds)),
        Column("state", _("State"), Kind.STATE, states=STATES),
        Column("uploaded_by", _("Uploaded by"), value=lambda row: actor_text(row.uploaded_by)),
        Column("uploaded_at", _("Uploaded"), Kind.MOMENT, sort="uploaded_at"),
        Column("decided_by", _("Decided by"), value=lambda row: actor_text(row.decided_by)),
        Column("reason", _("Reason")),
    ],
    sort="-uploaded_at",
    filters=[ChoiceFilter("state", _("State"), choices=STATE_CHOICES)],
    search=_search,
    search_hint=_("Tone or customer"),
    row_url=lambda row: reverse("ringback-tone-record", args=[row.pk]),
    actions=[_UPLOAD],
    empty=EmptyState(
        title=_("No ring-back tones yet"),
        text=_("Upload a sound; once it is approved, callers hear it instead of ringing."),
        icon="music",
        actions=[_UPLOAD],
    ),
    noun="tone",
)
REVIEW = replace(
    TONES,
    name="ringback.review",
    title=_("Review of ring-back tones"),
    permission=RingbackPermission.REVIEW,
    queryset=_waiting,
    columns=[column for column in TONES.columns if column.key not in ("state", "decided_by", "reason")],
    sort="uploaded_at",
    filters=[],
    actions=[],
    empty=EmptyState(
        title=_("Nothing waits for review"),
        text=_("Tones that customers' managers upload come here, the oldest first."),
        icon="circle-check",
    ),
)
