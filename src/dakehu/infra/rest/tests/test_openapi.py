from __future__ import annotations

from typing import Any

import pytest

from dakehu.infra.rest.openapi import describe
from dakehu.infra.rest.registry import register_resource, resources
from dakehu.infra.rest.tests.urls import WORK


@pytest.fixture
def document() -> dict[str, Any]:
    return describe([WORK], title="t", version="1")


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {WORK.path, f"{WORK.path}/{{id}}"}
    assert set(document["paths"][WORK.path]) == {"get", "post"}
    assert set(document["paths"][f"{WORK.path}/{{id}}"]) == {"parameters", "get", "patch", "delete"}
    names = {p["name"] for p in document["paths"][WORK.path]["get"]["parameters"]}
    assert {"fields", "offset", "limit", "sort", "state", "state.ne", "creationDate.gte"} <= names
    assert "state.gt" not in names


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [ref for item in value.values() for ref in references(item)]
        return [ref for item in value for ref in references(item)] if isinstance(value, list) else []

    found = {ref.rpartition("/")[2] for ref in references(document)}
    assert found
    assert found <= set(document["components"]["schemas"])


def test_shapes_are_given_under_their_outside_names(document: dict[str, Any]) -> None:
    view = document["components"]["schemas"]["WorkView"]
    assert {"id", "href", "@type", "creationDate", "progress"} <= set(view["properties"])
    assert {"id", "state", "title", "creationDate"} <= set(view["required"])


def test_a_path_is_published_once() -> None:
    if not resources():
        pytest.skip("no app publishes a resource")
    with pytest.raises(ValueError, match="published already"):
        register_resource(resources()[0])
