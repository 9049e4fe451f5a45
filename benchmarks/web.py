"""What the customer list and its search cost in the server, over 100,000 and 1,000,000 accounts.

    make bench-web                                       # SQLite
    make bench-web ARGS="--sizes 100000 --repeat 50"
    DAKEHU_DATABASE_URL=postgresql://… make bench-web    # databases of their own beside the named one

Each size is a demonstration province, built once and kept under build/bench/ (for PostgreSQL as databases
dakehu_bench_…) until migrations or generator change. Whole pages are measured through Django's test client,
warm, as Taiyuan's director, who sees three accounts of ten. Limits: at the 95th percentile 100 ms over the first
size and twice that over the last. The ratio is that of the 95th percentiles.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "build" / "bench"
LIMIT_MS, LIMIT_RATIO = 100.0, 2.0
_SEEN_BY = "taiyuan"
_LIST = "/customers/"
_NEXT = re.compile(r'href="\?([^"]*\bafter=[^"]+)"')


@dataclass(frozen=True)
class Scenario:
    """`paths` gives an address for each repetition; `headers` make it a request of htmx."""

    name: str
    paths: Callable[[Any, random.Random], Iterator[str]]
    headers: tuple[tuple[str, str], ...] = ()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--cpu", action="store_true", help="the process's own seconds, on a busy machine")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.repeat, time.process_time if options.cpu else time.perf_counter)
        return 0
    results = {size: run_size(size, options) for size in options.sizes}
    return report(results)


def run_size(size: int, options: argparse.Namespace) -> dict[str, list[float]]:
    """Measure one size in a process of its own, building its province first if need be."""
    environment = environment_for(size)
    marker = Path(environment["DAKEHU_HOME"]) / "built.txt"
    if not marker.exists() or marker.read_text() != fingerprint():
        build(size, environment)
        marker.write_text(fingerprint())
    command = [sys.executable, "-m", "benchmarks.web", "--measure", "--repeat", str(options.repeat)]
    command += ["--cpu"] if options.cpu else []
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment_for(size: int) -> dict[str, str]:
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    home = CACHE / f"{'postgresql' if url else 'sqlite'}-{size}"
    home.mkdir(parents=True, exist_ok=True)
    added = {"DAKEHU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dakehu.config.settings"}
    if url:
        added["DAKEHU_DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/dakehu_bench_{size}"))
    return {**os.environ, **added}


def fingerprint() -> str:
    """Changes when the tables or the generated province do."""
    digest = hashlib.sha256()
    source = ROOT / "src" / "dakehu"
    for path in sorted([*source.rglob("migrations/*.py"), *(source / "config" / "demo").glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(size: int, environment: dict[str, str]) -> None:
    print(f"building {size:,} accounts in {environment['DAKEHU_HOME']} …", file=sys.stderr)
    url = os.environ.get("DAKEHU_DATABASE_URL", "")
    if url:
        make_database(url, f"dakehu_bench_{size}")
    else:
        for path in Path(environment["DAKEHU_HOME"]).glob("dakehu.sqlite3*"):
            path.unlink()
    began = time.monotonic()
    for command in (["setup"], ["demo", "--accounts", str(size)]):
        subprocess.run(
            [sys.executable, "-m", "dakehu.config", *command], env=environment, cwd=ROOT, check=True, stdout=2
        )
    print(f"built in {time.monotonic() - began:.0f} s", file=sys.stderr)


def make_database(url: str, name: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")


def measure(repeat: int, clock: Callable[[], float]) -> None:
    """In the process of one size: milliseconds of each request by scenario, as a line of JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    import dakehu.config.wsgi  # noqa: F401 - loads and settles the process as the web server's does
    from dakehu.organisation.api import User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=_SEEN_BY))
    results = {}
    for scenario in SCENARIOS:
        chance = random.Random(7)
        warm = [path for path, _none in zip(scenario.paths(client, chance), range(5), strict=False)]
        for path in warm:
            timed(client, path, scenario, clock)
        paths = scenario.paths(client, chance)
        results[scenario.name] = [timed(client, next(paths), scenario, clock) for _each in range(repeat)]
    print(json.dumps(results))


def timed(client: Any, path: str, scenario: Scenario, clock: Callable[[], float]) -> float:
    began = clock()
    response = client.get(path, headers=dict(scenario.headers))
    took = (clock() - began) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return took


