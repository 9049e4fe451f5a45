"""The behaviour of TMF630 over HTTP, as an OAuth2 client meets it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from dakehu.infra.access.api import Actor, Scope
from dakehu.infra.jobs.models import Job
from dakehu.infra.rest import registry
from dakehu.infra.rest.bodies import MOST_BYTES, MOST_LEVELS
from dakehu.infra.rest.models import RequestKey
from dakehu.infra.rest.tests.urls import AT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("dakehu.infra.rest.tests.urls")]

BASE = "/tmf-api/workManagement/v4/work"
ALL = frozenset({"work.view", "work.create", "work.change", "work.remove"})
CITY, OTHER_CITY = "00010001", "00010002"


@pytest.fixture
def actors(monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor | None]:
    known: dict[str, Actor | None] = {}
    monkeypatch.setattr(registry, "_client_actor", [known.get])
    return known


@pytest.fixture
def api(actors: dict[str, Actor | None]) -> Client:
    return caller(actors, "full", ALL)


def caller(
    actors: dict[str, Actor | None], name: str, permissions: frozenset[str], path: str = CITY
) -> Client:
    client = OAuthClient.objects.create(id=name, name=name)
    token = Token(type=Token.Type.ACCESS_TOKEN, client=client, expires_at=timezone.now() + timedelta(hours=1))
    token.set_value(f"token-{name}")
    token.save()
    actors[name] = Actor(user_id=None, name=name, permissions=permissions, scope=Scope(path), org_path=path)
    return Client(headers={"Authorization": f"Bearer token-{name}"})


@pytest.fixture
def works() -> list[Job]:
    made = []
    for number in range(5):
        row = Job(
            kind="test", title=f"w{number}", done=number, total=10, state=["queued", "running"][number % 2],
            created_at=AT + timedelta(days=number), heartbeat_at=AT, cancel_requested=number == 4,
        )  # fmt: skip
        row.place(CITY)
        row.save()
        made.append(row)
    return made


def titles(response: Any) -> list[str]:
    return [row["title"] for row in response.json()]


def post(api: Client, body: Any, **headers: str) -> Any:
    return api.post(BASE, json.dumps(body), content_type="application/json", headers=headers)


def patch(api: Client, row: Job, body: Any, kind: str) -> Any:
    return api.patch(f"{BASE}/{row.pk}", json.dumps(body), content_type=f"application/{kind}")


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["code"], body["status"]) == (status, code, str(status))
    assert isinstance(body["reason"], str)
    assert body["reason"]
    assert body["@type"] == "Error"
    return body


def test_list(api: Client, works: list[Job]) -> None:
    response = api.get(BASE)
    assert response.status_code == 200
    assert response["X-Total-Count"] == response["X-Result-Count"] == "5"
    first = response.json()[0]
    assert first["id"] == str(works[0].pk)
    assert first["href"] == f"{BASE}/{works[0].pk}"
    assert first["@type"] == "Work"
    assert "error" not in first


def test_the_other_path_serves_the_same(api: Client, works: list[Job]) -> None:
    assert titles(api.get("/tmf-api/labourManagement/v3/work")) == ["w0", "w1", "w2", "w3", "w4"]


def test_pages_and_their_links(api: Client, works: list[Job]) -> None:
    response = api.get(f"{BASE}?sort=-title&offset=2&limit=2")
    assert (response.status_code, titles(response)) == (206, ["w2", "w1"])
    assert (response["X-Total-Count"], response["X-Result-Count"]) == ("5", "2")
    assert sorted(response["Link"].split(", ")) == [
        f'<{BASE}?sort=-title&offset=0&limit=2>; rel="first"',
        f'<{BASE}?sort=-title&offset=0&limit=2>; rel="prev"',
        f'<{BASE}?sort=-title&offset=4&limit=2>; rel="last"',
        f'<{BASE}?sort=-title&offset=4&limit=2>; rel="next"',
    ]


def test_a_page_far_back_is_the_same_page(
    api: Client, works: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    near = api.get(f"{BASE}?offset=2&limit=2&sort=-title")
    monkeypatch.setattr("dakehu.infra.rest.web.views.DEEP", 1)
    far = api.get(f"{BASE}?offset=2&limit=2&sort=-title")
    assert titles(far) == titles(near) == ["w2", "w1"]
    counted = ("Link", "X-Total-Count", "X-Result-Count")
    assert [far[name] for name in counted] == [near[name] for name in counted]


def test_a_page_that_is_whole_is_no_partial_content(api: Client, works: list[Job]) -> None:
    assert api.get(f"{BASE}?limit=5").status_code == 200
    assert api.get(f"{BASE}?limit=0").json() == []


def test_without_paging_asked_for_a_long_list_is_cut_but_no_partial_content(api: Client) -> None:
    Job.objects.bulk_create(
        Job(kind="t", title=f"{n:04}", created_at=AT, heartbeat_at=AT, org_path=CITY, org_city=CITY)
        for n in range(120)
    )
    response = api.get(BASE)
    assert (response.status_code, len(response.json()), response["X-Total-Count"]) == (200, 100, "120")
    assert 'rel="next"' in response["Link"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=running", ["w1", "w3"]),
        ("state=running,queued", ["w0", "w1", "w2", "w3", "w4"]),
        ("state=running&title=w3", ["w3"]),
        ("state.ne=running", ["w0", "w2", "w4"]),
        ("progress.done.gt=2", ["w3", "w4"]),
        ("progress.done%3E%3D2&progress.done%3C4", ["w2", "w3"]),
        ("creationDate.gt=2026-11-25", ["w3", "w4"]),
        ("creationDate=2026-11-24", ["w1"]),
        ("creationDate.lte=2026-11-24T09:00:00+08:00", ["w0", "w1"]),
        ("creationDate.lte=2026-11-24T01:00:00Z", ["w0", "w1"]),
        ("cancelRequested=true", ["w4"]),
        ("@type=Work&state=running", ["w1", "w3"]),
        ("@type=Play", []),
        ("id=nobody", []),
        ("name=w2", ["w2"]),
        ("title=", []),
    ],
)
def test_filters(api: Client, works: list[Job], query: str, expected: list[str]) -> None:
    response = api.get(f"{BASE}?{query}")
    assert titles(response) == expected
    assert response["X-Total-Count"] == str(len(expected))


def test_filter_by_id(api: Client, works: list[Job]) -> None:
    assert titles(api.get(f"{BASE}?id={works[3].pk},{works[1].pk}")) == ["w1", "w3"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "rest.parameter_unknown"),
        ("sort=colour", "rest.parameter_unknown"),
        ("sort=cancelRequested", "rest.parameter_unknown"),
        ("fields=colour", "rest.parameter_unknown"),
        ("progress.done=many", "rest.parameter_invalid"),
        ("progress.done=99999999999999999999", "rest.parameter_invalid"),
        ("creationDate=yesterday", "rest.parameter_invalid"),
        ("creationDate=2026-13-01", "rest.parameter_invalid"),
        ("cancelRequested=perhaps", "rest.parameter_invalid"),
        ("title=%00", "rest.parameter_invalid"),
        ("limit=-1", "rest.parameter_invalid"),
    ],
)
def test_parameters_refused(api: Client, works: list[Job], query: str, code: str) -> None:
    assert_error(api.get(f"{BASE}?{query}"), 400, code)


def test_fields(api: Client, works: list[Job]) -> None:
    one = f"{BASE}/{works[0].pk}"
    assert set(api.get(f"{one}?fields=none").json()) == {"id", "href"}
    assert set(api.get(f"{one}?fields=title,state").json()) == {"id", "href", "title", "state"}
    assert api.get(f"{one}?fields=progress.total").json()["progress"] == {"total": 10}
    assert all(set(row) == {"id", "href", "state"} for row in api.get(f"{BASE}?fields=state").json())


def test_create(api: Client) -> None:
    response = post(api, {"title": "new", "total": 3, "unheardOf": {"x": 1}})
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == body["href"] == f"{BASE}/{body['id']}"
    assert api.get(response["Location"]).json() == body


def test_create_takes_an_older_name(api: Client) -> None:
    assert post(api, {"name": "old style"}).json()["title"] == "old style"


def test_all_faults_are_told_at_once(api: Client) -> None:
    body = assert_error(post(api, {"title": "", "total": -1}), 400, "domain.invalid")
    assert [fault["field"] for fault in body["errors"]] == ["title", "total"]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "rest.not_json"),
        (b"", 400, "rest.not_json"),
        (b'{"title": "\xff"}', 400, "rest.not_json"),
        (b'{"title": "a\\u0000b"}', 400, "rest.not_json"),
        (b"[]", 400, "rest.shape_wrong"),
        (b'{"title": 5}', 400, "rest.shape_wrong"),
        (b"{}", 400, "rest.shape_wrong"),
        (b"[" * 100_000, 400, "rest.too_deep"),
        (b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1), 400, "rest.too_deep"),
        (b'"' + b"x" * MOST_BYTES + b'"', 413, "rest.body_too_large"),
    ],
)
def test_bodies_refused(api: Client, raw: bytes, status: int, code: str) -> None:
    assert_error(api.post(BASE, raw, content_type="application/json"), status, code)
    assert not Job.objects.exists()


def test_media_types(api: Client, works: list[Job]) -> None:
    assert_error(api.post(BASE, "<a/>", content_type="application/xml"), 415, "rest.media_type_unknown")
    assert_error(patch(api, works[0], {}, "xml"), 415, "rest.media_type_unknown")


@pytest.mark.parametrize("kind", ["merge-patch+json", "json", "json;charset=utf-8"])
def test_merge_patch(api: Client, works: list[Job], kind: str) -> None:
    response = patch(api, works[0], {"title": "renamed", "params": {"a": {"b": 1}}}, kind)
    assert response.status_code == 200
    assert (response.json()["title"], response.json()["params"]) == ("renamed", {"a": {"b": 1}})
    assert patch(api, works[0], {"params": {"a": {"b": None, "c": 2}}}, kind).json()["params"] == {
        "a": {"c": 2}
    }


def test_json_patch(api: Client, works: list[Job]) -> None:
    steps = [
        {"op": "test", "path": "/title", "value": "w0"},
        {"op": "replace", "path": "/title", "value": "renamed"},
        {"op": "add", "path": "/params", "value": {"a": [1]}},
        {"op": "add", "path": "/params/a/-", "value": 2},
    ]
    body = patch(api, works[0], steps, "json-patch+json").json()
    assert (body["title"], body["params"]) == ("renamed", {"a": [1, 2]})
    assert_error(patch(api, works[0], steps, "json-patch+json"), 409, "rest.patch_test_failed")


def test_a_patch_that_says_what_is_there_changes_nothing(api: Client, works: list[Job]) -> None:
    whole = api.get(f"{BASE}/{works[0].pk}").json()
    assert patch(api, works[0], whole, "merge-patch+json").json() == whole


@pytest.mark.parametrize("body", [{"state": "done"}, {"id": "x"}, {"href": "/x"}, {"creationDate": None}])
def test_fixed_attributes(api: Client, works: list[Job], body: dict[str, Any]) -> None:
    assert_error(patch(api, works[0], body, "merge-patch+json"), 400, "rest.attribute_fixed")


def test_delete(api: Client, works: list[Job]) -> None:
    one = f"{BASE}/{works[0].pk}"
    assert api.delete(one).status_code == 204
    assert_error(api.get(one), 404, "domain.not_found")
    assert_error(api.delete(one), 404, "domain.not_found")


def test_methods(api: Client, works: list[Job]) -> None:
    response = api.put(BASE, "{}", content_type="application/json")
    assert_error(response, 405, "rest.method_not_allowed")
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert api.options(f"{BASE}/{works[0].pk}")["Allow"] == "GET, HEAD, PATCH, DELETE, OPTIONS"
    assert api.head(BASE).content == b""
    assert_error(api.get("/tmf-api/unheardOf/v4/thing"), 404, "rest.no_such_resource")


def test_rights(actors: dict[str, Actor | None], works: list[Job]) -> None:
    reader = caller(actors, "reader", frozenset({"work.view"}))
    assert reader.get(BASE).status_code == 200
    assert_error(post(reader, {"title": "x"}), 403, "domain.not_allowed")
    assert_error(patch(reader, works[0], {"title": "x"}, "json"), 403, "domain.not_allowed")
    assert_error(reader.delete(f"{BASE}/{works[0].pk}"), 403, "domain.not_allowed")
    stranger = caller(actors, "stranger", frozenset())
    assert_error(stranger.get(BASE), 403, "domain.not_allowed")


def test_rows_outside_the_scope_do_not_exist(actors: dict[str, Actor | None], works: list[Job]) -> None:
    elsewhere = caller(actors, "elsewhere", ALL, OTHER_CITY)
    assert elsewhere.get(BASE)["X-Total-Count"] == "0"
    assert titles(elsewhere.get(f"{BASE}?id={works[0].pk}")) == []
    for response in (
        elsewhere.get(f"{BASE}/{works[0].pk}"),
        patch(elsewhere, works[0], {"title": "x"}, "json"),
        elsewhere.delete(f"{BASE}/{works[0].pk}"),
    ):
        assert_error(response, 404, "domain.not_found")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer token-expired"])
def test_unknown_callers(actors: dict[str, Actor | None], header: str) -> None:
    caller(actors, "expired", ALL)
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = Client(headers={"Authorization": header} if header else {}).get(BASE)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["code"] in {"rest.not_signed_in", "rest.token_invalid"}


def test_a_closed_client_has_no_way_in(actors: dict[str, Actor | None], api: Client) -> None:
    actors["full"] = None
    assert_error(api.get(BASE), 401, "rest.token_invalid")


def test_a_token_for_another_purpose_opens_nothing(actors: dict[str, Actor | None], api: Client) -> None:
    Token.objects.update(type=Token.Type.REFRESH_TOKEN)
    assert_error(api.get(BASE), 401, "rest.token_invalid")


def test_a_repeated_key_makes_nothing_twice(api: Client) -> None:
    first = post(api, {"title": "once"}, **{"Idempotency-Key": "k1"})
    again = post(api, {"title": "once"}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert "Idempotency-Replayed" not in first
    assert Job.objects.count() == 1
    assert_error(post(api, {"title": "other"}, **{"Idempotency-Key": "k1"}), 409, "rest.key_reused")
    assert post(api, {"title": "once"}, **{"Idempotency-Key": "k2"}).json()["id"] != first.json()["id"]


def test_a_key_of_another_caller_is_another_key(actors: dict[str, Actor | None], api: Client) -> None:
    first = post(api, {"title": "once"}, **{"Idempotency-Key": "k1"})
    second = post(caller(actors, "second", ALL), {"title": "once"}, **{"Idempotency-Key": "k1"})
    assert first.json()["id"] != second.json()["id"]


def test_a_refused_request_leaves_its_key_free(api: Client) -> None:
    assert post(api, {"title": ""}, **{"Idempotency-Key": "k1"}).status_code == 400
    assert not RequestKey.objects.exists()
    assert post(api, {"title": "now"}, **{"Idempotency-Key": "k1"}).status_code == 201


def test_a_fault_of_our_own_is_answered_in_json(
    api: Client, works: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Job, "delete", lambda _self: 1 / 0)
    body = assert_error(api.delete(f"{BASE}/{works[0].pk}"), 500, "rest.internal")
    assert "ZeroDivision" not in json.dumps(body)


def test_a_list_costs_few_queries(api: Client, works: list[Job], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # the token, the count, the page
        api.get(BASE)
