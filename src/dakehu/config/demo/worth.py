"""What the accounts brought in the last months, by product: grades, charts and churn warnings come of it.

The months of each account follow the trend of `revenue_months`; every so many accounts lose a product or
their spending, so that warnings have something to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dakehu.config.demo.accountbook import Placed, Progress, placed
from dakehu.config.demo.companies import MONTHS, revenue_months
from dakehu.config.demo.dice import Dice
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.people import Province
from dakehu.customers.api import Customer, CustomerStatus, keep_averages, keep_grades, load_revenue, watch
from dakehu.infra.access.api import SYSTEM
from dakehu.kernel.clock import Month, month_add, month_of, months_between

_MOST = 20_000
"""Accounts beyond these have their revenue in the lake alone: a demonstration starts within seconds."""
_STREAM, _CHUNK = 21, 2_000
_CATEGORIES = ("voice", "leased_line", "internet", "cloud", "messaging")
_FALL_MONTHS = 6
_FALLING, _LOSING = 6, 4  # per cent of the accounts

Row = tuple[int, str, str, str, int]


def make_worth(
    province: Province, first_id: int, row: DemoProvince, known: Customer, progress: Progress
) -> None:
    """Months of revenue, and what follows of them: averages, grades with their periods, warnings."""
    last = month_add(month_of(row.seeded_at), -1)
    months = months_between(month_add(last, 1 - MONTHS), last)
    count = min(row.accounts, _MOST)
    for start in range(0, count, _CHUNK):
        found = list(placed(province, row.seed, first_id, range(start, min(start + _CHUNK, count))))
        load_revenue(each for one in found for each in _rows_of(row.seed, one, months))
        _follow([one.id for one in found])
        progress(start + len(found), count, "revenue by product")
    load_revenue(_rows(row.seed, row.accounts, known.pk, known.monthly_revenue_fen, months))
    _follow([known.pk])


def _follow(ids: Sequence[int]) -> None:
    keep_averages(ids)
    keep_grades(SYSTEM, ids)
    watch(SYSTEM, ids)


def _rows_of(seed: int, one: Placed, months: Sequence[Month]) -> Iterator[Row]:
    """Nothing of a prospect, who has bought nothing yet."""
    company = one.company
    if company.status != CustomerStatus.PROSPECT:
        yield from _rows(seed, company.index, one.id, company.monthly_revenue_fen, months)


def _rows(
    seed: int, index: int, customer_id: int, average_fen: int, months: Sequence[Month]
) -> Iterator[Row]:
    """Each month's amount, shared out among one to four products of the account's own."""
    dice = Dice(seed, _STREAM, index)
    amounts = revenue_months(seed, index, average_fen, len(months))
    first = dice.number(len(_CATEGORIES))
    shares = [dice.between(2, 9) for _product in range(dice.between(1, 4))]
    falls, loses = dice.chance(_FALLING), dice.chance(_LOSING) and len(shares) > 1
    for number, (month, amount) in enumerate(zip(months, amounts, strict=True)):
        left = len(months) - number  # 1 for the last month
        billed = amount * (30 + 10 * left) // 100 if falls and left <= _FALL_MONTHS else amount
        for place, share in enumerate(shares):
            if loses and place == len(shares) - 1 and left <= 1:
                continue
            category = _CATEGORIES[(first + place) % len(_CATEGORIES)]
            yield customer_id, month, category, "", billed * share // sum(shares)
