"""Groups and members: what a write does, whom it lets, what it tells."""

from __future__ import annotations

import pytest

from dakehu.centrex.domain import errors
from dakehu.centrex.domain.group import CallRights, Member, RightsLevel
from dakehu.centrex.models import CentrexGroup, CentrexMember
from dakehu.centrex.selectors.groups import (
    group_choices,
    group_get,
    groups_for,
    members_of,
    short_number_proposal,
)
from dakehu.centrex.services.groups import group_create, group_remove, group_rename
from dakehu.centrex.services.members import MemberChange, MemberPlan, member_add, member_change, member_remove
from dakehu.centrex.testing import GroupScenario
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.outbox.models import OutboxEvent
from dakehu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove
from dakehu.numbering.api import (
    Line,
    LineInGroup,
    LineKind,
    NumberNotFree,
    NumberState,
    PublicNumber,
    Restriction,
    Services,
    Wanted,
    line_cease,
    line_services_set,
    number_block,
    numbers_reserve,
)
from dakehu.numbering.testing import a_block, a_customer, a_line, an_exchange
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: Scenario) -> GroupScenario:
    return GroupScenario(world)


def change_of(member: CentrexMember, **fields: object) -> MemberChange:
    values = {
        "version": member.version,
        "short_number": member.short_number,
        "rights_level": RightsLevel(member.rights_level),
        "rights_special": member.rights_special,
        "in_group_only": member.in_group_only,
        "outgoing_restriction": member.outgoing_restriction,
        **fields,
    }
    return MemberChange(**values)  # type: ignore[arg-type] # a test's own values


@pytest.mark.req("CTX-10", "CTX-12")
def test_making_a_group_blocks_its_search_number_and_orders_it_from_the_exchange(
    scene: GroupScenario,
) -> None:
    group = scene.group
    number = PublicNumber.objects.get(pk=scene.numbers[99])
    assert (number.state, number.block_reason) == (NumberState.BLOCKED, "gcn")
    expected = {
        "exchange": "TY01",
        "area_code": "0351",
        "customer": "太原晋源机械有限公司",
        "group": "晋源机械",
        "gcn": scene.numbers[99],
        "capacity": "3",
        "exit_prefix": "0",
        "attendant_prefix": "9",
        "short_length": "4",
    }
    assert group.work_order.content == expected
    event = OutboxEvent.objects.get(topic="centrex.group_created")
    assert event.payload == {"group_id": group.pk, "customer_id": scene.customer.pk, "work_order": expected}
    with pytest.raises(IllegalMove):
        a_line(scene.customer, scene.numbers[99])
    group_remove(actor=SYSTEM, group_id=group.pk)
    assert not CentrexGroup.objects.exists()
    assert a_line(scene.customer, scene.numbers[99]).status == "active"
    assert set(AuditEntry.objects.filter(noun="group").values_list("action", flat=True)) == {
        "group.create",
        "group.remove",
    }


@pytest.mark.req("CTX-10")
def test_the_search_number_must_be_to_be_had(scene: GroupScenario) -> None:
    a_line(scene.customer, scene.numbers[5])
    with pytest.raises(errors.GcnInUse):
        group_create(actor=SYSTEM, plan=scene.plan(gcn=scene.numbers[5]))
    wanted = Wanted(scene.exchange.pk, (scene.numbers[6],))
    numbers_reserve(actor=SYSTEM, wanted=wanted, holder="order:1")
    with pytest.raises(errors.GcnInUse):
        group_create(actor=SYSTEM, plan=scene.plan(gcn=scene.numbers[6]))
    plan = scene.plan(gcn=scene.numbers[6], holder="order:1")
    assert group_create(actor=SYSTEM, plan=plan).gcn_id == scene.numbers[6]


def test_a_faulty_plan_shows_all_its_faults_and_leaves_nothing(scene: GroupScenario) -> None:
    with pytest.raises(Invalid) as caught:
        group_create(actor=SYSTEM, plan=scene.plan(exit_prefix="9", capacity=5000, gcn="03510000000"))
    assert {fault.field for fault in caught.value.faults} == {"attendant_prefix", "capacity", "gcn"}
    assert PublicNumber.objects.filter(state=NumberState.BLOCKED).count() == 0
    with pytest.raises(NotFound):
        group_create(actor=SYSTEM, plan=scene.plan(exchange="NOWHERE"))


