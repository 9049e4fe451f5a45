"""Accounts with an owner, visits and hand-overs for tests, of this app and of those above it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dakehu.customers.api import Contact, ContactDraft, Customer, contact_create, customers_assign_owner
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.clock import now
from dakehu.managers.domain.visits import VisitLog, VisitPlan
from dakehu.managers.models import HandOver, ManagerFile, Visit
from dakehu.managers.services.files import FileDraft, file_create
from dakehu.managers.services.hand_over import hand_over_propose, hand_over_sign
from dakehu.managers.services.visits import visit_log, visit_plan
from dakehu.organisation.api import User, actor_for
from dakehu.organisation.testing import Scenario

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


def an_account(world: Scenario, owner: User | None = None, **fields: Any) -> Customer:
    """An account of the Taiyuan team, owned by the manager unless another is named."""
    row = a_customer(world.team, **fields)
    owner_id = (owner or world.manager_user).pk
    customers_assign_owner(actor=SYSTEM, customer_ids=[row.pk], owner_id=owner_id)
    row.refresh_from_db()
    return row


def a_contact(customer: Customer, name: str = "周敏") -> Contact:
    return contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft(name=name))


def a_plan(starts_at: datetime | None = None, **fields: Any) -> VisitPlan:
    start = starts_at or now() + timedelta(hours=2)
    return VisitPlan(**{"starts_at": start, "minutes": 60, "purpose": "专线续约", **fields})


def a_visit(world: Scenario, customer: Customer | None = None, **fields: Any) -> Visit:
    """A visit of the manager that lies ahead."""
    customer = customer or an_account(world)
    return visit_plan(actor=world.manager, customer_id=customer.pk, plan=a_plan(**fields))


def a_log(visited_at: datetime | None = None, **fields: Any) -> VisitLog:
    return VisitLog(**{"visited_at": visited_at or now(), "text": "客户同意续约两年", **fields})


def a_logged_visit(world: Scenario, customer: Customer | None = None, **fields: Any) -> Visit:
    visit = a_visit(world, customer)
    return visit_log(actor=world.manager, visit_id=visit.pk, version=visit.version, log=a_log(**fields))


def a_file(world: Scenario, user: User | None = None) -> ManagerFile:
    person = user or world.manager_user
    return file_create(actor=SYSTEM, user_id=person.pk, draft=FileDraft(grade="senior"))


def a_taker(world: Scenario) -> User:
    return world.user("account_manager", unit=world.other_team)


def a_hand_over(world: Scenario, taker: User, *accounts: Customer) -> HandOver:
    """A proposal of the manager's accounts."""
    chosen = accounts or (an_account(world),)
    return hand_over_propose(
        actor=world.manager,
        giver_id=world.manager_user.pk,
        taker_id=taker.pk,
        customer_ids=[each.pk for each in chosen],
        reason="岗位调整",
    )


def signed(world: Scenario, row: HandOver) -> HandOver:
    """The hand-over with both signatures."""
    givers: list[Actor] = [world.manager, actor_for(row.taker)]
    for actor in givers:
        row.refresh_from_db()
        row = hand_over_sign(actor=actor, hand_over_id=row.pk, version=row.version)
    return row
