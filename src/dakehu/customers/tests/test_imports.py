"""Customers from a spreadsheet, through the real jobs."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dakehu.customers.domain.creditcodes import check_digit
from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.importing import CustomerRow
from dakehu.customers.imports import COLUMNS, check, commit
from dakehu.customers.models import Contact, Customer
from dakehu.customers.permissions import Permission
from dakehu.customers.services.customers import customer_create
from dakehu.infra.access.api import Actor
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.importing.evaluation import decode_duplicates, decode_faults
from dakehu.infra.importing.models import ImportBatch, ImportMade, ImportRow
from dakehu.infra.importing.services.committing import import_commit
from dakehu.infra.importing.services.undoing import import_undo
from dakehu.infra.importing.services.uploading import import_upload
from dakehu.infra.worker import drain
from dakehu.organisation.testing import Scenario

pytestmark = pytest.mark.django_db
HEADINGS = [
    "客户名称",
    "统一社会信用代码",
    "归属单位",
    "客户经理",
    "行业",
    "月均收入(元)",
    "联系电话",
    "上级客户",
]


def code(number: int) -> str:
    body = f"91140100MA{number:07d}"
    return body + check_digit(body)


def workbook(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([headings, *rows]):
            sheet.write_row(number, 0, cells)
    return file.getvalue()


@pytest.fixture
def actor(world: Scenario) -> Actor:
    own = world.manager
    rights = frozenset({Permission.IMPORT, Permission.CREATE, Permission.VIEW, Permission.ASSIGN})
    return Actor(own.user_id, own.name, rights, world.administrator.scope, own.org_path)


def uploaded(actor: Actor, content: bytes) -> ImportBatch:
    batch = import_upload(actor=actor, spec="customers", name="客户.xlsx", chunks=[content])
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


def committed(actor: Actor, batch: ImportBatch) -> ImportBatch:
    import_commit(actor=actor, batch_id=batch.pk)
    drain("tasks")
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.mark.req("KAM-03")
def test_customers_are_imported_with_all_that_their_words_mean(actor: Actor, world: Scenario) -> None:
    rows: list[list[object]] = [
        ["并州煤业有限公司", code(1), "太原/迎泽/迎泽一组", "王晓明", "能源矿产", 12500.5, "0351-8200000"],
        ["汾水文化传媒", "", "", "manager", "", "1.2万", "１３８００００００００"],
    ]
    batch = committed(actor, uploaded(actor, workbook(rows)))
    assert (batch.state, batch.committed) == ("done", 2)
    first, second = Customer.objects.order_by("pk")
    assert (first.org_unit, first.owner, first.trade) == (world.team, world.manager_user, "energy")
    assert (first.monthly_revenue_fen, first.credit_code) == (1_250_050, code(1))
    assert (second.org_path, second.monthly_revenue_fen) == (actor.org_path, 1_200_000)
    assert second.phone == "13800000000"
    assert AuditEntry.objects.filter(noun="customer", action="customer.import").count() == 2


@pytest.mark.req("KAM-03")
def test_words_that_mean_nothing_or_several_things_are_faults_of_their_cells(
    actor: Actor, world: Scenario
) -> None:
    world.user("account_manager", name="李伟", unit=world.team)
    world.user("account_manager", name="李伟", unit=world.datong_team)
    wrong_digit = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    rows: list[list[object]] = [
        ["甲公司", wrong_digit, "没有的单位", "没有的人", "没有的行业", -1, "电话", "没有的客户"],
        ["乙公司", "9.11401E+17", "", "李伟", "", "", "", ""],
    ]
    batch = uploaded(actor, workbook(rows))
    faults = {
        row.number: {(fault.field, fault.code) for fault in decode_faults(row.faults)}
        for row in ImportRow.objects.filter(batch=batch)
    }
    assert faults[2] == {("credit_code", "customers.credit_code_check_digit")}
    assert faults[3] == {("credit_code", "importing.number_rounded")}
    rows[0][1], rows[1][1] = code(1), code(2)
    batch = uploaded(actor, workbook(rows))
    faults = {
        row.number: {(fault.field, fault.code) for fault in decode_faults(row.faults)}
        for row in ImportRow.objects.filter(batch=batch)
    }
    assert faults[2] == {
        ("org_unit", "customers.unit_unknown"),
        ("owner", "customers.owner_unknown"),
        ("trade", "customers.entry_unknown"),
        ("monthly_revenue_fen", "customers.revenue_negative"),
        ("phone", "customers.phone_malformed"),
        ("parent", "customers.parent_unknown"),
    }
    assert faults[3] == {("owner", "customers.several_meant")}


@pytest.mark.req("KAM-03")
def test_duplicates_on_file_and_in_the_file(actor: Actor, world: Scenario) -> None:
    kept = customer_create(
        actor=actor, draft=CustomerDraft("并州煤业有限公司", world.team.pk, credit_code=code(1))
    )
    rows = [
        ["别的名称", code(1)],
        ["山西并州煤业股份有限公司", code(2)],
        ["并州煤业晋祠矿", code(1), "", "", "", "", "", kept.code],
        ["晋阳湖酒店", code(3)],
        ["晋阳湖大酒店", code(3)],
    ]
    batch = uploaded(actor, workbook(rows))
    found = {
        row.number: [(d.reason.code, d.importable) for d in decode_duplicates(row.duplicates)]
        for row in ImportRow.objects.filter(batch=batch).exclude(duplicates="")
    }
    assert found == {
        2: [("customers.same_credit_code", False)],
        3: [("customers.alike_names", True)],
        6: [("importing.same_in_file", False)],
    }


def test_undo_leaves_the_files_that_someone_works_with(actor: Actor) -> None:
    batch = committed(actor, uploaded(actor, workbook([[f"客户{n}", code(n)] for n in range(4)])))
    rows = list(Customer.objects.order_by("pk"))
    Contact.objects.create(customer=rows[1], name="张三")
    Customer.objects.filter(pk=rows[2].pk).update(version=2)
    import_undo(actor=actor, batch_id=batch.pk)
    drain("tasks")
    batch.refresh_from_db()
    assert (batch.state, batch.undone, batch.kept) == ("undone", 2, 2)
    assert set(Customer.objects.values_list("pk", flat=True)) == {rows[1].pk, rows[2].pk}
    reasons = {
        made.object_id: decode_faults(f"[{made.kept_because}]")[0].code
        for made in ImportMade.objects.filter(batch=batch, removed=False)
    }
    assert reasons == {str(rows[1].pk): "customers.file_in_use", str(rows[2].pk): "domain.conflict"}
    assert AuditEntry.objects.filter(action="customer.take_back").count() == 2


def test_queries_do_not_grow_with_the_rows(actor: Actor) -> None:
    def queries(rows: int) -> int:
        drafts = [CustomerRow(f"{rows}号客户{n}", code(rows * 1000 + n), "迎泽一组") for n in range(rows)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            check(actor, drafts)
        return len(seen)

    assert queries(3) == queries(300)


def test_a_batch_is_saved_in_few_statements(actor: Actor) -> None:
    drafts = [CustomerRow(f"客户{n}", code(n)) for n in range(400)]
    with CaptureQueriesContext(connection) as seen:
        outcomes = commit(actor, drafts, [False] * 400)
    assert len(outcomes) == 400
    assert len(seen) < 140


def test_the_example_of_the_template_is_good(actor: Actor) -> None:
    headings = [str(column.heading) for column in COLUMNS]
    batch = uploaded(actor, workbook([[column.example for column in COLUMNS], ["真客户"]], headings))
    assert (batch.state, batch.rows, batch.good) == ("ready", 1, 1)
