"""Who hears which tone: the settings of a VPN, a Centrex group or a line (VPN-16, IN-07)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.api import Change, record
from dakehu.infra.versions import advance
from dakehu.kernel.errors import DomainError, raise_faults
from dakehu.ringback.domain import errors
from dakehu.ringback.domain.choice import Owner, ToneSettings
from dakehu.ringback.domain.review import USABLE
from dakehu.ringback.hooks import OwnerFacts, owner_facts
from dakehu.ringback.models import OwnerTones, RuleRow, Tone
from dakehu.ringback.permissions import RingbackPermission
from dakehu.ringback.services.tones import tell_owners

MOST_RULES = 8


def owner_tones_set(
    *,
    actor: Actor,
    kind: Owner,
    owner_id: int,
    settings: ToneSettings[int],
    version: int | None = None,
) -> OwnerTones:
    """Have the owner's callers hear these tones, by their rows' ids.

    Tones are the customer's own, uploaded or approved; only approved ones sound. Without `version` whatever
    is there is replaced. Raises every fault at once, `Conflict`.
    """
    require(actor, RingbackPermission.CHANGE)
    facts = owner_facts(actor, kind, owner_id)
    with transaction.atomic():
        row, _made = OwnerTones.objects.get_or_create(
            owner_kind=kind, owner_id=owner_id, defaults={"customer_id": facts.customer_id}
        )
        row = OwnerTones.objects.select_for_update().get(pk=row.pk)
        kept = {*row.rules.values_list("tone_id", flat=True), row.default_id or 0}
        raise_faults(_faults(facts, settings, kept))
        before = _shown(row)
        advance(row, row.version if version is None else version)
        row.customer_id = facts.customer_id
        row.default_id, row.personal_wins = settings.default, settings.personal_wins
        row.save()
        row.rules.all().delete()
        RuleRow.objects.bulk_create(_rules(row, settings))
        path = row.customer.org_path
        record(actor, "ringback.set", Change(kind, owner_id, facts.name, before, _shown(row), path))
        tell_owners([row])
    return row


def _faults(facts: OwnerFacts, settings: ToneSettings[int], kept: Collection[int]) -> list[DomainError]:
    """Also locks the tones, in the order of their ids. One that is set already may stay though withdrawn."""
    named: dict[str, int] = {
        f"rule_{place}_tone": rule.tone for place, rule in enumerate(settings.rules, start=1)
    }
    if settings.default is not None:
        named["default"] = settings.default
    rows = Tone.objects.select_for_update().filter(customer_id=facts.customer_id, pk__in=set(named.values()))
    good = {tone.pk for tone in rows.order_by("pk") if tone.state in USABLE or tone.pk in kept}
    faults: list[DomainError] = [
        errors.ToneForeign(field=field, tone=pk) for field, pk in named.items() if pk not in good
    ]
    if len(settings.rules) > MOST_RULES:
        faults.append(errors.TooManyRules(most=MOST_RULES))
    return faults


def _rules(row: OwnerTones, settings: ToneSettings[int]) -> list[RuleRow]:
    return [
        RuleRow(
            owner=row,
            rank=rank,
            tone_id=rule.tone,
            periods=[period.row() for period in rule.periods],
            callers=rule.callers.row() if rule.callers is not None else None,
        )
        for rank, rule in enumerate(settings.rules)
    ]


def _shown(row: OwnerTones) -> dict[str, object]:
    rules = row.rules.select_related("tone").order_by("rank")
    default = Tone.objects.filter(pk=row.default_id or 0).values_list("name", flat=True).first()
    return {
        "tone_default": default or "",
        "tone_rules": [{"tone": r.tone.name, "periods": r.periods, "callers": r.callers} for r in rules],
        "personal_wins": row.personal_wins,
    }
