"""What a list is: the declaration that an app writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django_filters import FilterSet

from dakehu.infra.access.api import Actor, branches, require
from dakehu.infra.ui.lists.columns import Column
from dakehu.infra.ui.lists.filters import Filter

M = TypeVar("M", bound=Model)
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Action:
    """A button that leads somewhere: to a form, an import, another list."""

    label: Text
    url: str
    """A url name without arguments, or an address that begins with "/"."""
    permission: str = ""
    icon: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What a list without any row says: why it is empty and the first steps."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    actions: Sequence[Action] = ()


@dataclass(frozen=True)  # without slots: `BulkAction[Row](…)` would fail on Python 3.11
class BulkAction(Generic[M]):
    """Something done to the chosen rows, one after the other, each in a transaction of its own.

    `run(actor, row, values)` calls a service; a `DomainError` is that row's outcome and the others go on.
    `form` asks for `values` first. `question` is asked before it starts; it may hold `%(count)s`.
    """

    name: str
    label: Text
    run: Callable[[Actor, M, dict[str, Any]], None]
    permission: str = ""
    icon: str = ""
    form: Callable[..., forms.Form] | None = None
    question: Text = ""
    is_dangerous: bool = False


@dataclass(frozen=True)  # without slots: `ListSpec[Row](…)` would fail on Python 3.11
class ListSpec(Generic[M]):
    """A list page.

    `name` ("customers.customer") names it for good: views and remembered filters hang on it. `queryset`
    gives all rows for the actor, before scope; with `scoped` the kit narrows them by `access.branches`
    under `permission`. `search(queryset, text)` narrows by the search box. `sort` is a column's key, with
    "-" for descending; every order is made total by the primary key.
    """

    name: str
    title: Text
    queryset: Callable[[Actor], QuerySet[M]]
    columns: Sequence[Column[M]]
    permission: str = ""
    sort: str = ""
    filters: Sequence[Filter] = ()
    filterset: type[FilterSet] | None = None
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    search_hint: Text = ""
    row_url: Callable[[M], str] | None = None
    actions: Sequence[Action] = ()
    bulk: Sequence[BulkAction[M]] = ()
    empty: EmptyState | None = None
    scoped: bool = True
    page_size: int = 25
    can_export: bool = True
    noun: str = ""
    """What the audit calls the rows of an export; the list's name unless given."""
    note: Text = ""
    """A line under the title: what is listed, from when the figures are."""
    row_class: Callable[[M], str] | None = None
    prepare: Callable[[Actor, Sequence[M]], None] | None = None
    """Called with the rows of a page or of a piece of an export before they are shown."""
    live_s: int = 0
    """Fetch the rows again every so many seconds; 0: never."""
    template: str = "ui/list.html"
    context: Callable[[Actor], dict[str, Any]] = field(default=lambda _actor: {})

    def column(self, key: str) -> Column[M] | None:
        return next((column for column in self.columns if column.key == key), None)

    def parts(self, actor: Actor) -> list[QuerySet[M]]:
        """The rows as disjoint querysets, each of which an index can sort."""
        rows = self.queryset(actor)
        if self.scoped:
            return branches(rows, actor, self.permission)
        if self.permission:
            require(actor, self.permission)
        return [rows]
