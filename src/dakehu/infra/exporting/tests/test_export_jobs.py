"""Exports in the background: progress, cancelling, the file for its owner alone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from dakehu.infra.access.api import Actor, require
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.exporting.api import (
    Column,
    ExportSource,
    Format,
    Kind,
    Table,
    export_start,
    register_source,
)
from dakehu.infra.files.models import StoredFile
from dakehu.infra.jobs.api import cancel
from dakehu.infra.jobs.models import Job
from dakehu.infra.worker import drain
from dakehu.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def _rows(count: int) -> Iterator[list[object]]:
    for number in range(count):
        yield [f"户{number}", number]


def _build(actor: Actor, params: Mapping[str, Any]) -> Table:
    require(actor, params.get("permission", "customer.view"))
    columns = [Column("名称"), Column("数", Kind.INTEGER)]
    return Table("customer", "大表", columns, _rows(params["rows"]), total=params["rows"])


@pytest.fixture(autouse=True)
def _source() -> None:
    register_source(ExportSource("test.big", "大表", _build))


def test_a_large_export_is_made_by_the_worker_and_fetched_by_its_owner(world: Any, client: Client) -> None:
    job = export_start(actor=world.manager, source="test.big", form=Format.XLSX, rows=3000)
    drain("tasks")
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 3000)
    client.force_login(world.neighbour_user)
    assert client.get(job.result["url"]).status_code == 404
    client.force_login(world.manager_user)
    response: Any = client.get(job.result["url"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert len(book.get_sheet_by_index(0).to_python()) == 3001
    finished = AuditEntry.objects.get(action="export.finished")
    assert (finished.changes["rows"], finished.actor_id) == ([None, 3000], world.manager_user.pk)


def test_what_the_actor_may_not_take_is_not_made(world: Any) -> None:
    job = export_start(
        actor=world.manager, source="test.big", form=Format.CSV, rows=1, permission="role.change"
    )
    drain("tasks")
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not StoredFile.objects.exists()


def test_a_cancelled_export_leaves_no_file(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dakehu.infra.jobs.running._SAVE_EVERY_S", 0.0)
    actor = world.manager

    def build(_actor: Actor, _params: Mapping[str, Any]) -> Table:
        cancel(actor, job.pk)
        return Table("customer", "大表", [Column("名称"), Column("数", Kind.INTEGER)], _rows(5000))

    register_source(ExportSource("test.big", "大表", build))
    job = export_start(actor=actor, source="test.big", form=Format.XLSX, rows=5000)
    drain("tasks")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not StoredFile.objects.exists()


def test_an_unknown_source_is_refused(world: Any) -> None:
    with pytest.raises(NotFound):
        export_start(actor=world.manager, source="nonsense", form=Format.CSV)
