"""Trunk groups as rows: who keeps them, what is refused, what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, NotAllowed, NotFound
from dakehu.numbering.api import (
    TRUNK_CHANGED,
    Exchange,
    ha1,
    trunk_account_set,
    trunk_change,
    trunk_create,
    trunk_get,
    trunk_remove,
    trunk_values,
    trunks_for,
)
from dakehu.numbering.domain.errors import TrunkCodeTaken
from dakehu.numbering.domain.trunks import Gateway, Rewriting, Serves, TrunkGroup, TrunkInvalid
from dakehu.numbering.testing import an_exchange
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
GROUP = TrunkGroup(
    "CITY",
    "TY01",
    "0351",
    (Gateway("192.0.2.1"), Gateway("2001:db8::1", 5070, "tcp")),
    ("13", "+"),
    Serves.ALL,
    order=2,
    channels=60,
    reserved=4,
    called=Rewriting(1, "00"),
    calling=Rewriting(1, "+86"),
    sources=("192.0.2.9",),
)


@pytest.fixture
def exchange(world: Scenario) -> Exchange:
    return an_exchange(world.taiyuan, "TY01")


def test_a_group_is_kept_changed_and_removed(exchange: Exchange) -> None:
    told = OutboxEvent.objects.filter(topic=TRUNK_CHANGED)
    row = trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=replace(GROUP, code=" city "))
    assert trunk_get(SYSTEM, row.pk).value() == GROUP
    smaller = replace(GROUP, channels=30, prefixes=("",))
    trunk_change(actor=SYSTEM, trunk_id=row.pk, version=row.version, group=smaller)
    assert list(trunk_values(["CITY"])) == [smaller]
    with pytest.raises(Conflict):
        trunk_change(actor=SYSTEM, trunk_id=row.pk, version=row.version, group=GROUP)
    trunk_remove(actor=SYSTEM, trunk_id=row.pk)
    assert list(trunk_values()) == []
    assert [event.payload for event in told] == [{"trunk": "CITY"}] * 3
    actions = AuditEntry.objects.filter(action__startswith="trunk.").order_by("pk")
    assert [entry.action for entry in actions] == ["trunk.create", "trunk.change", "trunk.remove"]


def test_what_is_refused(exchange: Exchange) -> None:
    trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=GROUP)
    with pytest.raises(TrunkCodeTaken):
        trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=GROUP)
    with pytest.raises(TrunkInvalid):
        trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=replace(GROUP, code="X", gateways=()))


def test_the_engineers_of_the_city_keep_them(world: Scenario, exchange: Exchange) -> None:
    engineer = world.actor("provisioning_engineer", unit=world.taiyuan)
    row = trunk_create(actor=engineer, exchange_id=exchange.pk, group=GROUP)
    assert list(trunks_for(engineer)) == [row]
    stranger = world.actor("provisioning_engineer", unit=world.datong)
    assert not trunks_for(stranger).exists()
    with pytest.raises(NotFound):
        trunk_remove(actor=stranger, trunk_id=row.pk)
    with pytest.raises(NotAllowed):
        trunk_create(actor=world.manager, exchange_id=exchange.pk, group=GROUP)


def test_an_accounts_password_is_not_kept(exchange: Exchange) -> None:
    row = trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=GROUP)
    row = trunk_account_set(
        actor=SYSTEM,
        trunk_id=row.pk,
        version=row.version,
        username="dakehu",
        realm="other",
        password="secret",
    )
    account = trunk_get(SYSTEM, row.pk).value().account
    assert account is not None
    assert account.ha1_md5 == ha1("dakehu", "other", "secret")["ha1_md5"]
    kept = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert "dakehu" in kept
    assert account.ha1_md5 not in kept
    trunk_account_set(actor=SYSTEM, trunk_id=row.pk, version=row.version, username="", realm="", password="")
    assert trunk_get(SYSTEM, row.pk).value() == GROUP
