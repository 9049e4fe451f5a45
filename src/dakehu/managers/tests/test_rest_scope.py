"""The customer chapter's open API as a whole: data scope, published operations, events and rough input."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft4Validator

from dakehu.customers.api import Customer, collaborator_add, contact_remove, customer_change, customers_merge
from dakehu.customers.services.qualityfilling import draft_of
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.outbox.api import deliver_due
from dakehu.infra.rest.api import Kind, resources
from dakehu.infra.rest.models import EventDelivery
from dakehu.managers.tests.fixtures import a_contact, a_visit, an_account
from dakehu.organisation.models import Role
from dakehu.organisation.services.clients import client_create
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-02"), pytest.mark.req("KAM-03")]
CUSTOMERS, PARTIES = "/tmf-api/customerManagement/v4", "/tmf-api/party/v4"
INTERACTIONS, EVENTS = "/tmf-api/partyInteraction/v5", "/tmf-api/event/v4"


@dataclass(frozen=True)
class Sample:
    """A resource, where it is, and how a row of it comes to be on an account."""

    name: str
    base: str
    make: Callable[[Scenario, Customer], int]
    patch: dict[str, Any]

    @property
    def url(self) -> str:
        return f"{self.base}/{self.name}"


SAMPLES = [
    Sample("customer", CUSTOMERS, lambda _world, row: row.pk, {"status": "active"}),
    Sample("organization", PARTIES, lambda _world, row: row.pk, {"tradingName": "汾河大厦"}),
    Sample("individual", PARTIES, lambda _world, row: a_contact(row).pk, {"title": "总监"}),
    Sample("partyInteraction", INTERACTIONS, lambda world, row: a_visit(world, row).pk, {"reason": "另谈"}),
]
each_resource = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
_VALUES = {Kind.NUMBER: "0", Kind.MOMENT: "2020-01-01", Kind.DATE: "1900-01-01", Kind.BOOLEAN: "false"}


def a_program(world: Scenario, role: str, unit: Any) -> Client:
    made, secret = client_create(
        actor=world.administrator,
        name=f"CRM {role} {unit.pk}",
        role_id=Role.objects.get(code=role).pk,
        unit_id=unit.pk,
    )
    grant = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
    token = Client().post("/oauth2/token", grant).json()["access_token"]
    return Client(headers={"Authorization": f"Bearer {token}"})


def a_person(world: Scenario, *roles: str, unit: Any) -> Client:
    client = Client()
    client.force_login(world.user(*roles, unit=unit))
    return client


def settle() -> None:
    """Everything that has happened reaches the deliveries."""
    while deliver_due():
        pass


def listen(api: Client, base: str) -> None:
    body = json.dumps({"callback": "http://192.0.2.1/tmf"})
    assert api.post(f"{base}/hub", body, content_type="application/json").status_code == 201


def change(api: Client, url: str, body: Any) -> Any:
    return api.patch(url, json.dumps(body), content_type="application/merge-patch+json")


@each_resource
def test_an_outsider_is_told_nothing(world: Scenario, sample: Sample) -> None:
    """Lists, counts, every filter, items, changes, events: as if the row were not there."""
    key = sample.make(world, an_account(world))
    inside = a_program(world, "data_steward", world.taiyuan)
    resource = next(each for each in resources() if each.name == sample.name)
    filters = [""]
    for attribute in resource.attributes:
        filters.append(f"{attribute.path}.ne={_VALUES.get(attribute.kind, '不是')}")
        if attribute.kind in {Kind.NUMBER, Kind.MOMENT, Kind.DATE}:
            filters.append(f"{attribute.path}.gte={_VALUES[attribute.kind]}")
        if attribute.sortable:
            filters.append(f"sort=-{attribute.path}")
    outsiders = [
        a_program(world, "data_steward", world.datong),
        a_person(world, "account_manager", unit=world.datong_team),
    ]
    assert inside.get(sample.url)["X-Total-Count"] == "1"
    happened = f"{EVENTS}/topic/{sample.name}/event"
    [*told] = inside.get(happened).json()
    assert told
    for outsider in outsiders:
        for query in filters:
            answer = outsider.get(f"{sample.url}?{query}")
            assert (answer.status_code, answer["X-Total-Count"], answer.json()) == (200, "0", []), query
        missing = outsider.get(f"{sample.url}/999999999").json()
        hidden = outsider.get(f"{sample.url}/{key}")
        assert (hidden.status_code, hidden.json()["code"]) == (404, missing["code"])
        assert hidden.json().keys() == missing.keys()
        assert change(outsider, f"{sample.url}/{key}", sample.patch).status_code == 404
        assert outsider.delete(f"{sample.url}/{key}").status_code in {404, 405}
        assert outsider.get(happened)["X-Total-Count"] == "0"
        for event in told:
            assert outsider.get(event["href"]).status_code == 404


@each_resource
def test_a_collaborator_sees_and_an_auditor_changes_nothing(world: Scenario, sample: Sample) -> None:
    account = an_account(world)
    key = sample.make(world, account)
    helper = world.user("account_manager", unit=world.datong_team)
    collaborator_add(actor=SYSTEM, customer_id=account.pk, user_id=helper.pk)
    client = Client()
    client.force_login(helper)
    assert client.get(sample.url)["X-Total-Count"] == "1"
    assert client.get(f"{sample.url}/{key}").status_code == 200
    assert client.get(f"{EVENTS}/topic/{sample.name}/event")["X-Total-Count"] != "0"
    auditor = a_person(world, "auditor", unit=world.province)
    assert change(auditor, f"{sample.url}/{key}", sample.patch).status_code == 403
    assert auditor.delete(f"{sample.url}/{key}").status_code in {403, 405}


@each_resource
def test_lists_make_as_many_queries_for_many_rows(world: Scenario, sample: Sample) -> None:
    api = a_person(world, "account_manager", unit=world.team)

    def cost(query: str = "") -> int:
        with CaptureQueriesContext(connection) as seen:
            assert api.get(f"{sample.url}?{query}").status_code in {200, 206}
        return len(seen)

    sample.make(world, an_account(world))
    cost()
    few = cost()
    for _ in range(6):
        sample.make(world, an_account(world))
    assert cost() == few
    assert cost("offset=5&limit=2") == few


@pytest.fixture
def published(testdata: Path) -> dict[str, dict[str, Any]]:
    files = {
        CUSTOMERS: "TMF629-Customer-v4.0.0.swagger.json",
        PARTIES: "TMF632-Party-v4.0.0.swagger.json",
    }
    return {base: json.loads((testdata / "tmf" / name).read_text()) for base, name in files.items()}


def valid(published: dict[str, Any], name: str, body: Any) -> None:
    schema = {"$ref": f"#/definitions/{name}", "definitions": published["definitions"]}
    Draft4Validator(schema).validate(body)


NOT_OFFERED = {
    ("delete", "/customer/{id}"): "a file is closed, or merged into another",
    ("delete", "/organization/{id}"): "a file is closed, or merged into another",
}
"""TMF629's and TMF632's operations that are not there (405); docs/open-api.md says the same. Paths below
`/listener/` are the clients' own."""


