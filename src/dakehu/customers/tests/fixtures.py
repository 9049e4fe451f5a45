"""Customers for tests, of this app and of those above it."""

from __future__ import annotations

from itertools import count
from typing import Any

from dakehu.customers.domain.churn import Evidence
from dakehu.customers.domain.creditcodes import check_digit
from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer
from dakehu.customers.models import ChurnWarning, Customer, MonthlyRevenue
from dakehu.customers.services.customers import customer_create
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.clock import now
from dakehu.kernel.clock import month_add, month_of
from dakehu.organisation.models import OrgUnit

_serial = count(1)
DIFFER = Answer(names_differ=True)


def credit_code(number: int) -> str:
    """A valid credit code of a Taiyuan company for each number."""
    body = f"91140100{number:09d}"
    return body + check_digit(body)


def a_draft(unit: OrgUnit, **fields: Any) -> CustomerDraft:
    """A draft with a name of its own."""
    return CustomerDraft(**{"name": f"测试第{next(_serial)}号商贸有限公司", "org_unit_id": unit.pk, **fields})


def a_customer(unit: OrgUnit, *, actor: Actor = SYSTEM, answer: Answer = DIFFER, **fields: Any) -> Customer:
    """A customer in the unit, opened by the system unless another actor is named."""
    return customer_create(actor=actor, draft=a_draft(unit, **fields), answer=answer)


def billed(customer: Customer, *amounts_yuan: int, category: str = "voice") -> None:
    """The customer's last months' revenue of one category, in yuan, the last of them last month's."""
    last = month_add(month_of(now()), -1)
    MonthlyRevenue.objects.bulk_create(
        MonthlyRevenue(
            customer=customer,
            month=month_add(last, place + 1 - len(amounts_yuan)),
            category=category,
            amount_fen=yuan * 100,
        )
        for place, yuan in enumerate(amounts_yuan)
    )


def a_warning(customer: Customer) -> ChurnWarning:
    """An open warning of falling spend."""
    facts = {"first": "2026-05", "last": "2026-10", "from_fen": 200_000, "to_fen": 100_000}
    evidence = Evidence("spend_falls", 50, 20, facts)
    return ChurnWarning.objects.create(
        customer=customer, owner=customer.owner, evidence=[evidence.row()], raised_at=now(), seen_at=now()
    )
