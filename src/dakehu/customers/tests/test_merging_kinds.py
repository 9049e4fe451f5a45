"""KAM-03, KAM-12, KAM-13: each kind of rows in a merge, and every row of every table after undoing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.holdings import CompetitorLineDraft, DocumentDraft, EquipmentDraft
from dakehu.customers.domain.merging import (
    BothOnList,
    MergeIntoEnded,
    OwnerOnList,
    UndoRowsChanged,
    refuse_ended,
    suggested,
)
from dakehu.customers.domain.revenue import yearly_average
from dakehu.customers.domain.roster import EntryEvent
from dakehu.customers.domain.rostererrors import UnderDispute
from dakehu.customers.domain.stints import Stint, fill_gaps
from dakehu.customers.models import (
    AccountQuality,
    ChurnWarning,
    CompetitorLine,
    Contact,
    Customer,
    Document,
    Equipment,
    GradePeriod,
    MonthlyRevenue,
    OwnershipDispute,
    OwnershipPeriod,
    QualityReminder,
    RosterEntry,
)
from dakehu.customers.selectors.roster import owners_on
from dakehu.customers.services.assigning import customers_assign_owner, customers_set_grade
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.disputes import dispute_open, dispute_withdraw
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.holdings import Upload, holding_add
from dakehu.customers.services.ownership import today
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.roster import roster_apply, roster_step
from dakehu.customers.services.unmerging import merge_undo
from dakehu.customers.tests.fixtures import a_customer, a_warning, billed
from dakehu.customers.tests.merging import all_rows, merge_files
from dakehu.customers.tests.rosters import an_application, an_entry
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.infra.clock import now
from dakehu.kernel.errors import DomainError
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
_FIRST = Grade.FIRST
Given = Callable[[Scenario, Customer, Customer], None]
Holds = Callable[[Customer], bool]


@pytest.fixture
def steward(world: Scenario) -> Actor:
    return world.actor("data_steward", unit=world.taiyuan)


@pytest.fixture
def pair(world: Scenario) -> tuple[Customer, Customer]:
    """The survivor without an owner, and the other, which the manager has owned for a month."""
    kept, gone = a_customer(world.team), a_customer(world.other_team, owner_id=world.manager_user.pk)
    OwnershipPeriod.objects.filter(customer=gone).update(since=today() - timedelta(days=30))
    return kept, gone


def _papers(_world: Scenario, kept: Customer, gone: Customer) -> None:
    for row in (kept, gone):
        holding_add(actor=SYSTEM, customer_id=row.pk, draft=EquipmentDraft(device="router", model="AR-1"))
        rival = CompetitorLineDraft(operator="telecom", product="互联网专线")
        holding_add(actor=SYSTEM, customer_id=row.pk, draft=rival)
    upload = Upload("a.pdf", [b"%PDF-1.4 x"])
    holding_add(actor=SYSTEM, customer_id=gone.pk, draft=DocumentDraft(subject="营业执照"), upload=upload)


def _has_papers(kept: Customer) -> bool:
    lines, devices = CompetitorLine.objects.filter(customer=kept), Equipment.objects.filter(customer=kept)
    return lines.count() == devices.count() == 2 and Document.objects.get().customer_id == kept.pk


def _people(_world: Scenario, kept: Customer, gone: Customer) -> None:
    for row in (kept, gone):
        head = contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("周敏"))
        contact_create(actor=SYSTEM, customer_id=row.pk, draft=ContactDraft("吴图", reports_to_id=head.pk))


def _has_people(kept: Customer) -> bool:
    rows = Contact.objects.filter(customer=kept)
    return rows.filter(is_primary=True).count() == 1 and rows.exclude(reports_to=None).count() == 2


def _bills(_world: Scenario, kept: Customer, gone: Customer) -> None:
    billed(kept, 100, 200)
    billed(gone, 10, 20, 30)
    billed(gone, 5, category="data")
    keep_averages([kept.pk, gone.pk])


def _has_bills(kept: Customer) -> bool:
    rows = MonthlyRevenue.objects.filter(customer=kept).order_by("category", "month")
    kept.refresh_from_db()
    figures = [row.amount_fen for row in rows]
    return figures == [500, 1000, 12000, 23000] and kept.monthly_revenue_fen == yearly_average(sum(figures))


def _much_billed(world: Scenario, kept: Customer, gone: Customer) -> None:
    """Together they earn a better grade than each."""
    for row in (kept, gone):
        billed(row, *([6_000] * 12))
    keep_averages([kept.pk, gone.pk])
    keep_grades(SYSTEM, [kept.pk, gone.pk])
    GradePeriod.objects.update(since=date(2026, 1, 5))


def _has_better_grade(kept: Customer) -> bool:
    grades = list(GradePeriod.objects.filter(customer=kept).order_by("since").values_list("grade", "until"))
    kept.refresh_from_db()
    return [until for _grade, until in grades] == [today(), None] and kept.grade == grades[1][0] < grades[0][
        0
    ]


def _by_hand(_world: Scenario, _kept: Customer, gone: Customer) -> None:
    customers_set_grade(actor=SYSTEM, customer_ids=[gone.pk], grade=_FIRST, reason="战略客户")


def _has_hand(kept: Customer) -> bool:
    kept.refresh_from_db()
    return (kept.hand_grade, kept.hand_reason, kept.grade) == (_FIRST, "战略客户", _FIRST)


def _owned(world: Scenario, kept: Customer, _gone: Customer) -> None:
    """The survivor had an owner of its own for a while."""
    OwnershipPeriod.objects.create(
        customer=kept, owner=world.neighbour_user,
        since=today() - timedelta(days=20), until=today() - timedelta(days=10),
    )  # fmt: skip


def _has_owners(kept: Customer) -> bool:
    rows = OwnershipPeriod.objects.filter(customer=kept).order_by("since").values_list("since", "until")
    days = [(since - today()).days for since, _until in rows]
    return days == [-30, -20, -10] and list(rows)[-1][1] is None


def _warned(_world: Scenario, kept: Customer, gone: Customer) -> None:
    a_warning(kept)
    a_warning(gone)
    over = a_warning(a_customer(gone.org_unit))
    ChurnWarning.objects.filter(pk=over.pk).update(customer=gone, state="lost")


def _has_warnings(kept: Customer) -> bool:
    return sorted(ChurnWarning.objects.filter(customer=kept).values_list("state", flat=True)) == [
        "lost",
        "open",
    ]


def _judged(world: Scenario, kept: Customer, gone: Customer) -> None:
    """Each has a score and an open reminder; the gone file's address was confirmed."""
    Customer.objects.filter(pk=gone.pk).update(address="太原市云帆路1号")
    keep_quality([kept.pk, gone.pk], touched={gone.pk: ["address"]})
    for row in (kept, gone):
        QualityReminder.objects.create(customer=row, owner=world.manager_user, score=1, raised_at=now())


