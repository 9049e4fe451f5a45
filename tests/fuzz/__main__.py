"""`python -m tests.fuzz`: damage for so many seconds. Exits 1 at a fault, saying how to see it again."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.fuzz.run import TARGETS, Found, fuzz


def main() -> int:
    """The exit status."""
    arguments = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=30.0, help="for each target; default 30")
    arguments.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    arguments.add_argument("--only", choices=TARGETS, action="append", help="this target; may be repeated")
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    for name in options.only or TARGETS:
        try:
            report = fuzz(name, options.seed, seconds=options.seconds)
        except Found as found:
            print(f"{name}: {found}", file=sys.stderr)
            print(f'again: make fuzz ARGS="--seed {options.seed} --only {name}"', file=sys.stderr)
            return 1
        print(f"{name}: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
