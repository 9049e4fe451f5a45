"""VPNs, members, closed groups and attendants through the services."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from dakehu.centrex.api import Member, member_add, member_remove
from dakehu.centrex.api import MemberPlan as GroupMemberPlan
from dakehu.centrex.testing import GroupScenario
from dakehu.enterprise_vpn.domain import errors
from dakehu.enterprise_vpn.domain.attendance import Share
from dakehu.enterprise_vpn.domain.vpn import AttendantKind
from dakehu.enterprise_vpn.models import EnterpriseVpn, MemberRow
from dakehu.enterprise_vpn.selectors.publication import vpn_snapshots
from dakehu.enterprise_vpn.selectors.vpns import (
    closed_groups_of,
    joinable_groups,
    vpn_get,
    vpn_short_number_proposal,
    vpns_for,
)
from dakehu.enterprise_vpn.services.attendants import (
    vpn_attendance_report,
    vpn_attendant_login,
    vpn_sharing_set,
)
from dakehu.enterprise_vpn.services.members import (
    MemberChange,
    MemberPlan,
    vpn_group_add,
    vpn_member_change,
    vpn_members_add,
    vpn_members_remove,
)
from dakehu.enterprise_vpn.services.vpns import (
    closed_group_create,
    closed_group_remove,
    vpn_change,
    vpn_create,
    vpn_remove,
)
from dakehu.enterprise_vpn.testing import VpnScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from dakehu.kernel.numbers import CallClass
from dakehu.kernel.periods import Period
from dakehu.numbering.api import LineKind, line_cease
from dakehu.numbering.testing import a_customer, a_line
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> VpnScenario:
    return VpnScenario(world)


def faults_of(caught: pytest.ExceptionInfo[DomainError]) -> list[tuple[str, Any]]:
    """Each fault's code and row."""
    error = caught.value
    faults = error.faults if isinstance(error, Invalid) else [error]
    return [(fault.code, fault.data.get("row")) for fault in faults]


@pytest.mark.req("VPN-01", "VPN-02")
def test_lines_of_two_cities_join_in_numbers(scene: VpnScenario) -> None:
    numbers = [scene.taiyuan[1], scene.datong[1], scene.datong[2]]
    for number in numbers:
        scene.line(number, kind=LineKind.WIRELESS if number == numbers[2] else LineKind.FIXED)
    plans = [MemberPlan(numbers[0], "61001"), MemberPlan(numbers[1], "62001"), MemberPlan(numbers[2])]
    rows = vpn_members_add(actor=SYSTEM, vpn_id=scene.vpn.pk, plans=plans)
    assert {row.line.public_number_id: row.short_number for row in rows} == {
        numbers[0]: "61001",
        numbers[1]: "62001",
        numbers[2]: "80002",
    }
    assert vpn_get(SYSTEM, scene.vpn.pk).member_count == 3
    assert AuditEntry.objects.filter(action="vpn.add_member", noun="vpn").count() == 3
    event = OutboxEvent.objects.get(topic="vpn.members_added")
    assert sorted(event.payload["numbers"]) == sorted(numbers)


@pytest.mark.req("VPN-01", "VPN-02")
def test_a_list_with_faults_is_refused_whole_and_every_fault_told(scene: VpnScenario) -> None:
    good, did, twice, foreign = scene.taiyuan[1:5]
    scene.line(good)
    scene.line(did, kind=LineKind.DID)
    scene.line(twice)
    a_line(a_customer(scene.world), foreign)
    plans = [
        MemberPlan(good, "61001"),
        MemberPlan(did, "61002"),
        MemberPlan(twice, "61001"),
        MemberPlan(twice, "61003"),
        MemberPlan(foreign, "61004"),
        MemberPlan("03519999999", "61005"),
        MemberPlan(good, "9", frozenset({CallClass.IN_VPN})),
    ]
    with pytest.raises(Invalid) as caught:
        vpn_members_add(actor=SYSTEM, vpn_id=scene.vpn.pk, plans=plans)
    assert faults_of(caught) == [
        ("vpn.line_is_did", 2),
        ("vpn.short_number_taken", 3),
        ("vpn.line_in_vpn", 4),
        ("vpn.line_foreign", 5),
        ("vpn.line_unknown", 6),
        ("vpn.line_in_vpn", 7),
    ]
    assert not MemberRow.objects.exists()
    assert not OutboxEvent.objects.filter(topic="vpn.members_added").exists()


