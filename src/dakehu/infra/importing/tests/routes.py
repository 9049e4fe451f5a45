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


def _look(name: str, path: Any = _pk) -> Route:
    return Route(name, path=path, auditor=200, manager=200, neighbour=404, administrator=200)


def _act(name: str, manager: int, path: Any = _pk, data: dict[str, str] | None = None) -> Route:
    return Route(
        name, "POST", path, data=data or {}, auditor=404, manager=manager, neighbour=404, administrator=404
    )


ROUTES = [
    Route("importing-batch-list"),
    Route("importing-batch-create", path={"spec": SPEC.name}, auditor=403, manager=403),
    Route("importing-batch-create", "POST", {"spec": SPEC.name}, auditor=403, manager=403, administrator=422),
    Route("importing-batch-template", path={"spec": SPEC.name}, auditor=403, manager=403),
    _look("importing-batch-record"),
    _look("importing-batch-mendable"),
    _look("importing-row-list"),
    _look("importing-row-mend", _row),
    _act("importing-row-mend", 200, _row, {"code": "AB0001"}),
    _act("importing-row-choose", 200, _row, {"wanted": "1"}),
    _act("importing-batch-map", 422),
    _act("importing-batch-heading", 302, data={"row": "2"}),
    _act("importing-batch-act", 302, lambda world: {**_pk(world), "verb": "discard"}),
]
