"""This chapter's rows of the access table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.testing.routes import Route
from dakehu.numbering.domain.lines import SuspensionReason
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.numbering.models import Line
from dakehu.numbering.services.lines import line_suspend
from dakehu.numbering.services.telephones import telephone_issue
from dakehu.numbering.services.trunks import trunk_create
from dakehu.numbering.services.webphone import webphone_give
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange


def _exchange(world: Any) -> dict[str, int]:
    return {"pk": an_exchange(world.taiyuan, "TY01").pk}


def _open(world: Any) -> Line:
    [number, *_rest] = a_block(an_exchange(world.taiyuan, "TY01"), "8880000", "8880001")
    return a_line(a_customer(world), number)


def _line(world: Any) -> dict[str, int]:
    return {"pk": _open(world).pk}


def _suspended(world: Any) -> dict[str, int]:
    line = _open(world)
    line_suspend(actor=SYSTEM, line_id=line.pk, reason=SuspensionReason.REQUEST)
    return {"pk": line.pk}


def _new_exchange(world: Any) -> dict[str, object]:
    city = world.taiyuan.pk
    return {"name": "府西街局", "code": "TY09", "kind": "S1240", "city": city, "area_code": "0351"}


_BLOCK = {"first": "8880000", "last": "8880001"}


def _for_managers_browser(world: Any) -> Line:
    line = _open(world)
    telephone_issue(actor=SYSTEM, line_id=line.pk)
    webphone_give(actor=SYSTEM, line_id=line.pk, user_id=world.manager_user.pk)
    return line


def _webphone(world: Any) -> dict[str, int]:
    return {"pk": _for_managers_browser(world).pk}


def _given(world: Any) -> dict[str, int]:
    return {**_webphone(world), "user_id": world.manager_user.pk}


_ONE_NUMBER = {
    "version": "0",
    "follow": "in_turn",
    "rings_self": "on",
    "self_ring_s": "20",
    "bound": "13912345678",
}
_PASSWORD = {"version": "0", "password": "471147"}
_SERVICES = {"forward_busy": "8002", "no_answer_s": "20", "restriction": "0", "version": "0"}
_LINE = {"user_name": "总机", "rights_level": "local"}


def _for_changers(route: Route) -> Route:
    """Auditors and account managers see, and change nothing."""
    return replace(route, auditor=403, manager=403)


def _trunk(world: Any) -> dict[str, int]:
    group = TrunkGroup("TY1", "", "", (Gateway("192.0.2.1"),))
    exchange = an_exchange(world.taiyuan, "TY01")
    return {"pk": trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=group).pk}


def _new_trunk(world: Any) -> dict[str, object]:
    return {**_TRUNK, "code": "TY2", "exchange": an_exchange(world.taiyuan, "TY01").pk}


_TRUNK = {
    "version": "1", "serves": "area", "prefixes": "*", "order": "0", "gateways": "192.0.2.2",
    "channels": "30", "reserved": "0", "called_strip": "0", "calling_strip": "0",
}  # fmt: skip


def _for_engineers(route: Route) -> Route:
    """Auditors see trunk groups, account managers don't."""
    return replace(route, manager=403, neighbour=403)


ROUTES = [
    Route("numbering-exchange-list"),
    _for_changers(Route("numbering-exchange-create")),
    _for_changers(Route("numbering-exchange-create", method="POST", data=_new_exchange, administrator=302)),
    Route("numbering-exchange-record", path=_exchange, neighbour=404),
    _for_changers(Route("numbering-block-create", path=_exchange)),
    _for_changers(Route("numbering-block-create", "POST", path=_exchange, data=_BLOCK, administrator=302)),
    Route("numbering-number-free", path=_exchange, neighbour=404),
    _for_engineers(Route("numbering-trunk-list")),
    _for_engineers(Route("numbering-trunk-way")),
    _for_engineers(Route("numbering-trunk-record", path=_trunk)),
    _for_changers(Route("numbering-trunk-create")),
    _for_changers(Route("numbering-trunk-create", "POST", data=_new_trunk, administrator=302)),
    _for_changers(Route("numbering-trunk-change", path=_trunk)),
    _for_changers(Route("numbering-trunk-change", "POST", path=_trunk, data=_TRUNK, administrator=302)),
    _for_changers(Route("numbering-trunk-account", path=_trunk)),
    _for_changers(
        Route(
            "numbering-trunk-account",
            "POST",
            path=_trunk,
            data={"username": "", "version": "1"},
            administrator=302,
        )
    ),
    _for_changers(Route("numbering-trunk-remove", "POST", path=_trunk, administrator=302)),
    Route("numbering-number-list"),
    Route("numbering-number-list", method="POST", auditor=404, manager=404, administrator=404),
    Route("numbering-line-list"),
    Route("numbering-line-record", path=_line, neighbour=404),
    _for_changers(Route("numbering-line-change", path=_line)),
    _for_changers(Route("numbering-line-change", "POST", path=_line, data=_LINE, administrator=302)),
    _for_changers(Route("numbering-line-services", path=_line)),
    _for_changers(Route("numbering-line-services", "POST", path=_line, data=_SERVICES, administrator=302)),
    _for_changers(Route("numbering-line-one-number", path=_line)),
    _for_changers(
        Route("numbering-line-one-number", "POST", path=_line, data=_ONE_NUMBER, administrator=302)
    ),
    _for_changers(Route("numbering-line-call-password", path=_line)),
    _for_changers(
        Route("numbering-line-call-password", "POST", path=_line, data=_PASSWORD, administrator=302)
    ),
    _for_changers(Route("numbering-line-suspend", path=_line)),
    _for_changers(
        Route(
            "numbering-line-suspend",
            "POST",
            path=_line,
            data={"reason": "arrears"},
            administrator=302,
            also={"provisioning_engineer": 302},
        )
    ),
    _for_changers(Route("numbering-line-resume", "POST", path=_suspended, administrator=302)),
    _for_changers(Route("numbering-line-cease", "POST", path=_line, administrator=302)),
    _for_changers(Route("numbering-line-telephone", "POST", path=_line)),
    _for_changers(Route("numbering-line-webphone", path=_line)),
    _for_changers(
        Route(
            "numbering-line-webphone",
            "POST",
            path=_line,
            data=lambda world: {"user": world.manager_user.pk},
            administrator=302,
        )
    ),
    _for_changers(Route("numbering-line-webphone-take", "POST", path=_given, administrator=302)),
    Route("numbering-webphone-page", auditor=403),
    Route(
        "numbering-webphone-account", "POST", path=_webphone, auditor=403, neighbour=404, administrator=404
    ),
]
