"""What scores of data quality cost: judging all accounts, one account after a write, pages over kept sums.

    make bench-quality                                  # SQLite, 100,000 and 1,000,000 accounts
    make bench-quality ARGS="--sizes 20000 100000 --repeat 20"
    DAKEHU_DATABASE_URL=postgresql://… make bench-quality

Provinces are those of `make bench-web`. First all accounts are judged as after a change of rules, folded, and one
account is judged again and again, as every save does; then whole pages are fetched through Django's test client as
the province's and as Taiyuan's director. Limit: pages 100 ms at the 95th percentile over the first size, twice that
over the last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import web

_CHUNK = 1000
_PAGES = {
    "board of the province": ("province", "/customers/quality/"),
    "board of a city": ("taiyuan", "/customers/quality/"),
    "accounts, worst first, province": ("province", "/customers/quality/accounts/"),
    "accounts with a common fault, city": ("taiyuan", "/customers/quality/accounts/?fault=address"),
    "faults by grade and gain, province": ("province", "/customers/quality/faults/"),
    "faults of one subject, city": ("taiyuan", "/customers/quality/faults/?subject=decider"),
    "what to fill next": ("manager", "/customers/quality/fill/"),
}
_USERS = {"province": "admin", "taiyuan": "taiyuan", "manager": "manager"}


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
    results = {size: run_size(size, options) for size in options.sizes}
    return report(results)


def run_size(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one size in a process of its own, building its province first if need be."""
    environment = web.environment_for(size)
    marker = Path(environment["DAKEHU_HOME"]) / "built.txt"
    if not marker.exists() or marker.read_text() != web.fingerprint():
        web.build(size, environment)
        marker.write_text(web.fingerprint())
    command = [sys.executable, "-m", "benchmarks.quality", "--measure", "--repeat", str(options.repeat)]
    command += ["--cpu"] if options.cpu else []
    done = subprocess.run(command, env=environment, cwd=web.ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(repeat: int, clock: Callable[[], float]) -> None:
    """In the process of one size: rates, sizes of tables and milliseconds of each request, as JSON."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
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
    from django.test import Client

    from dakehu.organisation.api import User

    client, scenario = Client(), web.Scenario(path, web.same(path))
    client.force_login(User.objects.get(username=_USERS[user]))
    for _warm in range(3):
        web.timed(client, path, scenario, clock)
    return [web.timed(client, path, scenario, clock) for _each in range(repeat)]


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
        figures = [(web.percentile(values, 50), web.percentile(values, 95)) for values in found]
        print(f"| {name} | {' | '.join(f'{middle:.0f} | {high:.0f}' for middle, high in figures)} |")
        if figures[0][1] > web.LIMIT_MS or figures[-1][1] > web.LIMIT_RATIO * web.LIMIT_MS:
            missed.append(name)
    if missed:
        print(f"\nmissed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
