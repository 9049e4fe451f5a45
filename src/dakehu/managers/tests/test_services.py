"""KAM-02: writes of files, visits and promises, with rights, scope, versions and audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dakehu.customers.api import Grade, customers_set_grade, find_things
from dakehu.customers.hooks import last_contacts
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.files.errors import FileKindRefused
from dakehu.infra.files.models import StoredFile
from dakehu.kernel.clock import CST, day_of
from dakehu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.managers.domain.errors import (
    ContactElsewhere,
    DaysCrossed,
    EntryUnknown,
    FileTwice,
    FrequencyWrong,
    NotYourVisit,
    OwnVisit,
    PersonUnknown,
    TextMissing,
    VisitAhead,
)
from dakehu.managers.domain.frequency import Frequency
from dakehu.managers.domain.states import PromiseEvent, PromiseState, VisitState
from dakehu.managers.domain.visits import Place, PromiseDraft, VisitPlan
from dakehu.managers.models import Credential, Visit
from dakehu.managers.selectors.due import accounts_due
from dakehu.managers.selectors.files import file_get
from dakehu.managers.selectors.visits import feed_visits, promises_open, visits_for
from dakehu.managers.services.feeds import feed_open, feed_revoke
from dakehu.managers.services.files import (
    CredentialDraft,
    FileDraft,
    credential_add,
    credential_remove,
    file_change,
    file_create,
    photo_set,
)
from dakehu.managers.services.promises import frequencies_set, promise_close
from dakehu.managers.services.visits import (
    Photo,
    visit_cancel,
    visit_change,
    visit_comment,
    visit_log,
    visit_move,
    visit_plan,
)
from dakehu.managers.tests.fixtures import (
    PNG,
    a_contact,
    a_file,
    a_log,
    a_logged_visit,
    a_plan,
    a_visit,
    an_account,
)
from dakehu.organisation.api import actor_for
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]


def _actions(noun: str) -> list[str]:
    return list(AuditEntry.objects.filter(noun=noun).order_by("pk").values_list("action", flat=True))


def test_a_file_is_the_leaders_to_keep(world: Scenario) -> None:
    leader = world.actor("team_leader", unit=world.county)
    row = file_create(actor=leader, user_id=world.manager_user.pk, draft=FileDraft(grade="senior"))
    with pytest.raises(FileTwice):
        file_create(actor=leader, user_id=world.manager_user.pk, draft=FileDraft())
    with pytest.raises(PersonUnknown):
        file_create(actor=leader, user_id=world.neighbour_user.pk, draft=FileDraft())
    with pytest.raises(NotAllowed):
        file_create(actor=world.manager, user_id=world.manager_user.pk, draft=FileDraft())
    with pytest.raises(EntryUnknown):
        file_change(actor=leader, file_id=row.pk, version=1, draft=FileDraft(grade="emperor"))
    file_change(actor=leader, file_id=row.pk, version=1, draft=FileDraft(languages="普通话、英语"))
    with pytest.raises(Conflict):
        file_change(actor=leader, file_id=row.pk, version=1, draft=FileDraft())
    assert file_get(world.manager, row.pk, day_of(now())).languages == "普通话、英语"
    with pytest.raises(NotFound):
        file_get(world.neighbour, row.pk, day_of(now()))
    assert _actions("manager") == ["manager.create", "manager.change"]


def test_load_is_computed(world: Scenario) -> None:
    file = a_file(world)
    an_account(world, monthly_revenue_fen=20_000_000)
    second = an_account(world, monthly_revenue_fen=5_000_000)
    a_logged_visit(world, second)
    a_logged_visit(world, second)
    row = file_get(world.manager, file.pk, day_of(now()))
    load = [getattr(row, name) for name in ("accounts", "revenue_fen", "visits_due")]
    assert load == [2, 25_000_000, 1]


def test_qualifications_and_trainings(world: Scenario) -> None:
    leader, file = world.actor("team_leader"), a_file(world)
    draft = CredentialDraft(
        Credential.Kind.TRAINING, "云网融合", date(2026, 11, 2), date(2026, 11, 4), hours=24
    )
    row = credential_add(actor=leader, file_id=file.pk, draft=draft)
    with pytest.raises(DaysCrossed):
        credential_add(actor=leader, file_id=file.pk, draft=replace(draft, last_on=date(2026, 11, 1)))
    with pytest.raises(NotAllowed):
        credential_remove(actor=world.manager, credential_id=row.pk)
    credential_remove(actor=leader, credential_id=row.pk)
    assert not Credential.objects.exists()


def test_a_photo_is_a_picture_by_its_content(world: Scenario) -> None:
    leader, file = world.actor("team_leader"), a_file(world)
    with pytest.raises(FileKindRefused):
        photo_set(actor=leader, file_id=file.pk, name="a.png", chunks=[b"%PDF-1.7 no picture"])
    photo_set(actor=leader, file_id=file.pk, name="a.png", chunks=[PNG])
    photo_set(actor=leader, file_id=file.pk, name="b.png", chunks=[PNG])
    assert StoredFile.objects.filter(purpose="managers.portrait").count() == 1


def test_plan_visit_log_comment(world: Scenario) -> None:
    customer = an_account(world)
    contact = a_contact(customer)
    leader = world.actor("team_leader")
    visit = a_visit(world, customer, contact_ids=frozenset({contact.pk}))
    log = a_log(
        contact_ids=frozenset({contact.pk}),
        promises=(
            PromiseDraft("送组网方案", date(2026, 12, 1)),
            PromiseDraft("约总工", date(2026, 12, 3), 2),
        ),
        place=Place(Decimal("37.870000"), Decimal("112.550000")),
    )
    with pytest.raises(IllegalMove):
        visit_comment(actor=leader, visit_id=visit.pk, version=1, comment="先写日志")
    photo = Photo("门头.png", [PNG])
    logged = visit_log(actor=world.manager, visit_id=visit.pk, version=1, log=log, photo=photo)
    assert logged.photo is not None
    assert (logged.state, logged.latitude) == (VisitState.LOGGED, Decimal("37.87"))
    with pytest.raises(OwnVisit):
        visit_comment(
            actor=replace(world.manager, everything=True), visit_id=visit.pk, version=2, comment="我真棒"
        )
    commented = visit_comment(actor=leader, visit_id=visit.pk, version=2, comment="跟进到位")
    assert (commented.state, commented.comment_by) == (VisitState.REVIEWED, leader.name)
    with pytest.raises(IllegalMove):
        visit_log(actor=world.manager, visit_id=visit.pk, version=3, log=log)
    owed = [row.text for row in promises_open(world.manager, world.manager_user.pk)]
    assert owed == ["送组网方案", "约总工"]
    assert _actions("visit") == ["visit.plan", "visit.log", "visit.comment"]


def test_who_may_touch_a_visit(world: Scenario) -> None:
    visit = a_visit(world)
    colleague = world.actor("account_manager")
    with pytest.raises(NotYourVisit):
        visit_move(actor=colleague, visit_id=visit.pk, version=1, day=date(2026, 12, 1))
    with pytest.raises(NotFound):
        visit_move(actor=world.neighbour, visit_id=visit.pk, version=1, day=date(2026, 12, 1))
    with pytest.raises(NotAllowed):
        visit_move(actor=world.auditor, visit_id=visit.pk, version=1, day=date(2026, 12, 1))
    with pytest.raises(NotFound):
        visit_plan(actor=world.neighbour, customer_id=visit.customer_id, plan=a_plan())
    assert not visits_for(world.neighbour).exists()
    assert visits_for(world.auditor).count() == 1
    assert Visit.objects.get().version == 1


def test_a_visit_is_moved_changed_and_called_off(world: Scenario) -> None:
    visit = a_visit(world)
    time = visit.starts_at.astimezone(CST).time()
    moved = visit_move(actor=world.manager, visit_id=visit.pk, version=1, day=date(2026, 12, 31))
    local = moved.starts_at.astimezone(CST)
    assert (local.date(), local.time()) == (date(2026, 12, 31), time)
    with pytest.raises(Conflict):
        visit_change(actor=world.manager, visit_id=visit.pk, version=1, plan=a_plan())
    with pytest.raises(Invalid):
        visit_change(actor=world.manager, visit_id=visit.pk, version=2, plan=a_plan(minutes=0, purpose=""))
    visit_change(actor=world.manager, visit_id=visit.pk, version=2, plan=a_plan(purpose="回访"))
    visit_cancel(actor=world.manager, visit_id=visit.pk, version=3)
    with pytest.raises(IllegalMove):
        visit_log(actor=world.manager, visit_id=visit.pk, version=4, log=a_log())


def test_what_a_log_refuses_leaves_no_trace(world: Scenario) -> None:
    visit, stranger = a_visit(world), a_contact(an_account(world))
    later = now() + timedelta(hours=1)
    with pytest.raises(VisitAhead):
        visit_log(actor=world.manager, visit_id=visit.pk, version=1, log=a_log(later))
    met = frozenset({stranger.pk})
    with pytest.raises(ContactElsewhere):
        visit_log(actor=world.manager, visit_id=visit.pk, version=1, log=a_log(contact_ids=met))
    visit.refresh_from_db()
    assert (visit.state, visit.version, visit.log) == (VisitState.PLANNED, 1, "")


def test_promises_end_with_an_outcome(world: Scenario) -> None:
    promise = a_logged_visit(world, promises=(PromiseDraft("送方案", date(2026, 12, 1)),)).promises.get()
    done: dict[str, Any] = {"promise_id": promise.pk, "version": 1, "event": PromiseEvent.KEEP}
    with pytest.raises(NotYourVisit):
        promise_close(actor=world.actor("account_manager"), outcome="已送", **done)
    with pytest.raises(TextMissing):
        promise_close(actor=world.manager, outcome="  ", **done)
    row = promise_close(actor=world.manager, outcome="已送达", **done)
    assert (row.state, row.outcome) == (PromiseState.KEPT, "已送达")
    with pytest.raises(IllegalMove):
        promise_close(actor=world.manager, outcome="再送", **{**done, "version": 2})
    assert not promises_open(world.manager, world.manager_user.pk).exists()


@pytest.mark.parametrize(
    ("grade", "paid", "is_due"),
    [
        (Grade.SPECIAL, 3, True),
        (Grade.SPECIAL, 4, False),
        (Grade.FIRST, 1, True),
        (Grade.FIRST, 2, False),
        (Grade.SECOND, 0, True),
        (Grade.THIRD, 1, False),
        (Grade.SMALL, 0, False),
    ],
)
def test_an_account_is_due_by_its_grade(world: Scenario, grade: Grade, paid: int, is_due: bool) -> None:
    customer = an_account(world)
    customers_set_grade(actor=SYSTEM, customer_ids=[customer.pk], grade=grade)
    for _ in range(paid):
        a_logged_visit(world, customer)
    a_visit(world, customer)  # a plan is no visit
    found = list(accounts_due(day_of(now())))
    assert [(row.pk, getattr(row, "made")) for row in found] == ([(customer.pk, paid)] if is_due else [])  # noqa: B009


def test_rules_are_data(world: Scenario) -> None:
    customer = an_account(world)
    customers_set_grade(actor=SYSTEM, customer_ids=[customer.pk], grade=Grade.SMALL)
    director = world.actor("centre_director")
    with pytest.raises(NotAllowed):
        frequencies_set(actor=world.manager, rules=[Frequency(5, 1, 12)])
    with pytest.raises(FrequencyWrong):
        frequencies_set(actor=director, rules=[Frequency(5, 1, 7)])
    frequencies_set(actor=director, rules=[Frequency(5, 1, 12)])
    assert [row.pk for row in accounts_due(day_of(now()))] == [customer.pk]
    frequencies_set(actor=director, rules=[Frequency(5, 0, 12)])
    assert not accounts_due(day_of(now())).exists()


def test_the_feed_opens_ones_own_visits_until_it_is_closed(world: Scenario) -> None:
    visit = a_visit(world)
    colleague = world.user("account_manager")
    visit_plan(actor=actor_for(colleague), customer_id=visit.customer_id, plan=a_plan())
    first = feed_open(actor=world.manager)
    user, visits = feed_visits(first, now())
    assert (user, visits) == (world.manager_user, [visit])
    second = feed_open(actor=world.manager)
    with pytest.raises(NotFound):
        feed_visits(first, now())
    world.manager_user.is_active = False
    world.manager_user.save()
    with pytest.raises(NotFound):
        feed_visits(second, now())
    world.manager_user.is_active = True
    world.manager_user.save()
    assert feed_visits(second, now())[1] == [visit]
    feed_revoke(actor=world.manager)
    with pytest.raises(NotFound):
        feed_visits(second, now())


@pytest.mark.req("KAM-12")
def test_a_visit_made_is_a_contact_and_a_plan_is_none(world: Scenario) -> None:
    visited, planned = an_account(world), an_account(world, name="汾河重工有限公司")
    visit = a_logged_visit(world, visited)
    a_visit(world, planned)
    assert last_contacts([visited.pk, planned.pk]) == {visited.pk: day_of(visit.starts_at)}


@pytest.mark.req("KAM-02")
def test_a_visit_is_found_by_what_was_written_of_it(world: Scenario) -> None:
    row = a_customer(world.team, owner_id=world.manager_user.pk)
    plan = VisitPlan(now() + timedelta(days=1), 60, "续签云专线合同")
    made = visit_plan(actor=world.manager, customer_id=row.pk, plan=plan)

    def found(actor: Actor, text: str) -> list[int]:
        return [visit.pk for _kind, visit in find_things(actor, text, 10, ("visit",))]

    assert found(world.manager, "云专线") == [made.pk]
    assert found(world.manager, "xqyzx") == [made.pk]
    assert found(world.neighbour, "云专线") == []
    other = replace(plan, purpose="机房巡检")
    visit_change(actor=world.manager, visit_id=made.pk, version=made.version, plan=other)
    assert found(world.manager, "云专线") == []
    assert found(world.manager, "xunjian") == [made.pk]
