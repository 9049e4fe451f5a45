"""What the check for duplicate customers costs, over 100,000 and 1,000,000 accounts.

    make bench-crm                                       # SQLite
    make bench-crm ARGS="--sizes 100000 --search"        # and the desk's search over all files
    DAKEHU_DATABASE_URL=postgresql://… make bench-crm

The provinces are those of `bench-web`. Names of customers there are, drawn by chance, are typed wrongly: as
they stand, with another character, one left out, two exchanged, a homophone, without the city. Measured is
what the form asks while one types, as Taiyuan's director and for the whole province, warm. Limit: 50 ms at
the 95th percentile, at every size. `found` is the share of slips that named the customer meant.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.web import ROOT, build, environment_for, fingerprint, percentile

LIMIT_MS = 50.0
_SIGNS = "恒达通源泰和鑫瑞"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=200)
    parser.add_argument("--search", action="store_true", help="time the desk's search as well")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.repeat, search=options.search)
        return 0
    return report({size: run_size(size, options) for size in options.sizes})


def run_size(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one size in a process of its own, building its province first if need be."""
    environment = environment_for(size)
    marker = Path(environment["DAKEHU_HOME"]) / "built.txt"
    if not marker.exists() or marker.read_text() != fingerprint():
        build(size, environment)
        marker.write_text(fingerprint())
    command = [sys.executable, "-m", "benchmarks.crm", "--measure", "--repeat", str(options.repeat)]
    command += ["--search"] if options.search else []
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(repeat: int, *, search: bool) -> None:
    """In the process of one size: milliseconds and finds by scenario, as a line of JSON."""
    import django

    django.setup()
    from dakehu.customers.selectors.likenesses import likenesses_of
    from dakehu.infra.access.api import SYSTEM
    from dakehu.organisation.api import User
    from dakehu.organisation.selectors.actors import actor_for

    actors = {"director": actor_for(User.objects.get(username="taiyuan")), "province": SYSTEM}
    results: dict[str, Any] = {}
    for who, actor in actors.items():
        chance = random.Random(5)
        names = _names(actor, chance, repeat + 10)
        for slip, change in SLIPS.items():
            times, hits = [], 0
            for turn, (pk, name) in enumerate(names):
                typed = change(name, chance)
                began = time.perf_counter()
                found = likenesses_of(actor, name=typed)
                took = (time.perf_counter() - began) * 1000
                if turn >= 10:
                    times.append(took)
                    hits += pk in {each.customer_id for each in found.shown}
            results[f"{slip}, {who}"] = {"ms": times, "found": hits / len(times)}
    if search:
        results["search of all files"] = _search(SYSTEM)
    print(json.dumps(results))


def _names(actor: Any, chance: random.Random, count: int) -> list[tuple[int, str]]:
    from dakehu.customers.selectors.customers import customers_for

    last = customers_for(actor).order_by("-pk").values_list("pk", flat=True)[0]
    ids = chance.sample(range(max(1, last - 90_000), last), count * 20)
    rows = customers_for(actor).filter(pk__in=ids, parent=None).order_by("pk")
    found = [(pk, name) for pk, name in rows.values_list("pk", "name") if len(name) >= 10]
    chance.shuffle(found)
    return found[:count]


def _search(actor: Any) -> dict[str, Any]:
    import resource

    from dakehu.customers.services.searching import search_pairs

    began = time.perf_counter()
    found = search_pairs(actor, lambda _done, _total, _note: None)
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"s": round(took, 1), "pairs": len(found), "peak_mib": memory}


def _changed(name: str, chance: random.Random) -> str:
    at = chance.randrange(2, 4)
    return name[:at] + chance.choice(_SIGNS) + name[at + 1 :]


def _left_out(name: str, chance: random.Random) -> str:
    at = chance.randrange(4, 6)
    return name[:at] + name[at + 1 :]


def _exchanged(name: str, _chance: random.Random) -> str:
    return name[:4] + name[5] + name[4] + name[6:]


def _homophone(name: str, _chance: random.Random) -> str:
    """Another character of the same sound, where the table has one; the name as it is otherwise."""
    pairs = {"限": "线", "技": "记", "商": "伤", "物": "务", "云": "匀", "信": "芯", "工": "功", "贸": "冒"}
    for at, sign in enumerate(name[:8]):
        if sign in pairs:
            return name[:at] + pairs[sign] + name[at + 1 :]
    return name


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "as it stands": lambda name, _chance: name,
    "another character": _changed,
    "one left out": _left_out,
    "two exchanged": _exchanged,
    "homophone": _homophone,
    "without the city": lambda name, _chance: name[2:],
}


def report(results: dict[int, dict[str, Any]]) -> int:
    """The table in Markdown; 1 when the limit is missed."""
    sizes = list(results)
    database = "PostgreSQL" if os.environ.get("DAKEHU_DATABASE_URL") else "SQLite"
    print(f"| {database}, ms | {' | '.join(f'{size:,} p50 | p95 | found' for size in sizes)} |")
    print(f"| --- {'| ---: | ---: | ---: ' * len(sizes)}|")
    missed = []
    for name in results[sizes[0]]:
        figures = [results[size][name] for size in sizes]
        if "ms" not in figures[0]:
            print(f"| {name} | {' | '.join(f'{f}' for f in figures)} |")
            continue
        cells = [
            f"{percentile(f['ms'], 50):.1f} | {percentile(f['ms'], 95):.1f} | {f['found']:.0%}"
            for f in figures
        ]
        print(f"| {name} | {' | '.join(cells)} |")
        if any(percentile(f["ms"], 95) > LIMIT_MS for f in figures):
            missed.append(name)
    if missed:
        print(f"\nmissed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