@pytest.mark.req("CTX-17")
@pytest.mark.parametrize("name", ["晋源机械", " 晋源 机械。", "晋源机械　"])
def test_one_name_makes_one_group(scene: GroupScenario, name: str) -> None:
    _ = scene.group
    with pytest.raises(errors.GroupNameTaken):
        group_create(actor=SYSTEM, plan=scene.plan(name=name, gcn=scene.numbers[98]))
    assert CentrexGroup.objects.count() == 1
    assert PublicNumber.objects.get(pk=scene.numbers[98]).state == NumberState.FREE
    assert [pk for pk, _label in group_choices(SYSTEM, scene.customer.pk)] == [scene.group.pk]


def test_groups_are_seen_and_changed_by_those_who_see_the_customer(scene: GroupScenario) -> None:
    world, group = scene.world, scene.group
    assert list(groups_for(world.manager)) == [group]
    assert list(groups_for(world.neighbour)) == []
    with pytest.raises(NotFound):
        group_get(world.neighbour, group.pk)
    with pytest.raises(NotAllowed):
        group_create(actor=world.manager, plan=scene.plan(name="x"))
    engineer = world.actor("provisioning_engineer", unit=world.datong)
    for call in (
        lambda: group_remove(actor=engineer, group_id=group.pk),
        lambda: group_rename(actor=engineer, group_id=group.pk, version=1, name="x"),
        lambda: member_add(actor=engineer, plan=MemberPlan(group.pk, Member(scene.numbers[1], "8001"))),
        lambda: group_create(actor=engineer, plan=scene.plan(name="y")),
    ):
        with pytest.raises(NotFound):
            call()
    own = world.actor("provisioning_engineer", unit=world.taiyuan)
    plan = MemberPlan(group.pk, Member(scene.numbers[1], "8001"))
    assert member_add(actor=own, plan=plan).short_number == "8001"


@pytest.mark.req("CTX-01", "CTX-02")
def test_members_join_and_leave_at_any_time_up_to_the_capacity(scene: GroupScenario) -> None:
    members = [scene.member(index) for index in (1, 2, 3)]
    with pytest.raises(errors.GroupFull):
        scene.member(4)
    assert not Line.objects.filter(public_number=scene.numbers[4]).exists()
    line = member_remove(actor=SYSTEM, member_id=members[0].pk)
    assert line.status == "active"
    assert scene.member(4).short_number == "8004"
    assert [m.short_number for m in members_of(scene.group)] == ["8002", "8003", "8004"]
    assert group_get(SYSTEM, scene.group.pk).member_count == 3
    topics = list(
        OutboxEvent.objects.filter(topic__startswith="centrex.member").values_list("topic", flat=True)
    )
    assert topics.count("centrex.member_added") == 4
    assert topics.count("centrex.member_removed") == 1


@pytest.mark.req("CTX-01")
def test_a_line_in_service_joins_and_a_strangers_does_not(scene: GroupScenario) -> None:
    line = a_line(scene.customer, scene.numbers[1], kind=LineKind.WIRELESS)
    assert scene.member(1).line == line
    with pytest.raises(errors.LineInOtherGroup):
        scene.member(1, "8010")
    a_line(a_customer(scene.world), scene.numbers[2])
    with pytest.raises(errors.OtherCustomer):
        scene.member(2)
    elsewhere = an_exchange(scene.world.taiyuan, "TY02")
    [other, *_rest] = a_block(elsewhere, "7770000", "7770001")
    with pytest.raises(errors.OtherExchange):
        member_add(actor=SYSTEM, plan=MemberPlan(scene.group.pk, Member(other, "8005")))
    with pytest.raises(NotFound):
        member_add(actor=SYSTEM, plan=MemberPlan(scene.group.pk, Member("03516000000", "8005")))
    number_block(actor=SYSTEM, number=scene.numbers[7])
    with pytest.raises(NumberNotFree):
        scene.member(7)


@pytest.mark.req("CTX-13", "CTX-19")
@pytest.mark.parametrize(
    ("short_number", "error"),
    [
        ("0001", errors.ShortNumberExitPrefix),
        ("9001", errors.ShortNumberAttendantPrefix),
        ("801", errors.ShortNumberLength),
        ("80x1", errors.ShortNumberNotDigits),
        ("8001", errors.ShortNumberTaken),
        ("8880002", errors.ShortNumberWholeNumber),
    ],
)
def test_short_numbers_are_refused_by_their_own_error(
    scene: GroupScenario, short_number: str, error: type[Exception]
) -> None:
    scene.member(1)
    with pytest.raises(error):
        scene.member(2, short_number)
    assert CentrexMember.objects.count() == 1


@pytest.mark.req("CTX-05")
def test_the_last_four_digits_are_proposed_then_the_next(scene: GroupScenario) -> None:
    world = scene.world
    [number] = a_block(scene.exchange, "8888001", "8888001")
    assert short_number_proposal(world.manager, scene.group.pk, number) == "8001"
    scene.member(1)
    assert short_number_proposal(world.manager, scene.group.pk, number) == "8002"


