"""KAM-03: what upper chapters hang on a customer moves when two files are merged, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from dakehu.centrex.models import CentrexGroup
from dakehu.centrex.testing import GroupScenario
from dakehu.charging.models import Usage
from dakehu.charging.seed import seed
from dakehu.charging.services.rating import usage_save
from dakehu.charging.tests.test_rating import call
from dakehu.customers.api import Customer
from dakehu.customers.domain.merging import MergeBlocked
from dakehu.customers.models import Merge
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import a_customer
from dakehu.enterprise_vpn.models import EnterpriseVpn
from dakehu.enterprise_vpn.services.vpns import VpnPlan, vpn_create
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.numbering.models import Line
from dakehu.orders.models import ProductOrder
from dakehu.orders.services.handling import order_cancel
from dakehu.orders.testing import OrderScenario
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]


@dataclass
class Scene:
    kept: Customer
    gone: Customer
    steward: Actor


@pytest.fixture
def scene(world: Scenario) -> Scene:
    """The file that goes, in one team, has a group with a member, a VPN and an order; the other, none."""
    groups, orders = GroupScenario(world), OrderScenario(world)
    groups.__dict__["customer"] = orders.customer
    orders.__dict__["exchange"], orders.__dict__["numbers"] = groups.exchange, groups.numbers
    groups.member(1)
    vpn_create(actor=SYSTEM, customer_id=orders.customer.pk, plan=VpnPlan("全省专网", 5))
    order_cancel(actor=orders.manager, order_id=orders.submitted(orders.line_item(50)).pk, reason="不装了")
    kept = a_customer(world.other_team)
    return Scene(kept, orders.customer, world.actor("data_steward", unit=world.taiyuan))


def _merge(scene: Scene) -> Merge:
    for row in (scene.kept, scene.gone):
        row.refresh_from_db()
    versions = (scene.kept.version, scene.gone.version)
    return customers_merge(
        actor=scene.steward, kept_id=scene.kept.pk, gone_id=scene.gone.pk, versions=versions
    )


def _picture() -> list[list[Any]]:
    models: list[Any] = [Line, CentrexGroup, EnterpriseVpn, Usage]
    placed = ProductOrder.objects.order_by("pk").values_list("pk", "customer_id", "org_path", "org_city")
    return [
        *(list(m._default_manager.order_by("pk").values_list("pk", "customer_id")) for m in models),
        list(placed),
    ]


def test_lines_groups_vpns_orders_and_calls_move_and_come_back(scene: Scene) -> None:
    before = _picture()
    assert all(rows for rows in before if rows is not before[3])
    OutboxEvent.objects.all().delete()
    merge = _merge(scene)
    assert {row[1] for rows in _picture() for row in rows} == {scene.kept.pk}
    assert set(ProductOrder.objects.values_list("org_path", flat=True)) == {scene.kept.org_path}
    payloads = [event.payload for event in OutboxEvent.objects.exclude(topic="customers.merged")]
    number = Line.objects.get().public_number_id
    assert any(number in payload.get("numbers", ()) for payload in payloads)
    assert any("group_id" in payload for payload in payloads)
    assert any("vpn_id" in payload for payload in payloads)
    merge_undo(actor=scene.steward, merge_id=merge.pk)
    assert _picture() == before


def test_two_of_the_same_name_are_to_be_settled_first(scene: Scene) -> None:
    vpn_create(actor=SYSTEM, customer_id=scene.kept.pk, plan=VpnPlan("全省专网", 5))
    before = _picture()
    with pytest.raises(MergeBlocked):
        _merge(scene)
    assert _picture() == before
    assert Customer.objects.filter(pk=scene.gone.pk).exists()


def test_a_call_that_was_made_before_the_merge_is_charged_to_the_survivor(scene: Scene) -> None:
    seed()
    gone = scene.gone.pk
    _merge(scene)
    usage_save([replace(call(1), calling_customer_id=gone)])
    assert Usage.objects.get().customer_id == scene.kept.pk