def _is_judged(kept: Customer) -> bool:
    row = AccountQuality.objects.get()
    left = QualityReminder.objects.get()
    return row.pk == left.customer_id == kept.pk and set(row.confirmed) == {"address"}


def _listed(world: Scenario, kept: Customer, gone: Customer) -> None:
    customers_assign_owner(actor=SYSTEM, customer_ids=[kept.pk], owner_id=world.manager_user.pk)
    an_entry(gone, world.manager_user)


def _is_listed(kept: Customer) -> bool:
    return RosterEntry.objects.get().customer_id == kept.pk


def _disputed(world: Scenario, _kept: Customer, gone: Customer) -> None:
    case = dispute_open(actor=SYSTEM, customer_id=gone.pk, claimant_id=world.manager_user.pk, evidence="合同")
    dispute_withdraw(actor=SYSTEM, dispute_id=case.pk, version=case.version, reason="撤回")


def _has_dispute(kept: Customer) -> bool:
    return OwnershipDispute.objects.get().customer_id == kept.pk


@pytest.mark.req("KAM-12", "KAM-13")
@pytest.mark.parametrize(
    ("given", "holds", "taken"),
    [
        (_papers, _has_papers, ()),
        (_people, _has_people, ()),
        (_bills, _has_bills, ()),
        (_bills, _has_bills, ("monthly_revenue_fen",)),
        (_much_billed, _has_better_grade, ()),
        (_by_hand, _has_hand, ("hand_grade",)),
        (_owned, _has_owners, ("owner_id",)),
        (_warned, _has_warnings, ()),
        (_judged, _is_judged, ("address",)),
        (_listed, _is_listed, ()),
        (_listed, _is_listed, ("owner_id", "name", "status")),
        (_disputed, _has_dispute, ()),
    ],
)
def test_a_kind_moves_and_every_row_comes_back(
    pair: tuple[Customer, Customer],
    world: Scenario,
    steward: Actor,
    given: Given,
    holds: Holds,
    taken: tuple[str, ...],
) -> None:
    kept, gone = pair
    given(world, kept, gone)
    before = all_rows()
    merge = merge_files(steward, kept, gone, *taken)
    assert holds(kept)
    assert all_rows() != before
    merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before


