"""From an upload to objects and back, through the real jobs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dakehu.infra.access.api import Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.importing.access import ImportPermission, access_batch
from dakehu.infra.importing.domain.faults import NothingToCommit, RepeatUnconfirmed, RowClosed
from dakehu.infra.importing.domain.states import RowState
from dakehu.infra.importing.evaluation import decode_duplicates, decode_faults
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.mapping import import_map
from dakehu.infra.importing.services.mending import import_choose, import_mend
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.services.uploading import import_discard
from dakehu.infra.importing.specs import CLEAN
from dakehu.infra.importing.tests import nouns
from dakehu.infra.importing.tests.nouns import HEADINGS, PERMISSION, roles, row, uploaded, workbook, worked
from dakehu.kernel.errors import NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(world: Any) -> Actor:
    own = world.manager
    return Actor(own.user_id, own.name, frozenset({PERMISSION}), own.scope, own.org_path)


def states(batch: ImportBatch) -> dict[int, RowState]:
    rows = ImportRow.objects.filter(batch=batch).values_list("number", "state")
    return {number: RowState(state) for number, state in rows}


def faults(batch: ImportBatch, number: int) -> list[tuple[str | None, str]]:
    text = ImportRow.objects.get(batch=batch, number=number).faults
    return [(fault.field, fault.code) for fault in decode_faults(text)] if text else []


@pytest.mark.req("KAM-03")
def test_a_clean_workbook_goes_through_without_a_question(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(n) for n in range(5)]))
    assert (batch.state, batch.rows, batch.good, batch.faulty) == ("ready", 5, 5, 0)
    before = roles().count()
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.committed, batch.good) == ("done", 5, 0)
    assert roles().count() == before + 5
    assert roles().get(code="AB0003").name_en == "2026-01-05"
    actions = list(AuditEntry.objects.filter(noun="import").order_by("id").values_list("action", flat=True))
    assert actions == ["import.upload", "import.commit", "import.committed"]


@pytest.mark.req("KAM-03")
def test_each_fault_stands_beside_its_cell(actor: Actor) -> None:
    bad = ["x", "", "2026-02-30", "1.234", "丙"]
    batch = uploaded(actor, workbook([row(1), bad]))
    assert states(batch) == {2: RowState.GOOD, 3: RowState.FAULTY}
    assert faults(batch, 3) == [
        ("code", "importing.form_invalid"),
        ("name", "importing.missing"),
        ("since", "importing.date_invalid"),
        ("revenue", "money.amount_too_fine"),
        ("kind", "importing.choice_unknown"),
    ]


@pytest.mark.req("KAM-03")
def test_duplicates_are_found_in_the_file_and_in_the_database(actor: Actor) -> None:
    roles().create(code="AB0009", name="别的")
    roles().create(code="ZZ0001", name="角色8")
    rows = [row(1), row(1, 名称="另一个"), row(2, 名称="角色1"), row(9), row(8)]
    batch = uploaded(actor, workbook(rows))
    assert states(batch) == {2: 1, 3: 3, 4: 3, 5: 3, 6: 3}
    importable = {
        r.number: decode_duplicates(r.duplicates)[0].importable
        for r in ImportRow.objects.filter(batch=batch, state=RowState.DUPLICATE)
    }
    assert importable == {3: False, 4: True, 5: False, 6: True}


def test_a_person_chooses_duplicates_and_mends_rows(actor: Actor) -> None:
    rows = [row(1), row(1, 名称="另一个"), row(2, 名称="角色1"), row(3, 类别="丙")]
    batch = uploaded(actor, workbook(rows))
    assert [batch.good, batch.duplicate, batch.faulty] == [1, 2, 1]
    batch = import_choose(actor=actor, batch_id=batch.pk, wanted=True)
    assert states(batch)[4] == RowState.WANTED
    assert states(batch)[3] == RowState.DUPLICATE  # the same code can't be there twice
    mended = import_mend(actor=actor, batch_id=batch.pk, number=5, cells={"kind": "乙"})
    assert mended.state == RowState.GOOD
    import_mend(actor=actor, batch_id=batch.pk, number=3, cells={"code": "ab0004"})
    assert states(batch)[3] == RowState.GOOD
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert batch.committed == 4
    with pytest.raises(RowClosed):
        import_mend(actor=actor, batch_id=batch.pk, number=5, cells={"kind": "甲"})


def test_mending_the_first_of_two_frees_the_second(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(1), row(1, 名称="另一个")]))
    import_mend(actor=actor, batch_id=batch.pk, number=2, cells={"code": "AB0007"})
    assert states(batch) == {2: RowState.GOOD, 3: RowState.GOOD}
    import_mend(actor=actor, batch_id=batch.pk, number=2, cells={"code": "AB0001"})
    assert states(batch) == {2: RowState.GOOD, 3: RowState.DUPLICATE}


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_of_two_rows_mended_to_be_equal_the_first_is_imported(actor: Actor, order: tuple[int, int]) -> None:
    batch = uploaded(actor, workbook([row(1, 类别="丙"), row(1, 名称="另一个", 类别="丙")]))
    for number in order:
        import_mend(actor=actor, batch_id=batch.pk, number=number, cells={"kind": "甲"})
    assert states(batch) == {2: RowState.GOOD, 3: RowState.DUPLICATE}


def test_what_became_a_duplicate_after_the_check_is_not_committed(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(n) for n in range(3)]))
    roles().create(code="AB0001", name="抢先")
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.committed, batch.duplicate) == ("done", 2, 1)
    assert states(batch)[3] == RowState.DUPLICATE


def test_what_the_database_refuses_costs_no_other_row(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when someone saves the same code between the app's check and its insert."""
    batch = uploaded(actor, workbook([row(n) for n in range(9)]))
    roles().create(code="AB0004", name="抢先")
    monkeypatch.setattr(nouns, "check", lambda _actor, drafts: [CLEAN] * len(drafts))
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.committed, batch.refused) == (8, 1)
    assert faults(batch, 6) == [(None, "importing.row_refused")]


