"""Rows of the access table: an import is its owner's; others in whose scope it lies may look, if they may."""

from __future__ import annotations

from typing import Any

from dakehu.infra.access.api import Actor
from dakehu.infra.importing.models import ImportBatch, ImportRow
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.importing.tests.nouns import SPEC, row, workbook
from dakehu.infra.testing.routes import Route


def _batch(world: Any, state: str = "ready") -> ImportBatch:
    """The manager's import of one faulty row, as if its job had run."""
    own = world.manager
    actor = Actor(own.user_id, own.name, own.permissions | {SPEC.permission}, own.scope, own.org_path)
    batch = import_upload(actor=actor, spec=SPEC.name, name="a.xlsx", chunks=[workbook([row(1)])])
    ImportRow.objects.create(batch=batch, number=2, state=2, cells='["x"]', faults="")
    batch.state, batch.job_id, batch.rows, batch.faulty, batch.heading_number = state, None, 1, 1, 1
    batch.headings, batch.mapping = ["编号"], {"code": 0}
    batch.sheets = [{"index": 0, "name": "数据", "head": [[1, ["编号"]], [2, ["x"]]]}]
    batch.save()
    return batch


def _pk(world: Any) -> dict[str, Any]:
    return {"pk": _batch(world).pk}


def _row(world: Any) -> dict[str, Any]:
    return {"pk": _batch(world).pk, "number": 2}


_LOOK = {"auditor": 404, "manager": 200, "neighbour": 404, "administrator": 200}
_ACT = {"auditor": 404, "neighbour": 404, "administrator": 404, "method": "POST"}
ROUTES = [
    Route("importing-batch-list"),
    Route("importing-batch-create", path={"spec": SPEC.name}, auditor=403, manager=403),
    Route(
        "importing-batch-create",
        "POST",
        path={"spec": SPEC.name},
        auditor=403,
        manager=403,
        administrator=422,
    ),
    Route("importing-batch-template", path={"spec": SPEC.name}, auditor=403, manager=403),
    Route("importing-batch-record", path=_pk, **_LOOK),
    Route("importing-batch-mendable", path=_pk, **_LOOK),
    Route("importing-row-list", path=_pk, **_LOOK),
    Route("importing-row-mend", path=_row, **_LOOK),
    Route("importing-row-mend", path=_row, data={"code": "AB0001"}, manager=200, **_ACT),
    Route("importing-row-choose", path=_row, data={"wanted": "1"}, manager=200, **_ACT),
    Route("importing-batch-map", path=_pk, data={}, manager=422, **_ACT),
    Route("importing-batch-heading", path=_pk, data={"row": "2"}, manager=302, **_ACT),
    Route("importing-batch-act", path=lambda w: {**_pk(w), "verb": "discard"}, manager=302, **_ACT),
]
