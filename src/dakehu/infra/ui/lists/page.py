"""A list as its template draws it: everything computed, nothing left to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_filters import FilterSet

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.lists import keyset
from dakehu.infra.ui.lists.columns import Column
from dakehu.infra.ui.lists.counting import Count, quick_count
from dakehu.infra.ui.lists.filters import filterset_class
from dakehu.infra.ui.lists.memory import Kept, kept_for
from dakehu.infra.ui.lists.spec import Action, BulkAction, ListSpec
from dakehu.infra.ui.lists.state import AFTER, BEFORE, SEARCH, ListState, state_of
from dakehu.infra.ui.models import SavedView
from dakehu.infra.ui.requests import actor_of


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: `way` is "" when the list is not sorted by it, else "up" or "down"."""

    key: str
    label: str
    css: str
    width: str
    help: str
    sort_link: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `cells` is the markup of all its cells, made here because a template takes thrice as long."""

    pk: str
    url: str
    label: str
    cells: SafeString
    css: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, in words, and the address without it."""

    label: str
    value: str
    link: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A column in the column chooser."""

    key: str
    label: str
    is_chosen: bool


class Listing:
    """One request's list: the parts narrowed by search and filters, and what the person keeps."""

    def __init__(self, request: HttpRequest, spec: ListSpec[Any]) -> None:
        self.request, self.spec = request, spec
        self.actor: Actor = actor_of(request)
        self.kept: Kept = kept_for(self.actor, spec.name)
        self.state: ListState = state_of(request, spec, self.kept)
        parts = spec.parts(self.actor)
        kind = spec.filterset or filterset_class(spec.filters, self.actor)
        self.filterset: FilterSet = kind(self.state.data, queryset=parts[0], request=request)
        self.filterset.form.is_valid()  # a filter that is wrong is marked and left out, the others hold
        self.parts: list[QuerySet[Any]] = [self._narrowed(part) for part in parts]

    def _narrowed(self, part: QuerySet[Any]) -> QuerySet[Any]:
        part = self.filterset.filter_queryset(part)
        text = self.state.text
        return self.spec.search(part, text) if self.spec.search and text else part

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns to show: of the view, of the person's choice, or the usual ones."""
        view = self.kept.view(self.state.view)
        chosen = (
            (view.columns if view else None) or (self.kept.last.columns if self.kept.last else None) or []
        )
        found = [column for key in chosen if (column := self.spec.column(key)) is not None]
        return found or [column for column in self.spec.columns if column.shown]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state.text or self.chips())

    def chips(self) -> list[Chip]:
        """The filters in force."""
        form, chips = self.filterset.form, []
        for name, field in form.fields.items():
            value = form.cleaned_data.get(name)
            if value in (None, "", []):
                continue
            keys = [name, f"{name}_min", f"{name}_max"]
            link = self.state.link(**dict.fromkeys(keys, ""))
            chips.append(Chip(str(field.label or name), _in_words(form, name, value), link))
        return chips

    def order(self) -> keyset.Order:
        return self.state.order(self.spec)


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list templates are given as `list`."""

    listing: Listing
    rows: Sequence[Row]
    heads: Sequence[Head]
    count: Count
    previous: str
    next: str
    embedded: bool

    @property
    def spec(self) -> ListSpec[Any]:
        return self.listing.spec

    @property
    def state(self) -> ListState:
        return self.listing.state

    @property
    def base(self) -> str:
        return self.listing.request.path

    @property
    def region_id(self) -> str:
        return "list-" + self.spec.name.replace(".", "-")

    @property
    def form(self) -> Any:
        return self.listing.filterset.form

    @property
    def has_search(self) -> bool:
        """A template cannot ask the spec: it would call the function."""
        return self.spec.search is not None

    @property
    def quick_fields(self) -> list[Any]:
        return [self.form[name] for name in self.form.fields if self._is_quick(name)]

    @property
    def more_fields(self) -> list[Any]:
        return [self.form[name] for name in self.form.fields if not self._is_quick(name)]

    def _is_quick(self, name: str) -> bool:
        return any(declared.name == name and declared.quick for declared in self.spec.filters)

    @property
    def chips(self) -> list[Chip]:
        return self.listing.chips()

    @property
    def is_narrowed(self) -> bool:
        return self.listing.is_narrowed

    @property
    def views(self) -> Sequence[SavedView]:
        return self.listing.kept.views

    @property
    def current_view(self) -> SavedView | None:
        return self.listing.kept.view(self.state.view)

    @property
    def choices(self) -> list[Choice]:
        chosen = {column.key for column in self.listing.columns}
        return [Choice(c.key, str(c.label), c.key in chosen) for c in self.spec.columns]

    @property
    def bulk(self) -> list[BulkAction[Any]]:
        actor = self.listing.actor
        return [each for each in self.spec.bulk if not each.permission or actor.may(each.permission)]

    @property
    def actions(self) -> list[dict[str, Any]]:
        return drawn_actions(self.spec.actions, self.listing.actor)

    @property
    def empty_actions(self) -> list[dict[str, Any]]:
        return drawn_actions(self.spec.empty.actions, self.listing.actor) if self.spec.empty else []

    @property
    def clear_link(self) -> str:
        return f"?{SEARCH}="

    @property
    def export_link(self) -> str:
        return "?" + "&".join(filter(None, [self.state.params(), "_export="]))

    @property
    def count_link(self) -> str:
        return "?" + "&".join(filter(None, [self.state.params(), "_count=1"]))

    @property
    def self_link(self) -> str:
        return "?" + (self.state.params(keep_place=True) or f"{SEARCH}=")


def list_page(listing: Listing, *, embedded: bool = False) -> ListPage:
    """Read the page's rows and count."""
    spec, state = listing.spec, listing.state
    found = keyset.page_of(
        listing.parts, listing.order(), spec.page_size, after=state.after, before=state.before
    )
    is_whole = not found.previous and not found.next
    shown = len(found.rows)
    if spec.prepare:
        spec.prepare(listing.actor, found.rows)
    total = Count(shown) if is_whole else quick_count(listing.parts, shown, narrowed=listing.is_narrowed)
    columns = listing.columns
    return ListPage(
        listing=listing,
        rows=_rows(spec, columns, found.rows),
        heads=[_head(column, state) for column in columns],
        count=total,
        previous=state.link(**{BEFORE: found.previous}) if found.previous else "",
        next=state.link(**{AFTER: found.next}) if found.next else "",
        embedded=embedded,
    )


