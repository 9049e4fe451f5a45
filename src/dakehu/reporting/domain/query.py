"""A report as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dakehu.kernel.clock import Month, months_between
from dakehu.kernel.errors import DomainError

MOST_MONTHS = 120
PAGE = 100


class PeriodInvalid(DomainError):
    """The first month is after the last, or the period is longer than is kept. Data: `first`, `last`."""

    code = "report.period_invalid"


class NoSuchMeasure(DomainError):
    """The report names a measure or dimension that its subject does not have. Data: `name`."""

    code = "report.no_such_measure"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Figures by `by` over whole months, for the keys in `where` (dimension name to key).

    `sort` is "key" or a measure's name, "-" before it for descending. `limit` None gives every row.
    """

    subject: str
    by: str
    first: Month
    last: Month
    where: Mapping[str, str | int] = field(default_factory=dict)
    sort: str = "key"
    offset: int = 0
    limit: int | None = PAGE

    @property
    def months(self) -> list[Month]:
        """The months asked for; raises `PeriodInvalid`."""
        return period_months(self.first, self.last)


def period_months(first: Month, last: Month) -> list[Month]:
    """The months from `first` to `last`; raises `PeriodInvalid` for none or more than `MOST_MONTHS`."""
    months = months_between(first, last)
    if not months or len(months) > MOST_MONTHS:
        raise PeriodInvalid(field="first", first=first, last=last)
    return months
