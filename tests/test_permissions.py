"""Every right that code asks for is in the register, has words, and the seeded roles name real ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from fnmatch import filter as matching
from pathlib import Path

from django.utils.translation import override

from dakehu.infra.access.api import all_permissions
from dakehu.infra.errors import message_for
from dakehu.infra.ui import registry
from dakehu.infra.ui.api import NavItem, Panel, SearchSource, Tile
from dakehu.infra.ui.lists.spec import ListSpec
from dakehu.kernel.errors import NotAllowed
from dakehu.organisation.seeds.roles import ROLES
from tests.modules import all_modules, subclasses

_GATES = {"require", "visible", "branches", "access_one", "page"}
ROOT = Path(__file__).resolve().parents[1] / "src" / "dakehu"


def test_every_member_of_a_permission_enumeration_is_registered() -> None:
    enumerations = [kind for kind in subclasses(StrEnum) if kind.__name__.endswith("Permission")]
    assert len(enumerations) > 5
    members = {str(member) for kind in enumerations for member in kind}  # type: ignore[attr-defined]  # enums
    assert not members - all_permissions().keys()


def test_every_right_that_the_frame_asks_for_is_registered() -> None:
    frame: list[NavItem | Panel | Tile | SearchSource] = [
        *registry._nav.values(),
        *registry._panels.values(),
        *registry._tiles.values(),
        *registry._sources.values(),
    ]
    everything = [value for module in all_modules() for value in vars(module).values()]
    lists = [value for value in everything if isinstance(value, ListSpec)]
    asked = {str(each.permission) for each in frame} | {str(each.permission) for each in lists}
    asked -= {""}
    assert asked
    assert not asked - all_permissions().keys()


def _literals() -> Iterator[str]:
    """Rights written as text where a gate is called."""
    for path in ROOT.rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _GATES:
                yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def test_every_right_written_as_text_is_registered() -> None:
    assert not {text for text in _literals() if "." in text} - all_permissions().keys()


def test_every_noun_of_a_right_has_words_for_its_heading() -> None:
    nouns = {permission.partition(".")[0] for permission in all_permissions()}
    assert not {noun for noun in nouns if registry.words_of(noun).label == noun}


def test_a_refusal_names_the_right_in_words() -> None:
    with override("zh-hans"):
        sentence = message_for(NotAllowed(permission="trunk.change"))
    assert "维护中继群" in sentence
    assert "trunk" not in sentence


def test_every_pattern_of_a_seeded_role_names_a_right() -> None:
    known = list(all_permissions())
    empty = {f"{role.code}: {each}" for role in ROLES for each in role.patterns if not matching(known, each)}
    assert not empty


def test_every_right_is_somebodys() -> None:
    """What no seeded role has is the administrator's alone: meant so for these nouns, else forgotten."""
    known = list(all_permissions())
    given = {name for role in ROLES for each in role.patterns for name in matching(known, each)}
    meant = {"unit", "user", "role", "post", "client", "outbox"}
    assert not {name for name in set(known) - given if name.split(".")[0] not in meant}