@pytest.mark.req("VPN-01")
def test_a_line_is_in_one_vpn_and_leaves_it_before_it_is_ceased(scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    other = vpn_create(actor=SYSTEM, customer_id=scene.customer.pk, plan=scene.plan(name="第二专网"))
    with pytest.raises(errors.LineInVpn):
        vpn_members_add(actor=SYSTEM, vpn_id=other.pk, plans=[MemberPlan(scene.taiyuan[1], "61001")])
    with pytest.raises(errors.LineInVpn):
        line_cease(actor=SYSTEM, line_id=member.line_id)
    assert vpn_members_remove(actor=SYSTEM, vpn_id=scene.vpn.pk, member_ids=[member.pk]) == 1
    line_cease(actor=SYSTEM, line_id=member.line_id)


@pytest.mark.req("VPN-01")
def test_a_branchs_line_joins_its_parents_vpn(scene: VpnScenario) -> None:
    branch = a_customer(scene.world, name="晋源机械大同分公司")
    branch.parent = scene.customer
    branch.save()
    line = a_line(branch, scene.datong[3])
    plan = MemberPlan(line.public_number_id, "62003")
    assert vpn_members_add(actor=SYSTEM, vpn_id=scene.vpn.pk, plans=[plan])


@pytest.fixture
def joined(world: Scenario) -> tuple[GroupScenario, EnterpriseVpn]:
    """A Centrex group of two lines, and a VPN of its customer."""
    group = GroupScenario(world)
    group.member(1)
    group.member(2)
    plan = VpnScenario(world).plan(name="全省专网")
    return group, vpn_create(actor=SYSTEM, customer_id=group.customer.pk, plan=plan)


@pytest.mark.req("VPN-01")
def test_a_centrex_group_joins_with_its_lines(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    group, vpn = joined
    assert [each.group_id for each in joinable_groups(SYSTEM, vpn)] == [group.group.pk]
    single = MemberPlan(group.numbers[1], "61001")
    with pytest.raises(errors.LineOfGroup):
        vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=[single])
    template = MemberPlan("", barred=frozenset({CallClass.INTERNATIONAL}))
    rows = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61", template=template)
    assert [(row.short_number, row.group_id, row.barred) for row in rows] == [
        ("61001", group.group.pk, ["international"]),
        ("61002", group.group.pk, ["international"]),
    ]
    late = group.member(3)
    (row,) = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61")
    assert (row.line_id, row.short_number) == (late.line_id, "61003")
    other = vpn_create(
        actor=SYSTEM, customer_id=group.customer.pk, plan=VpnScenario(group.world).plan(name="二")
    )
    with pytest.raises(errors.GroupInVpn):
        vpn_group_add(actor=SYSTEM, vpn_id=other.pk, group_id=group.group.pk)


@pytest.mark.req("VPN-01")
def test_members_change_no_centrex_group_while_they_are_in_the_vpn(
    joined: tuple[GroupScenario, EnterpriseVpn],
) -> None:
    group, vpn = joined
    rows = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61")
    member = group.group.members.get(line_id=rows[0].line_id)
    with pytest.raises(errors.LineOfGroup):
        member_remove(actor=SYSTEM, member_id=member.pk)
    single = a_line(group.customer, group.numbers[7])
    vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=[MemberPlan(single.public_number_id, "61007")])
    joining = GroupMemberPlan(group.group.pk, Member(single.public_number_id, "8007"))
    with pytest.raises(errors.LineOfGroup):
        member_add(actor=SYSTEM, plan=joining)
    vpn_members_remove(actor=SYSTEM, vpn_id=vpn.pk, member_ids=[rows[0].pk])
    member_remove(actor=SYSTEM, member_id=member.pk)


@pytest.mark.req("VPN-02")
def test_of_plans_of_one_length_a_member_has_one_number(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    group, vpn = joined
    plan = VpnScenario(group.world).plan(name="全省专网", short_length=4, attendant="")
    vpn = vpn_change(actor=SYSTEM, vpn_id=vpn.pk, version=vpn.version, plan=plan)
    rows = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk)
    assert [row.short_number for row in rows] == ["8001", "8002"]
    with pytest.raises(errors.GroupNumbersDiffer):
        vpn_member_change(actor=SYSTEM, member_id=rows[0].pk, change=MemberChange(1, "8009"))


def test_a_strangers_group_does_not_join(scene: VpnScenario) -> None:
    group = GroupScenario(scene.world)
    group.member(1)
    vpn = vpn_create(actor=SYSTEM, customer_id=a_customer(scene.world).pk, plan=scene.plan(attendant="60001"))
    with pytest.raises(errors.GroupForeign):
        vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk)


