"""What years of work leave beside a demonstration province's accounts: run in its environment, once.

    python -m benchmarks.crm_years

Each account has three contacts, a period of the grade that its revenue earns and, if it ever bought anything,
24 months of billed revenue whose last twelve make the average on its row. The two highest grades are on the
named-account list; every second owned account has had a visit in the last hundred days. All of it depends on
the account's id alone.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

CHUNK = 20_000
MONTHS = 24
CONTACTS = 3
_CATEGORIES = ("voice", "leased_line", "internet", "cloud", "messaging")
_SEED = 20_261_126
_LISTED_GRADE = 2
_DUE_TODAY = 50
"""Of so many entries on the named-account list one is to be looked at today."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from dakehu.customers.api import reindex_hanging
    from dakehu.customers.models import Customer

    last, total = 0, Customer.objects.count()
    done = 0
    while True:
        with transaction.atomic():
            rows = list(Customer.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
            if not rows:
                break
            for add in (_contacts, _revenue, _grades, _visits, _entries):
                add(rows)
        last, done = rows[-1].pk, done + len(rows)
        print(f"  years: {done:,} of {total:,}", file=sys.stderr, flush=True)
    _files()
    reindex_hanging(lambda label, done: print(f"  {label}: {done:,}", file=sys.stderr, end="\r"))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _files() -> None:
    """A file for each account manager that has none."""
    from dakehu.infra.rows import insert_rows
    from dakehu.managers.models import ManagerFile
    from dakehu.organisation.api import User

    held = ManagerFile.objects.values("user")
    people = (
        User.objects.filter(roles__code="account_manager").exclude(pk__in=held).values_list("pk", flat=True)
    )
    fields = ("user", "grade", "languages", "remark", "version")
    insert_rows(ManagerFile, fields, [(pk, "middle", "普通话", "", 1) for pk in people])


def _contacts(rows: Sequence[Any]) -> None:
    from dakehu.config.demo.dice import Dice
    from dakehu.config.demo.names import person
    from dakehu.customers.models import Contact
    from dakehu.infra.rows import insert_rows

    ids = [row.pk for row in rows]
    held = Counter(Contact.objects.filter(customer__in=_span(ids)).values_list("customer_id", flat=True))
    fields = ("customer", "name", "post", "role", "phone", "email", "is_primary", "remark", "version")
    insert_rows(
        Contact,
        fields,
        (
            (pk, person(dice), "综合部主任", "handles", f"199{dice.number(10**8):08d}", "", False, "", 1)
            for pk in ids
            for number in range(held[pk], CONTACTS)
            for dice in [Dice(_SEED, number, pk)]
        ),
    )


def _span(ids: Sequence[int]) -> Any:
    """The chunk's accounts as a subquery: a list of so many parameters is no database's friend."""
    from dakehu.customers.models import Customer

    return Customer.objects.filter(pk__range=(ids[0], ids[-1])).values("pk")


def _revenue(rows: Sequence[Any]) -> None:
    from dakehu.customers.api import CustomerStatus, load_revenue
    from dakehu.customers.models import MonthlyRevenue
    from dakehu.infra.clock import now
    from dakehu.kernel.clock import month_add, month_of, months_between

    last = month_add(month_of(now()), -1)
    months = months_between(month_add(last, 1 - MONTHS), last)
    ids = [row.pk for row in rows]
    held = set(
        MonthlyRevenue.objects.filter(customer__in=_span(ids))
        .values_list("customer_id", flat=True)
        .distinct()
    )
    bought = [row for row in rows if row.pk not in held and row.status != CustomerStatus.PROSPECT]
    load_revenue(each for row in bought for each in _months_of(row, months))


def _months_of(row: Any, months: Sequence[str]) -> Iterator[tuple[int, str, str, str, int]]:
    """A trend and a season; the last twelve months add up to twelve times the account's average."""
    from dakehu.config.demo.companies import revenue_months

    amounts = revenue_months(_SEED, row.pk, row.monthly_revenue_fen, len(months))
    year = amounts[-12:]
    wanted = row.monthly_revenue_fen * 12
    scaled = [amount * wanted // max(sum(year), 1) for amount in year]
    scaled[-1] += wanted - sum(scaled)
    category = _CATEGORIES[row.pk % len(_CATEGORIES)]
    for month, amount in zip(months, [*amounts[:-12], *scaled], strict=True):
        yield row.pk, month, category, "", amount


def _grades(rows: Sequence[Any]) -> None:
    from dakehu.customers.domain.grading import GradingFacts, decide
    from dakehu.customers.models import Customer, GradePeriod
    from dakehu.customers.selectors.grading import rules_in_force
    from dakehu.infra.rows import insert_rows
    from dakehu.kernel.clock import day_of

    ids = [row.pk for row in rows]
    held = set(GradePeriod.objects.filter(customer__in=_span(ids)).values_list("customer_id", flat=True))
    rules = rules_in_force()
    decided = {
        row.pk: decide(GradingFacts(row.monthly_revenue_fen, row.trade), rules)
        for row in rows
        if row.pk not in held
    }
    moved = [row for row in rows if row.pk in decided and row.grade != decided[row.pk].grade]
    for row in moved:
        row.grade = decided[row.pk].grade
    Customer.objects.bulk_update(moved, ["grade"], batch_size=500)
    insert_rows(
        GradePeriod,
        ("customer", "grade", "since", "until", "reasons", "decided_by"),
        (
            (
                row.pk,
                int(found.grade),
                day_of(row.created_at),
                None,
                [r.row() for r in found.reasons],
                "system",
            )
            for row in rows
            if (found := decided.get(row.pk))
        ),
    )


def _visits(rows: Sequence[Any]) -> None:
    from dakehu.infra.clock import now
    from dakehu.infra.rows import insert_rows
    from dakehu.managers.domain.states import VisitState
    from dakehu.managers.models import Visit

    moment = now().replace(hour=2, minute=0, second=0, microsecond=0)
    fields = ("customer", "manager", "state", "starts_at", "minutes", "purpose", "log", "logged_at",
              "comment", "comment_by", "version")  # fmt: skip
    visited = [row for row in rows if row.owner_id and row.pk % 2]
    insert_rows(
        Visit,
        fields,
        (
            (row.pk, row.owner_id, VisitState.LOGGED, at, 60, "季度走访", "客户满意。", at, "", "", 2)
            for row in visited
            for at in [_day(moment, row.pk)]
        ),
    )


def _day(moment: datetime, pk: int) -> datetime:
    return moment - timedelta(days=1 + pk * 7 % 100, minutes=pk % 480)


def _entries(rows: Sequence[Any]) -> None:
    from dakehu.customers.domain.roster import Criterion, EntryState
    from dakehu.customers.models import RosterEntry
    from dakehu.infra.clock import now
    from dakehu.infra.rows import insert_rows
    from dakehu.kernel.clock import day_of

    today, ids = day_of(now()), [row.pk for row in rows]
    held = set(RosterEntry.objects.filter(customer__in=_span(ids)).values_list("customer_id", flat=True))
    listed = [r for r in rows if r.owner_id and r.grade <= _LISTED_GRADE and r.pk not in held]
    fields = ("customer", "owner", "criterion", "reason", "state", "applied_at", "since", "check_on",
              "last_reason", "version")  # fmt: skip
    insert_rows(
        RosterEntry,
        fields,
        (
            (r.pk, r.owner_id, Criterion.REVENUE, "近十二个月月均收入达到入选标准", EntryState.IN_FORCE,
             r.created_at, *_looked_at(place, today), "", 1)
            for place, r in enumerate(listed)
        ),
    )  # fmt: skip


def _looked_at(place: int, today: date) -> tuple[date, date]:
    """Since when on the list, and the day on which the rule of reclaiming looks next."""
    ahead = 0 if place % _DUE_TODAY == 0 else 1 + place % 89
    return today - timedelta(days=90 - ahead), today + timedelta(days=ahead)


if __name__ == "__main__":
    main()
