"""What is on file of accounts, as the rules of data entry look at it: few queries for any number (KAM-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max

from dakehu.customers.domain.quality import Fact, Stage
from dakehu.customers.domain.roster import CURRENT, OPEN
from dakehu.customers.hooks import contacts_by
from dakehu.customers.models import Agreement, CompetitorLine, Contact, Customer, RosterEntry
from dakehu.customers.subjects import known_subjects
from dakehu.kernel.clock import day_of

FIELDS = ("name", "credit_code", "trade", "section", "address", "phone", "website")
DECIDES = "decides"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    stage: Stage = Stage.ON_FILE
    facts: Mapping[str, Fact] = field(default_factory=dict)


def facts_of(
    rows: Sequence[Customer], confirmed: Mapping[int, Mapping[str, str]], today: date
) -> dict[int, AccountFacts]:
    """Stage and facts by customer. A field is as of the day it was confirmed, or the file was opened."""
    ids = [row.pk for row in rows]
    found: dict[int, dict[str, Fact]] = {
        row.pk: facts_of_file(row, confirmed.get(row.pk, {})) for row in rows
    }
    _add_contacts(found, ids)
    _add_holdings(found, ids)
    for customer_id, day in contacts_by("visits", ids).items():
        found[customer_id]["visit"] = Fact(day.isoformat(), day)
    for subject in known_subjects():
        if subject.source is not None:
            for customer_id, fact in subject.source(ids, today).items():
                found[customer_id][subject.name] = fact
    stages = _stages(ids)
    return {pk: AccountFacts(stages.get(pk, Stage.ON_FILE), facts) for pk, facts in found.items()}


def facts_of_file(row: Customer, confirmed: Mapping[str, str]) -> dict[str, Fact]:
    """The fields of the file alone, without a query."""
    opened = day_of(row.created_at)
    facts = {
        name: Fact(text, date.fromisoformat(confirmed[name]) if name in confirmed else opened)
        for name in FIELDS
        if (text := getattr(row, name))
    }
    if row.owner_id:
        facts["owner"] = Fact(str(row.owner_id))
    return facts


def _add_contacts(found: Mapping[int, dict[str, Fact]], ids: Collection[int]) -> None:
    """The first contact is the primary one, else the oldest."""
    contacts = Contact.objects.filter(customer__in=ids).order_by("-is_primary", "id")
    for customer_id, name, role, phone, email in contacts.values_list(
        "customer_id", "name", "role", "phone", "email"
    ):
        facts = found[customer_id]
        if "contact" not in facts:
            facts["contact"] = Fact(name)
            facts["contact_phone"], facts["contact_email"] = Fact(phone), Fact(email)
        if role == DECIDES:
            facts.setdefault("decider", Fact(name))


def _add_holdings(found: Mapping[int, dict[str, Fact]], ids: Collection[int]) -> None:
    ends: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for customer_id, number, end in Agreement.objects.filter(customer__in=ids).values_list(
        "customer_id", "number", "ends_on"
    ):
        ends[customer_id].append((number, end))
    for customer_id, agreements in ends.items():
        number, end = max(agreements, key=lambda each: each[1] or date.max)
        found[customer_id]["agreement"] = Fact(number, None, end + timedelta(days=1) if end else None)
    lines = CompetitorLine.objects.filter(customer__in=ids).values_list("customer_id").order_by()
    for customer_id, at in lines.annotate(at=Max("recorded_at")):
        found[customer_id]["competitor"] = Fact("1", day_of(at))


def _stages(ids: Collection[int]) -> dict[int, Stage]:
    states = [str(state) for state in (*CURRENT, *OPEN)]
    stages: dict[int, Stage] = {}
    for customer_id, state in RosterEntry.objects.filter(customer__in=ids, state__in=states).values_list(
        "customer_id", "state"
    ):
        stage = Stage.LISTED if state in CURRENT else Stage.APPLIED
        stages[customer_id] = max(stage, stages.get(customer_id, stage))
    return stages
