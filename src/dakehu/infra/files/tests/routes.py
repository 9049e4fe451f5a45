"""Rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.infra.files.api import Purpose, file_store, register_purpose
from dakehu.infra.testing.routes import Route


def _file(world: Any) -> dict[str, Any]:
    register_purpose(Purpose("test-owner-only"))
    return {
        "pk": file_store(actor=world.manager, purpose="test-owner-only", name="a.csv", chunks=[b"a,b\n"]).pk
    }


ROUTES = [
    # A file is its owner's alone unless its purpose says otherwise, even for an administrator.
    Route("files-file-download", path=_file, auditor=404, manager=200, neighbour=404, administrator=404)
]
