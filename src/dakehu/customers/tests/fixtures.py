"""Customers for tests, of this app and of those above it."""

from __future__ import annotations

from itertools import count
from typing import Any

from dakehu.customers.domain.creditcodes import check_digit
from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer
from dakehu.customers.models import Customer
from dakehu.customers.services.customers import customer_create
from dakehu.infra.access.api import SYSTEM, Actor
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
