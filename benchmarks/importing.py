"""What an import costs: a workbook of customers, from the upload to the last saved row.

    make bench-import                            # 100,000 rows into 100,000 accounts, SQLite
    make bench-import ARGS="--rows 20000"
    DAKEHU_DATABASE_URL=postgresql://… make bench-import   # in a database of its own, made and dropped

The workbook has fourteen columns; of a hundred rows two have a credit code that is on file, one a name like
another's, one says what an earlier row says, one has a fault. A real worker process does the work with all
its loops. The bare limit is what no import can do without: reading the workbook with calamine and saving the
same rows with `bulk_create`, unchecked, without indexes' sisters (audit, search words, outbox), in one go.
Printed: seconds by phase, rows a second, the highest memory of the worker with its children, the ratio.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

FIRST = "晋并汾恒雁云盛华瑞鑫金宏天兴国安永泰顺达通远诚信博大正中益丰康乐美佳新明光辉东方西北南山川"
SECOND = "源泽宇航腾飞翔龙凤鹏鸿旭阳晨星月海洋江河湖泉林森木石岩玉珠宝银铜铁钢建筑设计文化传媒科技"
TRADES = ("商贸", "煤业", "酒店", "物流", "药业", "机械", "电子", "食品", "农业", "建材", "纺织", "印务",
          "能源", "置业", "教育", "旅游", "环保", "汽车", "家具", "陶瓷", "化工", "餐饮", "广告", "软件",
          "投资", "担保", "园林", "装饰", "安保", "仓储")  # fmt: skip
HEADINGS = ("客户名称", "统一社会信用代码", "归属单位", "客户经理", "行业", "国民经济行业门类", "客户等级",
            "客户状态", "上级客户", "月均收入（元）", "地址", "联系电话", "网址", "备注")  # fmt: skip
CITIES = (("太原", "0351"), ("大同", "0352"), ("运城", "0359"))
LIMIT_S, LIMIT_MB = 60, 500
START_S = 8


def company(number: int) -> str:
    """A name of its own for each number, also once legal forms and places are left out."""
    number, trade = divmod(number, len(TRADES))
    first, second = divmod(number, len(SECOND))
    front, first = divmod(first, len(FIRST))
    return f"{FIRST[front % len(FIRST)]}{FIRST[first]}{SECOND[second]}{TRADES[trade]}有限公司"


def credit_code(number: int) -> str:
    from dakehu.customers.domain.creditcodes import check_digit

    body = f"9114{number % 9000 + 1000}MA{number:07d}"
    return body + check_digit(body)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sheet refers to: teams with a member's sign-in, city and area; name and code of those on file."""

    places: Sequence[tuple[str, str, str, str]]
    on_file: Callable[[int], tuple[str, str]]
    first: int
    """The number of the first company that is not on file."""


def bench_ground(base: int) -> Ground:
    places = [
        (f"{city}/{city}一组", f"bench{place}", city, area) for place, (city, area) in enumerate(CITIES)
    ]
    return Ground(places, lambda at: (company(at % base), credit_code(at % base)), base)


def sheet_rows(rows: int, ground: Ground) -> Iterator[list[object]]:
    for at in range(rows):
        number = ground.first + at
        name, code, kind = company(number), credit_code(number), at % 100
        if kind in {3, 53}:
            code = ground.on_file(at)[1]
        elif kind == 23:
            name = ground.on_file(at)[0]
        elif kind == 43 and at > 200:
            code = credit_code(number - 200)
        elif kind == 63:
            code = code[:-1] + ("0" if code[-1] != "0" else "1")
        team, owner, city, area = ground.places[at % len(ground.places)]
        yield [
            name, code, team, owner, "能源矿产", "B", "三级", "在网", "",
            1000 + at % 9000 + 0.5, f"{city}市迎泽大街{at % 999}号", f"{area}-{2000000 + at}",
            f"www.example{at}.cn", "由表格导入的客户" if at % 2 else "",
        ]  # fmt: skip


def write_workbook(path: Path, rows: int, ground: Ground) -> None:
    from dakehu.infra.exporting.tables import Column, Kind, Provenance, Table
    from dakehu.infra.exporting.xlsx import xlsx_chunks

    columns = [
        Column(heading, Kind.DECIMAL if place == 9 else Kind.TEXT) for place, heading in enumerate(HEADINGS)
    ]
    table = Table("customer", "客户", columns, sheet_rows(rows, ground))
    with path.open("wb") as file:
        for piece in xlsx_chunks(table, Provenance("", "")):
            file.write(piece)


