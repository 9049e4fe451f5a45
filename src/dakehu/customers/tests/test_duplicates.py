"""KAM-03: duplicates while one types, and the desk that searches for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.domain.alike import Closeness
from dakehu.customers.domain.duplicates import Answer, Likeness
from dakehu.customers.domain.errors import AlikeNames
from dakehu.customers.domain.importing import CustomerRow
from dakehu.customers.domain.rostererrors import DuplicatesUnanswered
from dakehu.customers.imports import check, commit
from dakehu.customers.models import Customer, LikePair, Merge
from dakehu.customers.selectors.likenesses import likenesses_of
from dakehu.customers.selectors.pairs import pairs_page
from dakehu.customers.services import searching
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.customers import customer_change, customer_create
from dakehu.customers.services.hanging import hangings
from dakehu.customers.services.roster import roster_apply
from dakehu.customers.services.searching import declare_distinct, search_start
from dakehu.customers.tests.fixtures import a_customer, a_draft, credit_code
from dakehu.customers.tests.merging import merge_files
from dakehu.customers.tests.rosters import an_application
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.importing.api import Made
from dakehu.infra.jobs.api import Run, cancel
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.infra.worker import drain
from dakehu.kernel.errors import NotFound
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]


@pytest.fixture
def steward(world: Scenario) -> Actor:
    return world.actor("data_steward", unit=world.taiyuan)


@pytest.mark.parametrize(
    ("typed", "likeness"),
    [
        ("山西晋阳云图恒达科技有限责任公司", Likeness.ALIKE_NAME),
        ("晋阳匀图恒达科技有限公司", Likeness.NEAR_NAME),
        ("晋阳云图恒通科技有限公司", Likeness.NEAR_NAME),
        ("晋阳云图恒科技有限公司", Likeness.NEAR_NAME),
        ("晋阳云恒图达科技有限公司", Likeness.NEAR_NAME),
        ("太原市晋阳云图恒达科技有限公司", Likeness.NEAR_NAME),
        ("晋阳云海恒通科技有限公司", None),
        ("", None),
        ("云", None),
    ],
)
def test_while_one_types(world: Scenario, typed: str, likeness: Likeness | None) -> None:
    row = a_customer(world.team, actor=world.manager, name="晋阳云图恒达科技有限公司")
    found = likenesses_of(world.manager, name=typed).shown
    assert [(each.customer_id, each.likeness) for each in found] == ([(row.pk, likeness)] if likeness else [])
    assert likenesses_of(world.manager, name=typed, other_than=row.pk).shown == []


NEAR = ("晋阳匀图恒达科技有限公司", "太原市晋阳云图恒达科技有限公司", "晋阳云图恒达科技有限公司大同分公司")


@pytest.mark.parametrize("name", NEAR)
def test_a_nearly_equal_name_is_asked_about_wherever_a_file_is_kept(world: Scenario, name: str) -> None:
    known = a_customer(world.team, actor=world.manager, name="晋阳云图恒达科技有限公司")
    draft = a_draft(world.team, name=name)
    with pytest.raises(AlikeNames):
        customer_create(actor=world.manager, draft=draft)
    other = customer_create(actor=world.manager, draft=draft, answer=Answer(names_differ=True))
    with pytest.raises(DuplicatesUnanswered):
        roster_apply(actor=world.manager, application=an_application(other, world.manager_user))
    wanted = replace(draft, name="晋阳云图恒大科技有限公司")
    with pytest.raises(AlikeNames):
        customer_change(actor=world.manager, customer_id=other.pk, version=other.version, draft=wanted)
    declare_distinct(actor=SYSTEM, low=known.pk, high=other.pk)
    customer_change(actor=world.manager, customer_id=other.pk, version=other.version, draft=wanted)
    roster_apply(actor=world.manager, application=an_application(other, world.manager_user))


def test_another_company_is_not_asked_about(world: Scenario) -> None:
    a_customer(world.team, name="太原云图信息技术有限公司")
    a_customer(world.datong_team, name="晋阳云图恒达科技有限公司")
    for name in ("太原云海信息技术有限公司", NEAR[0]):
        assert customer_create(actor=world.manager, draft=a_draft(world.team, name=name)).pk


@pytest.mark.parametrize("name", NEAR)
def test_an_import_asks_about_nearly_equal_names(world: Scenario, name: str) -> None:
    a_customer(world.team, actor=world.manager, name="晋阳云图恒达科技有限公司")
    rows = [CustomerRow(name, "", world.team.name), CustomerRow("别的客户有限公司", "", world.team.name)]
    assert [[d.reason.code for d in each.duplicates] for each in check(SYSTEM, rows)] == [
        [AlikeNames.code],
        [],
    ]
    assert [isinstance(each, Made) for each in commit(SYSTEM, rows, [False, False])] == [False, True]
    assert [isinstance(each, Made) for each in commit(SYSTEM, rows[:1], [True])] == [True]


def test_nothing_leaks_of_what_one_may_not_see(client: Client, world: Scenario) -> None:
    code = credit_code(3)
    a_customer(world.datong_team, name="云州云图恒达科技有限公司", credit_code=code)
    client.force_login(world.manager_user)
    check = reverse("customers-customer-check")
    for query in ({"name": "云州云图恒达科技公司"}, {"name": "别的", "credit_code": code}):
        text = client.get(check, query).content.decode()
        assert "云州云图" not in text
        assert "K0352" not in text
        assert "/customers/" not in text
        assert "大客户中心" in text
    near = client.get(check, {"name": "云州云图恒通科技公司"}).content.decode()
    assert "大客户中心" not in near


def test_the_hint_links_to_what_one_sees(client: Client, world: Scenario) -> None:
    row = a_customer(world.team, name="晋阳云图恒达科技有限公司")
    client.force_login(world.manager_user)
    text = client.get(reverse("customers-customer-check"), {"name": "晋阳云图恒通科技"}).content.decode()
    assert reverse("customers-customer-record", args=[row.pk]) in text


def _searched(actor: Actor) -> Job:
    job = search_start(actor=actor)
    drain("tasks")
    job.refresh_from_db()
    return job


def test_the_search_finds_groups_and_remembers_what_differs(world: Scenario, steward: Actor) -> None:
    rows = [
        a_customer(world.team, name=name)
        for name in ("晋阳云图恒达科技有限公司", "晋阳云图恒达科技公司", "晋阳匀图恒达科技有限公司")
    ]
    coded = [a_customer(world.team, credit_code=credit_code(5))]
    Customer.objects.filter(pk=a_customer(world.team).pk).update(credit_code=credit_code(5))
    a_customer(world.team, credit_code=credit_code(6), parent_id=coded[0].pk)
    a_customer(world.datong_team, name="晋阳云图恒达科技有限公司")
    assert _searched(steward).state == Job.State.DONE
    page = pairs_page(steward, 1)
    kinds = [[pair.closeness for pair in group] for group in page.groups]
    assert kinds == [[Closeness.CODE], [Closeness.NAME, Closeness.SOUND, Closeness.SOUND]]
    assert pairs_page(world.actor("data_steward", unit=world.datong), 1).total == 0
    declare_distinct(actor=steward, low=rows[1].pk, high=rows[0].pk)
    declare_distinct(actor=steward, low=rows[0].pk, high=rows[1].pk)
    assert AuditEntry.objects.filter(action="customer.distinct").count() == 2
    _searched(steward)
    kinds = [[pair.closeness for pair in group] for group in pairs_page(steward, 1).groups]
    assert kinds == [[Closeness.CODE], [Closeness.SOUND, Closeness.SOUND]]


def test_a_search_that_is_cancelled_keeps_what_was_found(
    world: Scenario, steward: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(2):
        a_customer(world.team, name="晋阳云图恒达科技有限公司")
    _searched(steward)
    monkeypatch.setattr("dakehu.infra.jobs.running._SAVE_EVERY_S", 0.0)
    original = Run.progress

    def stopping(run: Run, done: int, total: int, note: str = "") -> None:
        cancel(steward, run.id)
        original(run, done, total, note)

    monkeypatch.setattr(Run, "progress", stopping)
    assert _searched(steward).state == Job.State.CANCELLED
    assert LikePair.objects.count() == 1


def test_one_search_at_a_time(world: Scenario, steward: Actor) -> None:
    assert search_start(actor=steward).pk == search_start(actor=steward).pk
    drain("tasks")


def test_the_likeliest_are_kept(world: Scenario, steward: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_PAIRS", 1)
    for name in ("晋阳云图恒达科技有限公司", "晋阳云图恒达科技公司", "晋阳匀图恒达科技有限公司"):
        a_customer(world.team, name=name)
    _searched(steward)
    assert [pair.closeness for pair in LikePair.objects.all()] == [Closeness.NAME]


def test_only_what_one_sees_is_declared(world: Scenario, steward: Actor) -> None:
    here, there = a_customer(world.team), a_customer(world.datong_team)
    for low, high in ((here.pk, there.pk), (here.pk, here.pk)):
        with pytest.raises(NotFound):
            declare_distinct(actor=steward, low=low, high=high)


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("data_steward", unit=world.taiyuan))
    return client


def _desk_rows(world: Scenario, number: int) -> None:
    for at in range(number):
        rows = [a_customer(world.team, name=f"晋阳{at}号{sign}图恒达科技有限公司") for sign in ("云", "匀")]
        LikePair.objects.create(
            low=rows[0].pk, high=rows[1].pk, closeness=80, group=rows[0].pk, found_at=rows[0].created_at
        )


@pytest.mark.parametrize("number", [1, 12])
def test_the_desk_asks_few_questions(page: Client, world: Scenario, number: int) -> None:
    _desk_rows(world, number)
    assert_page_queries(page, reverse("customers-duplicate-list"), 9)


@pytest.mark.parametrize("number", [1, 5])
def test_the_comparison_asks_few_questions(page: Client, world: Scenario, number: int) -> None:
    rows = [a_customer(world.team) for _each in range(2)]
    for _each in range(number):
        contact_create(actor=SYSTEM, customer_id=rows[1].pk, draft=ContactDraft("周敏"))
    assert_page_queries(
        page, reverse("customers-merge-pair", args=[row.pk for row in rows]), 4 + len(hangings())
    )


def test_from_desk_to_merge_and_back(page: Client, world: Scenario) -> None:
    _desk_rows(world, 1)
    pair = LikePair.objects.get()
    desk = reverse("customers-duplicate-list")
    compare = reverse("customers-merge-pair", args=[pair.low, pair.high])
    assert compare in page.get(desk).content.decode()
    text = page.get(compare).content.decode()
    assert "晋阳0号云图恒达" in text
    assert "晋阳0号匀图恒达" in text
    sent = {"kept_version": 1, "gone_version": 1, "field_name": "gone"}
    assert page.post(compare, sent).status_code == 302
    assert Customer.objects.get(pk=pair.low).name == "晋阳0号匀图恒达科技有限公司"
    moved = page.get(reverse("customers-customer-record", args=[pair.high]))
    assert moved.status_code == 302
    assert moved["Location"] == reverse("customers-customer-record", args=[pair.low])
    assert page.get(reverse("customers-customer-change", args=[pair.high])).status_code == 404
    undo = reverse("customers-merge-undo", args=[Merge.objects.get().pk])
    history = reverse("customers-merge-list")
    assert history in page.get(desk).content.decode()
    record = reverse("customers-merge-record", args=[Merge.objects.get().pk])
    assert record in page.get(history).content.decode()
    assert undo in page.get(record).content.decode()
    assert page.post(undo).status_code == 302
    assert undo not in page.get(record).content.decode()
    assert Customer.objects.get(pk=pair.low).name == "晋阳0号云图恒达科技有限公司"
    assert page.post(undo).status_code == 422
    stale = page.post(compare, {"kept_version": 1, "gone_version": 1, "field_name": "gone"})
    assert stale.status_code == 409
    chosen = 'name="field_name" value="gone" checked'
    assert chosen in stale.content.decode()


@pytest.mark.parametrize("number", [1, 12])
def test_the_history_asks_few_questions(page: Client, world: Scenario, number: int) -> None:
    for _each in range(number):
        merge_files(SYSTEM, a_customer(world.team), a_customer(world.team))
    assert_page_queries(page, reverse("customers-merge-list"), 6)
    assert_page_queries(page, reverse("customers-merge-record", args=[Merge.objects.latest("pk").pk]), 7)


def test_a_second_file_is_chosen(page: Client, world: Scenario) -> None:
    one, other = a_customer(world.team), a_customer(world.team)
    choose = reverse("customers-merge-choose", args=[one.pk])
    assert page.post(choose, {"other": one.pk}).status_code == 422
    sent = page.post(choose, {"other": other.pk})
    assert sent["Location"] == reverse("customers-merge-pair", args=[one.pk, other.pk])
