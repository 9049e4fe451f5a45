"""KAM-03: moving branches, reporting lines, competitors' lines, equipment, papers, on a real database."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from dakehu.customers.domain.errors import (
    FileMissing,
    LeaderLoop,
    LeaderUnknown,
    ParentLoop,
    ParentUnknown,
    TreeTooDeep,
)
from dakehu.customers.domain.holdings import (
    AgreementDraft,
    CompetitorLineDraft,
    DocumentDraft,
    EquipmentDraft,
    HoldingKind,
)
from dakehu.customers.models import CompetitorLine, Contact, Customer, Document, Equipment
from dakehu.customers.selectors.holdings import (
    birthdays,
    ending_agreements,
    ending_lines,
    holding_file,
    holding_get,
    holdings_of,
)
from dakehu.customers.selectors.kinship import PAGE, branches_below, line_up
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.holdings import Upload, holding_add, holding_change, holding_remove
from dakehu.customers.services.kinship import customer_place
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.files.errors import FileIsWebPage, FileKindRefused
from dakehu.infra.files.models import StoredFile
from dakehu.infra.files.store import path_of
from dakehu.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
_PDF = b"%PDF-1.7 contract"
_TODAY = date(2026, 11, 26)


def _place(world: Scenario, row: Customer, parent: Customer | None) -> Customer:
    row.refresh_from_db()
    parent_id = parent.pk if parent else None
    return customer_place(actor=world.manager, customer_id=row.pk, version=row.version, parent_id=parent_id)


def test_a_branch_moves_with_all_below_it(world: Scenario) -> None:
    old, new = a_customer(world.team), a_customer(world.team)
    branch = a_customer(world.team, parent_id=old.pk)
    site = a_customer(world.team, parent_id=branch.pk)
    _place(world, branch, new)
    assert [row.pk for row in line_up(world.manager, Customer.objects.get(pk=site.pk))] == [
        new.pk, branch.pk, site.pk,
    ]  # fmt: skip
    entry = AuditEntry.objects.get(action="customer.place")
    assert entry.changes == {"parent_id": [old.pk, new.pk]}
    _place(world, branch, None)
    branch.refresh_from_db()
    assert (branch.parent_id, branch.version) == (None, 3)


def test_a_move_that_closes_a_circle_is_refused(world: Scenario) -> None:
    top = a_customer(world.team)
    middle = a_customer(world.team, parent_id=top.pk)
    low = a_customer(world.team, parent_id=middle.pk)
    for parent in (top, middle, low):
        with pytest.raises(ParentLoop):
            _place(world, top, parent)
    top.refresh_from_db()
    assert (top.parent_id, top.version) == (None, 1)


def test_a_move_that_makes_the_tree_too_deep_is_refused(world: Scenario) -> None:
    line = [a_customer(world.team)]
    for _level in range(2):
        line.append(a_customer(world.team, parent_id=line[-1].pk))
    pair = a_customer(world.team)
    a_customer(world.team, parent_id=pair.pk)
    with pytest.raises(TreeTooDeep):
        _place(world, pair, line[-1])
    _place(world, pair, line[1])


def test_moves_keep_to_what_one_sees_and_to_the_version(world: Scenario) -> None:
    row, far = a_customer(world.team), a_customer(world.datong_team)
    with pytest.raises(ParentUnknown):
        _place(world, row, far)
    with pytest.raises(NotFound):
        customer_place(actor=world.manager, customer_id=far.pk, version=1, parent_id=row.pk)
    with pytest.raises(Conflict):
        customer_place(actor=world.manager, customer_id=row.pk, version=7, parent_id=None)
    with pytest.raises(NotAllowed):
        customer_place(actor=world.auditor, customer_id=row.pk, version=1, parent_id=None)


def test_the_tree_leaves_out_what_one_does_not_see(world: Scenario) -> None:
    far = a_customer(world.datong_team)
    row = a_customer(world.team, parent_id=far.pk)
    hidden = a_customer(world.datong_team, parent_id=row.pk)
    a_customer(world.team, parent_id=hidden.pk)
    assert line_up(world.manager, row) == [row]
    below = branches_below(world.manager, row.pk)
    assert (below.rows, below.after) == ([], "")
    assert branches_below(world.manager, far.pk).leading == frozenset()
    seen = branches_below(SYSTEM, row.pk)
    assert ([each.pk for each in seen.rows], seen.leading) == ([hidden.pk], frozenset({hidden.pk}))


def test_many_branches_come_page_by_page(world: Scenario) -> None:
    group = a_customer(world.team)
    made = {a_customer(world.team, parent_id=group.pk).pk for _each in range(PAGE + 3)}
    first = branches_below(world.manager, group.pk)
    second = branches_below(world.manager, group.pk, first.after)
    assert (len(first.rows), len(second.rows), second.after) == (PAGE, 3, "")
    assert {row.pk for row in [*first.rows, *second.rows]} == made


def _contact(customer: Customer, name: str, **fields: Any) -> Contact:
    return contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft(name, **fields))


def test_reporting_lines_stay_within_the_customer_and_close_no_circle(world: Scenario) -> None:
    customer, other = a_customer(world.team), a_customer(world.team)
    chief = _contact(customer, "周总", attitude="advocate", preferences="喜欢上午见面")
    head = _contact(customer, "吴主任", reports_to_id=chief.pk)
    stranger = _contact(other, "郑工")
    assert head.reports_to_id == chief.pk
    for leader, error in ((head, LeaderLoop), (chief, LeaderLoop), (stranger, LeaderUnknown)):
        with pytest.raises(error):
            contact_change(
                actor=world.manager,
                contact_id=chief.pk,
                version=1,
                draft=ContactDraft("周总", reports_to_id=leader.pk),
            )
    contact_remove(actor=world.manager, contact_id=chief.pk, version=1)
    head.refresh_from_db()
    assert head.reports_to_id is None


def test_birthdays_come_round_within_what_one_sees(world: Scenario) -> None:
    mine, far = a_customer(world.team), a_customer(world.datong_team)
    near = _contact(mine, "周敏", birthday=date(1980, 12, 1))
    turned = _contact(mine, "吴明", birthday=date(1975, 1, 2))
    _contact(mine, "郑山", birthday=date(1975, 11, 25))
    _contact(mine, "王川")
    _contact(far, "冯海", birthday=date(1980, 12, 1))
    assert set(birthdays(world.manager, _TODAY, 14)) == {near}
    assert set(birthdays(world.manager, _TODAY, 60)) == {near, turned}
    contact_change(actor=world.manager, contact_id=near.pk, version=1, draft=ContactDraft("周敏"))
    assert not birthdays(world.manager, _TODAY, 14).exists()


_DRAFTS = [
    (
        CompetitorLineDraft("other", "互联网专线"),
        CompetitorLineDraft("other", "专线", monthly_fee_fen=90_000),
    ),
    (EquipmentDraft("router", "AR-1"), EquipmentDraft("router", "AR-2", serial="S1")),
    (AgreementDraft("H-1", "宽带"), AgreementDraft("H-1", "宽带续签", amount_fen=1_000)),
]


@pytest.mark.parametrize(("draft", "changed"), _DRAFTS)
def test_small_records_are_added_changed_and_removed(world: Scenario, draft: Any, changed: Any) -> None:
    customer = a_customer(world.team)
    row = holding_add(actor=world.manager, customer_id=customer.pk, draft=draft)
    kind = next(kind for kind in HoldingKind if holdings_of(world.manager, customer, kind))
    with pytest.raises(Conflict):
        holding_change(actor=world.manager, holding_id=row.pk, version=2, draft=changed)
    holding_change(actor=world.manager, holding_id=row.pk, version=1, draft=changed)
    with pytest.raises(Conflict):
        holding_remove(actor=world.manager, kind=kind, holding_id=row.pk, version=1)
    holding_remove(actor=world.manager, kind=kind, holding_id=row.pk, version=2)
    assert holdings_of(world.manager, customer, kind) == []
    told = AuditEntry.objects.filter(noun="customer", object_id=customer.pk, action__startswith=f"{kind}.")
    assert [entry.action for entry in told.order_by("pk")] == [
        f"{kind}.create", f"{kind}.change", f"{kind}.remove",
    ]  # fmt: skip


def test_small_records_are_seen_and_changed_by_those_who_see_the_customer(world: Scenario) -> None:
    customer = a_customer(world.team)
    draft = EquipmentDraft("router", "AR-1")
    row = holding_add(actor=world.manager, customer_id=customer.pk, draft=draft)
    assert holdings_of(world.neighbour, customer, HoldingKind.EQUIPMENT) == []
    with pytest.raises(NotFound):
        holding_get(world.neighbour, HoldingKind.EQUIPMENT, row.pk)
    for actor, error in ((world.neighbour, NotFound), (world.auditor, NotAllowed)):
        with pytest.raises(error):
            holding_add(actor=actor, customer_id=customer.pk, draft=draft)
        with pytest.raises(error):
            holding_change(actor=actor, holding_id=row.pk, version=1, draft=draft)
        with pytest.raises(error):
            holding_remove(actor=actor, kind=HoldingKind.EQUIPMENT, holding_id=row.pk, version=1)
    assert Equipment.objects.count() == 1


def test_a_wrong_draft_leaves_nothing_behind(world: Scenario) -> None:
    customer = a_customer(world.team)
    with pytest.raises(DomainError):
        holding_add(actor=world.manager, customer_id=customer.pk, draft=CompetitorLineDraft("", ""))
    assert not CompetitorLine.objects.exists()


def test_a_document_keeps_its_file_and_a_new_one_replaces_it(
    world: Scenario, django_capture_on_commit_callbacks: Any
) -> None:
    customer = a_customer(world.team)
    draft = DocumentDraft("营业执照", "licence")
    with pytest.raises(FileMissing):
        holding_add(actor=world.manager, customer_id=customer.pk, draft=draft)
    row = holding_add(
        actor=world.manager, customer_id=customer.pk, draft=draft, upload=Upload("执照.pdf", [_PDF])
    )
    old = holding_file(world.manager, HoldingKind.DOCUMENT, row.pk)
    assert path_of(old.pk).read_bytes() == _PDF
    with pytest.raises(NotFound):
        holding_file(world.neighbour, HoldingKind.DOCUMENT, row.pk)
    with django_capture_on_commit_callbacks(execute=True):
        holding_change(
            actor=world.manager,
            holding_id=row.pk,
            version=1,
            draft=draft,
            upload=Upload("新.pdf", [_PDF * 2]),
        )
    assert not path_of(old.pk).exists()
    new = holding_file(world.manager, HoldingKind.DOCUMENT, row.pk)
    assert (new.name, path_of(new.pk).read_bytes()) == ("新.pdf", _PDF * 2)
    with django_capture_on_commit_callbacks(execute=True):
        holding_remove(actor=world.manager, kind=HoldingKind.DOCUMENT, holding_id=row.pk, version=2)
    assert not path_of(new.pk).exists()
    assert not StoredFile.objects.filter(purpose="customer_document").exists()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [("a.pdf", b"<html><script>", FileIsWebPage), ("a.pdf", b"\x00\x01\x02\x03", FileKindRefused)],
)
def test_a_file_is_what_its_content_says(
    world: Scenario, name: str, content: bytes, error: type[DomainError]
) -> None:
    customer = a_customer(world.team)
    with pytest.raises(error):
        holding_add(
            actor=world.manager,
            customer_id=customer.pk,
            draft=DocumentDraft("图"),
            upload=Upload(name, [content]),
        )
    assert not Document.objects.exists()


def test_what_ends_soon_within_what_one_sees(world: Scenario) -> None:
    mine, far = a_customer(world.team), a_customer(world.datong_team)
    for customer, ends_on in (
        (mine, date(2026, 12, 31)),
        (mine, date(2028, 1, 1)),
        (far, date(2026, 12, 31)),
    ):
        holding_add(
            actor=SYSTEM, customer_id=customer.pk, draft=CompetitorLineDraft("other", "专线", ends_on=ends_on)
        )
        holding_add(actor=SYSTEM, customer_id=customer.pk, draft=AgreementDraft("H", "宽带", ends_on=ends_on))
    assert [row.customer for row in ending_lines(world.manager, _TODAY, 90)] == [mine]
    assert [row.customer for row in ending_agreements(world.manager, _TODAY, 90)] == [mine]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time by itself")
@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_close_no_circle(world: Scenario) -> None:
    pairs = [(a_customer(world.team), a_customer(world.team)) for _each in range(6)]
    actor, start, outcomes = world.manager, threading.Barrier(2), list[str]()

    def move(row: Customer, parent: Customer) -> None:
        start.wait(20)
        try:
            customer_place(actor=actor, customer_id=row.pk, version=1, parent_id=parent.pk)
            outcomes.append("moved")
        except ParentLoop:
            outcomes.append("loop")
        finally:
            connections.close_all()

    for one, other in pairs:
        threads = [threading.Thread(target=move, args=pair) for pair in ((one, other), (other, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(outcomes) == ["loop"] * 6 + ["moved"] * 6
