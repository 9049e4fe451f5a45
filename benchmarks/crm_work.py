"""Work of `crm` that is more than a page: file out, file in, checks for duplicates, the day's jobs.

    python -m benchmarks.crm_work export|check|import|daily     # in a province's environment; prints a table

`import` and `daily` write, so that `crm` gives them a copy.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.crm_visitor import Visitor, percentile, settle

EXPORT_LIMIT_S, CHECK_LIMIT_MS = 20.0, 50.0
IMPORTED = 100_000
_PER = 100_000
_DAILY_ACCOUNTS = 20_000
_SIGNS = "恒达通源泰和鑫瑞"
_PAGE = 4096


def main() -> None:
    settle()
    {"export": export, "check": check, "import": import_, "daily": daily}[sys.argv[1]]()


def export() -> None:
    """Taiyuan's customers as a workbook, through the page's address; memory as the file grows."""
    visitor = Visitor("taiyuan")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        visitor.get("/customers/?grade=1")  # warm
        began, before = time.perf_counter(), _resident_mb()
        grown = []
        for piece in visitor.stream("/customers/?q=&_export=xlsx"):
            file.write(piece)
            grown.append(_resident_mb())
        took = time.perf_counter() - began
        file.flush()
        rows = _rows_in(Path(file.name))
        size = Path(file.name).stat().st_size
    bare = _bare_export()
    peak, third = max(grown), max(grown[: len(grown) // 3])
    print("\n| export | rows | s | s for 100,000 | MB before | peak, first third | peak |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(f"| workbook, {size / 1e6:.0f} MB | {rows:,} | {took:.1f} | {took * _PER / rows:.1f} "
          f"| {before:.0f} | {third:.0f} | {peak:.0f} |")  # fmt: skip
    print(f"| bare: rows read, joined, deflated | {rows:,} | {bare:.1f} | {bare * _PER / rows:.1f} | | | |")
    if took * _PER / rows > EXPORT_LIMIT_S:
        print(f"\nAbove {EXPORT_LIMIT_S:.0f} s for 100,000 rows.")


def _rows_in(workbook: Path) -> int:
    """Rows of data in its sheets."""
    rows = 0
    with zipfile.ZipFile(workbook) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/sheet1\d*\.xml", name):
                with archive.open(name) as sheet:
                    rows += sum(piece.count(b"<row ") for piece in iter(lambda: sheet.read(2**20), b""))
    return rows - 1


def _bare_export() -> float:
    from django.db import connection

    from dakehu.organisation.api import User

    city = User.objects.get(username="taiyuan").org_path
    packer, began = zlib.compressobj(4), time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.name, c.code, c.grade, c.trade, c.status, c.monthly_revenue_fen, o.name, u.name"
            " FROM customers_customer c LEFT JOIN organisation_user o ON o.id = c.owner_id"
            " JOIN organisation_orgunit u ON u.id = c.org_unit_id WHERE c.org_city = %s",
            [city],
        )
        while rows := cursor.fetchmany(2000):
            packer.compress("\n".join("\t".join(map(str, row)) for row in rows).encode())
    return time.perf_counter() - began


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 2**20


def check() -> None:
    """Names of customers there are, typed as they stand and wrongly, as the form asks while one types."""
    from dakehu.organisation.api import User, actor_for

    actor = actor_for(User.objects.get(username="taiyuan"))
    ask = _asker(actor)
    print("\n| duplicate check, ms | p50 | p95 | found |\n| --- | ---: | ---: | ---: |")
    missed = []
    for slip, change in SLIPS.items():
        chance = random.Random(5)
        times, hits = [], 0
        for turn, (pk, name) in enumerate(_names(actor, 210)):
            typed = change(name, chance)
            began = time.perf_counter()
            found = ask(typed)
            if turn >= 10:
                times.append((time.perf_counter() - began) * 1000)
                hits += pk in found
        print(f"| {slip} | {percentile(times, 50):.1f} | {percentile(times, 95):.1f} "
              f"| {hits / max(len(times), 1):.0%} |")  # fmt: skip
        if percentile(times, 95) > CHECK_LIMIT_MS:
            missed.append(slip)
    if missed:
        print(f"\nAbove {CHECK_LIMIT_MS:.0f} ms at the 95th percentile: {', '.join(missed)}.")


def _asker(actor: Any) -> Callable[[str], set[int]]:
    from dakehu.customers.api import duplicates_of

    return lambda name: {each.customer_id for each in duplicates_of(actor, name=name)}


def _names(actor: Any, count: int) -> Iterator[tuple[int, str]]:
    from dakehu.customers.api import customers_for

    rows = customers_for(actor).filter(parent=None)
    last = rows.order_by("-pk").values_list("pk", flat=True)[0]
    ids = random.Random(5).sample(range(1, last), min(last - 1, count * 30))
    found = [each for each in rows.filter(pk__in=ids).values_list("pk", "name") if len(each[1]) >= 10]
    yield from found[:count]


def _changed(name: str, chance: random.Random) -> str:
    at = chance.randrange(2, 4)
    return name[:at] + chance.choice(_SIGNS) + name[at + 1 :]


def _left_out(name: str, chance: random.Random) -> str:
    at = chance.randrange(4, 6)
    return name[:at] + name[at + 1 :]


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "as it stands": lambda name, _chance: name,
    "with blanks and another legal form": lambda name, _chance: (
        f" {name.replace('有限公司', '有限责任公司')} "
    ),
    "another character": _changed,
    "one left out": _left_out,
    "two exchanged": lambda name, _chance: name[:4] + name[5] + name[4] + name[6:],
    "without the city": lambda name, _chance: name[2:],
}


def import_() -> None:
    """A workbook of 100,000 rows into the province; the day's jobs are marked as done, for they would join in."""
    from benchmarks.importing import compare, measure, write_workbook
    from dakehu.organisation.api import User, actor_for

    _without_daily_jobs()
    actor = actor_for(User.objects.get(username="admin"))
    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as folder:
        workbook = Path(folder) / "customers.xlsx"
        write_workbook(workbook, IMPORTED, _ground())
        compare(IMPORTED, measure(actor, workbook), workbook)


