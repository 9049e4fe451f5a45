"""TMF629 and TMF632 over HTTP, answers held against the published schemas; TMF630's rules; who sees what."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator

from dakehu.customers.models import Contact, Customer
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.tests.fixtures import a_customer, credit_code
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.outbox.api import deliver_due
from dakehu.infra.rest.models import EventDelivery
from dakehu.organisation.models import Role
from dakehu.organisation.services.clients import client_create
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
CUSTOMER = "/tmf-api/customerManagement/v4/customer"
ORGANIZATION = "/tmf-api/party/v4/organization"
INDIVIDUAL = "/tmf-api/party/v4/individual"
SPECIFICATIONS = {
    "Customer": "TMF629-Customer-v4.0.0.swagger.json",
    "Organization": "TMF632-Party-v4.0.0.swagger.json",
    "Individual": "TMF632-Party-v4.0.0.swagger.json",
}
Check = Callable[[str, Any], None]


@pytest.fixture
def valid(testdata: Path) -> Check:
    """Whether a body is valid by a definition of its published description."""

    def check(definition: str, body: Any) -> None:
        published = json.loads((testdata / "tmf" / SPECIFICATIONS[definition]).read_text())
        schema = {"$ref": f"#/definitions/{definition}", "definitions": published["definitions"]}
        Draft4Validator(schema).validate(body)

    return check


@pytest.fixture
def api(client: Client, world: Scenario) -> Client:
    client.force_login(world.manager_user)
    return client


def _client(world: Scenario, role: str = "account_manager") -> Client:
    """An OAuth2 client over Taiyuan."""
    made, secret = client_create(
        actor=world.administrator,
        name=f"CRM {role}",
        role_id=Role.objects.get(code=role).pk,
        unit_id=world.taiyuan.pk,
    )
    answer = Client().post(
        "/oauth2/token",
        {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret},
    )
    return Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


def _post(api: Client, url: str, body: Any, kind: str = "application/json") -> Any:
    return api.post(url, json.dumps(body), content_type=kind)


def _patch(api: Client, url: str, body: Any) -> Any:
    return api.patch(url, json.dumps(body), content_type="application/merge-patch+json")


def _new(world: Scenario, **fields: Any) -> dict[str, Any]:
    return {
        "tradingName": "晋阳云图科技有限公司",
        "organizationIdentification": [
            {"identificationId": credit_code(7), "identificationType": "unifiedSocialCreditCode"}
        ],
        "contactMedium": [
            {"mediumType": "phone", "characteristic": {"phoneNumber": "0351-8208000"}},
            {"mediumType": "postalAddress", "characteristic": {"street1": "府西街 1 号"}},
        ],
        "partyCharacteristic": [{"name": "unit", "value": world.team.name}],
        **fields,
    }


def test_an_organisation_comes_to_be_and_buys(api: Client, world: Scenario, valid: Check) -> None:
    client = _client(world, "data_steward")
    made = _post(client, ORGANIZATION, _new(world))
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"] == body["href"] == f"{ORGANIZATION}/{body['id']}"
    valid("Organization", body)
    row = Customer.objects.get(pk=body["id"])
    assert (row.name, row.credit_code, row.phone, row.address, row.org_unit) == (
        "晋阳云图科技有限公司", credit_code(7), "0351-8208000", "府西街 1 号", world.team,
    )  # fmt: skip
    engaged = {"id": body["id"], "@referredType": "Organization"}
    bought = _post(client, CUSTOMER, {"name": row.name, "engagedParty": engaged})
    assert bought.status_code == 201, bought.content
    valid("Customer", bought.json())
    assert bought.json()["status"] == "active"
    again = _post(client, CUSTOMER, {"name": row.name, "engagedParty": engaged})
    assert again["Idempotency-Replayed"] == "true"
    person = {
        "familyName": "欧阳", "givenName": "敏", "title": "总监", "birthDate": "1980-02-03",
        "relatedParty": [engaged],
        "contactMedium": [{"mediumType": "email", "characteristic": {"emailAddress": "min@x.example"}}],
    }  # fmt: skip
    contact = _post(client, INDIVIDUAL, person)
    assert contact.status_code == 201, contact.content
    valid("Individual", contact.json())
    assert (contact.json()["familyName"], contact.json()["givenName"]) == ("欧阳", "敏")
    assert Contact.objects.get().customer == row
    assert client.delete(contact.json()["href"]).status_code == 204
    assert not Contact.objects.exists()


def test_duplicates_are_asked_about_and_answered(world: Scenario) -> None:
    client = _client(world, "data_steward")
    _post(client, ORGANIZATION, _new(world))
    refused = _post(client, ORGANIZATION, _new(world, organizationIdentification=[]))
    assert refused.status_code == 400
    assert refused.json()["code"] == "customers.alike_names"
    unit = {"name": "unit", "value": world.team.name}
    said = [unit, {"name": "namesDiffer", "value": True}]
    other = _new(world, organizationIdentification=[], partyCharacteristic=said)
    assert _post(client, ORGANIZATION, other).status_code == 201
    assert Customer.objects.count() == 2


def test_patches_reach_the_services(api: Client, world: Scenario, valid: Check) -> None:
    row = a_customer(world.team, owner_id=world.manager_user.pk, phone="0351-1111111")
    changed = _patch(api, f"{ORGANIZATION}/{row.pk}", {"tradingName": "汾河大厦"})
    assert changed.status_code == 200, changed.content
    valid("Organization", changed.json())
    row.refresh_from_db()
    assert (row.name, row.phone, row.owner) == ("汾河大厦", "0351-1111111", world.manager_user)
    gone = _patch(api, f"{ORGANIZATION}/{row.pk}", {"contactMedium": None})
    assert gone.status_code == 200
    row.refresh_from_db()
    assert row.phone == ""
    moved = _patch(api, f"{CUSTOMER}/{row.pk}", {"status": "active"})
    assert moved.json()["status"] == "active"
    assert _patch(api, f"{CUSTOMER}/{row.pk}", {"status": "prospect"}).status_code == 409
    fixed = _patch(api, f"{CUSTOMER}/{row.pk}", {"engagedParty": {"id": "9"}})
    assert fixed.status_code == 400
    contact = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("周敏", phone="138"))
    answer = _patch(api, f"{INDIVIDUAL}/{contact.pk}", {"title": "总监"})
    assert (answer.json()["title"], answer.json()["fullName"]) == ("总监", "周敏")
    contact.refresh_from_db()
    assert (contact.post, contact.phone) == ("总监", "138")
    said = [{"name": "preferences", "value": "喝茶"}, {"name": "isPrimary", "value": True}]
    _patch(api, f"{INDIVIDUAL}/{contact.pk}", {"partyCharacteristic": said})
    contact.refresh_from_db()
    assert (contact.preferences, contact.is_primary) == ("喝茶", True)
    _patch(api, f"{INDIVIDUAL}/{contact.pk}", {"partyCharacteristic": None})
    contact.refresh_from_db()
    assert contact.preferences == ""


@pytest.mark.parametrize("url", [CUSTOMER, ORGANIZATION, INDIVIDUAL])
def test_nothing_of_another_city_is_told(api: Client, world: Scenario, url: str) -> None:
    mine, theirs = a_customer(world.team), a_customer(world.datong_team, name="大同云景有限公司")
    ids = {}
    for row in (mine, theirs):
        made = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("周敏"))
        ids[row.pk] = made.pk if url == INDIVIDUAL else row.pk
    listed = api.get(url)
    assert [each["id"] for each in listed.json()] == [str(ids[mine.pk])]
    assert listed["X-Total-Count"] == "1"
    assert api.get(f"{url}/{ids[theirs.pk]}").status_code == 404
    assert api.get(url, {"relatedParty.id": theirs.pk})["X-Total-Count"] == "0"
    name = "fullName" if url == INDIVIDUAL else "name"
    assert len(api.get(url, {name: "大同云景有限公司"}).json()) == 0


def test_lists_by_tmf630(api: Client, world: Scenario, django_assert_max_num_queries: Any) -> None:
    rows = [a_customer(world.team) for _ in range(12)]
    with django_assert_max_num_queries(14):
        page = api.get(f"{ORGANIZATION}?offset=5&limit=5&sort=tradingName")
    assert (page.status_code, page["X-Total-Count"], page["X-Result-Count"]) == (206, "12", "5")
    some = api.get(CUSTOMER, {"fields": "name", "engagedParty.id": str(rows[0].pk)}).json()
    assert [each.keys() for each in some] == [{"id", "href", "name"}]
    for wrong in (
        "color=red",
        "sort=color",
        "fields=color",
        "engagedParty.id=x",
        "validFor.startDateTime.gt=x",
    ):
        answer = api.get(f"{CUSTOMER}?{wrong}")
        assert answer.status_code == 400, wrong
        assert {"code", "reason"} <= answer.json().keys()


def test_a_merged_files_number_leads_to_the_survivor(api: Client, world: Scenario) -> None:
    kept, gone = a_customer(world.team), a_customer(world.team)
    versions = (kept.version, gone.version)
    customers_merge(actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=versions)
    assert api.get(f"{ORGANIZATION}/{gone.pk}").status_code == 404
    found = api.get(f"{ORGANIZATION}/{kept.pk}").json()["externalReference"]
    assert {"name": gone.code, "externalReferenceType": "formerAccountNumber"} in found


def test_events_reach_a_listener_that_may_have_them(world: Scenario) -> None:
    client = _client(world)
    hub = _post(client, "/tmf-api/party/v4/hub", {"callback": "http://192.0.2.1/tmf"})
    assert hub.status_code == 201, hub.content
    row = a_customer(world.team)
    a_customer(world.datong_team)
    contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("周敏"))
    while deliver_due():
        pass
    told = EventDelivery.objects.order_by("pk").values_list("event_type", "body")
    assert [kind for kind, _body in told] == ["OrganizationCreateEvent", "IndividualCreateEvent"]
    assert told[0][1]["event"]["organization"]["id"] == str(row.pk)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"tradingName": ""}, "application/json"),
        ({"tradingName": "x" * 1_000_000}, "application/json"),
        ({"tradingName": None}, "application/json"),
        ({"name": "无名"}, "application/json"),
        ({"tradingName": "甲", "contactMedium": "phone"}, "application/json"),
        ({"tradingName": "甲", "contactMedium": [{"mediumType": "phone"}]}, "application/json"),
        (
            {"tradingName": "甲", "partyCharacteristic": [{"name": "unit", "value": "不存在"}]},
            "application/json",
        ),
        (
            {"tradingName": "甲", "partyCharacteristic": [{"name": "kinship", "value": "cousin"}]},
            "application/json",
        ),
        (
            {"tradingName": "甲", "organizationParentRelationship": {"organization": {"id": "x"}}},
            "application/json",
        ),
        ([], "application/json"),
        ({"tradingName": "甲"}, "text/plain"),
    ],
)
def test_bad_input_is_refused_by_name(world: Scenario, body: Any, kind: str) -> None:
    answer = _post(_client(world, "data_steward"), ORGANIZATION, body, kind)
    assert answer.status_code in {400, 413, 415}
    assert {"code", "reason"} <= answer.json().keys()
    assert not Customer.objects.exists()
