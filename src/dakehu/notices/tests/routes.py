"""Rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.infra.clock import now
from dakehu.infra.sealing import seal
from dakehu.infra.testing.routes import Route
from dakehu.notices.models import Notice, Robot


def _notice(world: Any) -> dict[str, Any]:
    row = Notice.objects.create(
        user=world.manager_user, kind="customers.given", mark="1", facts={"count": 3}, at=now()
    )
    return {"pk": row.pk}


def _robot(world: Any) -> dict[str, Any]:
    row = Robot(name="迎泽群", org_unit=world.team, address_sealed=seal("https://chat.example/"), host="chat")
    row.place(world.team.path)
    row.save()
    return {"pk": row.pk}


def _robot_form(world: Any) -> dict[str, Any]:
    return {
        "name": "迎泽群",
        "unit": world.team.pk,
        "style": "wecom",
        "language": "zh-hans",
        "address": "https://192.0.2.7/hook",
        "version": 1,
    }


_WISH = {"quiet_from": 22, "quiet_to": 7, "language": "en", "version": 0}
ROUTES = [
    Route("notices-notice-list"),
    Route("notices-notice-list", method="POST", query="_bulk=read"),
    Route("notices-bell", anonymous=204),
    Route("notices-notice-record", path=_notice, auditor=404, neighbour=404, administrator=404),
    Route("notices-notice-read", method="POST", auditor=302, manager=302, administrator=302),
    Route("notices-preference-change"),
    Route(
        "notices-preference-change", method="POST", data=_WISH, auditor=302, manager=302, administrator=302
    ),
    Route("notices-preference-try", method="POST", auditor=422, manager=422, administrator=422),
    Route("notices-robot-list", manager=403),
    Route("notices-robot-record", path=_robot, manager=403),
    Route("notices-robot-create", auditor=403, manager=403),
    Route(
        "notices-robot-create", method="POST", data=_robot_form, auditor=403, manager=403, administrator=302
    ),
    Route("notices-robot-change", path=_robot, auditor=403, manager=403),
    Route(
        "notices-robot-change",
        method="POST",
        path=_robot,
        data=_robot_form,
        auditor=403,
        manager=403,
        administrator=302,
    ),
    Route("notices-robot-try", method="POST", path=_robot, auditor=403, manager=403, administrator=302),
    Route(
        "notices-robot-remove",
        method="POST",
        path=_robot,
        data={"version": 1},
        auditor=403,
        manager=403,
        administrator=302,
    ),
    Route("notices-dispatch-list", manager=403),
    Route("notices-dispatch-list", method="POST", query="_bulk=again", auditor=403, manager=403),
]
