"""The order form asks the same rules, of a group and its members in one order as of single ones."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dakehu.catalogue.api import ItemContext, check_characteristics, offering_get, validate_characteristics
from dakehu.catalogue.seed import seed
from dakehu.centrex.testing import GroupScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.numbering.api import Wanted, numbers_reserve
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> GroupScenario:
    seed()
    return GroupScenario(world)


def group_values(scene: GroupScenario, **fields: object) -> dict[str, object]:
    values = {"exchange": "TY01", "name": "晋源机械", "attendant_prefix": "9", "capacity": 3}
    return {**values, "gcn": scene.numbers[99], **fields}


def codes(scene: GroupScenario, code: str, values: Mapping[str, object], **context: object) -> list[str]:
    actor = scene.world.manager
    item = ItemContext(actor, scene.customer.pk, **context)  # type: ignore[arg-type] # a test's own values
    return [fault.code for fault in validate_characteristics(offering_get(actor, code), values, item)]


def typed(scene: GroupScenario, code: str, values: Mapping[str, object]) -> dict[str, object]:
    return dict(check_characteristics(offering_get(SYSTEM, code), values).values)


@pytest.mark.req("CTX-10", "CTX-12", "CTX-13", "CTX-17", "CTX-19")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"exchange": "NOWHERE"}, ["domain.not_found"]),
        ({"exit_prefix": "9"}, ["centrex.prefixes_equal"]),
        ({"exit_prefix": "01"}, ["centrex.exit_prefix_invalid"]),
        ({"short_length": 7}, ["centrex.whole_number_length"]),
        ({"capacity": 2001}, ["centrex.capacity_invalid"]),
        ({"gcn": "03518889999"}, ["centrex.gcn_not_at_exchange"]),
        ({"gcn": "12"}, ["number.invalid"]),
        ({"name": ""}, ["catalogue.value_missing"]),
    ],
)
def test_a_group_item(scene: GroupScenario, fields: dict[str, object], expected: list[str]) -> None:
    assert codes(scene, "centrex-group", group_values(scene, **fields)) == expected


@pytest.mark.req("CTX-17")
def test_one_order_makes_no_two_groups_of_a_name(scene: GroupScenario) -> None:
    other = typed(scene, "centrex-group", group_values(scene, name="晋源 机械", gcn=scene.numbers[98]))
    assert codes(scene, "centrex-group", group_values(scene), siblings=[other]) == [
        "centrex.group_name_taken"
    ]
    third = typed(scene, "centrex-group", group_values(scene, name="第三"))
    assert codes(scene, "centrex-group", group_values(scene), siblings=[third]) == ["centrex.gcn_in_use"]
    _ = scene.group
    assert codes(scene, "centrex-group", group_values(scene, gcn=scene.numbers[98])) == [
        "centrex.group_name_taken"
    ]


def test_an_orders_own_reservation_is_no_obstacle(scene: GroupScenario) -> None:
    wanted = Wanted(scene.exchange.pk, (scene.numbers[99], scene.numbers[1]))
    numbers_reserve(actor=SYSTEM, wanted=wanted, holder="order:1")
    assert codes(scene, "centrex-group", group_values(scene)) == ["centrex.gcn_in_use"]
    assert codes(scene, "centrex-group", group_values(scene), reserved_for="order:1") == []
    parent = typed(scene, "centrex-group", group_values(scene))
    member = {"public_number": scene.numbers[1], "short_number": "8001"}
    assert codes(scene, "centrex-member", member, parent=parent) == ["numbering.number_not_free"]
    assert codes(scene, "centrex-member", member, parent=parent, reserved_for="order:1") == []


@pytest.mark.req("CTX-01", "CTX-02", "CTX-13")
def test_members_ordered_together_with_their_group(scene: GroupScenario) -> None:
    parent = typed(scene, "centrex-group", group_values(scene))
    items = [
        typed(scene, "centrex-member", {"public_number": scene.numbers[n], "short_number": f"80{n:02d}"})
        for n in (1, 2, 3, 4)
    ]
    assert codes(scene, "centrex-member", items[0], parent=parent, siblings=items[1:3]) == []
    assert codes(scene, "centrex-member", items[0], parent=parent, siblings=items[1:]) == [
        "centrex.group_full"
    ]
    clash = {**items[0], "short_number": "8002"}
    assert codes(scene, "centrex-member", clash, parent=parent, siblings=items[1:2]) == [
        "centrex.short_number_taken"
    ]
    twice = {**items[0], "short_number": "8009"}
    assert codes(scene, "centrex-member", twice, parent=parent, siblings=items[:1]) == [
        "centrex.line_in_group"
    ]


@pytest.mark.req("CTX-13", "CTX-15", "CTX-17", "CTX-19")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"group": None}, ["centrex.group_not_chosen"]),
        ({"group": "晋源机械"}, ["catalogue.value_not_number"]),
        ({"group": 999_999}, ["domain.not_found"]),
        ({"short_number": "0002"}, ["centrex.short_number_exit_prefix"]),
        ({"short_number": "9002"}, ["centrex.short_number_attendant_prefix"]),
        ({"short_number": "8001"}, ["centrex.short_number_taken"]),
        ({"short_number": "8880002"}, ["centrex.short_number_whole_number"]),
        ({"in_group_only": "是", "outgoing_restriction": "是"}, ["centrex.exclusive_services"]),
        ({"public_number": "03516000000"}, ["domain.not_found"]),
        ({"rights_level": "moon"}, ["catalogue.value_not_offered"]),
    ],
)
def test_a_member_for_a_group_in_service(
    scene: GroupScenario, fields: dict[str, object], expected: list[str]
) -> None:
    scene.member(1)
    values = {"group": scene.group.pk, "public_number": scene.numbers[2], "short_number": "8002", **fields}
    assert codes(scene, "centrex-member", values) == expected


@pytest.mark.req("CTX-17")
def test_another_customers_group_cannot_be_chosen(scene: GroupScenario) -> None:
    group = scene.group
    values = {"group": group.pk, "public_number": scene.numbers[2], "short_number": "8002"}
    item = ItemContext(scene.world.neighbour, scene.customer.pk)
    offering = offering_get(scene.world.neighbour, "centrex-member")
    assert [fault.code for fault in validate_characteristics(offering, values, item)] == ["domain.not_found"]
    stranger = ItemContext(scene.world.manager, scene.customer.pk + 1)
    assert [fault.code for fault in validate_characteristics(offering, values, stranger)] == [
        "domain.not_found"
    ]