def report(results: dict[int, dict[str, list[float]]]) -> int:
    """The table in Markdown; 1 when a limit is missed."""
    sizes = list(results)
    database = "PostgreSQL" if os.environ.get("DAKEHU_DATABASE_URL") else "SQLite"
    heads = [f"{size:,} p50 | p95" for size in sizes]
    print(f"| {database}, ms | {' | '.join(heads)} | ratio |")
    print(f"| --- {'| ---: | ---: ' * len(sizes)}| ---: |")
    missed = []
    for name in results[sizes[0]]:
        figures = [
            (percentile(results[size][name], 50), percentile(results[size][name], 95)) for size in sizes
        ]
        ratio = figures[-1][1] / figures[0][1] if len(sizes) > 1 else 1.0
        cells = " | ".join(f"{middle:.0f} | {high:.0f}" for middle, high in figures)
        print(f"| {name} | {cells} | {ratio:.1f} |")
        if figures[0][1] > LIMIT_MS or figures[-1][1] > LIMIT_RATIO * LIMIT_MS:
            missed.append(name)
    if missed:
        print(f"\nmissed: {', '.join(missed)}")
    return 1 if missed else 0


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def same(path: str) -> Callable[[Any, random.Random], Iterator[str]]:
    def paths(_client: Any, _chance: random.Random) -> Iterator[str]:
        while True:
            yield path

    return paths


def following(start: str) -> Callable[[Any, random.Random], Iterator[str]]:
    """Page after page, as someone who keeps on pressing “next”."""

    def paths(client: Any, _chance: random.Random) -> Iterator[str]:
        path = start
        while True:
            page = client.get(path).content.decode()
            found = _NEXT.search(page)
            path = _LIST + "?" + found[1].replace("&amp;", "&") if found else start
            yield path

    return paths


def one_of(paths: Callable[[], list[str]]) -> Callable[[Any, random.Random], Iterator[str]]:
    def chosen(_client: Any, chance: random.Random) -> Iterator[str]:
        known = paths()
        while True:
            yield chance.choice(known)

    return chosen


def searches(of: Callable[[Any], str], path: str = _LIST) -> Callable[[], list[str]]:
    """Addresses that search for something of customers there are."""

    def paths() -> list[str]:
        from dakehu.customers.api import Customer

        last = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0]
        ids = random.Random(11).sample(range(max(1, last - 90_000), last), 300)
        return [f"{path}?q={quote(of(row))}" for row in Customer.objects.filter(pk__in=ids)]

    return paths


def fixed(*texts: str) -> Callable[[], list[str]]:
    return lambda: [f"{_LIST}?q={quote(text)}" for text in texts]


def filtered() -> list[str]:
    return [
        *(f"{_LIST}?grade={grade}" for grade in range(1, 6)),
        *(f"{_LIST}?trade={trade}" for trade in ("banking", "energy", "commerce", "education", "health")),
        *(f"{_LIST}?status={status}" for status in ("active", "prospect", "lost")),
        *(f"{_LIST}?grade={grade}&trade=commerce&sort=-monthly_revenue_fen" for grade in (1, 2, 3)),
        f"{_LIST}?monthly_revenue_fen_min=5万&monthly_revenue_fen_max=10万",
    ]


def in_name(row: Any) -> str:
    """Two characters from the middle of the name: behind the city or 山西."""
    return str(row.name[2:4])


SCENARIOS = [
    Scenario("list, first page", same(_LIST + "?q=")),
    Scenario("list, next page", following(_LIST + "?q=")),
    Scenario("list by revenue", same(_LIST + "?sort=-monthly_revenue_fen")),
    Scenario("list by revenue, next page", following(_LIST + "?sort=-monthly_revenue_fen")),
    Scenario("list filtered", one_of(filtered)),
    Scenario("search, two characters of the brand", one_of(searches(in_name))),
    Scenario("search, common words", one_of(fixed("太原", "山西", "科技", "医院", "集团", "公司", "商贸"))),
    Scenario("search, pinyin initials", one_of(searches(lambda row: row.initials[2:6]))),
    Scenario("search, two initials", one_of(searches(lambda row: row.initials[2:4]))),
    Scenario("search, account code", one_of(searches(lambda row: row.code))),
    Scenario("search, beginning of a code", one_of(searches(lambda row: row.code[:10]))),
    Scenario("search, credit code", one_of(searches(lambda row: row.credit_code))),
    Scenario(
        "search box while typing",
        one_of(searches(in_name, "/search/")),
        (("HX-Request", "true"),),
    ),
]

if __name__ == "__main__":
    sys.exit(main())
