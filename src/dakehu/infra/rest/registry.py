"""The published resources, and how an API client becomes an actor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dakehu.infra.access.api import Actor
from dakehu.infra.outbox.api import Event, subscribe
from dakehu.infra.rest.resource import Resource

ClientActor = Callable[[str], Actor | None]

HUB = "rest-hub"
_resources: dict[tuple[str, str], Resource[Any]] = {}
_topics: set[str] = set()
_client_actor: list[ClientActor] = []


def register_resource(resource: Resource[Any]) -> None:
    """Publish a resource; called from `AppConfig.ready`."""
    key = (resource.api, resource.name)
    if key in _resources:
        raise ValueError(f"{resource.path} is published already")
    _resources[key] = resource
    for topic in resource.told.keys() - _topics:
        subscribe(topic, HUB, fan_out)
        _topics.add(topic)


def fan_out(events: Sequence[Event]) -> None:
    """Hand events to the hub; imported late, for models are there only once every app is."""
    from dakehu.infra.rest.hub import fanning

    fanning.fan_out(events)


def resources() -> list[Resource[Any]]:
    """Every resource, by its path."""
    return sorted(_resources.values(), key=lambda resource: resource.path)


def resource_at(api: str, name: str) -> Resource[Any] | None:
    """The resource published so, or None."""
    return _resources.get((api, name))


def register_client_actor(resolve: ClientActor) -> None:
    """Say who an OAuth2 client is: `resolve(client_id)` gives its actor, None for a closed one."""
    _client_actor[:] = [resolve]


def client_actor(client_id: str) -> Actor | None:
    """The actor of an OAuth2 client; None where nobody vouches for it."""
    return _client_actor[0](client_id) if _client_actor else None
