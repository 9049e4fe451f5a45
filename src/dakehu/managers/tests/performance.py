"""Performance contracts for tests: one in force, with an account that brought something in the last month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dakehu.customers.api import Customer
from dakehu.customers.models import MonthlyRevenue, OwnershipPeriod
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.clock import now
from dakehu.kernel.clock import Month, month_add, month_of
from dakehu.managers.domain.contract_states import ContractEvent
from dakehu.managers.domain.indicators import Code
from dakehu.managers.models import Contract, MonthResult
from dakehu.managers.services.contracts import ContractDraft, TermDraft, contract_create, contract_step
from dakehu.managers.services.entering import Entry, figure_enter
from dakehu.managers.services.months import month_close
from dakehu.organisation.api import User, actor_for
from dakehu.organisation.testing import Scenario

LAST: Month = month_add(month_of(now()), -1)
YEAR = int(LAST[:4])
LONG_AGO = date(2020, 1, 1)
WAN = 1_000_000  # fen

TERMS = (
    TermDraft(Code.REVENUE, 30, 120 * WAN, 1),
    TermDraft(Code.GROWTH, 20, 1_000, 2),
    TermDraft(Code.ARPU, 10, 5 * WAN, 3),
    TermDraft(Code.CHURN, 10, 200, 4),
    TermDraft(Code.SATISFACTION, 20, 9_000, 5),
    TermDraft(Code.VISITS, 10, 24, 6),
)
"""By month: 10万, 10 % more, 5万 an account, 2 % lost, 90 points, two visits."""


def a_leader(world: Scenario) -> Actor:
    return world.actor("team_leader", unit=world.county)


def a_statistician(world: Scenario) -> Actor:
    return world.actor("statistician", unit=world.province)


def a_draft_contract(world: Scenario, user: User | None = None, **fields: Any) -> Contract:
    draft = ContractDraft(**{"year": YEAR, "terms": TERMS, **fields})
    return contract_create(actor=SYSTEM, manager_id=(user or world.manager_user).pk, draft=draft)


def stepped(row: Contract, actor: Actor, *events: ContractEvent) -> Contract:
    for event in events:
        row = contract_step(actor=actor, contract_id=row.pk, version=row.version, event=event)
    return row


def a_contract(world: Scenario, user: User | None = None, **fields: Any) -> Contract:
    """A contract in force of the manager, unless another is named."""
    person = user or world.manager_user
    row = stepped(a_draft_contract(world, person, **fields), SYSTEM, ContractEvent.PROPOSE)
    row = stepped(row, actor_for(person), ContractEvent.ACCEPT)
    return stepped(row, SYSTEM, ContractEvent.ENFORCE)


def owned(
    world: Scenario, *periods: tuple[User, date, date | None], yuan: int = 0, **fields: Any
) -> Customer:
    """An account of the team with these owners in turn, billed so much in the last month."""
    row = a_customer(world.team, **fields)
    OwnershipPeriod.objects.filter(customer=row).delete()
    OwnershipPeriod.objects.bulk_create(
        OwnershipPeriod(customer=row, owner=user, since=since, until=until) for user, since, until in periods
    )
    last = periods[-1] if periods else None
    Customer.objects.filter(pk=row.pk).update(owner=last[0] if last and last[2] is None else None)
    if yuan:
        bill(row, [(LAST, yuan)])
    row.refresh_from_db()
    return row


def mine(world: Scenario, yuan: int = 0, **fields: Any) -> Customer:
    """An account that has long been the manager's."""
    return owned(world, (world.manager_user, LONG_AGO, None), yuan=yuan, **fields)


def bill(
    customer: Customer, amounts: Iterable[tuple[str, int]], category: str = "voice", product: str = ""
) -> None:
    MonthlyRevenue.objects.bulk_create(
        MonthlyRevenue(
            customer=customer, month=month, category=category, product=product, amount_fen=yuan * 100
        )
        for month, yuan in amounts
    )


def satisfied(world: Scenario, row: Contract, hundredths: int = 9_000, month: Month = LAST) -> None:
    """The month's satisfaction, entered by the statistician."""
    entry = Entry(hundredths, "满意度调查报告")
    figure_enter(
        actor=a_statistician(world), contract_id=row.pk, month=month, code=Code.SATISFACTION, entry=entry
    )


def a_closed_month(world: Scenario, row: Contract | None = None) -> MonthResult:
    """The last month of a contract, closed with a satisfaction of just the target."""
    row = row or a_contract(world)
    satisfied(world, row)
    return month_close(actor=a_leader(world), contract_id=row.pk, month=LAST)