def drawn_actions(actions: Sequence[Action], actor: Actor) -> list[dict[str, Any]]:
    """The buttons the actor may press, with their addresses."""
    return [
        {
            "label": action.label,
            "url": action.url if action.url.startswith("/") else reverse(action.url),
            "icon": action.icon,
            "is_primary": action.is_primary,
        }
        for action in actions
        if not action.permission or actor.may(action.permission)
    ]


def _rows(spec: ListSpec[Any], columns: Sequence[Column[Any]], found: Sequence[Model]) -> list[Row]:
    starts = [format_html('<td class="{}" data-label="{}">', _css(c), c.label) for c in columns]
    return [_row(spec, columns, starts, row) for row in found]


def _row(spec: ListSpec[Any], columns: Sequence[Column[Any]], starts: Sequence[str], row: Model) -> Row:
    url = spec.row_url(row) if spec.row_url else ""
    cells = [f"{start}{column.html(row, url)}</td>" for start, column in zip(starts, columns, strict=True)]
    return Row(
        pk=str(row.pk),
        url=url,
        label=columns[0].text(row) if columns else str(row.pk),
        cells=mark_safe("".join(cells)),  # noqa: S308 - starts and cells are escaped
        css=spec.row_class(row) if spec.row_class else "",
    )


def _head(column: Column[Any], state: ListState) -> Head:
    is_current = bool(column.sort) and state.sort_key == column.key
    return Head(
        key=column.key,
        label=str(column.label),
        css=_css(column),
        width=column.width,
        help=str(column.help),
        sort_link=state.sort_link(column.key, falling_first=column.is_right) if column.sort else "",
        way=("down" if state.descending else "up") if is_current else "",
    )


def _css(column: Column[Any]) -> str:
    return f"dk-cell-{column.kind}" + (" text-end" if column.is_right else "")


def _in_words(form: Any, name: str, value: Any) -> str:
    """A filter's value as its label says it."""
    if isinstance(value, slice):
        low, high = (form.data.get(f"{name}_{end}", "") for end in ("min", "max"))
        return f"{low} – {high}".strip()
    choices = dict(getattr(form.fields[name], "choices", None) or ())
    values = value if isinstance(value, (list, tuple)) else [form.data.get(name, value)]
    return "、".join(str(choices.get(each, each)) for each in values)
