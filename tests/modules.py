"""Every module of Dakehu, imported: what the tests of the whole look through."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

import dakehu

_SKIPPED = {"tests", "migrations", "__main__", "wsgi", "settings", "settings_for_tests"}


@cache
def all_modules() -> tuple[ModuleType, ...]:
    """Tests, migrations, settings and the entry points that start something are left out."""
    return tuple(import_module(name) for name in sorted(_names()))


def _names() -> Iterator[str]:
    for found in pkgutil.walk_packages(dakehu.__path__, "dakehu."):
        if not _SKIPPED & set(found.name.split(".")):
            yield found.name


def subclasses(kind: type) -> set[type]:
    """All subclasses of `kind`, however deep, once every module is imported."""
    all_modules()
    found: set[type] = set()
    frontier = [kind]
    while frontier:
        children: list[type] = frontier.pop().__subclasses__()
        for child in children:
            if child not in found:
                found.add(child)
                frontier.append(child)
    return {
        each for each in found if each.__module__.startswith("dakehu.") and ".tests." not in each.__module__
    }