@pytest.mark.req("KAM-12")
def test_the_owner_that_is_not_taken_ends_today(pair: tuple[Customer, Customer], steward: Actor) -> None:
    kept, gone = pair
    before = all_rows()
    merge = merge_files(steward, kept, gone)
    period = OwnershipPeriod.objects.get(customer=kept)
    assert period.until == today()
    assert owners_on([kept.pk], today()) == {}
    merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before


def _own(world: Scenario, *rows: Customer) -> None:
    for row in rows:
        an_entry(row, world.manager_user)


def _applies(world: Scenario, kept: Customer, gone: Customer) -> None:
    _own(world, kept)
    roster_apply(actor=SYSTEM, application=an_application(gone, world.manager_user, duplicates_seen=True))


def _disputes(world: Scenario, row: Customer) -> None:
    dispute_open(actor=SYSTEM, customer_id=row.pk, claimant_id=world.manager_user.pk, evidence="合同")


def _close(*rows: Customer) -> None:
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(status="closed")


@pytest.mark.req("KAM-12")
@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (_own, BothOnList),
        (_applies, BothOnList),
        (lambda w, _k, g: _own(w, g), OwnerOnList),
        (lambda w, _k, g: _disputes(w, g), UnderDispute),
        (lambda w, k, _g: _disputes(w, k), UnderDispute),
        (lambda _w, k, _g: _close(k), MergeIntoEnded),
    ],
)
def test_what_is_settled_first(
    pair: tuple[Customer, Customer],
    world: Scenario,
    steward: Actor,
    given: Given,
    refusal: type[DomainError],
) -> None:
    kept, gone = pair
    given(world, kept, gone)
    before = all_rows()
    with pytest.raises(refusal):
        merge_files(steward, kept, gone)
    assert all_rows() == before


def test_two_that_exist_no_more_are_merged(pair: tuple[Customer, Customer], steward: Actor) -> None:
    _close(*pair)
    merge_files(steward, *pair)
    assert Customer.objects.get().status == "closed"


def _leaves(_kept: Customer) -> None:
    entry = RosterEntry.objects.get()
    for event in (EntryEvent.ASK_LEAVE, EntryEvent.LEAVE):
        entry = roster_step(
            actor=SYSTEM, entry_id=entry.pk, version=entry.version, event=event, reason="不再符合"
        )


def _loads(kept: Customer) -> None:
    row = MonthlyRevenue.objects.filter(customer=kept, category="voice").order_by("-month")[0]
    MonthlyRevenue.objects.filter(pk=row.pk).update(amount_fen=1, version=row.version + 1)


@pytest.mark.parametrize(("given", "later"), [(_listed, _leaves), (_bills, _loads)])
def test_what_was_worked_with_since_is_not_taken_back(
    pair: tuple[Customer, Customer],
    world: Scenario,
    steward: Actor,
    given: Given,
    later: Callable[[Customer], None],
) -> None:
    kept, gone = pair
    given(world, kept, gone)
    merge = merge_files(steward, kept, gone)
    later(kept)
    before = all_rows()
    with pytest.raises(UndoRowsChanged):
        merge_undo(actor=steward, merge_id=merge.pk)
    assert all_rows() == before


