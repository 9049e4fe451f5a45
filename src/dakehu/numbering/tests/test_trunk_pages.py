"""Pages of trunk groups: kept by form, credentials never shown, the way of a number by the deciding code."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.numbering.domain.trunks import Gateway, Rewriting, Serves
from dakehu.numbering.models import Exchange, TrunkGroup
from dakehu.numbering.selectors.trunks import trunk_values
from dakehu.numbering.testing import an_exchange
from dakehu.numbering.web.trunkforms import gateway_from, gateway_text
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
PASSWORD = "never-to-be-seen-9"
FORM = {
    "code": "ty1",
    "serves": "all",
    "prefixes": "0355 13\n+",
    "order": "2",
    "gateways": "udp:192.0.2.1:5060\nTCP:[2001:db8::1]:5070",
    "sources": "192.0.2.9",
    "channels": "60",
    "reserved": "4",
    "called_strip": "1",
    "called_prepend": "00",
    "calling_strip": "0",
    "calling_prepend": "",
}


@pytest.fixture
def exchange(world: Scenario) -> Exchange:
    return an_exchange(world.taiyuan, "TY01")


@pytest.fixture
def desk(client: Client, world: Scenario) -> Client:
    client.force_login(world.user("provisioning_engineer"))
    return client


def made(desk: Client, exchange: Exchange) -> TrunkGroup:
    saved = desk.post(reverse("numbering-trunk-create"), {**FORM, "exchange": exchange.pk})
    assert saved.status_code == 302
    return TrunkGroup.objects.get()


@pytest.mark.parametrize(
    ("text", "gateway"),
    [
        ("udp:192.0.2.1:5060", Gateway("192.0.2.1")),
        ("192.0.2.1", Gateway("192.0.2.1")),
        ("tcp:[2001:db8::1]:5070", Gateway("2001:db8::1", 5070, "tcp")),
        ("udp:[2001:db8::1", None),
        ("192.0.2.1:x", None),
        ("", None),
    ],
)
def test_a_gateway_is_read_as_it_is_written(text: str, gateway: Gateway | None) -> None:
    assert gateway_from(text) == gateway
    if gateway is not None:
        assert gateway_from(gateway_text(gateway)) == gateway


def test_a_group_is_made_changed_and_removed_by_form(desk: Client, exchange: Exchange) -> None:
    row = made(desk, exchange)
    [group] = trunk_values()
    assert (group.code, group.serves, group.order, group.channels, group.reserved) == (
        "TY1",
        Serves.ALL,
        2,
        60,
        4,
    )
    assert group.gateways == (Gateway("192.0.2.1"), Gateway("2001:db8::1", 5070, "tcp"))
    assert (group.prefixes, group.called) == (("0355", "13", "+"), Rewriting(1, "00"))
    change = reverse("numbering-trunk-change", args=[row.pk])
    assert desk.post(change, {**FORM, "version": 1, "prefixes": "*", "channels": "30"}).status_code == 302
    assert [(each.prefixes, each.channels) for each in trunk_values()] == [(("",), 30)]
    assert desk.post(change, {**FORM, "version": 1}).status_code == 409
    assert_page_queries(desk, reverse("numbering-trunk-record", args=[row.pk]), 6)
    assert desk.post(reverse("numbering-trunk-remove", args=[row.pk])).status_code == 302
    assert list(trunk_values()) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"gateways": "gw.example"}, "gateways"),
        ({"gateways": "sctp:192.0.2.1:5060"}, "gateways"),
        ({"gateways": "[oops"}, "gateways"),
        ({"gateways": "192.0.2.1\n192.0.2.1"}, "gateways"),
        ({"prefixes": "03x"}, "prefixes"),
        ({"reserved": "61"}, "channels"),
        ({"called_prepend": "abc"}, "called_prepend"),
        ({"sources": "nowhere"}, "sources"),
        ({"channels": "-1"}, "channels"),
    ],
)
def test_bad_input_stands_at_its_field(
    desk: Client, exchange: Exchange, fields: dict[str, str], wrong: str
) -> None:
    answer = desk.post(reverse("numbering-trunk-create"), {**FORM, "exchange": exchange.pk, **fields})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {wrong})
    assert not TrunkGroup.objects.exists()


def test_credentials_are_never_shown_again_nor_kept_in_the_trail(
    desk: Client, exchange: Exchange, caplog: pytest.LogCaptureFixture
) -> None:
    row = made(desk, exchange)
    url = reverse("numbering-trunk-account", args=[row.pk])
    version = {"version": str(row.version)}
    half = desk.post(url, {**version, "username": "shanxi", "realm": "", "password": PASSWORD})
    assert set(half.context["form"].errors) == {"realm"}
    assert PASSWORD not in half.content.decode()
    given = {**version, "username": "shanxi", "realm": "carrier.example", "password": PASSWORD}
    assert desk.post(url, given).status_code == 302
    late = desk.post(url, {**given, "username": "late"})
    assert (late.status_code, "carrier.example" in late.content.decode()) == (409, True)
    row.refresh_from_db()
    assert (row.account_username, bool(row.account_ha1_sha256)) == ("shanxi", True)
    pages = [url, *(reverse(f"numbering-trunk-{name}", args=[row.pk]) for name in ("record", "change"))]
    seen = "".join(desk.get(each).content.decode() for each in pages)
    kept = seen + str(list(AuditEntry.objects.values_list("changes", flat=True))) + caplog.text
    for secret in (PASSWORD, row.account_ha1_md5, row.account_ha1_sha256):
        assert secret not in kept
    assert "shanxi @ carrier.example" in seen


def test_which_trunk_a_number_would_take(desk: Client, exchange: Exchange) -> None:
    made(desk, exchange)
    url = reverse("numbering-trunk-way")
    asked = {"exchange": str(exchange.pk), "number": "03551234567", "calling": "03518880001"}
    page = desk.get(url, asked).content.decode()
    for text in ("TY1", "udp:192.0.2.1:5060", "tcp:[2001:db8::1]:5070", "003551234567", "03518880001"):
        assert text in page
    nowhere = desk.get(url, {**asked, "number": "02112345678"}).content.decode()
    assert "没有中继群" in nowhere
    assert desk.get(url, {**asked, "number": "9"}).status_code == 200
    assert desk.get(url, {**asked, "exchange": "999"}).context["form"].errors


def test_another_citys_group_is_not_there(client: Client, world: Scenario) -> None:
    client.force_login(world.user("provisioning_engineer", unit=world.datong))
    exchange = an_exchange(world.taiyuan, "TY01")
    row = TrunkGroup.objects.create(
        exchange=exchange, code="X", channels=3, gateways=[["192.0.2.1", 5060, "udp"]], prefixes=[""]
    )
    for name in ("record", "change", "account"):
        assert client.get(reverse(f"numbering-trunk-{name}", args=[row.pk])).status_code == 404
    client.force_login(world.user("account_manager", username="m2"))
    assert client.get(reverse("numbering-trunk-list")).status_code == 403
