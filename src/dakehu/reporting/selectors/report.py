"""Running a report: one Ibis expression over the lake, then one query for the names on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dakehu.customers.api import Collaborator
from dakehu.infra.access.api import Actor, require
from dakehu.reporting.declarations import SUBJECTS, Dimension, Subject
from dakehu.reporting.domain.query import NoSuchMeasure, ReportQuery
from dakehu.reporting.permissions import ReportPermission
from dakehu.reporting.selectors.lake import facts, seen_by


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is the dimension's own, `label` what people read; `values` by measure, None where unknown."""

    key: Any
    label: str
    values: Mapping[str, int | float | None]


@dataclass(frozen=True, slots=True)
class Report:
    """A page of rows, totals and count over all rows; `as_of` is when the newest facts were written."""

    subject: Subject
    dimension: Dimension
    rows: list[Row]
    row_count: int
    totals: Mapping[str, int | float | None]
    as_of: datetime | None


def report_run(actor: Actor, query: ReportQuery) -> Report:
    """The figures the actor may see; raises `PeriodInvalid`, `NoSuchMeasure`, `NotAllowed`."""
    require(actor, ReportPermission.VIEW)
    subject = SUBJECTS[query.subject]
    dimension = _dimension(subject, query.by)
    table, files = facts(subject.name, query.months)
    if table is None:
        return Report(subject, dimension, [], 0, {m.name: 0 for m in subject.measures}, None)
    seen = seen_by(table, actor, _shared_customers(actor))
    for name, key in query.where.items():
        column = _dimension(subject, name)
        seen = seen.filter(seen[column.column] == (int(key) if column.numeric else str(key)))
    figures = {m.name: m.expression(seen) for m in subject.measures}
    totals = seen.aggregate(**figures).to_pyarrow().to_pylist()[0]
    grouped = seen.group_by(key=seen[dimension.column]).aggregate(**figures)
    page = _page(grouped, query).to_pyarrow().to_pylist()
    labels = dimension.words({row["key"] for row in page if row["key"] is not None})
    rows = [_row(row, labels) for row in page]
    count = grouped.count().to_pyarrow().as_py()
    as_of = max(file.written_at for file in files)
    return Report(subject, dimension, rows, count, {k: _plain(v) for k, v in totals.items()}, as_of)


def _page(grouped: Any, query: ReportQuery) -> Any:
    name = query.sort.removeprefix("-")
    column = grouped["key"] if name == "key" else grouped[_measure(query.subject, name)]
    first = column.desc() if query.sort.startswith("-") else column.asc()
    ordered = grouped.order_by(first if name == "key" else [first, grouped["key"]])
    return ordered if query.limit is None else ordered.limit(query.limit, offset=query.offset)


def _row(row: Mapping[str, Any], labels: Mapping[Any, str]) -> Row:
    key = row["key"]
    values = {name: _plain(value) for name, value in row.items() if name != "key"}
    return Row(key, labels.get(key, "") if key is not None else "", values)


def _plain(value: Any) -> int | float | None:
    if value is None:
        return None
    return round(value, 2) if isinstance(value, float) else int(value)


def _dimension(subject: Subject, name: str) -> Dimension:
    found = subject.dimension(name)
    if found is None:
        raise NoSuchMeasure(name=name)
    return found


def _measure(subject: str, name: str) -> str:
    if SUBJECTS[subject].measure(name) is None:
        raise NoSuchMeasure(name=name)
    return name


def _shared_customers(actor: Actor) -> list[int]:
    if actor.user_id is None:
        return []
    return list(Collaborator.objects.filter(user_id=actor.user_id).values_list("customer_id", flat=True))
