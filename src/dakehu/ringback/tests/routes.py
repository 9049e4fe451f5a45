"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.centrex.testing import GroupScenario
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.testing.routes import Route
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.ringback.testing import ToneScenario, a_sound


def _tone(world: Any) -> dict[str, int]:
    return {"pk": ToneScenario(world).tone().pk}


def _customer(world: Any) -> dict[str, int]:
    return {"pk": a_customer(world).pk}


def _vpn(world: Any) -> dict[str, int]:
    return {"pk": VpnScenario(world).vpn.pk}


def _group(world: Any) -> dict[str, int]:
    return {"pk": GroupScenario(world).group.pk}


def _line(world: Any) -> dict[str, int]:
    [number, *_rest] = a_block(an_exchange(world.taiyuan, "TY01"), "8880000", "8880001")
    return {"pk": a_line(a_customer(world), number).pk}


def _vpn_owner(world: Any) -> dict[str, object]:
    return {"kind": "vpn", **_vpn(world)}


def _upload(world: Any) -> dict[str, object]:
    sound = a_sound()
    sound.name = "welcome.wav"
    return {"customer": a_customer(world).pk, "name": "迎宾曲", "file": sound}


def _for_changers(route: Route) -> Route:
    """Auditors and account managers listen, and change nothing."""
    return replace(route, auditor=403, manager=403)


_WHY = {"reason": "有版权的歌曲"}
ROUTES = [
    Route("ringback-tone-list"),
    _for_changers(Route("ringback-review-list")),
    Route("ringback-tone-record", path=_tone, neighbour=404),
    Route("ringback-tone-sound", path=_tone, neighbour=404),
    _for_changers(Route("ringback-tone-create")),
    _for_changers(Route("ringback-tone-create", "POST", data=_upload, administrator=302)),
    _for_changers(
        Route(
            "ringback-tone-approve",
            "POST",
            path=_tone,
            administrator=302,
            also={"product_manager": 302, "provisioning_engineer": 403},
        )
    ),
    _for_changers(Route("ringback-tone-refuse", path=_tone)),
    _for_changers(Route("ringback-tone-refuse", "POST", path=_tone, data=_WHY, administrator=302)),
    _for_changers(Route("ringback-tone-withdraw", path=_tone)),
    _for_changers(Route("ringback-tone-withdraw", "POST", path=_tone, data=_WHY, administrator=302)),
    _for_changers(Route("ringback-owner-change", path=_vpn_owner)),
    _for_changers(
        Route("ringback-owner-change", "POST", path=_vpn_owner, data={"version": 0}, administrator=302)
    ),
    Route("ringback-customer-panel", path=_customer, neighbour=404),
    Route("ringback-vpn-panel", path=_vpn, neighbour=404),
    Route("ringback-group-panel", path=_group, neighbour=404),
    Route("ringback-line-panel", path=_line, neighbour=404),
]
