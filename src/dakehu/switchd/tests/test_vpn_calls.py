"""A VPN over two cities, from the business side to a charge: real telephones at a real voice process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.kit.telephone import Telephone
from tests.kit.waiting import wait_for

from dakehu.charging.api import Usage, rate_spool
from dakehu.charging.seed import seed as seed_tariff
from dakehu.enterprise_vpn.api import (
    EnterpriseVpn,
    MemberChange,
    MemberRow,
    closed_group_create,
    vpn_member_change,
)
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.outbox.api import deliver_due
from dakehu.kernel.numbers import CallClass
from dakehu.numbering.api import telephone_issue
from dakehu.organisation.testing import Scenario
from dakehu.switch.records import CallRecord
from dakehu.switchd import publisher
from dakehu.switchd.tests.process import VoiceProcess
from dakehu.switchd.tests.test_publisher import fresh_writer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sip]
PASSWORD = "a-telephones-word"


def deliver() -> None:
    while deliver_due():
        pass


@pytest.fixture
def scene(world: Scenario, tmp_path: Path, settings: Settings) -> Iterator[VpnScenario]:
    """The VPN's lines in two cities, in service and without a VPN yet; the voice process is up."""
    settings.HOME = tmp_path
    scene = VpnScenario(world)
    for number in (scene.taiyuan[1], scene.datong[1]):
        telephone_issue(actor=SYSTEM, line_id=scene.line(number).pk, password=PASSWORD)
    with fresh_writer():
        process = VoiceProcess(tmp_path)
        publisher.rebuild()
        deliver()
        process.start()
        scene.__dict__["process"] = process
        try:
            yield scene
        finally:
            process.stop()


@pytest.fixture
def phones(scene: VpnScenario, tmp_path: Path) -> Iterator[tuple[Telephone, Telephone]]:
    """Taiyuan's telephone and Datong's, signed in."""
    process: VoiceProcess = scene.__dict__["process"]
    made = [
        Telephone(tmp_path / number, number, PASSWORD, server=process.address)
        for number in (scene.taiyuan[1], scene.datong[1])
    ]
    with made[0] as taiyuan, made[1] as datong:
        for each in made:
            each.expect("REGISTER_OK")
        yield taiyuan, datong


def make_vpn(scene: VpnScenario) -> tuple[EnterpriseVpn, list[MemberRow]]:
    """As an engineer makes it on the pages: the plan, then a pasted list of lines."""
    engineer = Client()
    engineer.force_login(scene.world.user("provisioning_engineer", unit=scene.world.province))
    plan = {"customer": scene.customer.pk, "name": "晋源全省专网", "short_length": 5, "exit_prefix": "9"}
    made = engineer.post(reverse("vpns-vpn-create"), {**plan, "attendant_limit": 4})
    assert made.status_code == 302
    vpn = EnterpriseVpn.objects.get()
    lines = f"{scene.taiyuan[1]}\t61001\n{scene.datong[1]}\t62001"
    joined = engineer.post(reverse("vpns-member-create", args=[vpn.pk]), {"lines": lines})
    assert joined.status_code == 302
    deliver()
    return vpn, list(vpn.members.order_by("short_number"))


def talk(caller: Telephone, called: Telephone, dialled: str, count: int = 1) -> str:
    """Call, talk for a second, hang up; the caller as the other side saw it."""
    caller.dial(dialled)
    incoming = called.expect("CALL_INCOMING", count=count)
    caller.expect("CALL_ESTABLISHED", count=count)
    time.sleep(1.0)
    caller.hang_up()
    called.expect("CALL_CLOSED", count=count)
    return str(incoming["peeruri"])


def last_record(scene: VpnScenario, dialled: str) -> CallRecord:
    process: VoiceProcess = scene.__dict__["process"]

    def look() -> list[CallRecord]:
        return [record for record in process.records() if record.dialled == dialled]

    return wait_for(f"the record of {dialled}", look)[-1]


@pytest.mark.req("VPN-01", "VPN-02", "VPN-03", "VPN-04", "VPN-09")
def test_members_in_two_cities_call_each_other_by_short_number_at_the_vpns_tariff(
    scene: VpnScenario, phones: tuple[Telephone, Telephone]
) -> None:
    seed_tariff()
    taiyuan, datong = phones
    far = scene.datong[1]
    assert scene.taiyuan[1] in talk(taiyuan, datong, far), "two lines like any other: the public number"
    make_vpn(scene)
    assert "sip:61001@" in talk(taiyuan, datong, "62001", count=2)
    assert "sip:62001@" in talk(datong, taiyuan, "61001")
    assert "sip:61001@" in talk(taiyuan, datong, f"9{far}", count=3), "on-net, however it was dialled"
    wait_for("the records", lambda: rate_spool() or Usage.objects.count() == 4)
    charged = Usage.objects.order_by("pk").values_list("dialled", "call_class", "charge_fen", "cause")
    assert list(charged) == [
        (far, CallClass.NATIONAL, 7, "completed"),
        ("62001", CallClass.IN_VPN, 6, "completed"),
        ("61001", CallClass.IN_VPN, 6, "completed"),
        (f"9{far}", CallClass.IN_VPN, 6, "completed"),
    ]
    assert Usage.objects.filter(customer=scene.customer).count() == 4


@pytest.mark.req("VPN-08", "VPN-15")
def test_barring_and_a_closed_group_count_as_soon_as_they_are_published(
    scene: VpnScenario, phones: tuple[Telephone, Telephone]
) -> None:
    taiyuan, _datong = phones
    vpn, (first, _second) = make_vpn(scene)

    def refused(dialled: str) -> CallRecord:
        taiyuan.dial(dialled)
        return last_record(scene, dialled)

    barred = frozenset({CallClass.NATIONAL})
    first = vpn_member_change(
        actor=SYSTEM, member_id=first.pk, change=MemberChange(first.version, "61001", barred)
    )
    deliver()
    assert refused("903522229999").trace[-1] == "VPN-08"
    closed = closed_group_create(actor=SYSTEM, vpn_id=vpn.pk, name="财务")
    inside = MemberChange(first.version, "61001", closed_group_id=closed.pk)
    vpn_member_change(actor=SYSTEM, member_id=first.pk, change=inside)
    deliver()
    taiyuan.expect("CALL_CLOSED")
    assert refused("62001").trace[-1] == "VPN-15"