def test_bills_that_came_since_stay_and_both_averages_follow(
    pair: tuple[Customer, Customer], world: Scenario, steward: Actor
) -> None:
    kept, gone = pair
    _bills(world, kept, gone)
    merge = merge_files(steward, kept, gone)
    billed(kept, 1200, category="centrex")
    keep_averages([kept.pk])
    merge_undo(actor=steward, merge_id=merge.pk)
    averages = [Customer.objects.get(pk=row.pk).monthly_revenue_fen for row in pair]
    assert averages == [yearly_average(150_000), yearly_average(6_500)]


def test_a_line_of_reporting_across_the_files_is_cut(
    pair: tuple[Customer, Customer], world: Scenario, steward: Actor
) -> None:
    kept, gone = pair
    head = contact_create(actor=SYSTEM, customer_id=gone.pk, draft=ContactDraft("周敏"))
    merge = merge_files(steward, kept, gone)
    contact_create(actor=SYSTEM, customer_id=kept.pk, draft=ContactDraft("后来", reports_to_id=head.pk))
    merge_undo(actor=steward, merge_id=merge.pk)
    assert Contact.objects.get(name="后来").reports_to_id is None


_D = [date(2026, 1, day) for day in range(1, 32)]


@pytest.mark.req("KAM-12")
@pytest.mark.parametrize(
    ("own", "other", "filled"),
    [
        ([], [(_D[0], None)], [(_D[0], None)]),
        ([(_D[0], None)], [(_D[3], _D[9])], []),
        ([(_D[5], None)], [(_D[0], None)], [(_D[0], _D[5])]),
        ([(_D[5], _D[8])], [(_D[0], None)], [(_D[0], _D[5]), (_D[8], None)]),
        ([(_D[5], _D[8]), (_D[8], None)], [(_D[6], _D[20])], []),
        ([(_D[5], _D[8])], [(_D[8], _D[9]), (_D[1], _D[5])], [(_D[1], _D[5]), (_D[8], _D[9])]),
        (
            [(_D[2], _D[4]), (_D[6], _D[8])],
            [(_D[0], _D[9])],
            [(_D[0], _D[2]), (_D[4], _D[6]), (_D[8], _D[9])],
        ),
    ],
)
def test_days_without_an_owner_are_filled(
    own: list[tuple[date, date | None]],
    other: list[tuple[date, date | None]],
    filled: list[tuple[date, date | None]],
) -> None:
    mine = [Stint(1, *days) for days in own]
    assert fill_gaps(mine, [Stint(2, *days) for days in other]) == [Stint(2, *days) for days in filled]


@pytest.mark.parametrize(
    ("kept", "gone", "wanted"),
    [
        ("prospect", "active", True),
        ("active", "prospect", False),
        ("closed", "lost", True),
        ("lost", "closed", False),
    ],
)
def test_the_higher_standing_is_suggested(kept: str, gone: str, *, wanted: bool) -> None:
    blank = dict.fromkeys(
        ("name", "credit_code", "section", "trade", "hand_grade", "parent_id", "owner_id",
         "monthly_revenue_fen", "address", "phone", "website", "remark"), "",
    )  # fmt: skip
    found = suggested({**blank, "status": kept}, {**blank, "status": gone, "phone": "1"})
    assert ("status" in found) is wanted
    assert "phone" in found


@pytest.mark.parametrize(
    ("result", "was", "refused"),
    [
        ("active", ("closed", "active"), False),
        ("closed", ("closed", "closed"), False),
        ("closed", ("closed", "lost"), True),
        ("closed", ("active", "closed"), True),
    ],
)
def test_what_exists_is_not_ended_by_a_merge(result: str, was: tuple[str, str], *, refused: bool) -> None:
    if refused:
        with pytest.raises(MergeIntoEnded):
            refuse_ended("云图", result, *was)
    else:
        refuse_ended("云图", result, *was)
