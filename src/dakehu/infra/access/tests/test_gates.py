"""Data scope by example: rows in five places of two cities, seen from everywhere."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from dakehu.infra.access.api import (
    SYSTEM,
    Actor,
    Scope,
    ScopeRule,
    access_one,
    branches,
    require,
    visible,
)
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import NotAllowed, NotFound

PROVINCE, TAIYUAN, DATONG = "0001", "00010001", "00010002"
COUNTY, NEXT_COUNTY = "000100010003", "000100010004"
TEAM = "0001000100030001"
PLACES = (PROVINCE, TAIYUAN, DATONG, COUNTY, NEXT_COUNTY, TEAM)
OWNER = 77


class SharedJob(Job):
    """A job whose owner counts as its named collaborator."""

    SCOPE = ScopeRule(collaborators="owner_id")

    class Meta:
        proxy = True
        app_label = "jobs"


class UncitiedJob(Job):
    """A job looked at as a model without a column for its city."""

    SCOPE = ScopeRule(city="")

    class Meta:
        proxy = True
        app_label = "jobs"


@pytest.fixture
def rows(db: None) -> dict[str, Job]:
    made = {}
    for place in PLACES:
        job = Job(kind="test", title=place, owner_id=OWNER, created_at=now(), heartbeat_at=now())
        job.place(place)
        job.save()
        made[place] = job
    return made


def _actor(scope: str, *permissions: str, user_id: int | None = 1) -> Actor:
    return Actor(user_id, "某人", frozenset(permissions or ["job.view"]), Scope(scope), scope)


SEEN = [
    (PROVINCE, set(PLACES)),
    (TAIYUAN, {TAIYUAN, COUNTY, NEXT_COUNTY, TEAM}),
    (DATONG, {DATONG}),
    (COUNTY, {COUNTY, TEAM}),
    (NEXT_COUNTY, {NEXT_COUNTY}),
    (TEAM, {TEAM}),
    ("0001000100030002", set()),
    ("", set()),
]


@pytest.mark.req("KAM-11")
@pytest.mark.parametrize("model", [Job, UncitiedJob])
@pytest.mark.parametrize(("scope", "seen"), SEEN)
def test_one_sees_the_subtree_and_nothing_else(
    rows: dict[str, Job], model: type[Job], scope: str, seen: set[str]
) -> None:
    mine = visible(model._default_manager.all(), _actor(scope), "job.view")
    assert {row.title for row in mine} == seen
    assert mine.count() == len(seen)  # not even by count
    for place, row in rows.items():
        if place in seen:
            assert access_one(model._default_manager.all(), _actor(scope), row.pk, "job.view").pk == row.pk
        else:
            with pytest.raises(NotFound) as raised:
                access_one(model._default_manager.all(), _actor(scope), row.pk, "job.view")
            assert raised.value.data["id"] == str(row.pk)
        assert Scope(scope).contains(place) == (place in seen)


@pytest.mark.parametrize(("scope", "seen"), SEEN)
def test_branches_give_the_same_rows_once(rows: dict[str, Job], scope: str, seen: set[str]) -> None:
    rows[DATONG].owner_id = 1
    rows[DATONG].save()
    parts = branches(SharedJob.objects.all(), _actor(scope), "job.view")
    titles = [row.title for part in parts for row in part]
    assert sorted(titles) == sorted(seen | {DATONG})


def test_a_collaborator_sees_the_row_wherever_it_is(rows: dict[str, Job]) -> None:
    owner, other = _actor(TEAM, user_id=OWNER), _actor(TEAM, user_id=8)
    assert visible(SharedJob.objects.all(), owner, "job.view").count() == len(PLACES)
    assert access_one(SharedJob.objects.all(), owner, rows[DATONG].pk, "job.view").title == DATONG
    assert visible(SharedJob.objects.all(), other, "job.view").count() == 1
    client = _actor(TEAM, user_id=None)  # a program is nobody's collaborator
    assert visible(SharedJob.objects.all(), client, "job.view").count() == 1


def test_a_right_is_asked_before_any_row(
    rows: dict[str, Job], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stranger = _actor(PROVINCE, "other.view")
    with django_assert_num_queries(0):
        for gate in (visible, branches):
            with pytest.raises(NotAllowed):
                gate(Job.objects.all(), stranger, "job.view")
        with pytest.raises(NotAllowed) as raised:
            access_one(Job.objects.all(), stranger, rows[TEAM].pk, "job.view")
    assert raised.value.data == {"permission": "job.view"}


def test_everything_means_every_right_within_the_scope(rows: dict[str, Job]) -> None:
    boss = Actor(1, "主任", everything=True, scope=Scope(DATONG))
    require(boss, "moon.change")
    assert [row.title for row in visible(Job.objects.all(), boss, "job.view")] == [DATONG]
    assert visible(Job.objects.all(), SYSTEM, "job.view").count() == len(PLACES)


def test_a_city_list_is_an_equality_on_the_city(rows: dict[str, Job]) -> None:
    city = str(visible(Job.objects.all(), _actor(TAIYUAN), "job.view").query)
    county = str(visible(Job.objects.all(), _actor(COUNTY), "job.view").query)
    assert f'"org_city" = {TAIYUAN}' in city
    assert "BETWEEN" not in city
    assert f'"org_city" = {TAIYUAN}' in county
    assert f"BETWEEN {COUNTY} AND {COUNTY}999" in county


@pytest.mark.parametrize("nonsense", ["", "x", None, "0", 10**30])
def test_nonsense_for_an_id_finds_nothing(rows: dict[str, Job], nonsense: object) -> None:
    with pytest.raises(NotFound):
        access_one(Job.objects.all(), _actor(PROVINCE), nonsense, "job.view")


def test_a_model_that_does_not_say_where_it_belongs_is_not_gated_by_accident() -> None:
    with pytest.raises(TypeError, match="declares no SCOPE"):
        visible(OutboxEvent.objects.all(), SYSTEM, "event.view")
