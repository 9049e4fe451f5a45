"""Records: tabs, panels of higher apps, the timeline from the audit trail and from apps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import override

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.api import Change, record
from dakehu.infra.clock import now
from dakehu.infra.ui.api import (
    Badge,
    Button,
    Fact,
    Figure,
    Kind,
    Panel,
    Part,
    Record,
    Tab,
    TimelineEvent,
    Tone,
    Words,
    record_page,
    register_panel,
    register_timeline,
    register_words,
)
from dakehu.infra.ui.records.timeline import PAGE, timeline
from dakehu.infra.ui.tests.calls import HTMX, asked

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, name="王晓明", permissions=frozenset({"t.change"}), org_path="0001")


def _record(**changes: Any) -> Record:
    facts = {"figures": [Figure("Revenue", 123_450, Kind.MONEY, "元", change=-0.1)]}
    values = {
        "noun": "test-thing",
        "object_id": "8a3f2f0e-0000-4000-8000-000000000001",
        "title": "太钢集团",
        "badges": [Badge("在网", Tone.GOOD)],
        "figures": facts["figures"],
        "tabs": [Tab("file", "File", "ui/tiles/figures.html", facts), Tab("other", "Other", url="/jobs/")],
        "buttons": [
            Button("Edit", "/e/", permission="t.change"),
            Button("Close", "/c/", permission="t.close"),
        ],
    }
    return Record(**{**values, **changes})


def _page(record: Record, url: str = "/r/", **headers: str) -> str:
    answer = record_page(asked(ACTOR, url, **headers), record)
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def _write(action: str, before: dict[str, Any], after: dict[str, Any], pk: str = "1") -> None:
    with transaction.atomic():
        record(ACTOR, action, Change("test-noun", pk, "甲", before, after))


def test_header_tabs_and_buttons() -> None:
    page = _page(_record())
    assert "1,234.50" in page
    assert "dk-growth-down" in page
    assert ">Edit</a>" in page
    assert ">Close</a>" not in page
    assert 'hx-get="/jobs/"' in page


def test_a_panel_of_a_higher_app_is_a_tab_for_those_who_may_see_it() -> None:
    register_panel(
        Panel("test-thing", "jobs", "Jobs of it", "ui-job-record"),
        Panel("test-thing", "shut", "Shut", "ui-job-record", "no.right"),
    )
    page = _page(_record())
    assert 'data-tab="jobs"' in page
    assert 'data-tab="shut"' not in page
    lazy = _page(_record(), "/r/?tab=jobs")
    assert 'hx-trigger="load"' in lazy


def test_tabs_of_several_parts_stand_in_rows_of_their_own() -> None:
    assert "data-part=" not in _page(_record()), "one part alone needs no row of parts"
    register_panel(Panel("test-thing", "dealt", "Dealt", "ui-job-record", part=Part.DEALINGS))
    page = _page(_record(), "/r/?tab=dealt")
    file, dealings = page.index('data-of="file"'), page.index('data-of="dealings"')
    assert "hidden" in page[file : page.index(">", file)]
    assert "hidden" not in page[dealings : page.index(">", dealings)]
    assert file < page.index('data-tab="file"') < dealings < page.index('data-tab="dealt"')


def test_a_tab_is_fetched_alone() -> None:
    part = _page(_record(), "/r/?tab=file", **HTMX, **{"HX-Target": "div#record-tab"})
    assert "1,234.50" in part
    assert "<html" not in part


def test_the_timeline_says_what_changed_in_words() -> None:
    register_words(
        Words(
            "test-noun",
            "Thing",
            {"grade": "Grade"},
            {"thing.merge": "Merged"},
            {"grade": lambda v: f"{v} 级"},
        )
    )
    _write("thing.create", {}, {"name": "甲", "grade": "C"})
    _write(
        "thing.update",
        {"grade": "C", "version": 1, "open": True},
        {"grade": "A", "version": 2, "open": False},
    )
    _write("thing.merge", {}, {})
    with override("en"):
        newest, changed, created = timeline(ACTOR, "test-noun", "1").entries
    assert newest.text == "Merged"
    assert [(d.label, d.old, d.new) for d in changed.differences] == [
        ("Grade", "C 级", "A 级"),
        ("open", "Yes", "No"),
    ]
    assert (created.text, created.differences, created.by) == ("Created", (), "王晓明")


def test_events_of_apps_stand_between_in_time() -> None:
    at = now()
    _write("thing.create", {}, {})
    register_timeline(
        "test-noun",
        "calls",
        lambda _actor, _id: [
            TimelineEvent(at + timedelta(hours=1), "later"),
            TimelineEvent(at - timedelta(hours=1), "earlier"),
        ],
    )
    texts = [entry.text for entry in timeline(ACTOR, "test-noun", "1").entries]
    assert texts[0] == "later"
    assert texts[-1] == "earlier"
    assert len(texts) == 3


def test_older_entries_are_asked_for_and_none_is_lost() -> None:
    for n in range(PAGE * 2 + 1):
        _write("thing.note", {}, {"n": n}, pk="2")
    shown, before = [], ""
    while True:
        part = timeline(ACTOR, "test-noun", "2", before=before)
        shown += [d.new for entry in part.entries for d in entry.differences]
        before = part.before
        if not before:
            break
    assert shown == [str(n) for n in reversed(range(PAGE * 2 + 1))]


def test_facts_leave_out_nothing() -> None:
    assert Fact("x", None).html is None
    assert Fact("x", 0, Kind.NUMBER).html == "0"
    assert Fact("x", False, Kind.YES_NO).html is not None
    assert "dk-tone-good" in str(Fact("x", Badge("好", Tone.GOOD)).html)
    assert Fact("x", "<b>").html == "&lt;b&gt;"
