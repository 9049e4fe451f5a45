"""From an address to a report query and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from dakehu.infra.clock import now
from dakehu.kernel.clock import Month, month_add, month_of, month_parse
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code
from dakehu.reporting.declarations import Subject
from dakehu.reporting.domain.query import PAGE, ReportQuery, period_months

_USUAL_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `chart` is the measure drawn; `fault` what of it could not be understood."""

    query: ReportQuery
    chart: str
    fault: DomainError | None = None

    def link(self, **changes: str | int | None) -> str:
        """The address with changes; None takes a part out."""
        query = self.query
        parts: dict[str, str | int | None] = {
            "by": query.by,
            "first": query.first,
            "last": query.last,
            "sort": query.sort,
            "chart": self.chart,
            **query.where,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value is not None})


def asked(subject: Subject, data: QueryDict) -> Asked:
    """The query of an address; what is missing or wrong takes its usual value."""
    first, last, fault = _period(data)
    by = _text(data, "by")
    measures = [measure.name for measure in subject.measures]
    chart = _text(data, "chart")
    sort = _text(data, "sort")
    query = ReportQuery(
        subject=subject.name,
        by=by if subject.dimension(by) else subject.drill[0],
        first=first,
        last=last,
        where=_where(subject, data),
        sort=sort if sort.removeprefix("-") in {"key", *measures} else _usual_sort(subject, by),
        offset=PAGE * max(0, int(_text(data, "page")) - 1) if _text(data, "page").isdecimal() else 0,
    )
    return Asked(
        query, chart if chart in measures else measures[-1] if subject.name == "calls" else measures[0], fault
    )


def _period(data: QueryDict) -> tuple[Month, Month, DomainError | None]:
    """The months asked for; the usual ones with the fault where these can't be read or are no period."""
    this_month = month_of(now())
    try:
        last = month_parse(clean_code(_text(data, "last"))) if _text(data, "last") else this_month
        usual = month_add(last, 1 - _USUAL_MONTHS)
        first = month_parse(clean_code(_text(data, "first"))) if _text(data, "first") else usual
        period_months(first, last)
    except DomainError as error:
        return month_add(this_month, 1 - _USUAL_MONTHS), this_month, error
    return first, last, None


def _where(subject: Subject, data: QueryDict) -> Mapping[str, str | int]:
    found: dict[str, str | int] = {}
    for dimension in subject.dimensions:
        value = clean_code(_text(data, dimension.name))
        if value and (not dimension.numeric or value.isdecimal()):
            found[dimension.name] = int(value) if dimension.numeric else value
    return found


def _usual_sort(subject: Subject, by: str) -> str:
    return "key" if by == "month" else f"-{subject.measures[0].name}"


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, ""))
