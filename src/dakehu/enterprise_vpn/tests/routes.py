"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.centrex.testing import GroupScenario
from dakehu.enterprise_vpn.services.vpns import closed_group_create, vpn_create
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.testing.routes import Route
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange


def _vpn(world: Any) -> dict[str, int]:
    return {"pk": VpnScenario(world).vpn.pk}


def _with_line(world: Any) -> dict[str, int]:
    scene = VpnScenario(world)
    scene.line(scene.taiyuan[1])
    return {"pk": scene.vpn.pk}


def _with_group(world: Any) -> dict[str, int]:
    group = GroupScenario(world)
    group.member(1)
    plan = VpnScenario(world).plan()
    return {"pk": vpn_create(actor=SYSTEM, customer_id=group.customer.pk, plan=plan).pk}


def _joining(_world: Any) -> dict[str, object]:
    from dakehu.centrex.models import CentrexGroup

    return {"group": CentrexGroup.objects.get().pk, "lead": "61"}


def _closed(world: Any) -> dict[str, int]:
    vpn = VpnScenario(world).vpn
    return {"pk": vpn.pk, "group": closed_group_create(actor=SYSTEM, vpn_id=vpn.pk, name="财务").pk}


def _member(world: Any) -> dict[str, int]:
    scene = VpnScenario(world)
    return {"pk": scene.member(scene.taiyuan[1], "61001").pk}


def _customer(world: Any) -> dict[str, int]:
    return {"pk": a_customer(world).pk}


def _line(world: Any) -> dict[str, int]:
    [number, *_rest] = a_block(an_exchange(world.taiyuan, "TY01"), "8880000", "8880001")
    return {"pk": a_line(a_customer(world), number).pk}


def _new(world: Any) -> dict[str, object]:
    return {**_PLAN, "customer": a_customer(world).pk}


_PLAN = {"name": "全省专网", "short_length": "5", "exit_prefix": "9", "attendant_limit": "4", "version": "1"}
_LINES = {"lines": "03518880001 61001"}
_CHANGED = {"version": "1", "short_number": "61009"}


def _for_changers(route: Route) -> Route:
    """Auditors and account managers see, and change nothing."""
    return replace(route, auditor=403, manager=403)


ROUTES = [
    Route("vpns-vpn-list"),
    Route("vpns-vpn-record", path=_vpn, neighbour=404),
    _for_changers(Route("vpns-vpn-create")),
    _for_changers(Route("vpns-vpn-create", "POST", data=_new, administrator=302)),
    _for_changers(Route("vpns-vpn-change", path=_vpn)),
    _for_changers(
        Route(
            "vpns-vpn-change",
            "POST",
            path=_vpn,
            data=_PLAN,
            administrator=302,
            also={"provisioning_engineer": 302, "one_stop_desk": 302},
        )
    ),
    _for_changers(Route("vpns-vpn-sharing", path=_vpn)),
    _for_changers(
        Route(
            "vpns-vpn-sharing",
            "POST",
            path=_vpn,
            data={"version": 1, "attendant_limit": 2},
            administrator=302,
        )
    ),
    _for_changers(Route("vpns-vpn-codes", path=_vpn)),
    _for_changers(
        Route("vpns-vpn-codes", "POST", path=_vpn, data={"version": 1, "absent": "72"}, administrator=302)
    ),
    _for_changers(Route("vpns-vpn-remove", "POST", path=_vpn, administrator=302)),
    Route("vpns-member-list", path=_vpn, neighbour=404),
    Route("vpns-member-list", "POST", path=_vpn, auditor=404, manager=404, administrator=404, neighbour=404),
    _for_changers(Route("vpns-member-create", path=_vpn)),
    _for_changers(Route("vpns-member-create", "POST", path=_with_line, data=_LINES, administrator=302)),
    _for_changers(Route("vpns-group-join", path=_vpn)),
    _for_changers(Route("vpns-group-join", "POST", path=_with_group, data=_joining, administrator=302)),
    _for_changers(Route("vpns-closed-create", path=_vpn)),
    _for_changers(Route("vpns-closed-create", "POST", path=_vpn, data={"name": "财务"}, administrator=302)),
    _for_changers(Route("vpns-closed-remove", "POST", path=_closed, administrator=302)),
    _for_changers(Route("vpns-member-change", path=_member)),
    _for_changers(Route("vpns-member-change", "POST", path=_member, data=_CHANGED, administrator=302)),
    _for_changers(Route("vpns-member-remove", "POST", path=_member, administrator=302)),
    _for_changers(Route("vpns-attendant-login", "POST", path=_member, administrator=302)),
    Route("vpns-customer-panel", path=_customer, neighbour=404),
    Route("vpns-line-panel", path=_line, neighbour=404),
]
