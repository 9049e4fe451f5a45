"""Tones and settings as the actor sees them, and as the voice directory is told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Count, Q, QuerySet

from dakehu.infra.access.api import Actor, access_one, visible
from dakehu.numbering.api import Line
from dakehu.ringback.domain.choice import Owner, ToneSettings, published
from dakehu.ringback.domain.errors import SoundLost
from dakehu.ringback.domain.review import USABLE, ToneState
from dakehu.ringback.hooks import sounds
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.permissions import RingbackPermission


def tones_for(actor: Actor, *, customer_id: int | None = None) -> QuerySet[Tone]:
    """The tones the actor sees, newest first."""
    rows = visible(Tone.objects.select_related("customer"), actor, RingbackPermission.VIEW)
    return rows if customer_id is None else rows.filter(customer_id=customer_id)


def tone_get(actor: Actor, tone_id: int) -> Tone:
    """The tone, or `NotFound`."""
    return access_one(Tone.objects.select_related("customer"), actor, tone_id, RingbackPermission.VIEW)


def tone_sound(actor: Actor, tone_id: int) -> bytes:
    """The tone's sound as a browser plays it, WAV. Raises `NotFound`, `SoundLost`."""
    try:
        return sounds().wav(tone_get(actor, tone_id).digest)
    except FileNotFoundError:
        raise SoundLost from None


def waiting_count(actor: Actor) -> int:
    """How many tones wait for their review."""
    return tones_for(actor).filter(state=ToneState.UPLOADED).aggregate(n=Count("pk"))["n"] or 0


def choosable(customer_id: int, kept: Collection[int] = ()) -> QuerySet[Tone]:
    """The customer's tones that a rule may name, and those that it names already."""
    rows = Tone.objects.filter(customer_id=customer_id)
    return rows.filter(Q(state__in=sorted(USABLE)) | Q(pk__in=kept)).order_by("name", "pk")


def owner_tones(kind: Owner, owner_id: int) -> OwnerTones | None:
    """The owner's settings with their rules and tones; the caller has gated the owner."""
    rows = OwnerTones.objects.select_related("default").prefetch_related("rules__tone")
    return rows.filter(owner_kind=kind, owner_id=owner_id).first()


def published_tones(kind: Owner, owner_ids: Collection[int] | None = None) -> Mapping[int, ToneSettings[str]]:
    """By owner what may sound: digests of approved tones alone (VPN-17). Three queries."""
    rows = OwnerTones.objects.filter(owner_kind=kind).prefetch_related("rules")
    if owner_ids is not None:
        rows = rows.filter(owner_id__in=list(owner_ids))
    values = {row.owner_id: row.value() for row in rows}
    named = {rule.tone for value in values.values() for rule in value.rules}
    named |= {value.default for value in values.values() if value.default is not None}
    approved = dict(Tone.objects.filter(pk__in=named, state=ToneState.APPROVED).values_list("pk", "digest"))
    found = {owner: published(value, approved) for owner, value in values.items()}
    return {owner: settings for owner, settings in found.items() if settings is not None}


def published_line_tones(numbers: Collection[str]) -> Mapping[str, ToneSettings[str]]:
    """By public number the lines' own, as `published_tones`; a ceased line has none."""
    owned = OwnerTones.objects.filter(owner_kind=Owner.LINE).values("owner_id")
    rows = Line.objects.filter(public_number_id__in=list(numbers), pk__in=owned).exclude(status="ceased")
    lines = dict(rows.values_list("pk", "public_number_id"))
    if not lines:
        return {}
    return {lines[pk]: value for pk, value in published_tones(Owner.LINE, lines).items()}
