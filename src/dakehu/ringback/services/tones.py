"""Tones: uploaded, reviewed, withdrawn (VPN-17).

Locking: the tone's row. Who names a tone in a rule locks it too, so a review and a rule that is saved in the
same moment can't miss each other: the later one's news has the voice directory see both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q

from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor, access_one
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.outbox.api import publish
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_name
from dakehu.numbering.api import Line
from dakehu.ringback.domain import errors
from dakehu.ringback.domain.choice import Owner
from dakehu.ringback.domain.review import TONE_STATES, USABLE, ToneEvent, ToneState
from dakehu.ringback.hooks import sounds
from dakehu.ringback.models import OwnerTones, Tone
from dakehu.ringback.permissions import RingbackPermission

TONES_CHANGED = "ringback.tones_changed"
_CHUNK = 1000


def tone_upload(*, actor: Actor, customer_id: int, name: str, upload: BinaryIO) -> Tone:
    """Keep a sound for review; nobody hears it yet. The same sound again is the tone that is there.

    Raises `NameMissing` and what the keeper of sounds refuses; then nothing is recorded.
    """
    customer = access_one(Customer.objects.all(), actor, customer_id, RingbackPermission.CHANGE)
    name = clean_name(name)
    if not name:
        raise errors.NameMissing(field="name")
    try:
        sound = sounds().keep(upload)
    except DomainError as fault:
        fault.field = "file"
        raise
    try:
        with transaction.atomic():
            tone, is_new = Tone.objects.get_or_create(
                customer=customer,
                digest=sound.digest,
                state__in=sorted(USABLE),
                defaults={
                    "state": ToneState.UPLOADED,
                    "name": name[:80],
                    "seconds": sound.seconds,
                    "uploaded_by": actor.name[:80],
                    "uploaded_at": now(),
                },
            )
            if is_new:
                _note(actor, "ringback.upload", tone, after={"name": tone.name})
    except IntegrityError:  # two at once: the other's tone is this one
        tone = Tone.objects.get(customer=customer, digest=sound.digest, state__in=sorted(USABLE))
    return tone


def tone_approve(*, actor: Actor, tone_id: int) -> Tone:
    """Let the tone be heard where it is set. Raises `IllegalMove` once it was decided."""
    return _decide(actor, tone_id, ToneEvent.APPROVE, RingbackPermission.REVIEW, "")


def tone_refuse(*, actor: Actor, tone_id: int, reason: str) -> Tone:
    """Refuse the tone. Raises `ReasonMissing`, `IllegalMove`."""
    return _decide(actor, tone_id, ToneEvent.REFUSE, RingbackPermission.REVIEW, _said(reason))


def tone_withdraw(*, actor: Actor, tone_id: int, reason: str) -> Tone:
    """Have the tone heard no longer, from the next call on. Raises `ReasonMissing`, `IllegalMove`."""
    return _decide(actor, tone_id, ToneEvent.WITHDRAW, RingbackPermission.CHANGE, _said(reason))


def tell_owners(owners: list[OwnerTones]) -> None:
    """News of each owner in the words that the voice directory's publisher understands."""
    keys = {Owner.VPN: "vpn_id", Owner.GROUP: "group_id"}
    lines = [each.owner_id for each in owners if each.owner_kind == Owner.LINE]
    for each in owners:
        if each.owner_kind in keys:
            publish(TONES_CHANGED, key=each.pk, payload={keys[Owner(each.owner_kind)]: each.owner_id})
    for first in range(0, len(lines), _CHUNK):
        found = Line.objects.filter(pk__in=lines[first : first + _CHUNK]).order_by("pk")
        numbers = list(found.values_list("public_number_id", flat=True))
        publish(TONES_CHANGED, key=lines[first], payload={"numbers": numbers})


def _decide(
    actor: Actor, tone_id: int, event: ToneEvent, permission: RingbackPermission, reason: str
) -> Tone:
    with transaction.atomic():
        rows = Tone.objects.select_for_update(of=("self",)).select_related("customer")
        tone = access_one(rows, actor, tone_id, permission)
        before = {"state": tone.state, "reason": tone.reason}
        tone.state = TONE_STATES.move(ToneState(tone.state), event)
        tone.decided_by, tone.decided_at, tone.reason = actor.name[:80], now(), reason
        tone.save(update_fields=["state", "decided_by", "decided_at", "reason"])
        after = {"state": str(tone.state), "reason": tone.reason}
        _note(actor, f"ringback.{event}", tone, before, after)
        tell_owners(list(_users(tone)))
    return tone


def _users(tone: Tone) -> set[OwnerTones]:
    return set(OwnerTones.objects.filter(Q(default=tone) | Q(rules__tone=tone)))


def _said(reason: str) -> str:
    reason = clean_name(reason)[:200]
    if not reason:
        raise errors.ReasonMissing(field="reason")
    return reason


def _note(
    actor: Actor,
    action: str,
    tone: Tone,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    change = Change("tone", tone.pk, tone.name, before or {}, after or {}, tone.customer.org_path)
    record(actor, action, change)