def prepare(base: int) -> Any:
    """The organisation, an importer and `base` accounts; gives the importer's actor."""
    from dakehu.organisation.models import OrgUnit, Role, User
    from dakehu.organisation.seed import seed
    from dakehu.organisation.selectors.actors import actor_for

    def below(parent: OrgUnit, name: str, short: str, area: str = "") -> OrgUnit:
        number = parent.children.count() + 1
        path = f"{parent.path}{number:04d}"
        return OrgUnit.objects.create(
            parent=parent, level=parent.level + 1, path=path, name=name, short_name=short, area_code=area
        )

    seed()
    province, teams = OrgUnit.objects.get(path="0001"), []
    for place, (name, area) in enumerate(CITIES):
        county = below(below(province, f"{name}市分公司", name, area), f"{name}中心", f"{name}中心")
        teams.append(below(county, f"{name}一组", f"{name}一组"))
        User.objects.create_user(f"bench{place}", name=f"经理{place}", org_unit=teams[-1])
    importer = User.objects.create_user("importer", name="导入员", org_unit=province)
    importer.roles.set(Role.objects.filter(code="administrator"))
    load_base(base, teams)
    return actor_for(importer)


def load_base(base: int, teams: list[Any]) -> None:
    from django.db import transaction

    from dakehu.customers.services.loading import load_files, load_series, loading
    from dakehu.infra.clock import now

    at = now()
    with transaction.atomic(), loading():
        for first in range(0, base, 2000):
            load_files([_base_file(n, teams[n % 3], at) for n in range(first, min(base, first + 2000))])
        load_series({area: base for _city, area in CITIES})


def _base_file(number: int, team: Any, at: datetime) -> Any:
    from dakehu.customers.services.loading import LoadedFile

    return LoadedFile(
        id=number + 1,
        code=f"K{CITIES[number % 3][1]}{number + 1:07d}",
        name=company(number),
        credit_code=credit_code(number),
        section="B",
        trade="energy",
        grade=5,
        status="active",
        parent_id=None,
        unit_id=team.pk,
        unit_path=team.path,
        owner_id=None,
        monthly_revenue_fen=100_000,
        address="",
        phone="",
        remark="",
        created_at=at,
    )


@dataclass(slots=True)
class Watch:
    """Seconds, and of these the worker's own of CPU, in each state of the import; its highest memory."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    peak_kb: int = 0

    def follow(self, batch_id: int, until: set[str], pid: int) -> str:
        from dakehu.infra.importing.models import ImportBatch

        last, worked = time.perf_counter(), cpu_s(pid)
        while True:
            state = ImportBatch.objects.values_list("state", flat=True).get(pk=batch_id)
            if state in until:
                return state
            moment, work = time.perf_counter(), cpu_s(pid)
            self.seconds[state] = self.seconds.get(state, 0.0) + moment - last
            self.cpu[state] = self.cpu.get(state, 0.0) + work - worked
            last, worked = moment, work
            self.peak_kb = max(self.peak_kb, memory_kb(pid))
            time.sleep(0.05)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process, of its children that ended and of those that run."""
    total = 0
    for each in [pid, *descendants(pid)]:
        try:
            after_name = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(ticks) for ticks in after_name[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def memory_kb(pid: int) -> int:
    """Resident memory of a process and its descendants; what they share counts each time."""
    total = 0
    for each in [pid, *descendants(pid)]:
        try:
            status = Path(f"/proc/{each}/status").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return total


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def measure(actor: Any, workbook: Path) -> Watch:
    """Import the workbook as the actor, by a worker process of its own."""
    from dakehu.infra.importing.models import ImportBatch
    from dakehu.infra.importing.services.committing import import_commit
    from dakehu.infra.importing.services.uploading import import_upload

    worker = subprocess.Popen([sys.executable, "-m", "dakehu.config", "worker"])
    try:
        time.sleep(START_S)  # its start is not the import's
        watch, begun = Watch(), time.perf_counter()
        with workbook.open("rb") as file:
            chunks = iter(lambda: file.read(65_536), b"")
            batch = import_upload(actor=actor, spec="customers", name="客户.xlsx", chunks=chunks)
        watch.seconds["upload"] = time.perf_counter() - begun
        state = watch.follow(batch.pk, {"ready", "mapping", "unreadable"}, worker.pid)
        if state != "ready":
            raise SystemExit(f"the import came to rest as {state}")
        import_commit(actor=actor, batch_id=batch.pk)
        watch.follow(batch.pk, {"done", "paused"}, worker.pid)
    finally:
        worker.terminate()
        worker.wait(120)
    batch = ImportBatch.objects.get(pk=batch.pk)
    print(f"{batch.rows:,} rows: {batch.committed:,} saved, {batch.faulty:,} faulty, "
          f"{batch.duplicate:,} duplicate, {batch.refused:,} refused")  # fmt: skip
    return watch


def bare(workbook: Path) -> None:
    """Read and save, and nothing else; prints seconds and memory."""
    setup()
    from django.db import transaction
    from python_calamine import CalamineWorkbook

    from dakehu.customers.models import Customer
    from dakehu.infra.clock import now

    begun = time.perf_counter()
    sheet = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0)
    lines = iter(sheet.iter_rows())
    next(lines)
    read = time.perf_counter()
    at, made = now(), []
    for number, cells in enumerate(lines):
        line: list[Any] = list(cells)
        row = Customer(
            code=f"B{number:09d}", name=line[0], name_key=line[0], name_sort=line[0], initials="", credit_code=line[1],
            section="B", trade="energy", org_unit_id=1, monthly_revenue_fen=int(float(line[9]) * 100),
            address=line[10], phone=line[11], website=line[12], remark=line[13], created_at=at, updated_at=at,
        )  # fmt: skip
        row.place("0001")
        made.append(row)
    with transaction.atomic():
        Customer.objects.bulk_create(made, batch_size=1000)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{read - begun:.2f} {ended - read:.2f} {peak}")