@pytest.mark.req("CTX-06", "CTX-14", "CTX-15")
def test_rights_and_services_of_a_member_change(scene: GroupScenario) -> None:
    member = scene.member(1)
    wanted = change_of(member, rights_level=RightsLevel.OWN_GROUP, in_group_only=True, short_number="8100")
    changed = member_change(actor=SYSTEM, member_id=member.pk, change=wanted)
    assert (changed.rights_level, changed.in_group_only, changed.short_number) == ("own_group", True, "8100")
    with pytest.raises(Conflict):
        member_change(actor=SYSTEM, member_id=member.pk, change=wanted)
    with pytest.raises(errors.ExclusiveServices):
        member_change(actor=SYSTEM, member_id=member.pk, change=change_of(changed, outgoing_restriction=True))
    with pytest.raises(NotAllowed):  # members and account managers set nothing themselves
        member_change(actor=scene.world.manager, member_id=member.pk, change=change_of(changed))
    entry = AuditEntry.objects.get(action="group.change_member")
    assert entry.changes["rights_level"] == ["national", "own_group"]


@pytest.mark.req("CTX-13")
def test_a_member_keeps_or_changes_its_short_number_without_a_clash(scene: GroupScenario) -> None:
    first, second = scene.member(1), scene.member(2)
    assert member_change(actor=SYSTEM, member_id=first.pk, change=change_of(first)).short_number == "8001"
    with pytest.raises(errors.ShortNumberTaken):
        member_change(actor=SYSTEM, member_id=second.pk, change=change_of(second, short_number="8001"))


def test_a_member_leaves_before_its_line_is_ceased(scene: GroupScenario) -> None:
    member = scene.member(1)
    with pytest.raises(LineInGroup):
        line_cease(actor=SYSTEM, line_id=member.line_id)
    with pytest.raises(errors.GroupNotEmpty):
        group_remove(actor=SYSTEM, group_id=scene.group.pk)
    member_remove(actor=SYSTEM, member_id=member.pk)
    assert line_cease(actor=SYSTEM, line_id=member.line_id).status == "ceased"


@pytest.mark.req("CTX-11")
def test_a_group_can_be_renamed_and_nothing_else(scene: GroupScenario) -> None:
    group = group_rename(actor=SYSTEM, group_id=scene.group.pk, version=1, name="晋源重工")
    assert (group.name, group.version, group.capacity) == ("晋源重工", 2, 3)
    with pytest.raises(Conflict):
        group_rename(actor=SYSTEM, group_id=scene.group.pk, version=1, name="x")
    group_create(actor=SYSTEM, plan=scene.plan(name="二群", gcn=scene.numbers[98]))
    with pytest.raises(errors.GroupNameTaken):
        group_rename(actor=SYSTEM, group_id=scene.group.pk, version=2, name="二群")


def test_the_member_list_costs_one_query(scene: GroupScenario, django_assert_num_queries: object) -> None:
    for index in (1, 2, 3):
        scene.member(index)
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's context manager
        for member in members_of(scene.group):
            assert member.line.status
            assert member.line.exchange.code == "TY01"
            assert not hasattr(member.line, "sip_account")


def test_a_new_members_line_keeps_its_rights_outside(scene: GroupScenario) -> None:
    value = Member(scene.numbers[1], "8001", CallRights(RightsLevel.OWN_GROUP, special=False))
    member = member_add(actor=SYSTEM, plan=MemberPlan(scene.group.pk, value, user_name="总机"))
    assert (member.line.rights_level, member.line.rights_special, member.line.user_name) == (
        "local",
        False,
        "总机",
    )


@pytest.mark.req("CTX-15")
def test_in_group_only_and_the_lines_own_restriction_exclude_each_other(scene: GroupScenario) -> None:
    inside, free = scene.member(1, in_group_only=True), scene.member(2)
    restricted = Services(restriction=Restriction.ALL)
    with pytest.raises(errors.ExclusiveServices):
        line_services_set(actor=SYSTEM, line_id=inside.line_id, services=restricted)
    line_services_set(actor=SYSTEM, line_id=free.line_id, services=restricted)
    with pytest.raises(errors.ExclusiveServices):
        member_change(actor=SYSTEM, member_id=free.pk, change=change_of(free, in_group_only=True))
    joining = a_line(scene.customer, scene.numbers[3])
    line_services_set(actor=SYSTEM, line_id=joining.pk, services=restricted)
    with pytest.raises(errors.ExclusiveServices):
        scene.member(3, in_group_only=True)
