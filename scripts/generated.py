#!/usr/bin/env python
"""Makes what is generated in docs/: diagrams of all state tables, and which tests prove which requirement.

scripts/generated.py            write docs/states/*.md and docs/traceability.md
scripts/generated.py --check    fail where they are not what would be written
"""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import sys
from collections import defaultdict
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
HANDBOOK = Path(os.environ.get("DAKEHU_TESTDATA", ROOT.parent / "shared")) / "manual" / "requirements.md"
_STATES = "# State tables of {}\n\nDrawn from the code by `make docs`.\n"
_ROW = re.compile(r"^\| ([A-Z]{2,3}-\d{2})\b", re.MULTILINE)


def state_pages() -> dict[Path, str]:
    """A page for each package that keeps state tables."""
    import dakehu
    from dakehu.kernel.states import StateTable

    tables: dict[str, dict[str, str]] = defaultdict(dict)
    for module in pkgutil.walk_packages(dakehu.__path__, "dakehu."):
        if re.search(r"\.(tests|migrations|settings|testing)\b|__main__$", module.name):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, StateTable):
                owner = type(value.initial).__module__
                package = ".".join(owner.split(".")[1:3] if "switch" in owner else owner.split(".")[1:2])
                tables[package][value.name] = value.mermaid()
    return {
        ROOT
        / "docs"
        / "states"
        / f"{package}.md": f"# State tables of {package}\n\nDrawn from the code by `make docs`.\n"
        + "".join(f"\n## {name}\n\n```mermaid\n{text}```\n" for name, text in sorted(named.items()))
        for package, named in tables.items()
    }


def proofs() -> dict[str, list[str]]:
    """Requirement id to the tests that carry it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*ROOT.glob("src/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")]):
        tree = ast.parse(path.read_text())
        whole = [i for node in tree.body if isinstance(node, ast.Assign) for i in _ids(node.value)]
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                for ident in {*whole, *(i for mark in node.decorator_list for i in _ids(mark))}:
                    found[ident].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def _ids(expression: ast.expr) -> list[str]:
    return [
        argument.value
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def traceability() -> str:
    found = proofs()
    rows = _ROW.findall(HANDBOOK.read_text()) if HANDBOOK.exists() else sorted(found)
    lines = ["# Requirements and their proofs", "", "Made from the tests' marks by `make docs`.", ""]
    lines += ["| row | tests |", "| --- | --- |"]
    lines += [
        f"| {row} | {'<br>'.join(f'`{test}`' for test in found[row])} |" for row in rows if row in found
    ]
    open_rows = [row for row in rows if row not in found]
    lines += ["", "## Rows that no test proves yet", "", ", ".join(open_rows) or "None.", ""]
    return "\n".join(lines)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    django.setup()
    pages = state_pages()
    if HANDBOOK.exists():
        pages[ROOT / "docs" / "traceability.md"] = traceability()
    if "--check" in sys.argv:
        stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run make docs", file=sys.stderr)
        return 1 if stale else 0
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
