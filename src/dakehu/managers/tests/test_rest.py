"""TMF683 over HTTP, answers held against the published description; who sees and writes what."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema import Draft4Validator

from dakehu.infra.clock import now
from dakehu.infra.files.api import file_store
from dakehu.infra.outbox.api import deliver_due
from dakehu.infra.rest.models import EventDelivery
from dakehu.managers.domain.states import VisitState
from dakehu.managers.domain.visits import PromiseDraft
from dakehu.managers.models import Promise, Visit
from dakehu.managers.services.visits import VISIT_PHOTO, visit_cancel, visit_change, visit_comment, visit_log
from dakehu.managers.tests.fixtures import PNG, a_contact, a_log, a_logged_visit, a_visit, an_account
from dakehu.organisation.models import Role
from dakehu.organisation.services.clients import client_create
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02")]
AT = "/tmf-api/partyInteraction/v5/partyInteraction"
HUB = "/tmf-api/partyInteraction/v5/hub"
FILE = "TMF683-PartyInteraction-v5.0.0.oas.yaml"
Check = Callable[[str, Any], None]


def without_circles(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas with each `allOf` that leads back to its own schema cut there.

    The published file lets `AttachmentRefOrValue` be all of `Attachment…` and these all of it again, and so
    `RelatedEntityRefOrValue`: no validator comes to an end.
    """

    def parts(name: str) -> list[str]:
        return [part["$ref"].rpartition("/")[2] for part in schemas[name].get("allOf", []) if "$ref" in part]

    def leads(start: str, to: str, seen: frozenset[str] = frozenset()) -> bool:
        following = set(parts(start)) - seen
        return to in following or any(leads(each, to, seen | following) for each in following)

    cut: dict[str, Any] = {}
    for name, schema in schemas.items():
        kept = [
            part
            for part in schema.get("allOf", [])
            if "$ref" not in part or not leads(part["$ref"].rpartition("/")[2], name)
        ]
        cut[name] = {**schema, "allOf": kept} if kept else {k: v for k, v in schema.items() if k != "allOf"}
    return cut


