"""What scores of data quality cost: judging all accounts, one account after a write, pages over kept sums.

    make bench-quality                                  # SQLite, 100,000 and 1,000,000 accounts
    make bench-quality ARGS="--sizes 20000 100000 --repeat 20"
    DAKEHU_DATABASE_URL=postgresql://… make bench-quality    # databases dakehu_quality_… beside the named one

Demonstration provinces, made once and kept under build/bench/. First all accounts are judged as after a change of
rules, the sums are folded, and one account is judged again and again, as every save does; then whole pages are
asked for as the administrator, as Taiyuan's director and as a manager. Limit: pages 100 ms at the 95th percentile
over the first size, twice that over the last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.crm_province import KEPT, Province
from benchmarks.crm_visitor import Visitor, percentile, settle

LIMIT_MS, LIMIT_RATIO = 100.0, 2.0
_CHUNK = 1000
_PAGES = {
    "board of the province": ("admin", "/customers/quality/"),
    "board of a city": ("taiyuan", "/customers/quality/"),
    "accounts, worst first, province": ("admin", "/customers/quality/accounts/"),
    "accounts with a common fault, city": ("taiyuan", "/customers/quality/accounts/?fault=address"),
    "faults by grade and gain, province": ("admin", "/customers/quality/faults/"),
    "faults of one subject, city": ("taiyuan", "/customers/quality/faults/?subject=decider"),
    "what to fill next": ("manager", "/customers/quality/fill/"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=50)
    parser.add_argument("--cpu", action="store_true", help="the process's own seconds, on a busy machine")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.repeat, time.process_time if options.cpu else time.perf_counter)
        return 0
    return report({size: run_size(size, options) for size in options.sizes})


def run_size(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one size in a process of its own, making its province first if need be."""
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    ground = Province(KEPT / f"quality-{'postgresql' if url else 'sqlite'}-{size}", _database(url, size))
    ground.home.mkdir(parents=True, exist_ok=True)
    ground.run("-m", "dakehu.config", "setup")
    ground.run("-m", "dakehu.config", "demo", "--accounts", str(size))
    words = ["-m", "benchmarks.quality", "--measure", "--repeat", str(options.repeat)]
    found: dict[str, Any] = json.loads(ground.lines(*words, *(["--cpu"] if options.cpu else []))[-1])
    return found


def _database(url: str, size: int) -> str:
    """The address of a database of its own beside the named one, made if it isn't there."""
    if not url:
        return ""
    import psycopg

    name = f"dakehu_quality_{size}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def measure(repeat: int, clock: Callable[[], float]) -> None:
    """In the process of one size: rates, sizes of tables and milliseconds of each request, as JSON."""
    settle()
    rates = judged(clock)
    pages = {name: fetched(user, path, repeat, clock) for name, (user, path) in _PAGES.items()}
    print(json.dumps({"rates": rates, "pages": pages}))


def judged(clock: Callable[[], float]) -> dict[str, float]:
    """Accounts a second as after a change of rules, and milliseconds of one account after a write."""
    from dakehu.customers.api import fold_sums, keep_quality
    from dakehu.customers.models import AccountQuality, Customer, QualityFault, QualityTally

    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    began = clock()
    for start in range(0, len(ids), _CHUNK):
        keep_quality(ids[start : start + _CHUNK])
    first = clock() - began
    while fold_sums():
        pass
    sample, single = random.Random(7).sample(ids, 100), []
    for pk in sample:
        began = clock()
        keep_quality([pk])
        single.append((clock() - began) * 1000)
    return {
        "accounts judged a second": len(ids) / first,
        "one account after a write, ms": statistics.median(single),
        "accounts with a score": AccountQuality.objects.count(),
        "faults": QualityFault.objects.count(),
        "rows of sums": QualityTally.objects.count(),
    }


def fetched(user: str, path: str, repeat: int, clock: Callable[[], float]) -> list[float]:
    visitor, times = Visitor(user), []
    for _turn in range(3 + repeat):
        began = clock()
        visitor.get(path)
        times.append((clock() - began) * 1000)
    return times[3:]


def report(results: dict[int, dict[str, Any]]) -> int:
    """Both tables in Markdown; 1 when a page misses its limit."""
    sizes = list(results)
    database = "PostgreSQL" if os.environ.get("DAKEHU_DATABASE_URL") else "SQLite"
    print(f"| {database} | {' | '.join(f'{size:,}' for size in sizes)} |\n| --- {'| ---: ' * len(sizes)}|")
    for name in results[sizes[0]]["rates"]:
        rates = [f"{results[size]['rates'][name]:,.0f}" for size in sizes]
        print(f"| {name} | {' | '.join(rates)} |")
    heads = " | ".join(f"{size:,} p50 | p95" for size in sizes)
    print(f"\n| {database}, ms | {heads} |\n| --- {'| ---: | ---: ' * len(sizes)}|")
    missed = []
    for name in _PAGES:
        found = [results[size]["pages"][name] for size in sizes]
        figures = [(percentile(values, 50), percentile(values, 95)) for values in found]
        print(f"| {name} | {' | '.join(f'{middle:.0f} | {high:.0f}' for middle, high in figures)} |")
        if figures[0][1] > LIMIT_MS or figures[-1][1] > LIMIT_RATIO * LIMIT_MS:
            missed.append(name)
    if missed:
        print(f"\nmissed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
