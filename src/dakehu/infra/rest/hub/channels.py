"""Where one can listen: an API's own hub, the hub of all events (TMF688), and that of one topic of theirs."""

from __future__ import annotations

from typing import Any

from dakehu.infra.rest.registry import resources
from dakehu.infra.rest.resource import Resource

EVENT_API = "event/v4"


def topics() -> dict[str, Resource[Any]]:
    """TMF688's topics: each resource that has news, by its name."""
    return {resource.name: resource for resource in resources() if resource.told}


def topic_channel(topic: str) -> str:
    """The channel of one topic's own hub."""
    return f"{EVENT_API}/topic/{topic}"


def channels_of(resource: Resource[Any]) -> list[str]:
    """Every channel that brings news of the resource."""
    return [resource.api, *resource.also_at, EVENT_API, topic_channel(resource.name)]


def heard_at(channel: str) -> list[Resource[Any]]:
    """The resources of which a channel brings news."""
    return [resource for resource in topics().values() if channel in channels_of(resource)]
