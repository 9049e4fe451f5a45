"""Rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.testing.routes import Route
from dakehu.infra.ui.models import SavedView


def a_job(actor: Any, **values: Any) -> Job:
    """A running job of the actor's."""
    at = now()
    row = Job(
        kind="test",
        title="客户导入",
        owner_id=actor.user_id,
        owner_name=actor.name,
        state=Job.State.RUNNING,
        done=40,
        total=100,
        correlation_id="test",
        created_at=at,
        heartbeat_at=at,
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.place(actor.org_path)
    row.save()
    return row


def _job(world: Any) -> dict[str, Any]:
    return {"pk": a_job(world.manager).pk}


def _view(world: Any) -> dict[str, Any]:
    owner = world.manager
    view = SavedView(list_name="ui.job", owner_id=owner.user_id, owner_name=owner.name, name="失败的任务")
    view.place(owner.org_path)
    view.save()
    return {"pk": view.pk}


# A person's jobs and views are theirs alone: for an administrator too they do not exist.
_OWN: dict[str, Any] = {"auditor": 404, "neighbour": 404, "administrator": 404}

ROUTES = [
    Route("ui-workbench"),
    Route("ui-workbench-arrange"),
    Route("ui-workbench-arrange", "POST", data={"tile": "ui.jobs", "shown": "ui.jobs"},
          auditor=302, manager=302, administrator=302),
    Route("ui-tile-body", path={"name": "ui.jobs"}),
    Route("ui-tile-body", path={"name": "no-such"}, auditor=404, manager=404, administrator=404),
    Route("ui-search", query="q=x"),
    Route("ui-search-pick", path={"source": "no-such"}, auditor=404, manager=404, administrator=404),
    Route("ui-job-list"),
    Route("ui-job-list", query="_export=csv"),
    Route("ui-job-record", path=_job, manager=200, **_OWN),
    Route("ui-job-progress", path=_job, manager=200, **_OWN),
    Route("ui-job-cancel", method="POST", path=_job, manager=302, **_OWN),
    Route("ui-view-columns", "POST", {"name": "ui.job"}, data={"column": "title", "next": "/jobs/"},
          auditor=302, manager=302, administrator=302),
    Route("ui-view-save", "POST", {"name": "ui.job"}, data={"name": "我的", "next": "/jobs/"},
          auditor=302, manager=302, administrator=302),
    Route("ui-view-delete", method="POST", path=_view, data={"next": "/jobs/"}, manager=302, **_OWN),
    Route("set_language", method="POST", data={"language": "en"}, auditor=302, manager=302,
          administrator=302),
]  # fmt: skip
