"""The description's part on events: hubs of APIs, and TMF688's topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dakehu.infra.rest.bodies import JSON
from dakehu.infra.rest.hub.channels import EVENT_API
from dakehu.infra.rest.hub.happened import EVENT_ATTRIBUTES, EventView, TopicView
from dakehu.infra.rest.openapi_parts import (
    answered,
    by_id,
    fields_parameter,
    filters_of,
    paging,
    with_body,
)
from dakehu.infra.rest.resource import BASE_PATH, Resource
from dakehu.infra.rest.shapes import EventSubscription, EventSubscriptionInput

EVENT_SHAPES = (EventSubscription, EventSubscriptionInput, TopicView, EventView)


def event_paths(resources: Sequence[Resource[Any]], shapes: Any) -> dict[str, Any]:
    """A hub for each API that has news; topics, their events and hubs."""
    told = [resource for resource in resources if resource.told]
    if not told:
        return {}
    hubs = [*sorted({resource.api for resource in told}), EVENT_API]
    topic = f"{BASE_PATH}/{EVENT_API}/topic"
    paths: dict[str, Any] = {}
    for api in hubs:
        paths |= _hub(f"{BASE_PATH}/{api}/hub", api, shapes)
    paths[topic] = {"get": _list("Topic", pgettext("api", "Topic"), shapes[TopicView], [])}
    paths[f"{topic}/{{topicId}}"] = {
        "parameters": [by_id("topicId")],
        "get": _one("Topic", pgettext("api", "Topic"), shapes[TopicView]),
    }
    paths[f"{topic}/{{topicId}}/event"] = {
        "parameters": [by_id("topicId")],
        "get": _list("Event", pgettext("api", "Event"), shapes[EventView], filters_of(EVENT_ATTRIBUTES)),
    }
    paths[f"{topic}/{{topicId}}/event/{{id}}"] = {
        "parameters": [by_id("topicId"), by_id("id")],
        "get": _one("Event", pgettext("api", "Event"), shapes[EventView]),
    }
    return paths | _topic_hub(f"{topic}/{{topicId}}/hub", shapes)


def _hub(path: str, api: str, shapes: Any) -> dict[str, Any]:
    name = "".join(part[:1].upper() + part[1:] for part in api.replace("/", " ").split())
    return {
        path: {"post": _register(name, shapes)},
        f"{path}/{{id}}": {"parameters": [by_id("id")], "delete": _unregister(name)},
    }


def _topic_hub(path: str, shapes: Any) -> dict[str, Any]:
    topic, listener = [by_id("topicId")], shapes[EventSubscription]
    every = answered(
        "listTopicHub", _("List or find"), pgettext("api", "Hub"), "hub", {"200": _many(listener)}
    )
    one = answered(
        "retrieveTopicHub",
        _("Retrieve one"),
        pgettext("api", "Hub"),
        "hub",
        {"200": (_("Success"), listener)},
    )
    return {
        path: {"parameters": topic, "get": every, "post": _register("Topic", shapes)},
        f"{path}/{{id}}": {
            "parameters": [*topic, by_id("id")],
            "get": one,
            "delete": _unregister("Topic"),
        },
    }


def _register(name: str, shapes: Any) -> dict[str, Any]:
    answers = {"201": (_("Created"), shapes[EventSubscription])}
    operation = answered(
        f"registerListener{name}", _("Register a listener"), pgettext("api", "Hub"), "hub", answers
    )
    return with_body(operation, {JSON: shapes[EventSubscriptionInput]})


def _unregister(name: str) -> dict[str, Any]:
    answers: dict[str, Any] = {"204": (_("Removed"), None)}
    return answered(
        f"unregisterListener{name}", _("Unregister a listener"), pgettext("api", "Hub"), "hub", answers
    )


def _list(name: str, title: str, shape: Any, filters: list[dict[str, Any]]) -> dict[str, Any]:
    parameters = [*paging(), fields_parameter(), *filters]
    return answered(
        f"list{name}", _("List or find"), title, "event", {"200": _many(shape), "206": _many(shape)},
        parameters=parameters,
    )  # fmt: skip


def _one(name: str, title: str, shape: Any) -> dict[str, Any]:
    answers = {"200": (_("Success"), shape)}
    return answered(
        f"retrieve{name}", _("Retrieve one"), title, "event", answers, parameters=[fields_parameter()]
    )


def _many(shape: Any) -> tuple[str, Any]:
    return _("Success"), {"type": "array", "items": shape}