@pytest.fixture(scope="module")
def published(testdata: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((testdata / "tmf" / FILE).read_text())
    return found


@pytest.fixture
def valid(published: dict[str, Any]) -> Check:
    schemas = without_circles(published["components"]["schemas"])

    def check(name: str, body: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        Draft4Validator(schema).validate(body)

    return check


@pytest.fixture
def api(client: Client, world: Scenario) -> Client:
    client.force_login(world.manager_user)
    return client


def _client(world: Scenario, role: str = "account_manager", unit: Any = None) -> Client:
    """An OAuth2 client over Taiyuan, unless another unit is named."""
    made, secret = client_create(
        actor=world.administrator,
        name=f"CRM {role}",
        role_id=Role.objects.get(code=role).pk,
        unit_id=(unit or world.taiyuan).pk,
    )
    answer = Client().post(
        "/oauth2/token",
        {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret},
    )
    return Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


def _post(api: Client, body: Any, kind: str = "application/json", url: str = AT) -> Any:
    return api.post(url, body if isinstance(body, str) else json.dumps(body), content_type=kind)


def _patch(api: Client, row: Any, body: Any, kind: str = "application/merge-patch+json") -> Any:
    return api.patch(f"{AT}/{row}", json.dumps(body), content_type=kind)


def _new(customer: Any, *contacts: Any, **fields: Any) -> dict[str, Any]:
    people = [
        {"id": str(each.pk), "role": "contact", "@referredType": "Individual", "@type": "RelatedParty"}
        for each in contacts
    ]
    account = {
        "id": str(customer.pk),
        "role": "customer",
        "@referredType": "Organization",
        "@type": "RelatedParty",
    }
    return {
        "@type": "PartyInteraction",
        "reason": "专线续约",
        "direction": "outbound",
        "channel": [{"id": "visit", "@type": "RelatedChannel"}],
        "interactionDate": {
            "startDateTime": "2026-12-01T09:30:00+08:00",
            "endDateTime": "2026-12-01T10:15:00+08:00",
        },
        "relatedParty": [account, *people],
        **fields,
    }


def test_a_visit_is_planned_and_logged(api: Client, world: Scenario, valid: Check) -> None:
    customer = an_account(world)
    contact = a_contact(customer)
    body = _new(customer, contact)
    valid("PartyInteraction_FVO", body)
    made = _post(api, body)
    assert made.status_code == 201, made.content
    shown = made.json()
    valid("PartyInteraction", shown)
    assert made["Location"] == shown["href"] == f"{AT}/{shown['id']}"
    assert (shown["status"], shown["reason"], shown["direction"]) == ("opened", "专线续约", "outbound")
    roles = [(each["role"], each["id"]) for each in shown["relatedParty"]]
    assert roles == [
        ("customer", str(customer.pk)),
        ("accountManager", str(world.manager_user.pk)),
        ("contact", str(contact.pk)),
    ]
    row = Visit.objects.get(pk=shown["id"])
    assert (row.manager, row.minutes, row.state) == (world.manager_user, 45, VisitState.PLANNED)
    began = (now() - timedelta(hours=1)).isoformat()
    due = {"reason": "送方案", "itemDate": {"endDateTime": "2026-12-03T23:59:59+08:00"}}
    done = _patch(
        api,
        row.pk,
        {
            "status": "completed",
            "description": "客户同意",
            "interactionDate": {"startDateTime": began, "endDateTime": None},
            "interactionItem": [due],
        },
    )
    assert done.status_code == 200, done.content
    valid("PartyInteraction", done.json())
    assert (done.json()["status"], done.json()["description"]) == ("completed", "客户同意")
    promise = Promise.objects.get()
    assert (promise.text, f"{promise.due_on}", promise.keeper) == ("送方案", "2026-12-03", world.manager_user)
    assert _patch(api, row.pk, {"reason": "别的"}).status_code == 409
    assert _patch(api, row.pk, {"status": "opened"}).status_code == 409
    assert _patch(api, row.pk, {"description": "别的"}).status_code == 409
    assert api.delete(f"{AT}/{row.pk}").status_code == 409


def test_a_visit_paid_is_logged_at_once(api: Client, world: Scenario, valid: Check) -> None:
    began = now() - timedelta(hours=2)
    when = {"startDateTime": began.isoformat()}
    body = _new(an_account(world), status="completed", description="已谈妥", interactionDate=when)
    made = _post(api, body)
    assert made.status_code == 201, made.content
    valid("PartyInteraction", made.json())
    row = Visit.objects.get()
    assert (row.state, row.log, row.starts_at) == (VisitState.LOGGED, "已谈妥", began)
    ahead = {"startDateTime": (now() + timedelta(hours=2)).isoformat()}
    refused = _post(api, {**body, "interactionDate": ahead})
    assert (refused.status_code, refused.json()["code"]) == (400, "managers.visit_ahead")
    assert Visit.objects.count() == 1


def test_all_parts_are_as_published(api: Client, world: Scenario, valid: Check) -> None:
    customer = an_account(world)
    contact = a_contact(customer)
    visit = a_visit(world, customer)
    photo = file_store(actor=world.manager, purpose=VISIT_PHOTO, name="a.png", chunks=[PNG])
    promise = PromiseDraft("送方案", now().date())
    log = a_log(contact_ids=frozenset({contact.pk}), promises=(promise,))
    visit = visit_log(actor=world.manager, visit_id=visit.pk, version=visit.version, log=log)
    Visit.objects.filter(pk=visit.pk).update(photo=photo)
    leader = world.actor("team_leader", unit=world.team)
    visit_comment(actor=leader, visit_id=visit.pk, version=visit.version, comment="做得好")
    body = api.get(f"{AT}/{visit.pk}").json()
    valid("PartyInteraction", body)
    assert body["note"][0]["text"] == "做得好"
    assert body["attachment"][0]["mimeType"] == "image/png"
    assert api.get(body["attachment"][0]["url"]).status_code == 200
    assert body["interactionItem"][0]["reason"] == "送方案"
    sent_back = _patch(api, visit.pk, body)
    assert (sent_back.status_code, sent_back.json()) == (200, body)


def test_a_visit_called_off_is_none(api: Client, world: Scenario) -> None:
    row = a_visit(world)
    other = a_visit(world)
    visit_cancel(actor=world.manager, visit_id=other.pk, version=other.version)
    assert api.get(f"{AT}/{other.pk}").status_code == 404
    assert api.delete(f"{AT}/{row.pk}").status_code == 204
    row.refresh_from_db()
    assert row.state == VisitState.CANCELLED
    assert api.get(AT)["X-Total-Count"] == "0"


def test_only_ones_own(world: Scenario) -> None:
    """A colleague sees a visit and may not write it; a program has no visits of its own."""
    row = a_visit(world)
    colleague = Client()
    colleague.force_login(world.user("account_manager", unit=world.team))
    assert colleague.get(f"{AT}/{row.pk}").status_code == 200
    assert _patch(colleague, row.pk, {"reason": "x"}).json()["code"] == "managers.not_your_visit"
    program = _client(world)
    assert program.get(f"{AT}/{row.pk}").status_code == 200
    assert _post(program, _new(row.customer)).json()["code"] == "managers.not_your_visit"
    named = _new(row.customer)
    named["relatedParty"].append({"id": str(world.manager_user.pk), "role": "accountManager"})
    assert _post(colleague, named).json()["code"] == "managers.not_your_visit"
    assert Visit.objects.count() == 1


def test_a_patch_meets_a_change_made_meanwhile(
    api: Client, world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = a_visit(world)

    def late(**given: Any) -> Visit:
        Visit.objects.filter(pk=row.pk).update(version=7)
        return visit_change(**given)

    monkeypatch.setattr("dakehu.managers.rest.writing.visit_change", late)
    refused = _patch(api, row.pk, {"reason": "另谈"})
    assert refused.status_code == 409
    assert {"code", "reason"} <= refused.json().keys()
    row.refresh_from_db()
    assert row.purpose == "专线续约"


def test_nothing_of_another_city_is_told(api: Client, world: Scenario) -> None:
    mine = a_visit(world)
    there = world.user("account_manager", unit=world.datong_team)
    neighbour = Client()
    neighbour.force_login(there)
    for url in (AT, f"{AT}?status=opened", f"{AT}?relatedParty.id={mine.customer_id}"):
        listed = neighbour.get(url)
        assert (listed.json(), listed["X-Total-Count"]) == ([], "0")
        assert api.get(url)["X-Total-Count"] == "1"
    assert neighbour.get(f"{AT}/{mine.pk}").status_code == 404
    assert neighbour.delete(f"{AT}/{mine.pk}").status_code == 404
    assert _patch(neighbour, mine.pk, {"reason": "x"}).status_code == 404
    unseen = _post(neighbour, _new(mine.customer))
    unheard = _post(
        neighbour, {**_new(mine.customer), "relatedParty": [{"id": "999999", "role": "customer"}]}
    )
    assert (unseen.status_code, unseen.json()["code"]) == (400, unheard.json()["code"])
    assert unseen.json()["reason"].replace(str(mine.customer_id), "999999") == unheard.json()["reason"]


def test_lists_by_tmf630(api: Client, world: Scenario, django_assert_num_queries: Any) -> None:
    customer = an_account(world)
    for number in range(3):
        a_visit(world, customer, starts_at=now() + timedelta(days=number))
    a_logged_visit(world, customer)
    api.get(AT)
    with django_assert_num_queries(_queries(api, f"{AT}?limit=1")):
        page = api.get(f"{AT}?limit=3&sort=interactionDate.startDateTime")
    assert (page.status_code, page["X-Total-Count"], page["X-Result-Count"]) == (206, "4", "3")
    starts = [each["interactionDate"]["startDateTime"] for each in page.json()]
    assert starts == sorted(starts)
    for query, number in (
        ("status=opened", 3), ("status=open", 3), ("status=completed", 1), ("status=inProgress", 0),
        ("status.ne=opened", 1), ("status=opened,completed", 4), (f"relatedParty.id={customer.pk}", 4),
        ("relatedParty.id=999999", 0), ("statusChangeDate.gte=2020-01-01", 1),
        ("reason=%27%20OR%201%3D1--", 0), ("reason=%25", 0),
    ):  # fmt: skip
        assert api.get(f"{AT}?{query}")["X-Total-Count"] == str(number), query
    for query in ("colour=red", "sort=status.x", "fields=colour", "relatedParty.id=x", "offset=-1"):
        answer = api.get(f"{AT}?{query}")
        assert answer.status_code == 400, query
        assert {"code", "reason"} <= answer.json().keys()
    assert [each.keys() for each in api.get(f"{AT}?fields=none&limit=1").json()] == [{"id", "href"}]


def _queries(api: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        api.get(url)
    return len(seen)


def test_events_reach_a_listener(world: Scenario, valid: Check) -> None:
    client = _client(world)
    hub = _post(client, {"@type": "Hub", "callback": "http://192.0.2.1/tmf"}, url=HUB)
    assert hub.status_code == 201
    valid("Hub", hub.json())
    elsewhere = _client(world, "team_leader", world.datong_team)
    assert _post(elsewhere, {"callback": "http://192.0.2.2/tmf"}, url=HUB).status_code == 201
    api = Client()
    api.force_login(world.manager_user)
    row = a_visit(world)
    while deliver_due():
        pass
    _patch(api, row.pk, {"reason": "另谈"})
    while deliver_due():
        pass
    api.delete(f"{AT}/{row.pk}")
    a_logged_visit(world, row.customer)
    while deliver_due():
        pass
    told = list(EventDelivery.objects.order_by("pk").values_list("event_type", "body", "listener__callback"))
    assert {callback for _kind, _body, callback in told} == {"http://192.0.2.1/tmf"}
    kinds = [kind.removeprefix("PartyInteraction") for kind, _body, _callback in told]
    assert set(kinds) == {
        "CreateEvent", "AttributeValueChangeEvent", "DeleteEvent", "StatusChangeEvent",
    }  # fmt: skip
    for _kind, body, _callback in told:
        valid("BaseEvent", body)
    [gone] = [body for kind, body, _callback in told if kind == "PartyInteractionDeleteEvent"]
    assert gone["event"]["partyInteraction"]["id"] == str(row.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": None}, {"reason": ""}, {"reason": "长" * 201}, {"reason": "x" * 900_000}, {"reason": 7},
        {"direction": "inbound"}, {"direction": "sideways"}, {"direction": None},
        {"channel": []}, {"channel": [{"id": "phone"}]}, {"channel": None}, {"channel": "visit"},
        {"status": "inProgress"}, {"status": "done"}, {"status": None},
        {"status": "completed", "description": "长" * 4001,
         "interactionDate": {"startDateTime": "2020-01-01T00:00:00Z"}},
        {"status": "completed", "description": "",
         "interactionDate": {"startDateTime": "2020-01-01T00:00:00Z"}},
        {"description": "已谈妥"},
        {"interactionDate": None}, {"interactionDate": {}}, {"interactionDate": {"startDateTime": "soon"}},
        {"interactionDate": {"startDateTime": "0001-01-01T00:00:00+14:00"}},
        {"interactionDate": {"startDateTime": "9999-12-31T23:59:59-14:00"}},
        {"interactionDate": {"startDateTime": "2026-12-01T09:00", "endDateTime": "2026-12-01T08:00"}},
        {"relatedParty": []}, {"relatedParty": [{"id": "x", "role": "customer"}]},
        {"relatedParty": [{"id": "²", "role": "customer"}]},
        {"relatedParty": [{"id": "9" * 40, "role": "customer"}]},
    ],
)  # fmt: skip
def test_bad_input_is_refused(api: Client, world: Scenario, change: dict[str, Any], valid: Check) -> None:
    answer = _post(api, {**_new(an_account(world)), **change})
    assert answer.status_code == 400, answer.content
    valid("Error", answer.json())
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{}", "text/plain", 415), ("{}", "application/xml", 415), ("{", "application/json", 400),
        ("[]", "application/json", 400), ("null", "application/json", 400), ("", "application/json", 400),
        ('{"reason": "\\u0000"}', "application/json", 400),
        ("[" * 100 + "]" * 100, "application/json", 400),
        ('"' + "x" * 1_000_001 + '"', "application/json", 413),
    ],
)  # fmt: skip
def test_bad_bodies_are_refused(api: Client, valid: Check, body: str, kind: str, status: int) -> None:
    answer = _post(api, body, kind)
    assert answer.status_code == status
    valid("Error", answer.json())


def test_someone_elses_contact_is_refused(api: Client, world: Scenario) -> None:
    stranger = a_contact(an_account(world))
    answer = _post(api, _new(an_account(world), stranger))
    assert (answer.status_code, answer.json()["code"]) == (400, "managers.contact_elsewhere")


NOT_OFFERED = {
    ("post", "/listener/"): "listeners are the clients': we call them",
}


def test_every_published_operation_is_there(api: Client, world: Scenario, published: dict[str, Any]) -> None:
    """Each operation of the file answers with other than 404 and 405, unless the list says why not."""
    row = a_visit(world)
    for path, operations in published["paths"].items():
        for method in operations:
            if any(method == verb and path.startswith(start) for verb, start in NOT_OFFERED):
                continue
            url = "/tmf-api/partyInteraction/v5" + path.replace("{id}", str(row.pk))
            answer = api.generic(method.upper(), url, "{}", content_type="application/json")
            wanted = {403} if "/hub" in path else {200, 204, 400}
            assert answer.status_code in wanted, (method, path, answer.status_code)
