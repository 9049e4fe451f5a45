"""What a request asks of a list: search, filters, order, place; and the addresses that change one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from dakehu.infra.ui.lists.filters import folded
from dakehu.infra.ui.lists.keyset import Order
from dakehu.infra.ui.lists.memory import Kept
from dakehu.infra.ui.lists.spec import ListSpec

SEARCH, SORT, AFTER, BEFORE, VIEW = "q", "sort", "after", "before", "view"
_PLACE = frozenset({AFTER, BEFORE})
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class ListState:
    """Parsed from the address; from the chosen view or the last use where the address says nothing."""

    data: QueryDict
    sort: str
    view: str = ""

    @property
    def text(self) -> str:
        return str(self.data.get(SEARCH, ""))[:_MAX_TEXT]

    @property
    def after(self) -> str:
        return str(self.data.get(AFTER, ""))

    @property
    def before(self) -> str:
        return str(self.data.get(BEFORE, ""))

    @property
    def sort_key(self) -> str:
        return self.sort.lstrip("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def order(self, spec: ListSpec[Any]) -> Order:
        column = spec.column(self.sort_key)
        return Order(column.sort if column else "", self.descending)

    def params(self, *, keep_place: bool = False) -> str:
        """The query string of this state, without kit words (they begin with "_") and empty values."""
        return _encoded(self.data, {} if keep_place else dict.fromkeys(_PLACE, ""))

    def remembered(self) -> str:
        """The query string worth remembering: filters and order, not what was searched for."""
        return _encoded(self.data, dict.fromkeys([*_PLACE, SEARCH, VIEW], ""))

    def link(self, **changes: str) -> str:
        """The address of this state with some parameters changed; an empty value takes one away."""
        return "?" + (_encoded(self.data, {**dict.fromkeys(_PLACE, ""), **changes}) or f"{SEARCH}=")

    def sort_link(self, key: str, *, falling_first: bool) -> str:
        if self.sort_key == key:
            return self.link(**{SORT: key if self.descending else f"-{key}"})
        return self.link(**{SORT: f"-{key}" if falling_first else key})


def state_of(request: HttpRequest, spec: ListSpec[Any], kept: Kept) -> ListState:
    """The state that the address, the view it names or the last use gives."""
    data = request.GET
    asked = [key for key in data if not key.startswith("_")]
    view = kept.view(str(data.get(VIEW, "")))
    if view is not None and asked == [VIEW]:
        data = QueryDict(f"{view.params}&{urlencode({VIEW: view.pk})}")
    elif not asked and kept.last is not None:
        data = QueryDict(kept.last.params)
    clean = folded(data)
    sort = str(clean.get(SORT, ""))
    column = spec.column(sort.lstrip("-"))
    if column is None or not column.sort:
        sort = spec.sort
    return ListState(clean, sort, str(view.pk) if view else "")


def _encoded(data: QueryDict, changes: Mapping[str, str]) -> str:
    pairs = [
        (key, value)
        for key, values in data.lists()
        if key not in changes and not key.startswith("_")
        for value in values
        if value
    ]
    return urlencode([*pairs, *((key, value) for key, value in changes.items() if value)])
