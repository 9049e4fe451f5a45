"""From the line records to the voice directory, through the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import md5
from pathlib import Path

import pytest
from django.test import override_settings

from dakehu.centrex.api import (
    CallRights,
    CentrexGroup,
    CentrexMember,
    GroupPlan,
    Member,
    MemberChange,
    MemberPlan,
    RightsLevel,
    group_codes_set,
    group_create,
    group_night_set,
    group_remove,
    member_add,
    member_change,
    member_remove,
)
from dakehu.enterprise_vpn.api import (
    AttendantKind,
    VpnPlan,
    closed_group_create,
    vpn_attendant_login,
    vpn_codes_set,
    vpn_create,
    vpn_member_change,
    vpn_members_remove,
    vpn_remove,
)
from dakehu.enterprise_vpn.api import MemberChange as MemberRowChange
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.api import deliver_due
from dakehu.kernel.numbers import CallClass
from dakehu.kernel.periods import Period
from dakehu.numbering.api import (
    NO_SERVICES,
    Bound,
    CodesInvalid,
    Follow,
    LineStatus,
    OneNumber,
    Services,
    SuspensionReason,
    line_cease,
    line_one_number_set,
    line_services_set,
    line_suspend,
    telephone_issue,
    trunk_create,
    trunk_remove,
)
from dakehu.numbering.domain.onenumber import OneNumberInvalid
from dakehu.numbering.domain.trunks import Gateway, TrunkGroup
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario
from dakehu.switch.callcontrol import Reason, explain
from dakehu.switch.directory import Change, DirectoryView, UpsertLine, UpsertVpn
from dakehu.switchd import publisher

pytestmark = pytest.mark.django_db


def deliver() -> None:
    while deliver_due():
        pass


@pytest.fixture(autouse=True)
def _empty_directory() -> None:
    publisher.writer().rebuild(list)


@pytest.fixture
def numbers(world: Scenario) -> list[str]:
    return a_block(an_exchange(world.taiyuan, "TY01"))


@pytest.fixture
def group(world: Scenario, numbers: list[str]) -> CentrexGroup:
    plan = GroupPlan(a_customer(world).pk, "TY01", "办公室", "9", "0", 4, 100, numbers[99])
    return group_create(actor=SYSTEM, plan=plan)


def join(group: CentrexGroup, number: str, short: str, *, is_attendant: bool = False) -> CentrexMember:
    member = Member(number, short, CallRights(RightsLevel.NATIONAL, special=False), is_attendant=is_attendant)
    return member_add(actor=SYSTEM, plan=MemberPlan(group.pk, member))


@contextmanager
def published() -> Iterator[DirectoryView]:
    """What readers see after all due events were delivered."""
    deliver()
    with publisher.writer().reader().view() as view:
        yield view


@pytest.mark.req("CTX-01", "CTX-06", "CTX-12")
def test_a_member_is_published_with_its_group_and_telephone(group: CentrexGroup, numbers: list[str]) -> None:
    member = join(group, numbers[1], "8001", is_attendant=True)
    phone = telephone_issue(actor=SYSTEM, line_id=member.line_id)
    with published() as seen:
        entry = seen.line_by_short(group.pk, "8001")
        assert entry is not None
        assert entry == seen.line(numbers[1]) == seen.line_by_username(phone.username)
        shown = seen.group(group.pk)
    assert (entry.customer_id, entry.exchange, entry.area_code) == (group.customer_id, "TY01", "0351")
    assert (entry.rights_level, entry.rights_special) == (RightsLevel.NATIONAL, False)
    secret = f"{phone.username}:{phone.realm}:{phone.password}".encode()
    assert entry.ha1_md5 == md5(secret, usedforsecurity=False).hexdigest()
    assert shown is not None
    assert shown.group == group.value()
    assert shown.attendants == (numbers[1],)


@pytest.mark.req("LIN-06")
def test_a_suspension_is_published(world: Scenario, numbers: list[str]) -> None:
    line = a_line(a_customer(world), numbers[5])
    line_suspend(actor=SYSTEM, line_id=line.pk, reason=SuspensionReason.ARREARS)
    with published() as seen:
        entry = seen.line(numbers[5])
    assert entry is not None
    assert entry.status is LineStatus.SUSPENDED_ARREARS


@pytest.mark.req("LIN-03", "CTX-07")
def test_services_are_published_and_taken_back(world: Scenario, numbers: list[str]) -> None:
    line = a_line(a_customer(world), numbers[5])
    wanted = Services(
        forward_no_answer="13800000000", no_answer_s=15, abbreviated=(("01", "114"),), call_waiting=True
    )
    line_services_set(actor=SYSTEM, line_id=line.pk, services=wanted)
    with published() as seen:
        entry = seen.line(numbers[5])
    assert entry is not None
    assert entry.services == wanted
    line_services_set(actor=SYSTEM, line_id=line.pk, services=NO_SERVICES)
    with published() as seen:
        entry = seen.line(numbers[5])
    assert entry is not None
    assert entry.services is None


@pytest.mark.req("IN-02", "IN-04", "VPN-19")
def test_a_main_number_is_published_and_taken_back(world: Scenario, numbers: list[str]) -> None:
    line = a_line(a_customer(world), numbers[5])
    service = OneNumber(
        Follow.IN_TURN,
        (Bound("13800000000", period=Period(weekdays=frozenset({6, 7}))), Bound(numbers[6], ring_s=30)),
    )
    for wanted in (service, service, None):
        line_one_number_set(actor=SYSTEM, line_id=line.pk, service=wanted)
        with published() as seen:
            entry = seen.line(numbers[5])
        assert entry is not None
        assert entry.one_number == wanted
    assert AuditEntry.objects.filter(action="line.set_one_number").count() == 2
    with pytest.raises(OneNumberInvalid):
        line_one_number_set(actor=SYSTEM, line_id=line.pk, service=OneNumber(Follow.TOGETHER, ()))


def test_trunk_groups_are_published_and_taken_back(world: Scenario) -> None:
    exchange = an_exchange(world.taiyuan, "TY01")
    group = TrunkGroup("CITY", "TY01", "0351", (Gateway("192.0.2.1"),), ("13", ""), channels=4)
    row = trunk_create(actor=SYSTEM, exchange_id=exchange.pk, group=group)
    with published() as seen:
        assert seen.trunks() == (group,)
    publisher.rebuild()
    with publisher.writer().reader().view() as seen:
        assert seen.trunks() == (group,)
    trunk_remove(actor=SYSTEM, trunk_id=row.pk)
    with published() as seen:
        assert seen.trunks() == ()


def test_changes_and_departures_are_published(group: CentrexGroup, numbers: list[str]) -> None:
    member = join(group, numbers[1], "8001")
    deliver()
    change = MemberChange(member.version, "8101", RightsLevel.LOCAL, True, True, False)
    member = member_change(actor=SYSTEM, member_id=member.pk, change=change)
    with published() as seen:
        assert seen.line_by_short(group.pk, "8001") is None
        entry = seen.line_by_short(group.pk, "8101")
    assert entry is not None
    assert entry.in_group_only
    line = member_remove(actor=SYSTEM, member_id=member.pk)
    with published() as seen:
        entry = seen.line(numbers[1])
    assert entry is not None
    assert (entry.group_id, entry.short_number) == (0, "")
    group_remove(actor=SYSTEM, group_id=group.pk)
    line_cease(actor=SYSTEM, line_id=line.pk)
    with published() as seen:
        assert seen.line(numbers[1]) is None
        assert seen.group(group.pk) is None


def test_feature_codes_of_tenants_are_published(
    group: CentrexGroup, numbers: list[str], world: Scenario
) -> None:
    codes = (("do_not_disturb", "72"),)
    group_codes_set(actor=SYSTEM, group_id=group.pk, codes=codes)
    vpn = vpn_create(actor=SYSTEM, customer_id=group.customer_id, plan=VpnPlan("全省专网", 5))
    vpn_codes_set(actor=SYSTEM, vpn_id=vpn.pk, codes=codes)
    with published() as seen:
        entry, plan = seen.group(group.pk), seen.vpn(vpn.pk)
    assert entry is not None
    assert plan is not None
    assert entry.codes == plan.codes == codes
    with pytest.raises(CodesInvalid):
        group_codes_set(actor=SYSTEM, group_id=group.pk, codes=(("do_not_disturb", "57"),))


@pytest.mark.req("CTX-08")
def test_a_groups_night_number_has_its_attendants_calls(group: CentrexGroup, numbers: list[str]) -> None:
    """What is set in the records is what the code that decides calls does."""
    join(group, numbers[1], "8001")
    join(group, numbers[2], "8002")
    with published() as seen:
        caller = seen.line(numbers[1])
        assert caller is not None
        assert explain(seen, caller, group.attendant_prefix).reason is Reason.NO_ATTENDANT
    group_night_set(actor=SYSTEM, group_id=group.pk, version=group.version, number=numbers[2])
    with published() as seen:
        found = explain(seen, caller, group.attendant_prefix)
    assert (found.called_number, found.trace[-1]) == (numbers[2], "night")


def test_a_lost_directory_is_built_whole(group: CentrexGroup, numbers: list[str], tmp_path: Path) -> None:
    join(group, numbers[1], "8001")
    with override_settings(HOME=tmp_path), fresh_writer():
        assert not publisher.rebuild_if_empty()
        with publisher.writer().reader().view() as seen:
            assert seen.line_by_short(group.pk, "8001") is not None
            assert seen.group(group.pk) is not None
        join(group, numbers[2], "8002")
        publisher.rebuild_if_empty()  # there is something: news come one by one
        with publisher.writer().reader().view() as seen:
            assert seen.line_by_short(group.pk, "8002") is None


@contextmanager
def fresh_writer() -> Iterator[None]:
    """The directory of other settings."""
    ours = publisher.writer
    publisher.__dict__["writer"] = cache(ours.__wrapped__)
    try:
        yield
    finally:
        publisher.writer().close()
        publisher.__dict__["writer"] = ours


@pytest.mark.req("VPN-01", "VPN-08", "VPN-09", "VPN-10", "VPN-15")
def test_a_vpn_is_published_with_its_members(world: Scenario) -> None:
    scene = VpnScenario(world)
    number = scene.taiyuan[1]
    member = scene.member(number, "61001", barred=frozenset({CallClass.NATIONAL}))
    far = scene.member(scene.datong[1], "62001")
    closed = closed_group_create(actor=SYSTEM, vpn_id=scene.vpn.pk, name="财务")
    serving = MemberRowChange(far.version, "62001", attendant=AttendantKind.OUT_GROUP)
    vpn_member_change(actor=SYSTEM, member_id=far.pk, change=serving)
    vpn_attendant_login(actor=SYSTEM, member_id=far.pk, logged_in=True)
    with published() as seen:
        entry = seen.line_by_vpn_short(scene.vpn.pk, "61001")
        shown = seen.vpn(scene.vpn.pk)
    assert entry is not None
    assert entry.vpn_member == member.value()
    assert (entry.vpn_barred, entry.closed_group) == ((CallClass.NATIONAL,), 0)
    assert shown is not None
    assert shown.vpn == scene.vpn.value()
    assert shown.attendants == (scene.datong[1],)
    change = MemberRowChange(member.version, "61009", closed_group_id=closed.pk)
    member = vpn_member_change(actor=SYSTEM, member_id=member.pk, change=change)
    with published() as seen:
        assert seen.line_by_vpn_short(scene.vpn.pk, "61001") is None
        entry = seen.line_by_vpn_short(scene.vpn.pk, "61009")
    assert entry is not None
    assert (entry.vpn_barred, entry.closed_group) == ((), closed.pk)
    publisher.rebuild()
    with published() as seen:
        assert seen.line_by_vpn_short(scene.vpn.pk, "61009") == entry
        assert seen.vpn(scene.vpn.pk) is not None
    vpn_members_remove(actor=SYSTEM, vpn_id=scene.vpn.pk, member_ids=[member.pk, far.pk])
    vpn_remove(actor=SYSTEM, vpn_id=scene.vpn.pk)
    with published() as seen:
        assert seen.vpn(scene.vpn.pk) is None
        left = seen.line(number)
    assert left is not None
    assert (left.vpn_id, left.vpn_short_number) == (0, "")


def test_a_change_of_one_member_publishes_that_line_alone(
    world: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = VpnScenario(world)
    member, *_rest = [scene.member(scene.taiyuan[at], f"610{at:02d}") for at in range(1, 6)]
    deliver()
    written: list[Change] = []
    writer = publisher.writer()
    publish = writer.publish

    def noted(changes: Iterable[Change]) -> int:
        written.extend(changes)
        return publish(written)

    monkeypatch.setattr(writer, "publish", noted)
    vpn_member_change(actor=SYSTEM, member_id=member.pk, change=MemberRowChange(member.version, "61099"))
    deliver()
    assert [type(change) for change in written] == [UpsertVpn, UpsertLine]
