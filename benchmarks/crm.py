"""The customer chapter at full size: pages, file out and in, duplicate checks, the day's jobs, many people at once.

    make bench-crm                                              # 1,000,000 accounts, SQLite, all but the people
    make bench-crm ARGS="--accounts 100000 --only pages"
    make bench-crm ARGS="--people 50"                           # the people alone
    DAKEHU_DATABASE_URL=postgresql://… make bench-crm           # databases of their own beside the named one

The province (see `crm_province`) is built once for each size and kept under `--keep`, by default build/bench:
1,000,000 accounts with 3,000,000 contacts and 20,000,000 rows of revenue take a quarter of an hour and 10 GB.
Pages are asked for as Taiyuan's director, who sees three accounts of ten, unless their name says whose they
are. Each table gives bare limits of the same run: a page's own SQL sent again, a page that asks for nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.crm_pages import GROUPS, measured
from benchmarks.crm_province import KEPT, Province, copied, province

PARTS = ("pages", "beside", "export", "check", "import", "daily")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--keep", type=Path, default=KEPT, help="where provinces are kept")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--repeat", type=int, default=100, help="of each page")
    parser.add_argument(
        "--cpu", action="store_true", help="pages by the process's own CPU, on a busy machine"
    )
    parser.add_argument("--people", type=int, default=0, help="so many at once, and nothing else")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two looks, on average")
    parser.add_argument("--port", type=int, default=8765)
    asked = parser.parse_args()
    kept = True
    for accounts in asked.accounts:
        ground = province(accounts, asked.keep)
        print(f"\n## {accounts:,} accounts, {ground.database}", flush=True)
        if asked.people:
            with copied(ground) as copy:
                words = [str(each) for each in (asked.people, asked.seconds, asked.think, asked.port)]
                copy.shown("-m", "benchmarks.crm_people", *words)
            continue
        for part in asked.only:
            kept = _part(ground, part, asked) and kept
    return 0 if kept else 1


def _part(ground: Province, part: str, asked: argparse.Namespace) -> bool:
    """One part's tables; False where a page misses its limit."""
    if part == "pages":
        return measured(ground, "asked", asked.repeat, cpu=asked.cpu)
    if part == "beside":
        others = [group for group in GROUPS if group != "asked"]
        beside = [measured(ground, group, asked.repeat, cpu=asked.cpu) for group in others]
        return all(beside)
    if part in {"import", "daily"}:
        with copied(ground) as copy:
            copy.shown("-m", "benchmarks.crm_work", part)
    else:
        ground.shown("-m", "benchmarks.crm_work", part)
    return True


if __name__ == "__main__":
    sys.exit(main())