def _ground() -> Any:
    from benchmarks.importing import Ground
    from dakehu.customers.api import Customer
    from dakehu.organisation.api import OrgUnit, User

    places = []
    for team in OrgUnit.objects.filter(level=OrgUnit.Level.TEAM).select_related("parent__parent")[:12]:
        member = User.objects.filter(org_unit=team).order_by("pk").first()
        city = team.parent and team.parent.parent
        if member and city:
            places.append(
                (f"{city.short_name}/{team.short_name}", member.username, city.short_name, city.area_code)
            )
    known = list(Customer.objects.filter(parent=None).values_list("name", "credit_code")[:50_000])
    return Ground(places, lambda at: known[at % len(known)], 0)


def _without_daily_jobs() -> None:
    from dakehu.customers.tasks import GRADE, WATCH
    from dakehu.infra.clock import now
    from dakehu.infra.jobs.models import Job

    for kind in (GRADE, WATCH):
        Job.objects.create(
            kind=kind, owner_name="bench", state=Job.State.DONE, created_at=now(), heartbeat_at=now()
        )


def daily() -> None:
    """What the worker does each day over all accounts, measured over the first ones and over what is due."""
    from dakehu.customers.api import reclaim_due
    from dakehu.customers.models import Customer, RosterEntry
    from dakehu.customers.services.averages import keep_averages
    from dakehu.customers.services.churn import watch
    from dakehu.customers.services.grading import keep_grades
    from dakehu.infra.access.api import SYSTEM
    from dakehu.infra.clock import now
    from dakehu.kernel.clock import day_of

    total = Customer.objects.count()
    ids = list(Customer.objects.order_by("-pk").values_list("pk", flat=True)[:_DAILY_ACCOUNTS])[::-1]
    batches = [ids[at : at + 500] for at in range(0, len(ids), 500)]
    print("\n| each day | done | s | a second | all accounts |\n| --- | ---: | ---: | ---: | ---: |")
    for name, step in (
        ("yearly averages", keep_averages),
        ("grades", lambda some: keep_grades(SYSTEM, some)),
        ("signs of churn", lambda some: watch(SYSTEM, some)),
    ):
        began = time.perf_counter()
        for some in batches:
            step(some)
        _tell(name, len(ids), time.perf_counter() - began, total)
    due = RosterEntry.objects.filter(check_on__lte=day_of(now()), state__in=("in_force", "warned")).count()
    began, rounds = time.perf_counter(), 0
    while reclaim_due() and time.perf_counter() - began < 60:
        rounds += 1
    _tell(f"reclaim, {due:,} due", min(due, (rounds + 1) * 100), time.perf_counter() - began, 0)


def _tell(name: str, done: int, took: float, total: int) -> None:
    rate = done / took
    whole = f"{total / rate:,.0f} s" if total else ""
    print(f"| {name} | {done:,} | {took:.1f} | {rate:,.0f} | {whole} |", flush=True)


if __name__ == "__main__":
    main()
