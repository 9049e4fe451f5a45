"""A hand-over during an edit, a move of a unit during a save: on PostgreSQL, each race as it is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from dakehu.customers.models import Customer
from dakehu.customers.services import bulk, customers
from dakehu.customers.services.bulk import customers_create_many
from dakehu.customers.services.customers import customer_change, customer_create
from dakehu.customers.tests.fixtures import a_customer, a_draft
from dakehu.infra.access.api import SYSTEM
from dakehu.managers.models import HandOver
from dakehu.managers.services import hand_over as handing
from dakehu.managers.services.hand_over import hand_over_approve
from dakehu.managers.tests.fixtures import a_hand_over, a_taker, an_account, signed
from dakehu.organisation.models import OrgUnit, User
from dakehu.organisation.services import users
from dakehu.organisation.services.units import unit_close, unit_move
from dakehu.organisation.services.users import UserDetails, user_open
from dakehu.organisation.testing import Scenario
from tests.rough.interleaving import meanwhile, stopped_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite writes one transaction after the other"
    ),
]


def _signed(world: Scenario) -> tuple[Customer, User, HandOver]:
    customer, taker = an_account(world), a_taker(world)
    return customer, taker, signed(world, a_hand_over(world, taker, customer))


@pytest.mark.req("KAM-02")
def test_a_hand_over_waits_for_an_edit_that_gives_the_account_away(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, _taker, row = _signed(world)
    third, leader = world.user("account_manager"), world.actor("team_leader", unit=world.county)
    draft = a_draft(world.team, name=customer.name, owner_id=third.pk)

    def edit() -> None:
        customer_change(actor=SYSTEM, customer_id=customer.pk, version=customer.version, draft=draft)

    with stopped_at(monkeypatch, customers, "keep_averages", edit) as editor:
        approver = meanwhile(
            lambda: hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
        )
        assert approver.is_alive()
    approver.join(20)
    assert (editor.outcome, approver.outcome) == ("done", "NotOwner")
    customer.refresh_from_db()
    row.refresh_from_db()
    assert (customer.owner, row.state) == (third, "signed")


@pytest.mark.req("KAM-02")
def test_an_edit_waits_for_a_hand_over_and_is_told_of_it(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, taker, row = _signed(world)
    leader, draft = world.actor("team_leader", unit=world.county), a_draft(world.team, name=customer.name)
    draft = replace(draft, owner_id=customer.owner_id, remark="正在改")

    def approve() -> None:
        hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)

    def edit() -> None:
        customer_change(actor=SYSTEM, customer_id=customer.pk, version=customer.version, draft=draft)

    with stopped_at(monkeypatch, handing, "_close", approve) as approver:
        editor = meanwhile(edit)
        assert editor.is_alive()
    editor.join(20)
    assert (approver.outcome, editor.outcome) == ("done", "Conflict")
    customer.refresh_from_db()
    assert (customer.owner, customer.remark) == (taker, "")


def _mover(world: Scenario) -> Callable[[], object]:
    actor, unit, parent = world.administrator, world.county.pk, world.datong.pk
    return lambda: unit_move(actor=actor, unit_id=unit, version=1, parent_id=parent)


def _in_place(world: Scenario) -> None:
    """Every account and person stands where its unit stands."""
    paths = dict(OrgUnit.objects.values_list("pk", "path"))
    assert paths[world.team.pk].startswith(world.datong.path)
    for rows in (Customer.objects.all(), User.objects.all()):
        for unit, path, city in rows.values_list("org_unit", "org_path", "org_city"):
            assert (path, city) == (paths[unit], paths[unit][:8])


@pytest.mark.req("KAM-11")
def test_an_account_opened_while_its_unit_moves(world: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, move = a_draft(world.team), _mover(world)
    with stopped_at(
        monkeypatch, customers, "fill", lambda: customer_create(actor=SYSTEM, draft=draft)
    ) as saver:
        mover = meanwhile(move)
    mover.join(20)
    assert (saver.outcome, mover.outcome) == ("done", "done")
    _in_place(world)


@pytest.mark.req("KAM-11")
def test_an_account_that_comes_into_a_unit_while_it_moves(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, move = a_customer(world.datong_team), _mover(world)
    draft = a_draft(world.team, name=row.name)

    def save() -> None:
        customer_change(actor=SYSTEM, customer_id=row.pk, version=1, draft=draft)

    with stopped_at(monkeypatch, customers, "fill", save) as saver:
        mover = meanwhile(move)
    mover.join(20)
    assert (saver.outcome, mover.outcome) == ("done", "done")
    _in_place(world)


@pytest.mark.req("KAM-11")
def test_many_accounts_loaded_while_their_unit_moves(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts, move = [a_draft(world.team) for _each in range(3)], _mover(world)
    with stopped_at(
        monkeypatch, bulk, "give_codes", lambda: customers_create_many(actor=SYSTEM, drafts=drafts)
    ) as saver:
        mover = meanwhile(move)
    mover.join(20)
    assert (saver.outcome, mover.outcome) == ("done", "done")
    _in_place(world)


@pytest.mark.req("KAM-11")
def test_a_user_opened_while_the_unit_moves(world: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    details, move = UserDetails(name="赵六", org_unit_id=world.team.pk), _mover(world)

    def save() -> None:
        user_open(actor=SYSTEM, username="zhaoliu", details=details, password=None)

    with stopped_at(monkeypatch, users, "_post", save) as saver:
        mover = meanwhile(move)
    mover.join(20)
    assert (saver.outcome, mover.outcome) == ("done", "done")
    _in_place(world)


@pytest.mark.req("KAM-11")
def test_an_account_opened_while_its_unit_is_closed_into_another(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, actor, unit, heir = a_draft(world.team), world.administrator, world.team, world.other_team

    def close() -> None:
        unit_close(actor=actor, unit_id=unit.pk, version=1, into_id=heir.pk)

    with stopped_at(
        monkeypatch, customers, "fill", lambda: customer_create(actor=SYSTEM, draft=draft)
    ) as saver:
        closer = meanwhile(close)
    closer.join(20)
    assert (saver.outcome, closer.outcome) == ("done", "done")
    row = Customer.objects.get()
    assert (row.org_unit, row.org_path) == (heir, heir.path)
