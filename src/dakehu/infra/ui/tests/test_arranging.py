"""KAM-11: everyone arranges their own workbench."""

from __future__ import annotations

import pytest

from dakehu.infra.access.api import Actor
from dakehu.infra.ui.api import Tile, rows_tile
from dakehu.infra.ui.arranging import arrange, arrangement_for
from dakehu.infra.ui.registry import register_tile
from dakehu.infra.ui.tests.calls import signed_in
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


def _names(actor: Actor) -> list[str]:
    return [tile.name for tile in arrangement_for(actor).shown]


@pytest.mark.req("KAM-11")
def test_tiles_are_moved_and_hidden_by_each_for_themselves(world: Scenario) -> None:
    usual = _names(world.manager)
    client = signed_in(world.manager_user)
    page = client.get("/workbench/arrange/").content.decode()
    assert page.count("data-move") == 2 * len(usual)
    order = [usual[-1], *usual[:-1]]
    answer = client.post("/workbench/arrange/", {"tile": order, "shown": order[:3]})
    assert answer.headers["Location"] == "/"
    assert _names(world.manager) == order[:3]
    home = client.get("/").content.decode()
    assert [home.count(f"/workbench/tiles/{name}/") for name in order[:4]] == [1, 1, 1, 0]
    assert _names(world.neighbour) == usual
    client.post("/workbench/arrange/", {"usual": "1", "tile": order})
    assert _names(world.manager) == usual


@pytest.mark.req("KAM-11")
def test_all_hidden_says_how_to_go_on(world: Scenario) -> None:
    client = signed_in(world.manager_user)
    client.post("/workbench/arrange/", {"tile": _names(world.manager)})
    assert _names(world.manager) == []
    assert "/workbench/arrange/" in client.get("/").content.decode()


@pytest.mark.req("KAM-11")
def test_a_new_tile_comes_last_and_a_lost_right_comes_back_to_its_place(world: Scenario) -> None:
    usual = _names(world.manager)
    mine = world.manager
    arrange(mine, usual[::-1], usual)
    register_tile(Tile("test.first", "x", lambda _actor: rows_tile([], empty="-"), order=-1))
    try:
        assert _names(mine) == [*usual[::-1], "test.first"]
        poor = Actor(user_id=mine.user_id, name=mine.name, permissions=frozenset(), org_path=mine.org_path)
        left = _names(poor)
        assert set(left) < {*usual, "test.first"}
        arrange(poor, left, left)
        assert set(_names(mine)) == {*usual, "test.first"}
    finally:
        from dakehu.infra.ui import registry

        registry._tiles.pop("test.first")


@pytest.mark.parametrize("name", ["no.such", "-ui.jobs", "", "x" * 500])
def test_names_that_are_no_tiles_are_passed_over(world: Scenario, name: str) -> None:
    usual = _names(world.manager)
    arrange(world.manager, [name, *usual], {name, *usual})
    assert _names(world.manager) == usual
