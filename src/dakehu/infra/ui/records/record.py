"""The record page: what an app declares of one object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from dakehu.infra.ui.badges import Badge
from dakehu.infra.ui.lists.columns import Kind, marked_up
from dakehu.infra.ui.records.timeline import timeline
from dakehu.infra.ui.registry import PARTS, Part, panels_for, words_of
from dakehu.infra.ui.requests import actor_of, is_fragment, target_id

Text = str | Promise
_TIMELINE_FIRST = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: `note` says of when, `change` is a fraction against an earlier period."""

    label: Text
    value: Any
    kind: Kind = Kind.TEXT
    unit: Text = ""
    note: Text = ""
    change: Any = None
    url: str = ""

    @property
    def html(self) -> Any:
        return "–" if self.value is None else marked_up(self.kind, self.value)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value, in a list of facts. `note` stands small below."""

    label: Text
    value: Any
    kind: Kind = Kind.TEXT
    url: str = ""
    note: Text = ""

    @property
    def html(self) -> Any:
        if isinstance(self.value, Badge):
            return self.value.__html__()
        return None if self.value in (None, "") else marked_up(self.kind, self.value)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to do with the record.

    A link, or with `post` a form that posts to `url` (with `question`: after asking). `dialog` opens the
    fragment at `url` in a dialog. `fields` are posted along.
    """

    label: Text
    url: str
    icon: str = ""
    permission: str = ""
    is_primary: bool = False
    is_dangerous: bool = False
    post: bool = False
    dialog: bool = False
    question: Text = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: `template` drawn with `context` at once, or the fragment at `url` fetched when it is opened."""

    name: str
    label: Text
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    count: int | None = None
    part: Part = Part.FILE


@dataclass(frozen=True, slots=True)
class Record:
    """One object's page.

    `noun` and `object_id` are the audit's: timeline and registered panels hang on them. `back` is the list
    the record belongs to: (label, address).
    """

    noun: str
    object_id: object
    title: str
    subtitle: Text = ""
    badges: Sequence[Badge] = ()
    figures: Sequence[Figure] = ()
    tabs: Sequence[Tab] = ()
    buttons: Sequence[Button] = ()
    back: tuple[Text, str] | None = None
    warning: Text = ""
    has_timeline: bool = True


def record_page(request: HttpRequest, record: Record) -> HttpResponse:
    """Answer with the record; with the older part of its timeline where the request asks for that."""
    actor = actor_of(request)
    if is_fragment(request) and target_id(request) == "timeline-more":
        before = request.GET.get("_before", "")
        entries = timeline(actor, record.noun, str(record.object_id), before=before)
        return render(request, "ui/fragments/timeline_entries.html", {"timeline": entries})
    tabs = [*record.tabs, *_panels(request, record)]
    asked = request.GET.get("tab", "")
    active = next((tab for tab in tabs if tab.name == asked), tabs[0] if tabs else None)
    if is_fragment(request) and target_id(request) == "record-tab" and active and not active.url:
        context = {"record": record, **active.context}
        return render(request, active.template, context)
    shown = timeline(actor, record.noun, str(record.object_id)) if record.has_timeline else None
    context = {
        "record": record,
        "noun_label": words_of(record.noun).label,
        "title": record.title,
        "tabs": tabs,
        "parts": _parts(tabs),
        "active": active,
        "buttons": [each for each in record.buttons if not each.permission or actor.may(each.permission)],
        "timeline": shown,
        **(active.context if active else {}),
    }
    return render(request, "ui/record.html", context)


def _panels(request: HttpRequest, record: Record) -> list[Tab]:
    """The tabs that other apps registered for this noun."""
    return [
        Tab(panel.name, panel.label, url=reverse(panel.url_name, args=[record.object_id]), part=panel.part)
        for panel in panels_for(actor_of(request), record.noun)
    ]


def _parts(tabs: Sequence[Tab]) -> list[tuple[Part, Text, list[Tab]]]:
    """The parts that tabs stand under, each with its own; tabs of one part alone need no such row."""
    found = [(part, label, [tab for tab in tabs if tab.part is part]) for part, label in PARTS.items()]
    return [each for each in found if each[2]]
