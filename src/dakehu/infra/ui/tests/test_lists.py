"""Lists: filters, search, order, columns, export, bulk actions, empty states."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import override

from dakehu.infra.access.api import Actor, require
from dakehu.infra.jobs.models import Job
from dakehu.infra.ui.api import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    EmptyState,
    Kind,
    LineField,
    ListSpec,
    MoneyFilter,
    list_response,
    list_view,
)
from dakehu.infra.ui.jobs import JOB_STATES
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.infra.ui.tests.calls import HTMX, asked, signed_in
from dakehu.infra.ui.tests.routes import a_job
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


class NoteForm(forms.Form):
    note = LineField(label="Note")


def _annotate(actor: Actor, row: Job, values: dict[str, Any]) -> None:
    if row.state == Job.State.DONE:
        require(actor, "job.rewrite")
    Job.objects.filter(pk=row.pk).update(note=values["note"])


SPEC: ListSpec[Job] = ListSpec(
    name="test.job",
    title="Jobs",
    permission="job.read",
    queryset=lambda _actor: Job.objects.all(),
    columns=[
        Column("title", "Title", Kind.LINK, sort="title"),
        Column("state", "State", Kind.STATE, states=JOB_STATES),
        Column("done", "Charge", Kind.MONEY, sort="done"),
        Column("created_at", "Started", Kind.MOMENT, sort="created_at"),
        Column("kind", "Kind", shown=False),
    ],
    sort="title",
    filters=[
        ChoiceFilter("state", "State", choices=Job.State.choices, many=True),
        MoneyFilter("done", "Charge"),
        DateFilter("created_at", "Started"),
    ],
    search=lambda rows, text: rows.filter(title__icontains=text),
    row_url=lambda row: f"/jobs/{row.pk}/",
    actions=[Action("Make", "ui-job-list", "job.make"), Action("See", "/jobs/")],
    bulk=[BulkAction("note", "Annotate", _annotate, "job.change", form=NoteForm)],
    empty=EmptyState("No jobs yet", "Start one."),
)
RIGHTS = ("job.read", "job.change")


@pytest.fixture
def actor(world: Scenario) -> Actor:
    found = world.actor_with(*RIGHTS)
    return Actor(7, "王晓明", found.permissions, found.scope, found.org_path)


def _shown(actor: Actor, url: str = "/x/") -> str:
    response = list_response(asked(actor, url), SPEC)
    assert response.status_code == 200
    return _text(response)


def _text(response: HttpResponseBase) -> str:
    if response.streaming:
        return b"".join(getattr(response, "streaming_content")).decode()  # noqa: B009
    return bytes(getattr(response, "content")).decode()  # noqa: B009


def _titles(page: str) -> list[str]:
    return re.findall(r'<a href="/jobs/[0-9a-f-]{36}/">([^<]*)</a>', page)


def test_only_the_scope_is_listed(world: Scenario, actor: Actor) -> None:
    a_job(world.manager, title="太原的")
    a_job(world.neighbour, title="大同的")
    assert _titles(_shown(actor)) == ["太原的"]


def test_without_the_right_there_is_no_list(world: Scenario) -> None:
    response = list_view(SPEC)(asked(world.neighbour, "/x/"))
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("state=running", ["乙"]),
        ("state=running&state=done", ["甲", "乙"]),
        ("state=no-such", ["丙", "甲", "乙"]),
        ("done_min=0.50", ["丙", "乙"]),
        ("done_min=０．５０&done_max=０．６０元", ["乙"]),
        ("done_min=words", ["丙", "甲", "乙"]),
        ("q=甲", ["甲"]),
        ("q=　甲　", ["甲"]),
        ("sort=-done", ["丙", "乙", "甲"]),
        ("sort=done", ["甲", "乙", "丙"]),
        ("sort=kind", ["丙", "甲", "乙"]),
        ("created_at_min=2001-01-01", ["丙", "甲", "乙"]),
        ("created_at_max=2001-01-01", []),
    ],
)
def test_filters_search_and_order(world: Scenario, actor: Actor, query: str, titles: list[str]) -> None:
    a_job(world.manager, title="甲", state=Job.State.DONE, done=10)
    a_job(world.manager, title="乙", state=Job.State.RUNNING, done=55)
    a_job(world.manager, title="丙", state=Job.State.FAILED, done=10_000)
    shown = _titles(_shown(actor, f"/x/?{query}"))
    assert sorted(shown) == sorted(titles)
    if "sort" in query and "kind" not in query:
        assert shown == titles


def test_a_wrong_filter_is_marked_and_the_others_hold(world: Scenario, actor: Actor) -> None:
    a_job(world.manager, title="甲", state=Job.State.DONE)
    a_job(world.manager, title="乙")
    page = _shown(actor, "/x/?done_min=words&state=done")
    assert _titles(page) == ["甲"]
    assert "is-invalid" in page


def test_filters_in_force_stand_as_chips_with_a_way_out(world: Scenario, actor: Actor) -> None:
    a_job(world.manager)
    page = _shown(actor, "/x/?state=running&q=客户")
    assert re.search(r'class="dk-chip" href="/x/\?q=%E5%AE%A2%E6%88%B7"', page)


def test_nothing_found_and_nothing_there_differ(world: Scenario, actor: Actor) -> None:
    assert "No jobs yet" in _shown(actor)
    a_job(world.manager)
    with override("en"):
        assert "Nothing matches" in _shown(actor, "/x/?q=xyz")


def test_actions_without_the_right_are_left_out(world: Scenario, actor: Actor) -> None:
    a_job(world.manager)
    page = _shown(actor)
    assert ">See</a>" in page
    assert ">Make</a>" not in page
    assert "_bulk=note" in page
    assert "_bulk=note" not in _shown(Actor(7, "x", frozenset({"job.read"}), actor.scope, actor.org_path))


def test_pages_are_walked_by_key(world: Scenario, actor: Actor) -> None:
    for n in range(30):
        a_job(world.manager, title=f"任务{n:02d}")
    first = _shown(actor)
    assert len(_titles(first)) == 25
    after = re.search(r'rel="next" href="/x/(\?[^"]*)"', first)
    assert after
    second = _shown(actor, f"/x/{after[1]}")
    assert _titles(second) == [f"任务{n}" for n in range(25, 30)]
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    with override("en"):
        assert "30 rows" in _shown(actor)


def test_htmx_gets_the_rows_alone(world: Scenario, actor: Actor) -> None:
    a_job(world.manager)
    headers = {**HTMX, "HX-Target": "div#list-test-job-rows"}
    part = _text(list_response(asked(actor, "/x/", **headers), SPEC))
    assert part.lstrip().startswith('<div class="dk-rows"')
    assert "<html" not in part
    assert "<html" not in _text(list_response(asked(actor, "/x/"), SPEC, embedded=True))


def test_what_people_typed_is_escaped(world: Scenario, actor: Actor) -> None:
    a_job(world.manager, title='<img src=x onerror="alert(1)">')
    page = _shown(actor, "/x/?q=%22%3E%3Cimg")
    assert "<img src=x" not in page + _shown(actor)


def test_export_has_the_chosen_columns_and_the_filtered_rows(world: Scenario, actor: Actor) -> None:
    a_job(world.manager, title="甲", state=Job.State.DONE, done=123_456)
    a_job(world.manager, title="乙")
    with override("en"):
        file = _text(list_response(asked(actor, "/x/?state=done&_export=csv"), SPEC))
    assert file.lstrip("\ufeff").splitlines()[0] == "Title,State,Charge,Started"
    assert file.splitlines()[1].startswith("甲,Done,1234.56,")
    assert len(file.splitlines()) == 2


class TestBulk:
    def _post(self, actor: Actor, *rows: Job, **data: str) -> str:
        keys = [str(row.pk) for row in rows]
        request = asked(actor, "/x/?_bulk=note", data={"pk": keys, **data}, **HTMX)
        return _text(list_view(SPEC)(request))

    def test_it_asks_first_and_changes_nothing(self, world: Scenario, actor: Actor) -> None:
        row = a_job(world.manager)
        page = self._post(actor, row)
        assert 'name="note"' in page
        assert str(row.pk) in page
        row.refresh_from_db()
        assert row.note == ""

    def test_each_row_has_its_outcome(self, world: Scenario, actor: Actor) -> None:
        good, bad = a_job(world.manager, title="甲"), a_job(world.manager, title="乙", state=Job.State.DONE)
        with override("en"):
            page = self._post(actor, good, bad, _step="run", note="核对过")
        assert "1 done" in page
        assert "1 not done" in page
        assert re.search(r"<td>乙</td><td>.*job\.rewrite", page)
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.note, bad.note) == ("核对过", "")

    def test_a_faulty_form_comes_back(self, world: Scenario, actor: Actor) -> None:
        assert "is-invalid" in self._post(actor, a_job(world.manager), _step="run", note="")

    def test_rows_outside_the_scope_do_not_exist(self, world: Scenario, actor: Actor) -> None:
        other = a_job(world.neighbour)
        self._post(actor, other, _step="run", note="x")
        other.refresh_from_db()
        assert other.note == ""

    def test_keys_that_are_none_are_left_out(self, actor: Actor) -> None:
        request = asked(actor, "/x/?_bulk=note", data={"pk": ["x", "1"], "_step": "run", "note": "x"})
        assert list_view(SPEC)(request).status_code == 200

    @pytest.mark.parametrize("name", ["", "no-such"])
    def test_an_unknown_action_is_not_found(self, actor: Actor, name: str) -> None:
        assert list_view(SPEC)(asked(actor, f"/x/?_bulk={name}", data={})).status_code == 404

    def test_the_right_is_asked_for(self, world: Scenario) -> None:
        reader = Actor(7, "x", frozenset({"job.read"}), world.manager.scope, world.manager.org_path)
        assert list_view(SPEC)(asked(reader, "/x/?_bulk=note", data={})).status_code == 403


def test_queries_of_a_page(world: Scenario) -> None:
    user = world.manager_user
    for n in range(40):
        a_job(world.manager, title=f"任务{n}")
    # Session, user, the actor's unit, scope and roles; views and last use; rows; count.
    assert_page_queries(signed_in(user), "/jobs/", 7)
