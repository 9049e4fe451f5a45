"""Events to listeners, over a real connection to a listener of this test."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.infra.jobs.models import Job
from dakehu.infra.outbox.api import Event, publish
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.infra.rest import registry
from dakehu.infra.rest.errors import CallbackInvalid
from dakehu.infra.rest.hub.callbacks import check_callback, listener_address
from dakehu.infra.rest.hub.sending import KEPT_TRYING, send_due
from dakehu.infra.rest.models import EventDelivery, Listener
from dakehu.infra.rest.registry import fan_out
from dakehu.infra.rest.tests.conftest import Inbox
from dakehu.infra.rest.tests.test_api import ALL, OTHER_CITY, assert_error, caller
from dakehu.infra.rest.tests.urls import AT, WORK

pytestmark = [pytest.mark.django_db, pytest.mark.urls("dakehu.infra.rest.tests.urls")]

HUB = "/tmf-api/workManagement/v4/hub"


@pytest.fixture
def actors(monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor | None]:
    known: dict[str, Actor | None] = {}
    monkeypatch.setattr(registry, "_client_actor", [known.get])
    monkeypatch.setattr(registry, "_resources", {(WORK.api, WORK.name): WORK})
    return known


@pytest.fixture
def api(actors: dict[str, Actor | None]) -> Client:
    return caller(actors, "full", ALL)


def listen(api: Client, callback: str, query: str = "") -> Any:
    body = {"callback": callback, **({"query": query} if query else {})}
    return api.post(HUB, json.dumps(body), content_type="application/json")


def happen(topic: str = "work.created", state: str = "queued") -> Job:
    """A row and news of it, brought as far as the deliveries."""
    row = Job(kind="t", title="new", state=state, created_at=AT, heartbeat_at=AT)
    row.place("00010001")
    with transaction.atomic():
        row.save()
        publish(topic, key=row.pk)
    made = OutboxEvent.objects.latest("pk")
    event = Event(made.pk, made.topic, made.key, made.payload, made.at, made.correlation_id)
    fan_out([event])
    fan_out([event])  # at least once: a repetition adds nothing
    return row


def test_register_and_unregister(api: Client, inbox: Inbox) -> None:
    response = listen(api, inbox.url, "eventType=WorkCreateEvent")
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == body["href"] == f"{HUB}/{body['id']}"
    assert (body["callback"], body["query"]) == (inbox.url, "eventType=WorkCreateEvent")
    assert listen(api, inbox.url, "eventType=WorkCreateEvent").json() == body
    assert api.delete(response["Location"]).status_code == 204
    assert_error(api.delete(response["Location"]), 404, "domain.not_found")
    assert_error(api.delete(f"{HUB}/nonsense"), 404, "domain.not_found")


def test_another_clients_listener_is_not_there(
    actors: dict[str, Actor | None], api: Client, inbox: Inbox
) -> None:
    location = listen(api, inbox.url)["Location"]
    assert_error(caller(actors, "other", ALL).delete(location), 404, "domain.not_found")
    assert Listener.objects.exists()


def test_an_event_arrives_with_the_resource(api: Client, inbox: Inbox) -> None:
    listen(api, inbox.url)
    row = happen()
    assert send_due()
    assert not send_due()
    [(path, event)] = inbox.posts
    assert path == "/tmf/listener/workCreateEvent"
    assert {"eventId", "eventTime", "correlationId", "domain", "title"} <= set(event)
    assert event["eventType"] == "WorkCreateEvent"
    assert event["event"]["work"]["id"] == str(row.pk)
    assert event["event"]["work"]["href"] == f"{WORK.path}/{row.pk}"


@pytest.mark.parametrize(
    ("query", "arrives"),
    [
        ("", True),
        ("eventType=WorkCreateEvent", True),
        ("eventType=WorkStateChangeEvent", False),
        ("state=queued", True),
        ("state=running", False),
        ("eventType=WorkCreateEvent&state=queued,running", True),
    ],
)
def test_queries(api: Client, inbox: Inbox, query: str, arrives: bool) -> None:
    assert listen(api, inbox.url, query).status_code == 201
    happen()
    assert send_due() is arrives


def test_fields_narrow_the_resource(api: Client, inbox: Inbox) -> None:
    listen(api, inbox.url, "fields=state")
    happen()
    send_due()
    assert set(inbox.posts[0][1]["event"]["work"]) == {"id", "href", "state"}


def test_what_a_client_may_not_see_it_is_not_told(actors: dict[str, Actor | None], inbox: Inbox) -> None:
    listen(caller(actors, "elsewhere", ALL, OTHER_CITY), inbox.url)
    listen(caller(actors, "blind", frozenset()), inbox.url)
    listen(caller(actors, "closed", ALL), inbox.url)
    actors["closed"] = None
    happen()
    assert not EventDelivery.objects.exists()


@pytest.mark.parametrize("answer", [500, 302, 404])
def test_a_refused_delivery_is_tried_again(api: Client, inbox: Inbox, answer: int) -> None:
    listen(api, inbox.url)
    inbox.answers = [answer]
    happen()
    assert send_due()
    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("due", 1, f"HTTP {answer}")
    assert delivery.due_at > now()
    assert not send_due()
    EventDelivery.objects.update(due_at=now())
    assert send_due()
    assert EventDelivery.objects.get().state == "done"
    assert inbox.posts[0] == inbox.posts[1]


def test_after_a_week_it_is_parked_not_lost(api: Client, inbox: Inbox) -> None:
    listen(api, inbox.url)
    inbox.answers = [500]
    happen()
    EventDelivery.objects.update(created_at=now() - KEPT_TRYING - timedelta(hours=1))
    send_due()
    assert EventDelivery.objects.get().state == "parked"


def test_a_listener_that_is_gone_holds_nobody_up(api: Client, inbox: Inbox) -> None:
    listen(api, "http://127.0.0.1:9/gone")
    listen(api, inbox.url)
    happen()
    assert send_due()
    assert send_due()
    assert len(inbox.posts) == 1


@pytest.mark.parametrize(
    "callback",
    [
        "http://127.0.0.1/x", "http://localhost/x", "http://[::1]/x", "http://169.254.169.254/latest",
        "http://0.0.0.0/", "ftp://example.com/", "file:///etc/passwd", "nonsense", "", "http://",
        "http://user:pass@192.0.2.7/", "http://192.0.2.7:0/", "http://192.0.2.7:99999/",
        "http://no-such-host.invalid/",
    ],
)  # fmt: skip
def test_callbacks_refused(api: Client, callback: str) -> None:
    assert_error(listen(api, callback), 400, "rest.callback_invalid")
    with pytest.raises(CallbackInvalid):
        check_callback(callback)


def test_a_query_of_no_attribute_is_refused(api: Client, inbox: Inbox) -> None:
    assert_error(listen(api, inbox.url, "colour=red"), 400, "rest.parameter_unknown")


def test_methods(api: Client) -> None:
    assert_error(api.get(HUB), 405, "rest.method_not_allowed")
    assert_error(api.put(f"{HUB}/x"), 405, "rest.method_not_allowed")
    assert_error(Client().post(HUB), 401, "rest.not_signed_in")


@pytest.mark.parametrize(
    ("callback", "address"),
    [
        ("http://a/b", "http://a/b/listener/workCreateEvent"),
        ("http://a/b/", "http://a/b/listener/workCreateEvent"),
        ("http://a/listener", "http://a/listener/workCreateEvent"),
        ("http://a/listener/workCreateEvent", "http://a/listener/workCreateEvent"),
    ],
)
def test_addresses(callback: str, address: str) -> None:
    assert listener_address(callback, "WorkCreateEvent") == address


def test_a_removed_listener_takes_its_deliveries_along(api: Client, inbox: Inbox) -> None:
    location = listen(api, inbox.url)["Location"]
    happen()
    api.delete(location)
    assert not EventDelivery.objects.exists()
    assert not send_due()