def report(rows: int, watch: Watch, bare_line: str) -> None:
    read_s, save_s, bare_kb = bare_line.split()
    limit_s = float(read_s) + float(save_s)
    total, cpu = sum(watch.seconds.values()), sum(watch.cpu.values())
    names = {"upload": "upload", "reading": "reading", "checking": "checking", "committing": "saving"}
    print("\n| phase | seconds | of these CPU | rows/s |\n| --- | ---: | ---: | ---: |")
    for state, seconds in watch.seconds.items():
        of_these = f"{watch.cpu[state]:.1f}" if state in watch.cpu else ""
        print(
            f"| {names.get(state, state)} | {seconds:.1f} | {of_these} | {rows / max(seconds, 0.001):,.0f} |"
        )
    print(f"| **whole** | **{total:.1f}** | **{cpu:.1f}** | **{rows / total:,.0f}** |")
    shares = f"read {float(read_s):.1f} + save {float(save_s):.1f}"
    print(f"| bare limit ({shares}) | {limit_s:.1f} | | {rows / limit_s:,.0f} |")
    print(f"\nRatio to the bare limit: {total / limit_s:.2f}. Peak memory: worker with its reader "
          f"{watch.peak_kb / 1024:.0f} MB; bare limit {int(bare_kb) / 1024:.0f} MB.")  # fmt: skip
    fits = total <= LIMIT_S * rows / 100_000 and watch.peak_kb / 1024 <= LIMIT_MB
    print(f"Bound of {LIMIT_S} s for 100,000 rows and {LIMIT_MB} MB: {'kept' if fits else 'MISSED'}.")
    if total > 1.5 * cpu:
        print("The machine was busy with other things: the worker had the processor for "
              f"{cpu / total:.0%} of the time.")  # fmt: skip


def setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    import django

    django.setup()


def own_database(url: str, verb: str) -> str:
    """Make or drop a database beside the one of `url`; gives its address."""
    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS dakehu_bench_import WITH (FORCE)")
        if verb == "make":
            connection.execute("CREATE DATABASE dakehu_bench_import")
    return urlunsplit((parts.scheme, parts.netloc, "/dakehu_bench_import", parts.query, ""))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--base", type=int, default=100_000)
    asked.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.bare:
        bare(options.bare)
        return
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="dakehu-bench-") as home:
        os.environ["DAKEHU_HOME"] = home
        if url:
            os.environ["DAKEHU_DATABASE_URL"] = own_database(url, "make")
        try:
            run(options.rows, options.base, Path(home) / "customers.xlsx")
        finally:
            if url:
                from django.db import connections

                connections.close_all()
                own_database(url, "drop")


def run(rows: int, base: int, workbook: Path) -> None:
    setup()
    from django.core.management import call_command

    print(f"## Import of {rows:,} rows into {base:,} accounts, "
          f"{'PostgreSQL' if os.environ.get('DAKEHU_DATABASE_URL') else 'SQLite'}\n")  # fmt: skip
    call_command("migrate", verbosity=0)
    write_workbook(workbook, rows, bench_ground(base))
    compare(rows, measure(prepare(base), workbook), workbook)


def compare(rows: int, watch: Watch, workbook: Path) -> None:
    """Print what was measured beside the bare limit of the same minute."""
    again = [sys.executable, "-m", "benchmarks.importing", "--bare", str(workbook)]
    line = subprocess.run(again, check=True, capture_output=True, text=True).stdout
    report(rows, watch, line)


if __name__ == "__main__":
    main()
