"""Measures and dimensions, each declared once: a report is data that names them.

A measure says its unit and its definition (口径) in words, and whether it may be added up over rows
(`additive`); totals of one that may not are computed from the facts. A dimension says which column it
groups by and how its keys read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dakehu.reporting.selectors import names

Expression = Callable[[Any], Any]
Words = str | Promise


class Unit(StrEnum):
    COUNT = "count"
    ACCOUNTS = "accounts"
    MINUTES = "minutes"
    FEN = "fen"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over facts; `expression` makes it from an Ibis table."""

    name: str
    label: Words
    unit: Unit
    definition: Words
    expression: Expression
    additive: bool = True


@dataclass(frozen=True, slots=True)
class Dimension:
    """What figures are broken down by; `words` turns a page's keys into what people read, at once."""

    name: str
    label: Words
    column: str
    words: Callable[[Collection[Any]], Mapping[Any, str]]
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: one table of the lake with its measures, dimensions and way of drilling."""

    name: str
    title: Words
    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...]
    drill: tuple[str, ...]

    def measure(self, name: str) -> Measure | None:
        return next((m for m in self.measures if m.name == name), None)

    def dimension(self, name: str) -> Dimension | None:
        return next((d for d in self.dimensions if d.name == name), None)


MONTH = Dimension("month", _("Month"), "month", names.themselves)
CITY = Dimension("city", _("City"), "org_city", names.cities)
CUSTOMER = Dimension("customer", _("Customer"), "customer_id", names.customers, numeric=True)
TRADE = Dimension("trade", _("Trade"), "trade", names.trades)
GRADE = Dimension("grade", _("Grade"), "grade", names.grades, numeric=True)

CALLS = Subject(
    name="calls",
    title=_("Calls, minutes and charges"),
    measures=(
        Measure(
            "calls",
            _("Calls"),
            Unit.COUNT,
            _("Every call that a line of the customer began, answered or not."),
            lambda t: t.count(),
        ),
        Measure(
            "answered",
            _("Answered"),
            Unit.COUNT,
            _("Calls that were answered."),
            lambda t: (t.talk_ms > 0).sum(),
        ),
        Measure(
            "answer_rate",
            _("Answer rate"),
            Unit.PERCENT,
            _("Answered calls out of all calls."),
            lambda t: (t.talk_ms > 0).mean() * 100,
            additive=False,
        ),
        Measure(
            "minutes",
            _("Minutes"),
            Unit.MINUTES,
            _("From answer to end, each call rounded up to whole minutes."),
            lambda t: ((t.talk_ms + 59_999) // 60_000).sum(),
        ),
        Measure(
            "charge",
            _("Charges"),
            Unit.FEN,
            _("What the calls cost by the tariff of their day; the calling line pays."),
            lambda t: t.charge_fen.sum(),
        ),
    ),
    dimensions=(
        CITY,
        CUSTOMER,
        MONTH,
        Dimension("call_class", _("Class of call"), "call_class", names.call_classes),
        TRADE,
        GRADE,
    ),
    drill=("city", "customer", "month", "call_class"),
)

REVENUE = Subject(
    name="revenue",
    title=_("Revenue"),
    measures=(
        Measure(
            "revenue",
            _("Revenue"),
            Unit.FEN,
            _("Billed revenue after tax in the month it was billed for."),
            lambda t: t.amount_fen.sum(),
        ),
        Measure(
            "accounts",
            _("Accounts with revenue"),
            Unit.ACCOUNTS,
            _("Customers with revenue above zero in the period, each counted once."),
            lambda t: t.customer_id.nunique(where=t.amount_fen > 0),
            additive=False,
        ),
    ),
    dimensions=(
        CITY,
        CUSTOMER,
        MONTH,
        Dimension("product", _("Product"), "product", names.products),
        TRADE,
        GRADE,
    ),
    drill=("city", "customer", "month", "product"),
)

SUBJECTS = {subject.name: subject for subject in (CALLS, REVENUE)}
