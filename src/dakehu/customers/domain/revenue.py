"""Figures of a customer's revenue: a month against others, the year so far, the yearly average (KAM-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dakehu.kernel.clock import Month, month_add, months_between
from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import divide_half_up

YEAR = 12


class RevenueOnFile(DomainError):
    """The customer has a figure for this month and product. Data: `amount`, in yuan."""

    code = "customers.revenue_on_file"


class RevenueReplaced(DomainError):
    """The figure took an earlier one's place, so that removing it would leave a gap. Data: `month`."""

    code = "customers.revenue_replaced"


class MonthAhead(DomainError):
    """Nothing has been billed for a month that has not begun. Data: `month`."""

    code = "customers.month_ahead"


class AccountUnknown(DomainError):
    """The actor sees no account of that number or name. Data: `text`."""

    code = "customers.account_unknown"


@dataclass(frozen=True, slots=True)
class RevenueRow:
    """A row of a spreadsheet of revenue, before words are resolved to ids."""

    account: str
    month: str
    category: str
    amount_fen: int
    product: str = ""

    def keys(self) -> dict[str, str]:
        """What no other row of the file should share."""
        return {"account": f"{self.account}\n{self.month}\n{self.category}\n{self.product}"}


@dataclass(frozen=True, slots=True)
class RevenueFigures:
    """One customer's revenue around `month`, in fen; None where nothing is known of a month.

    `month_on_month` (环比) and `year_on_year` (同比) are fractions; None without anything to compare with.
    The year to date is compared with the same months of the year before, if these are on file.
    """

    month: Month
    amount: int | None
    last_month: int | None
    last_year: int | None
    year_to_date: int
    year_to_date_before: int | None

    @property
    def month_on_month(self) -> Fraction | None:
        return change(self.amount, self.last_month)

    @property
    def year_on_year(self) -> Fraction | None:
        return change(self.amount, self.last_year)

    @property
    def year_to_date_change(self) -> Fraction | None:
        return change(self.year_to_date, self.year_to_date_before)


def change(now: int | None, before: int | None) -> Fraction | None:
    """The change as a fraction of what was before; None where there is nothing to divide by."""
    return Fraction(now - before, before) if now is not None and before is not None and before > 0 else None


def revenue_figures(amounts: Mapping[str, int], month: Month) -> RevenueFigures:
    """The figures around `month` from all products' fen by month."""
    january = Month(f"{month[:4]}-01")
    this_year = months_between(january, month)
    before = [month_add(each, -YEAR) for each in this_year]
    return RevenueFigures(
        month=month,
        amount=amounts.get(month),
        last_month=amounts.get(month_add(month, -1)),
        last_year=amounts.get(month_add(month, -YEAR)),
        year_to_date=sum(amounts.get(each, 0) for each in this_year),
        year_to_date_before=sum(amounts.get(each, 0) for each in before)
        if min(amounts, default=month) <= before[0]
        else None,
    )


def yearly_average(total_fen: int) -> int:
    """The monthly average of a year's total, never below nil: what grades and lists go by."""
    return max(divide_half_up(total_fen, YEAR), 0)
