"""KAM-02, KAM-03: what visits, promises, hand-overs, warnings and the list tell on a customer's page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dakehu.customers.domain.churn import WarningEvent, WarningState
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.holdings import AgreementDraft, CompetitorLineDraft
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import ChurnWarning, Customer
from dakehu.customers.services.churn import warning_move, watch
from dakehu.customers.services.disputes import dispute_open
from dakehu.customers.services.holdings import holding_add
from dakehu.customers.tests.fixtures import a_warning, billed
from dakehu.customers.tests.rosters import an_entry
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.clock import now
from dakehu.infra.ui.tests.calls import signed_in
from dakehu.kernel.clock import day_of
from dakehu.managers.domain.states import PromiseEvent
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.selectors.due import measure_unvisited
from dakehu.managers.services.hand_over import hand_over_approve
from dakehu.managers.services.promises import promise_close
from dakehu.managers.tests.fixtures import a_hand_over, a_logged_visit, a_taker, a_visit, an_account, signed
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def _shown(world: Scenario, customer: Customer, path: str = "history/") -> str:
    found = signed_in(world.auditor_user).get(f"/customers/{customer.pk}/{path}")
    assert found.status_code == 200
    return str(found.content.decode())


@pytest.mark.req("KAM-03")
def test_the_history_tells_what_the_chapters_did(world: Scenario) -> None:
    customer = an_account(world)
    visit = a_logged_visit(world, customer, promises=(PromiseDraft("送方案", date(2026, 12, 1)),))
    promise = visit.promises.get()
    promise_close(
        actor=world.manager, promise_id=promise.pk, version=1, event=PromiseEvent.KEEP, outcome="已送达"
    )
    warning = a_warning(customer)
    moved = warning_move(actor=SYSTEM, warning_id=warning.pk, version=1, event=WarningEvent.TAKE)
    warning_move(
        actor=SYSTEM, warning_id=warning.pk, version=moved.version, event=WarningEvent.SAVE, outcome="已续约"
    )
    an_entry(customer, world.manager_user)
    customer.refresh_from_db()
    leader, row = (
        world.actor("team_leader", unit=world.county),
        signed(world, a_hand_over(world, a_taker(world), customer)),
    )
    hand_over_approve(actor=leader, hand_over_id=row.pk, version=row.version)
    dispute_open(actor=SYSTEM, customer_id=customer.pk, claimant_id=world.manager_user.pk, evidence="合同")
    page = _shown(world, customer)
    for told in ("拜访：专线续约", "送方案", "已续约", "列入", "移交", "归属"):
        assert told in page, told
    only = _shown(world, customer, "history/?kind=visits")
    assert "拜访：专线续约" in only
    assert "已续约" not in only


@pytest.mark.req("KAM-03")
def test_the_brief_tells_what_one_should_know_before_going(world: Scenario) -> None:
    customer = an_account(world)
    a_logged_visit(world, customer, promises=(PromiseDraft("送方案", date(2026, 12, 1)),))
    a_visit(world, customer, purpose="回访机房")
    a_warning(customer)
    billed(customer, 1000, 900, 800, 700, 600, 500)
    holding_add(actor=SYSTEM, customer_id=customer.pk, draft=CompetitorLineDraft("mobile", "互联网专线"))
    page = _shown(world, customer, "brief/")
    for told in ("送方案", "回访机房", "专线续约", "互联网专线", "-50%"):
        assert told in page, told


@pytest.mark.req("KAM-03")
def test_contracts_that_end_and_long_absence_are_signs_of_churn(world: Scenario) -> None:
    customer = an_account(world, status=CustomerStatus.ACTIVE)
    Customer.objects.filter(pk=customer.pk).update(grade=Grade.FIRST, created_at=now() - timedelta(days=100))
    small = an_account(world, status=CustomerStatus.ACTIVE)
    Customer.objects.filter(pk=small.pk).update(created_at=now() - timedelta(days=100))
    ends = day_of(now()) + timedelta(days=30)
    draft = AgreementDraft(number="HT-1", subject="云专线", ends_on=ends)
    holding_add(actor=SYSTEM, customer_id=customer.pk, draft=draft)
    watch(SYSTEM, [customer.pk, small.pk])
    warning = ChurnWarning.objects.get()
    assert warning.customer_id == customer.pk, "a grade that nobody need visit is not missed"
    found = {each["signal"]: each for each in warning.evidence}
    assert found["contract_ends"]["facts"] == {"first": ends.isoformat(), "numbers": ["HT-1"]}
    assert (found["not_visited"]["value"], found["not_visited"]["facts"]) == (100, {"last": ""})
    assert warning.state == WarningState.OPEN
    a_logged_visit(world, customer)
    assert measure_unvisited([customer.pk], day_of(now()))[customer.pk][0] == 0