@pytest.mark.req("VPN-08", "VPN-15")
def test_a_member_changes_number_barring_and_closed_group(scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    scene.member(scene.taiyuan[2], "61002")
    closed = closed_group_create(actor=SYSTEM, vpn_id=scene.vpn.pk, name="财务闭合群")
    barred = frozenset({CallClass.NATIONAL, CallClass.SPECIAL})
    change = MemberChange(member.version, "61009", barred, closed.pk)
    changed = vpn_member_change(actor=SYSTEM, member_id=member.pk, change=change)
    assert changed.value().barred == barred
    assert changed.closed_group_id == closed.pk
    assert [group.member_count for group in closed_groups_of(scene.vpn)] == [1]
    with pytest.raises(Conflict):
        vpn_member_change(actor=SYSTEM, member_id=member.pk, change=change)
    other = vpn_create(actor=SYSTEM, customer_id=scene.customer.pk, plan=scene.plan(name="第二专网"))
    strange = closed_group_create(actor=SYSTEM, vpn_id=other.pk, name="别家")
    wrong = MemberChange(changed.version, "61002", barred, strange.pk)
    with pytest.raises(Invalid) as caught:
        vpn_member_change(actor=SYSTEM, member_id=member.pk, change=wrong)
    assert [code for code, _row in faults_of(caught)] == [
        "vpn.short_number_taken",
        "vpn.closed_group_foreign",
    ]
    with pytest.raises(errors.ClosedGroupNotEmpty):
        closed_group_remove(actor=SYSTEM, vpn_id=scene.vpn.pk, closed_group_id=closed.pk)
    with pytest.raises(errors.NameTaken):
        closed_group_create(actor=SYSTEM, vpn_id=scene.vpn.pk, name="财务闭合群")
    closed_group_remove(actor=SYSTEM, vpn_id=other.pk, closed_group_id=strange.pk)


@pytest.mark.req("VPN-02", "VPN-09")
def test_a_vpn_changes_as_far_as_its_members_allow(scene: VpnScenario) -> None:
    member = scene.member(scene.taiyuan[1], "61001")
    vpn = EnterpriseVpn.objects.get(pk=scene.vpn.pk)
    for wrong, fault in (
        (scene.plan(short_length=4, attendant=""), errors.PlanInUse),
        (scene.plan(exit_prefix="6", attendant=""), errors.PlanInUse),
        (scene.plan(shows_main_number=True), errors.MainNumberMissing),
        (scene.plan(main_number="03519999999"), errors.MainNumberForeign),
    ):
        with pytest.raises(fault):
            vpn_change(actor=SYSTEM, vpn_id=vpn.pk, version=vpn.version, plan=wrong)
    shown = scene.plan(main_number=scene.taiyuan[1], shows_main_number=True)
    changed = vpn_change(actor=SYSTEM, vpn_id=vpn.pk, version=vpn.version, plan=shown)
    assert changed.value().main_number == scene.taiyuan[1]
    with pytest.raises(errors.NotEmpty):
        vpn_remove(actor=SYSTEM, vpn_id=vpn.pk)
    with pytest.raises(errors.NameTaken):
        vpn_create(actor=SYSTEM, customer_id=scene.customer.pk, plan=scene.plan(name="晋源 全省专网"))
    vpn_members_remove(actor=SYSTEM, vpn_id=vpn.pk, member_ids=[member.pk])
    vpn_remove(actor=SYSTEM, vpn_id=vpn.pk)
    assert not EnterpriseVpn.objects.exists()


def attend(row: MemberRow, kind: AttendantKind | None) -> MemberRow:
    """Make the member an attendant of that kind, or none any more."""
    row.refresh_from_db()
    change = MemberChange(row.version, row.short_number, attendant=kind)
    return vpn_member_change(actor=SYSTEM, member_id=row.pk, change=change)


@pytest.mark.req("VPN-10", "VPN-11", "VPN-12")
def test_attendants_log_in_up_to_the_limit(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    group, vpn = joined
    first, second = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61")
    single = a_line(group.customer, group.numbers[7])
    (alone,) = vpn_members_add(
        actor=SYSTEM, vpn_id=vpn.pk, plans=[MemberPlan(single.public_number_id, "61007")]
    )
    with pytest.raises(errors.NotOfGroup):
        attend(alone, AttendantKind.IN_GROUP)
    with pytest.raises(errors.AttendantNotLogin):
        vpn_attendant_login(actor=SYSTEM, member_id=alone.pk, logged_in=True)
    EnterpriseVpn.objects.update(attendant_limit=2)
    attend(alone, AttendantKind.OUT_GROUP)
    for row in (first, second):
        attend(row, AttendantKind.IN_GROUP)
    vpn_attendant_login(actor=SYSTEM, member_id=alone.pk, logged_in=True)
    vpn_attendant_login(actor=SYSTEM, member_id=first.pk, logged_in=True)
    with pytest.raises(errors.AttendantsFull):
        vpn_attendant_login(actor=SYSTEM, member_id=second.pk, logged_in=True)
    vpn_attendant_login(actor=SYSTEM, member_id=alone.pk, logged_in=False)
    assert vpn_attendant_login(actor=SYSTEM, member_id=second.pk, logged_in=True).is_logged_in
    gone = attend(first, None)
    assert not gone.is_logged_in


@pytest.mark.req("VPN-12")
def test_a_member_logs_in_by_telephone(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    group, vpn = joined
    first, second = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61")
    EnterpriseVpn.objects.update(attendant_limit=1)
    number = first.line.public_number_id
    assert vpn_attendance_report(number, attends=True)
    assert vpn_attendance_report(number, attends=True), "again changes nothing"
    row = MemberRow.objects.get(pk=first.pk)
    assert (row.is_logged_in, row.attendant, row.version) == (True, AttendantKind.IN_GROUP, first.version + 1)
    entry = AuditEntry.objects.filter(action="vpn.login_attendant").get()
    assert entry.changes["is_logged_in"] == [False, True]
    assert not vpn_attendance_report(second.line.public_number_id, attends=True), "the limit holds"
    assert vpn_attendance_report(number, attends=False)
    assert vpn_attendance_report(second.line.public_number_id, attends=True)
    assert not vpn_attendance_report("03510000000", attends=True), "who is no member is let go"


@pytest.mark.req("VPN-11")
def test_sharing_is_kept_and_published(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    group, vpn = joined
    first, second = vpn_group_add(actor=SYSTEM, vpn_id=vpn.pk, group_id=group.group.pk, lead="61")
    numbers = first.line.public_number_id, second.line.public_number_id
    shares = [Share(numbers[0], 70, (Period(time(8), time(18)),)), Share(numbers[1], 30)]
    vpn_sharing_set(actor=SYSTEM, vpn_id=vpn.pk, shares=shares, night=numbers[1])
    (snapshot,) = vpn_snapshots([vpn.pk])
    assert (list(snapshot.shares), snapshot.night) == (shares, numbers[1])
    assert OutboxEvent.objects.filter(topic="vpn.changed").exists()


def test_sharing_among_strangers_is_refused(joined: tuple[GroupScenario, EnterpriseVpn]) -> None:
    _, vpn = joined
    with pytest.raises(DomainError) as caught:
        vpn_sharing_set(actor=SYSTEM, vpn_id=vpn.pk, shares=[Share("03510000000", 0)], night="1")
    assert [code for code, _row in faults_of(caught)] == [
        "vpn.sharing_invalid",
        "vpn.line_unknown",
        "vpn.line_unknown",
    ]


def test_vpns_are_seen_and_changed_by_right_and_place(scene: VpnScenario) -> None:
    """As every chapter: the right, and the customer's place in the organisation."""
    world, vpn = scene.world, scene.vpn
    assert [row.pk for row in vpns_for(world.manager)] == [vpn.pk]
    assert not vpns_for(world.neighbour).exists()
    with pytest.raises(NotAllowed):
        vpn_remove(actor=world.manager, vpn_id=vpn.pk)
    engineer = world.actor("provisioning_engineer")
    assert vpn_short_number_proposal(engineer, vpn.pk, scene.taiyuan[1]) == "80001"
    stranger = world.actor("provisioning_engineer", unit=world.datong)
    with pytest.raises(NotFound):
        vpn_change(actor=stranger, vpn_id=vpn.pk, version=1, plan=scene.plan())
    with pytest.raises(NotFound):
        vpn_members_remove(actor=engineer, vpn_id=vpn.pk, member_ids=[4711])
    vpn_remove(actor=engineer, vpn_id=vpn.pk)


def test_a_long_list_costs_few_queries(scene: VpnScenario, django_assert_max_num_queries: Any) -> None:
    numbers = scene.taiyuan[1:61]
    for number in numbers:
        scene.line(number)
    plans = [MemberPlan(number) for number in numbers]
    vpn = scene.vpn
    with django_assert_max_num_queries(20):
        assert len(vpn_members_add(actor=SYSTEM, vpn_id=vpn.pk, plans=plans)) == 60
