"""TMF688: topics, what happened, and the hubs, as programs and people meet them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft4Validator

from dakehu.infra.access.api import Actor
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.api import as_event, publish
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.rest import registry
from dakehu.infra.rest.hub import happened
from dakehu.infra.rest.hub.sending import send_due
from dakehu.infra.rest.models import EventDelivery, Listener
from dakehu.infra.rest.registry import fan_out
from dakehu.infra.rest.tests.conftest import Inbox
from dakehu.infra.rest.tests.test_api import ALL, CITY, OTHER_CITY, assert_error, caller
from dakehu.infra.rest.tests.urls import AT, WORK

pytestmark = [pytest.mark.django_db, pytest.mark.urls("dakehu.infra.rest.tests.urls")]
BASE = "/tmf-api/event/v4"
TOPIC = f"{BASE}/topic/work"
FILE = "TMF688-Event-v4.0.0.swagger.json"


@pytest.fixture
def actors(monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor | None]:
    known: dict[str, Actor | None] = {}
    monkeypatch.setattr(registry, "_client_actor", [known.get])
    monkeypatch.setattr(registry, "_resources", {(WORK.api, WORK.name): WORK})
    return known


@pytest.fixture
def api(actors: dict[str, Actor | None]) -> Client:
    return caller(actors, "full", ALL)


@pytest.fixture
def published(testdata: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((testdata / "tmf" / FILE).read_text())
    return found


def check(published: dict[str, Any], name: str, body: Any) -> None:
    schema = {"$ref": f"#/definitions/{name}", "definitions": published["definitions"]}
    Draft4Validator(schema).validate(body)


def happen(topic: str = "work.created", path: str = CITY) -> Job:
    row = Job(kind="t", title="new", state="queued", created_at=AT, heartbeat_at=AT)
    row.place(path)
    with transaction.atomic():
        row.save()
        publish(topic, key=row.pk, payload={"path": path})
    return row


def bring() -> None:
    """Everything published so far, as far as the deliveries."""
    fan_out([as_event(row) for row in OutboxEvent.objects.order_by("pk")])


def listen(api: Client, url: str, callback: str, query: str = "") -> Any:
    body = {"callback": callback, **({"query": query} if query else {})}
    return api.post(url, json.dumps(body), content_type="application/json")


def test_topics(api: Client, actors: dict[str, Actor | None], published: dict[str, Any]) -> None:
    listed = api.get(f"{BASE}/topic")
    [topic] = listed.json()
    assert (listed.status_code, listed["X-Total-Count"], listed["X-Result-Count"]) == (200, "1", "1")
    check(published, "Topic", topic)
    assert topic["href"] == TOPIC
    assert topic["headerQuery"] == "eventType=WorkCreateEvent,WorkDeleteEvent,WorkStateChangeEvent"
    assert api.get(TOPIC).json() == topic
    assert api.get(f"{TOPIC}?fields=none").json() == {"id": "work", "href": TOPIC}
    assert api.get(f"{BASE}/topic?id=other").json() == []
    assert api.get(f"{BASE}/topic?offset=0&limit=0").status_code == 206
    assert_error(api.get(f"{BASE}/topic?colour=red"), 400, "rest.parameter_unknown")
    assert_error(api.get(f"{BASE}/topic?sort=id"), 400, "rest.parameter_unknown")
    assert_error(api.get(f"{BASE}/topic/nonsense"), 404, "domain.not_found")
    assert_error(Client().get(f"{BASE}/topic"), 401, "rest.not_signed_in")
    blind = caller(actors, "blind", frozenset())
    assert blind.get(f"{BASE}/topic").json() == []
    assert_error(blind.get(TOPIC), 403, "domain.not_allowed")
    assert_error(blind.get(f"{TOPIC}/event"), 403, "domain.not_allowed")


def test_what_happened(api: Client, published: dict[str, Any]) -> None:
    row, other = happen(), happen("work.changed")
    listed = api.get(f"{TOPIC}/event")
    assert (listed.status_code, listed["X-Total-Count"]) == (200, "2")
    for body in listed.json():
        check(published, "Event", body)
    assert [body["event"]["work"]["id"] for body in listed.json()] == [str(other.pk), str(row.pk)]
    latest = listed.json()[0]
    assert latest["eventType"] == "WorkStateChangeEvent"
    assert api.get(latest["href"]).json() == latest
    assert api.get(f"{latest['href']}?fields=eventType").json().keys() == {"id", "href", "eventType"}
    for key in ("0", "x", "9" * 30, "%00"):
        assert_error(api.get(f"{TOPIC}/event/{key}"), 404, "domain.not_found")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("eventType=WorkCreateEvent", 1), ("eventType=WorkCreateEvent,WorkStateChangeEvent", 2),
        ("eventType.ne=WorkCreateEvent", 1), ("eventType=Nonsense", 0), ("eventTime.gte=2020-01-01", 2),
        ("eventTime.lt=2020-01-01", 0), ("eventId=0", 0), ("correlationId=%27%20OR%201%3D1", 0),
    ],
)  # fmt: skip
def test_filters(api: Client, query: str, number: int) -> None:
    happen()
    happen("work.changed")
    assert api.get(f"{TOPIC}/event?{query}")["X-Total-Count"] == str(number)


@pytest.mark.parametrize(
    "query", ["colour=red", "sort=event", "fields=colour", "eventTime.gt=soon", "limit=x"]
)
def test_bad_queries(api: Client, query: str) -> None:
    answer = api.get(f"{TOPIC}/event?{query}")
    assert answer.status_code == 400
    assert {"code", "reason"} <= answer.json().keys()


def test_pages(api: Client) -> None:
    rows = [happen() for _ in range(5)]
    page = api.get(f"{TOPIC}/event?offset=1&limit=2&sort=eventTime")
    assert (page.status_code, page["X-Total-Count"], page["X-Result-Count"]) == (206, "5", "2")
    assert [body["event"]["work"]["id"] for body in page.json()] == [str(rows[1].pk), str(rows[2].pk)]
    assert "offset=3" in page["Link"]


def test_nothing_of_another_city(api: Client, actors: dict[str, Actor | None]) -> None:
    row = happen()
    happen("work.removed")
    elsewhere = caller(actors, "elsewhere", ALL, OTHER_CITY)
    mine = api.get(f"{TOPIC}/event").json()
    assert len(mine) == 2
    listed = elsewhere.get(f"{TOPIC}/event")
    assert (listed.json(), listed["X-Total-Count"]) == ([], "0")
    for body in mine:
        assert_error(elsewhere.get(body["href"]), 404, "domain.not_found")
    row.place(OTHER_CITY)
    row.save()
    assert len(elsewhere.get(f"{TOPIC}/event").json()) == 1


def test_a_list_costs_the_same_however_much_happened(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happened, "WINDOW", 10)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            api.get(f"{TOPIC}/event")
        return len(seen)

    happen()
    api.get(f"{TOPIC}/event")
    before = cost()
    for _ in range(20):
        happen()
    assert cost() == before
    assert api.get(f"{TOPIC}/event")["X-Total-Count"] == "10"
    oldest = OutboxEvent.objects.order_by("pk")[0]
    OutboxEvent.objects.filter(pk=oldest.pk).update(at=oldest.at - timedelta(days=1))
    further = oldest.at.isoformat().replace("+", "%2B")
    assert [b["id"] for b in api.get(f"{TOPIC}/event?eventTime.lt={further}").json()] == [str(oldest.pk)]


@pytest.mark.parametrize("url", [f"{BASE}/hub", f"{TOPIC}/hub"])
def test_the_hubs_of_all_events_and_of_a_topic(
    api: Client,
    inbox: Inbox,
    url: str,
    published: dict[str, Any],
) -> None:
    made = listen(api, url, inbox.url, "eventType=WorkCreateEvent,WorkDeleteEvent")
    assert made.status_code == 201
    check(published, "EventSubscription", made.json())
    check(published, "Hub", made.json())
    row = happen()
    happen("work.changed")
    bring()
    with transaction.atomic():
        key = row.pk
        row.delete()
        publish("work.removed", key=key, payload={"path": CITY})
    bring()
    while send_due():
        pass
    assert [path for path, _body in inbox.posts] == [
        "/tmf/listener/workCreateEvent", "/tmf/listener/workDeleteEvent",
    ]  # fmt: skip
    for _path, body in inbox.posts:
        check(published, "Event", body)
    gone = inbox.posts[1][1]
    assert gone["event"]["work"] == {"id": str(key), "href": f"{WORK.path}/{key}", "@type": "Work"}
    assert api.get(gone["href"]).json() == gone
    assert api.delete(made["Location"]).status_code == 204
    assert_error(api.delete(made["Location"]), 404, "domain.not_found")


def test_a_topics_listeners_are_their_clients(
    actors: dict[str, Actor | None],
    api: Client,
    inbox: Inbox,
) -> None:
    location = listen(api, f"{TOPIC}/hub", inbox.url)["Location"]
    assert [each["href"] for each in api.get(f"{TOPIC}/hub").json()] == [location]
    assert api.get(location).json()["callback"] == inbox.url
    other = caller(actors, "other", ALL)
    assert other.get(f"{TOPIC}/hub").json() == []
    assert_error(other.get(location), 404, "domain.not_found")
    assert_error(other.delete(location), 404, "domain.not_found")
    blind = caller(actors, "blind", frozenset())
    assert_error(listen(blind, f"{TOPIC}/hub", inbox.url), 403, "domain.not_allowed")


def test_a_deletion_is_told_within_its_place(
    actors: dict[str, Actor | None],
    inbox: Inbox,
) -> None:
    for name, rights, place in (
        ("here", ALL, CITY), ("elsewhere", ALL, OTHER_CITY), ("blind", frozenset[str](), CITY),
    ):  # fmt: skip
        listen(caller(actors, name, rights, place), f"{BASE}/hub", inbox.url)
    happen("work.removed")
    bring()
    told = EventDelivery.objects.values_list("listener__client_id", flat=True)
    assert list(told) == ["here"]


@pytest.mark.parametrize(
    "query", ["eventType=Nonsense", "eventType.gt=WorkCreateEvent", "colour=red", "fields=colour"]
)
def test_queries_that_nothing_can_meet_are_refused(
    api: Client,
    inbox: Inbox,
    query: str,
) -> None:
    answer = listen(api, f"{BASE}/hub", inbox.url, query)
    assert answer.status_code == 400
    assert {"code", "reason"} <= answer.json().keys()
    assert_error(listen(api, f"{BASE}/hub", inbox.url, "x=" + "y" * 500), 400, "rest.parameter_invalid")


def test_a_client_has_so_many_listeners(
    api: Client,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dakehu.infra.rest.web.hub.MOST_LISTENERS", 2)
    for number in range(2):
        assert listen(api, f"{BASE}/hub", f"{inbox.url}/{number}").status_code == 201
    assert_error(listen(api, f"{BASE}/hub", f"{inbox.url}/3"), 409, "rest.listeners_too_many")
    assert listen(api, f"{BASE}/hub", f"{inbox.url}/1").status_code == 201
    assert Listener.objects.count() == 2


NOT_OFFERED = {
    ("post", "/topic"): "topics come with the resources that are published",
    ("delete", "/topic/{id}"): "as they come, so they go",
    ("post", "/topic/{topicId}/event"): "events come from what happens here, nobody sends them in",
}
"""TMF688's operations that are not there (405), each with the reason; docs/open-api.md says the same. Paths
below `/listener/` are the clients' own."""


def test_every_published_operation_is_there_or_has_its_reason(
    api: Client,
    inbox: Inbox,
    published: dict[str, Any],
) -> None:
    happen()
    [event] = api.get(f"{TOPIC}/event").json()
    for path, operations in published["paths"].items():
        if path.startswith("/listener/"):
            continue
        for method in operations:
            url = BASE + path.replace("{topicId}", "work")
            if url.endswith("/hub/{id}"):
                url = url.replace("{id}", listen(api, url.removesuffix("/{id}"), inbox.url).json()["id"])
            url = url.replace("{id}", event["id"] if "/event/{id}" in path else "work")
            body = json.dumps({"callback": inbox.url})
            answer = api.generic(method.upper(), url, body, content_type="application/json")
            wanted = {405} if (method, path) in NOT_OFFERED else {200, 201, 204}
            assert answer.status_code in wanted, (method, path, answer.status_code)