def test_undo_removes_what_nobody_touched_and_tells_of_the_rest(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(n) for n in range(3)]))
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    before = roles().count()
    roles().filter(code="AB0001").update(version=2)
    import_undo(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.undone, batch.kept) == ("undone", 2, 1)
    assert roles().count() == before - 2
    kept = ImportMade.objects.get(batch=batch, removed=False)
    assert kept.number == 3
    assert decode_faults(f"[{kept.kept_because}]")[0].code == "domain.conflict"


def test_mending_after_the_import_and_importing_the_rest(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(1), row(2, 编号="x")]))
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    with pytest.raises(NothingToCommit):
        import_commit(actor=actor, batch_id=batch.pk)
    import_mend(actor=actor, batch_id=batch.pk, number=3, cells={"code": "AB0002"})
    import_commit(actor=actor, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.committed) == ("done", 2)


def test_the_same_file_again_is_noticed_and_must_be_meant(actor: Actor) -> None:
    content = workbook([row(1)])
    first = uploaded(actor, content)
    import_commit(actor=actor, batch_id=first.pk)
    worked(first)
    again = uploaded(actor, content, "改名.xlsx")
    assert again.repeats == first
    assert again.duplicate == 1
    import_mend(actor=actor, batch_id=again.pk, number=2, cells={"code": "AB0002", "name": "新"})
    with pytest.raises(RepeatUnconfirmed):
        import_commit(actor=actor, batch_id=again.pk)
    import_commit(actor=actor, batch_id=again.pk, repeat_meant=True)
    assert worked(again).committed == 1


def test_unclear_headings_wait_for_a_person_and_are_remembered(actor: Actor) -> None:
    content = workbook([row(1)], ["编号", "叫什么", "启用日期", "月收入", "类别"])
    batch = uploaded(actor, content)
    assert (batch.state, batch.mapping) == ("mapping", {"code": 0, "since": 2, "revenue": 3, "kind": 4})
    import_map(actor=actor, batch_id=batch.pk, mapping={"code": 0, "name": 1})
    batch = worked(batch)
    assert (batch.state, batch.good) == ("ready", 1)
    second = uploaded(actor, workbook([row(2)], ["编号", "叫什么", "启用日期", "月收入", "类别"]))
    assert (second.state, second.mapping) == ("ready", {"code": 0, "name": 1})


def test_mapping_again_checks_all_rows_anew(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(1), row(2)]))
    import_map(actor=actor, batch_id=batch.pk, mapping={"code": 0, "name": 4})
    batch = worked(batch)
    assert (batch.state, batch.rows, batch.good, batch.duplicate) == ("ready", 2, 1, 1)


def test_others_neither_see_nor_touch_it(actor: Actor, world: Any) -> None:
    batch = uploaded(actor, workbook([row(1)]))
    for call in (import_commit, import_undo, import_discard):
        with pytest.raises(NotFound):
            call(actor=world.administrator, batch_id=batch.pk)
    with pytest.raises(NotAllowed):
        uploaded(world.manager, workbook([row(1)]))


def test_who_reads_others_sees_those_of_the_scope_and_changes_none(actor: Actor, world: Any) -> None:
    batch = uploaded(actor, workbook([row(1)]))
    reader = world.actor_with(ImportPermission.READ_OTHERS)
    assert access_batch(reader, batch.pk) == batch
    assert access_batch(world.auditor, batch.pk) == batch
    for outsider in (world.actor_with(), world.actor_with(ImportPermission.READ_OTHERS, unit=world.datong)):
        with pytest.raises(NotFound):
            access_batch(outsider, batch.pk)
    with pytest.raises(NotFound):
        import_choose(actor=reader, batch_id=batch.pk, wanted=True)


def test_a_file_that_someone_of_another_city_imported_is_no_repeat(actor: Actor, world: Any) -> None:
    content = workbook([row(1)])
    own = world.neighbour
    stranger = Actor(own.user_id, own.name, frozenset({PERMISSION}), own.scope, own.org_path)
    first = uploaded(stranger, content)
    import_commit(actor=stranger, batch_id=first.pk)
    worked(first)
    assert uploaded(actor, content).repeats is None


def test_a_discarded_import_keeps_no_rows_and_goes_nowhere(actor: Actor) -> None:
    batch = uploaded(actor, workbook([row(1)]))
    import_discard(actor=actor, batch_id=batch.pk)
    assert not ImportRow.objects.filter(batch=batch).exists()
    with pytest.raises(IllegalMove):
        import_commit(actor=actor, batch_id=batch.pk)


def test_the_templates_own_example_is_not_imported(actor: Actor) -> None:
    batch = uploaded(actor, workbook([["AA0001", "例子", date(2026, 1, 5), 1, "甲"], row(1)]))
    assert states(batch) == {3: RowState.GOOD}


def test_headings_in_the_standard_order(actor: Actor) -> None:
    assert uploaded(actor, workbook([row(1)])).headings == HEADINGS
