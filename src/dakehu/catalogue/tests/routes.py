"""This chapter's rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.catalogue.seed import seed
from dakehu.infra.testing.routes import Route


def _one(_world: Any) -> dict[str, str]:
    seed()
    return {"key": "single-line"}


ROUTES = [
    Route("rest-productOffering-list", anonymous=401),
    Route("rest-productOffering-item", path=_one, anonymous=401),
    Route("rest-productSpecification-list", anonymous=401),
    Route("rest-productSpecification-item", path=_one, anonymous=401),
]
