"""Filters of lists, declared; django-filter does the filtering.

Full-width letters and digits typed by mistake are understood in every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import widgets

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.forms.fields import MoneyField
from dakehu.kernel.text import clean_line, fold_width

Text = str | Promise
Choices = Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What all filters have: the name in the address, the ORM path (the name unless given), the label.

    `quick` puts it into the bar above the list; the others wait behind "More filters".
    """

    name: str
    label: Text
    path: str = ""
    quick: bool = True

    def build(self, actor: Actor) -> django_filters.Filter:
        raise NotImplementedError

    @property
    def words(self) -> Any:
        """The label for django-filter, whose type of lazy text is a private one."""
        return self.label

    @property
    def field_path(self) -> str:
        return self.path or self.name


@dataclass(frozen=True, slots=True)
class TextFilter(Filter):
    """Rows whose column holds the text; `lookup` "startswith" lets an index help."""

    lookup: str = "icontains"

    def build(self, actor: Actor) -> django_filters.Filter:  # noqa: ARG002 - the base's signature
        return django_filters.CharFilter(
            field_name=self.field_path,
            lookup_expr=self.lookup,
            label=self.words,
            widget=forms.TextInput(attrs={"placeholder": self.label, "autocomplete": "off"}),
        )


@dataclass(frozen=True, slots=True)
class ChoiceFilter(Filter):
    """Rows with one of a few values; `choices` may depend on the actor. `many` lets several be chosen."""

    choices: Choices | Callable[[Actor], Choices] = ()
    many: bool = False

    def build(self, actor: Actor) -> django_filters.Filter:
        choices = self.choices(actor) if callable(self.choices) else self.choices
        if self.many:
            return django_filters.MultipleChoiceFilter(
                field_name=self.field_path,
                choices=choices,
                label=self.words,
                widget=forms.CheckboxSelectMultiple(),
            )
        return django_filters.ChoiceFilter(
            field_name=self.field_path, choices=choices, label=self.words, empty_label=self.words
        )


@dataclass(frozen=True, slots=True)
class YesNoFilter(Filter):
    def build(self, actor: Actor) -> django_filters.Filter:  # noqa: ARG002 - the base's signature
        return django_filters.TypedChoiceFilter(
            field_name=self.field_path,
            choices=[("", self.words), ("1", _("Yes")), ("0", _("No"))],
            coerce=lambda value: value == "1",
            label=self.words,
        )


@dataclass(frozen=True, slots=True)
class DateFilter(Filter):
    """Rows from one day of China Standard Time to another, both included: dates or instants.

    The names in the address are `<name>_min` and `<name>_max`.
    """

    quick: bool = False

    def build(self, actor: Actor) -> django_filters.Filter:  # noqa: ARG002 - the base's signature
        return django_filters.DateFromToRangeFilter(
            field_name=self.field_path, label=self.words, widget=RangeWidget("date")
        )


@dataclass(frozen=True, slots=True)
class MoneyFilter(Filter):
    """Rows with an amount between two, typed in yuan ("1.5万" is understood), stored in fen."""

    quick: bool = False

    def build(self, actor: Actor) -> django_filters.Filter:  # noqa: ARG002 - the base's signature
        return _MoneyRange(field_name=self.field_path, label=self.words, widget=RangeWidget("money"))


@dataclass(frozen=True, slots=True)
class NumberFilter(Filter):
    """Rows with a number between two."""

    quick: bool = False

    def build(self, actor: Actor) -> django_filters.Filter:  # noqa: ARG002 - the base's signature
        return django_filters.RangeFilter(
            field_name=self.field_path, label=self.words, widget=RangeWidget("number")
        )


@dataclass(frozen=True, slots=True)
class CustomFilter(Filter):
    """Rows by a rule of one's own: `apply(queryset, value)` for the cleaned value of `field`."""

    field: Callable[[Actor], forms.Field] = lambda _actor: forms.CharField(required=False)
    apply: Callable[[Any, Any], Any] = lambda queryset, _value: queryset

    def build(self, actor: Actor) -> django_filters.Filter:
        return _Custom(self.field(actor), self.apply, label=self.words)


class RangeWidget(widgets.RangeWidget):
    """Two inputs, from and to."""

    template_name = "ui/widgets/range.html"

    def __init__(self, kind: str) -> None:
        super().__init__(attrs={"type": "date"} if kind == "date" else {"inputmode": "decimal"})
        self.kind = kind


class _MoneyRangeField(django_filters.fields.RangeField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((MoneyField(), MoneyField()), *args, **kwargs)


class _MoneyRange(django_filters.RangeFilter):
    field_class = _MoneyRangeField


class _Custom(django_filters.Filter):
    def __init__(self, field: forms.Field, apply: Callable[[Any, Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        field.required, field.label = False, kwargs["label"]
        self._own_field, self._apply = field, apply

    @property
    def field(self) -> forms.Field:
        return self._own_field

    def filter(self, qs: Any, value: Any) -> Any:
        return qs if value in (None, "", []) else self._apply(qs, value)


def filterset_class(filters: Sequence[Filter], actor: Actor) -> type[django_filters.FilterSet]:
    """A FilterSet of the declared filters, for this actor."""
    built = {declared.name: declared.build(actor) for declared in filters}
    return type("ListFilterSet", (django_filters.FilterSet,), built)


def folded(data: QueryDict) -> QueryDict:
    """The values of an address as if typed half-width, without stray blanks."""
    clean = data.copy()
    for key in clean:
        clean.setlist(key, [clean_line(fold_width(value)) for value in clean.getlist(key)])
    return clean