def test_every_published_operation_is_there_or_has_its_reason(
    world: Scenario, published: dict[str, dict[str, Any]]
) -> None:
    api = a_person(world, "administrator", unit=world.province)
    account = an_account(world)
    keys = {sample.name: sample.make(world, account) for sample in SAMPLES}
    for base, description in published.items():
        for path, operations in description["paths"].items():
            if path.startswith("/listener/"):
                continue
            key = str(keys.get(path.split("/")[1], "x"))
            for method in sorted(operations, reverse=True):  # deleting after all else
                ask = getattr(api, method)
                answer = (
                    ask(base + path.replace("{id}", key), "{}", content_type="application/json")
                    if (method in {"post", "patch"})
                    else ask(base + path.replace("{id}", key))
                )
                wanted = {200, 204, 400, 403} if (method, path) not in NOT_OFFERED else {405}
                assert answer.status_code in wanted, (method, path, answer.status_code)
                if answer.status_code >= 400:
                    valid(description, "Error", answer.json())


def test_events_are_as_published(world: Scenario, published: dict[str, dict[str, Any]]) -> None:
    """Each kind of event is told once it happens, in the published form; the two not told have no cause."""
    program = a_program(world, "data_steward", world.taiyuan)
    listen(program, CUSTOMERS)
    listen(program, PARTIES)
    kept, gone = an_account(world), an_account(world)
    contact = a_contact(kept)
    change(program, f"{PARTIES}/individual/{contact.pk}", {"title": "总监"})
    settle()
    change(program, f"{CUSTOMERS}/customer/{kept.pk}", {"status": "active"})
    kept.refresh_from_db()
    customer_change(actor=SYSTEM, customer_id=kept.pk, version=kept.version, draft=draft_of(kept))
    settle()
    contact.refresh_from_db()
    contact_remove(actor=SYSTEM, contact_id=contact.pk, version=contact.version)
    kept.refresh_from_db()
    merge = customers_merge(
        actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=(kept.version, gone.version)
    )
    settle()
    merge_undo(actor=SYSTEM, merge_id=merge.pk)
    settle()
    told: dict[str, dict[str, Any]] = {}
    for delivery in EventDelivery.objects.order_by("pk"):
        base = CUSTOMERS if delivery.body["domain"] == "customerManagement" else PARTIES
        valid(published[base], delivery.event_type, delivery.body)
        told[delivery.event_type] = delivery.body
    names = {
        path.rpartition("/")[2]
        for description in published.values()
        for path in description["paths"]
        if path.startswith("/listener/")
    }
    expected = {name[:1].upper() + name[1:] for name in names} - {"IndividualStateChangeEvent"}
    assert set(told) == expected
    for kind in ("Customer", "Organization"):
        body = told[f"{kind}DeleteEvent"]["event"][kind[:1].lower() + kind[1:]]
        wanted = {"name", "engagedParty"} if kind == "Customer" else set[str]()
        assert (body["id"], set(body)) == (str(gone.pk), {"id", "href", "@type"} | wanted)
        again = told[f"{kind}CreateEvent"]["event"][kind[:1].lower() + kind[1:]]
        assert again["id"] == str(gone.pk)


