from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from dakehu.infra.rest.openapi import describe
from dakehu.infra.rest.registry import register_resource, resources
from dakehu.infra.rest.tests.urls import WORK


@pytest.fixture
def document() -> dict[str, Any]:
    return describe([WORK], title="t", version="1")


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    hubs = {f"/tmf-api/{api}/hub" for api in (WORK.api, "event/v4", "event/v4/topic/{topicId}")}
    topic = "/tmf-api/event/v4/topic"
    events = {
        topic,
        f"{topic}/{{topicId}}",
        f"{topic}/{{topicId}}/event",
        f"{topic}/{{topicId}}/event/{{id}}",
    }
    assert set(document["paths"]) == {
        WORK.path, f"{WORK.path}/{{id}}", *hubs, *(f"{hub}/{{id}}" for hub in hubs), *events,
    }  # fmt: skip
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


def test_what_is_described_is_what_answers(client: Client) -> None:
    """The published document names every route below `/tmf-api/`, and no other; each with its methods."""
    document = client.get("/openapi.json").json()
    described = set(document["paths"])
    other = {f"/tmf-api/{api}" for resource in resources() for api in resource.also_at}
    routed = set()
    for pattern in get_resolver("dakehu.infra.rest.web.urls").url_patterns:
        template = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        template = template.replace("{key}", "{id}").replace("{topic}", "{topicId}")
        if template.startswith("/tmf-api/{"):
            continue  # the answer to all that is not there
        if template.startswith("/tmf-api/") and not any(template.startswith(each) for each in other):
            routed.add(template)
    assert described == routed


def test_operations_are_told_apart(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"].values()
    ids = [
        operation["operationId"] for path in paths for name, operation in path.items() if name != "parameters"
    ]
    assert len(ids) == len(set(ids)) > 30