def test_a_merged_accounts_number_finds_the_survivor(world: Scenario) -> None:
    kept, gone = a_customer(world.team), a_customer(world.team)
    hidden = a_customer(world.datong_team)
    versions = (kept.version, gone.version)
    customers_merge(actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=versions)
    api = a_program(world, "account_manager", world.taiyuan)
    for number in (kept.code, gone.code):
        found = api.get(f"{PARTIES}/organization", {"externalReference.name": number}).json()
        assert [each["id"] for each in found] == [str(kept.pk)]
    assert api.get(f"{PARTIES}/organization", {"externalReference.name": hidden.code}).json() == []
    other = a_program(world, "account_manager", world.datong)
    assert other.get(f"{PARTIES}/organization", {"externalReference.name": gone.code}).json() == []
    assert api.get(f"{CUSTOMERS}/customer/{gone.pk}").status_code == 404


_LONG = "x" * 900_000
_NO_NAMES: list[Any] = [None, "", " ", 7, "长" * 500, _LONG]
_NO_PARTIES: list[Any] = [None, [], [{"id": ""}], [{"id": "²"}], [{"id": "9" * 40}], [{"id": None}]]
_NO_PARTY: list[Any] = [None, {}, {"id": "x"}, {"id": "9" * 40}, {"id": "0"}, "1"]
_NO_MEDIA: list[Any] = [
    "phone", [{"mediumType": "phone"}], [{"mediumType": None, "characteristic": {}}],
    [{"mediumType": "phone", "characteristic": {"phoneNumber": _LONG}}],
    [{"mediumType": "postalAddress", "characteristic": {"street1": _LONG}}],
    [{"mediumType": "website", "characteristic": {"socialNetworkId": _LONG}}],
]  # fmt: skip
_ROUGH: list[tuple[str, dict[str, Any]]] = [
    *(("organization", {"tradingName": value}) for value in [*_NO_NAMES, [], {}]),
    *(("organization", {"contactMedium": value}) for value in _NO_MEDIA),
    *(("organization", {"organizationIdentification": [
        {"identificationType": "unifiedSocialCreditCode", "identificationId": value}
    ]}) for value in ("9114", "911401000000000077", _LONG, "' OR 1=1 --")),
    *(("organization", {"partyCharacteristic": [{"name": name, "value": value}]}) for name, value in (
        ("unit", "不存在"), ("unit", "9" * 40), ("unit", _LONG), ("kinship", "cousin"), ("trade", "nonsense"),
        ("remark", _LONG), ("section", "nonsense"),
    )),
    *(("individual", {"fullName": value}) for value in _NO_NAMES),
    *(("individual", {"birthDate": value}) for value in ("soon", "2026-13-01", 7)),
    *(("individual", {"title": value}) for value in (7, "长" * 61, _LONG)),
    *(("individual", {"contactMedium": [{"mediumType": kind, "characteristic": {name: _LONG}}]})
      for kind, name in (("phone", "phoneNumber"), ("email", "emailAddress"))),
    ("individual", {"contactMedium": [{"mediumType": "email", "characteristic": {"emailAddress": "min@"}}]}),
    *(("individual", {"partyCharacteristic": [{"name": name, "value": value}]}) for name, value in (
        ("role", "nonsense"), ("attitude", "nonsense"), ("remark", _LONG), ("preferences", _LONG),
    )),
    *(("individual", {"relatedParty": value}) for value in _NO_PARTIES),
    *(("customer", {"engagedParty": value}) for value in _NO_PARTY),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rough"), _ROUGH, ids=[f"{name}-{number}" for number, (name, _rough) in enumerate(_ROUGH)]
)
def test_rough_input_is_refused(world: Scenario, name: str, rough: dict[str, Any]) -> None:
    """On creation and, where the resource takes the attribute there, in a patch: 400 and nothing changed."""
    account = an_account(world)
    row = {"customer": account.pk, "organization": account.pk, "individual": a_contact(account).pk}[name]
    api = a_person(world, "administrator", unit=world.province)
    party = {"id": str(account.pk), "@referredType": "Organization"}
    unit = {"name": "unit", "value": str(world.team.pk)}
    whole: dict[str, dict[str, Any]] = {
        "customer": {"name": account.name, "engagedParty": party},
        "organization": {"tradingName": "晋阳云图科技有限公司", "partyCharacteristic": [unit]},
        "individual": {"fullName": "周敏", "relatedParty": [party]},
    }
    url = f"{CUSTOMERS if name == 'customer' else PARTIES}/{name}"
    before = api.get(f"{url}/{row}").json()
    body = whole[name] | rough
    if "partyCharacteristic" in rough and rough["partyCharacteristic"][0]["name"] != "unit":
        body["partyCharacteristic"] = [*rough["partyCharacteristic"], unit]
    refused = api.post(url, json.dumps(body), content_type="application/json")
    assert refused.status_code == 400, refused.content[:300]
    assert {"code", "reason"} <= refused.json().keys()
    patched = change(api, f"{url}/{row}", rough)
    assert patched.status_code in {200, 400}, patched.content[:300]
    if patched.status_code == 400:
        assert api.get(f"{url}/{row}").json() == before


@each_resource
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_media_type_is_refused(world: Scenario, sample: Sample, kind: str) -> None:
    api = a_person(world, "administrator", unit=world.province)
    key = sample.make(world, an_account(world))
    assert api.post(sample.url, "{}", content_type=kind).status_code == 415
    assert api.patch(f"{sample.url}/{key}", "{}", content_type=kind).status_code == 415


@each_resource
@pytest.mark.parametrize(
    "value", ["' OR '1'='1", "%27;DROP TABLE customers_customer--", "1) UNION SELECT 1", "\\"]
)
def test_nothing_in_a_filter_is_executed(world: Scenario, sample: Sample, value: str) -> None:
    api = a_person(world, "administrator", unit=world.province)
    sample.make(world, an_account(world))
    resource = next(each for each in resources() if each.name == sample.name)
    for attribute in resource.attributes:
        answer = api.get(sample.url, {attribute.path: value})
        assert answer.status_code == 400 if attribute.kind is not Kind.TEXT else 200
        assert answer.status_code == 400 or answer["X-Total-Count"] == "0"
    assert api.get(sample.url)["X-Total-Count"] == "1"
