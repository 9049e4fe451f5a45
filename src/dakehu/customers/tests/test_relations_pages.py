"""KAM-03: the tabs of a customer's whole file, its tree, history and visit brief, as people meet them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dakehu.customers.domain.holdings import (
    AgreementDraft,
    CompetitorLineDraft,
    DocumentDraft,
    EquipmentDraft,
    HoldingDraft,
)
from dakehu.customers.models import Agreement, CompetitorLine, Contact, Customer, Document
from dakehu.customers.services.contacts import ContactDraft, contact_create
from dakehu.customers.services.holdings import Upload, holding_add
from dakehu.customers.tests.fixtures import a_customer
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.audit.models import AuditEntry
from dakehu.infra.clock import now
from dakehu.infra.ui.testing import assert_page_queries
from dakehu.kernel.clock import day_of
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-03")]
_PDF = b"%PDF-1.7 x"


@pytest.fixture
def page(client: Client, world: Scenario) -> Client:
    """The manager's browser."""
    client.force_login(world.manager_user)
    return client


def _text(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def _add(customer: Customer, draft: HoldingDraft, upload: Upload | None = None) -> Any:
    return holding_add(actor=SYSTEM, customer_id=customer.pk, draft=draft, upload=upload)


def test_the_tree_opens_down_to_the_account_and_tells_of_nobody_else(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, name="晋阳集团")
    branch = a_customer(world.team, name="晋阳太原分公司", parent_id=group.pk)
    a_customer(world.team, name="晋阳迎泽营业部", parent_id=branch.pk)
    sister = a_customer(world.team, name="晋阳清徐分公司", parent_id=group.pk)
    a_customer(world.team, name="清徐东关营业部", parent_id=sister.pk)
    a_customer(world.datong_team, name="晋阳大同分公司", parent_id=group.pk)
    text = _text(page, f"/customers/{branch.pk}/?tab=branches")
    tree = text.split('role="tree"')[1].split("dk-record-side")[0]
    for name in ("晋阳集团", "晋阳太原分公司", "晋阳迎泽营业部", "晋阳清徐分公司"):
        assert name in tree
    assert "清徐东关" not in tree
    assert f'hx-get="/customers/{sister.pk}/branches/"' in tree
    assert "大同" not in text
    assert "清徐东关" in _text(page, f"/customers/{sister.pk}/branches/")


def test_a_branch_is_moved_by_the_form_and_a_circle_is_told(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, name="晋阳集团")
    branch = a_customer(world.team, name="晋阳太原分公司", parent_id=group.pk)
    assert "晋阳集团" in _text(page, f"/customers/{branch.pk}/parent/")
    refused = page.post(f"/customers/{group.pk}/parent/", {"parent": branch.pk, "version": 1})
    assert refused.status_code == 422
    assert "是本客户自身或其分支" in refused.content.decode()
    other = a_customer(world.team)
    assert page.post(f"/customers/{branch.pk}/parent/", {"parent": other.pk, "version": 1}).status_code == 302
    branch.refresh_from_db()
    assert branch.parent == other


def test_the_decision_map_draws_people_and_lines(page: Client, world: Scenario) -> None:
    customer = a_customer(world.team)
    assert "<svg" not in _text(page, f"/customers/{customer.pk}/decisions/")
    chief = contact_create(
        actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft("周总", role="decides", attitude="opposed")
    )
    sent = {"name": "<吴>主任", "attitude": "friendly", "reports_to": chief.pk, "preferences": "先打电话"}
    assert page.post(f"/customers/{customer.pk}/contacts/new/", sent).status_code == 302
    text = _text(page, f"/customers/{customer.pk}/decisions/")
    assert text.count("<path") == 1
    assert "决策者" in text
    assert "&lt;吴&gt;主任" in text
    assert f"/customers/contacts/{chief.pk}/" in text
    form = _text(page, f"/customers/contacts/{Contact.objects.get(name='<吴>主任').pk}/")
    assert f'<option value="{chief.pk}" selected>' in form
    assert "先打电话" in form


def test_a_competitors_line_is_entered_and_stands_on_its_tab(page: Client, world: Scenario) -> None:
    customer = a_customer(world.team)
    address = f"/customers/{customer.pk}/holdings/competitor_line/new/"
    sent = {
        "operator": "other", "product": "互联网专线", "bandwidth_mbps": "１００", "count": "2",
        "confidence": "sure", "monthly_fee_fen": "1,200", "ends_on": "2027-03-31", "source": "visit",
    }  # fmt: skip
    wrong = page.post(address, {**sent, "count": "0"})
    assert wrong.status_code == 422
    assert "互联网专线" in wrong.content.decode()
    assert page.post(address, sent).status_code == 302
    row = CompetitorLine.objects.get()
    assert (row.bandwidth_mbps, row.monthly_fee_fen, row.count) == (100, 120_000, 2)
    text = _text(page, f"/customers/{customer.pk}/competitors/")
    for shown in ("其他运营商", "互联网专线", "1,200.00", "2027-03-31", "走访所见"):
        assert shown in text
    assert "互联网专线" in _text(page, f"/customers/holdings/competitor_line/{row.pk}/")
    assert page.get("/customers/holdings/nonsense/1/").status_code == 404


def test_two_tabs_the_second_sees_what_the_first_saved(page: Client, world: Scenario) -> None:
    customer = a_customer(world.team)
    row = _add(customer, EquipmentDraft("router", "AR-1"))
    address = f"/customers/holdings/equipment/{row.pk}/"
    assert page.post(address, {"device": "router", "model": "AR-2", "version": 1}).status_code == 302
    late = page.post(address, {"device": "router", "model": "AR-3", "version": 1})
    assert late.status_code == 409
    assert "AR-2" in late.content.decode()


def test_a_contract_and_a_document_carry_files_through_the_gate(
    page: Client, client: Client, world: Scenario
) -> None:
    customer = a_customer(world.team)
    new = f"/customers/{customer.pk}/holdings/"
    sent = {"number": "HT-2026-1", "subject": "互联网专线", "file": SimpleUploadedFile("合同.pdf", _PDF)}
    assert page.post(f"{new}agreement/new/", sent).status_code == 302
    missing = page.post(f"{new}document/new/", {"subject": "营业执照"})
    assert missing.status_code == 422
    assert "请选择要保存的文件" in missing.content.decode()
    fake = {"subject": "营业执照", "file": SimpleUploadedFile("a.pdf", b"<html>")}
    assert page.post(f"{new}document/new/", fake).status_code == 422
    assert not Document.objects.exists()
    row = Agreement.objects.get()
    text = _text(page, f"/customers/{customer.pk}/papers/")
    assert "合同.pdf" in text
    address = f"/customers/holdings/agreement/{row.pk}/file/"
    assert address in text
    answer = page.get(address)
    assert b"".join(answer.streaming_content) == _PDF  # type: ignore[attr-defined] # a stream
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="file.download").count() == 1
    client.force_login(world.neighbour_user)
    assert client.get(address).status_code == 404
    assert client.get(f"/files/{row.file_id}/").status_code == 404


def test_the_history_tells_everything_and_filters_by_kind(page: Client, world: Scenario) -> None:
    customer = a_customer(world.team)
    contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft("周敏"))
    for number in range(14):
        _add(customer, EquipmentDraft("router", f"AR-{number}"))
    address = f"/customers/{customer.pk}/history/"
    assert _text(page, address).count("新增了设备") == 12
    contacts = _text(page, f"{address}?kind=contacts")
    assert "新建了联系人" in contacts
    assert "新增了设备" not in contacts
    assert "建立了客户资料" in _text(page, f"{address}?kind=file")
    equipment = _text(page, f"{address}?kind=equipment")
    before = equipment.split("_before=")[1].split('"')[0]
    older = _text(page, f"{address}?kind=equipment&_before={before}")
    assert older.count("新增了设备") == 2
    assert "orders" in equipment  # the kind that orders register


def test_the_visit_brief_has_it_on_one_page(page: Client, world: Scenario) -> None:
    customer = a_customer(world.team, actor=world.manager, name="晋阳云图", monthly_revenue_fen=1_234_500)
    soon = day_of(now()) + timedelta(days=20)
    born = soon.replace(year=1980, day=min(soon.day, 28))
    draft = ContactDraft("周敏", role="decides", phone="13800000001", birthday=born, preferences="爱喝普洱")
    contact_create(actor=SYSTEM, customer_id=customer.pk, draft=draft)
    _add(customer, CompetitorLineDraft("other", "语音中继", ends_on=soon))
    _add(customer, AgreementDraft("HT-9", "宽带", ends_on=soon))
    _add(customer, AgreementDraft("HT-10", "远期", ends_on=soon + timedelta(days=400)))
    brief = _text(page, f"/customers/{customer.pk}/brief/").split("cust-brief")[-1]
    for shown in (
        customer.code, "12,345.00", "周敏", "决策者", "爱喝普洱",
        'href="tel:13800000001"', f"{born:%m-%d}", "语音中继", "HT-9", f"{soon}", "没有在途订单",
        "新增了合同",
    ):  # fmt: skip
        assert shown in brief
    assert "HT-10" not in brief.split("近况")[0].split("即将到期")[1]


@pytest.mark.parametrize(
    ("tab", "queries"), [("decisions", 6), ("competitors", 7), ("papers", 8), ("history", 13), ("brief", 27)]
)
def test_queries_of_the_tabs_do_not_grow(page: Client, world: Scenario, tab: str, queries: int) -> None:
    customer = a_customer(world.team, actor=world.manager)
    for number in range(5):
        contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft(f"周{number}"))
        _add(customer, CompetitorLineDraft("other", "专线", ends_on=day_of(now())))
        _add(customer, AgreementDraft("H", "宽带"), Upload("a.pdf", [_PDF]))
        _add(customer, DocumentDraft("图", "diagram"), Upload("a.pdf", [_PDF]))
    assert_page_queries(page, f"/customers/{customer.pk}/{tab}/", queries)


def test_queries_of_the_tree_do_not_grow(page: Client, world: Scenario) -> None:
    group = a_customer(world.team, actor=world.manager)
    for _each in range(5):
        branch = a_customer(world.team, parent_id=group.pk)
        a_customer(world.team, parent_id=branch.pk)
    assert_page_queries(page, f"/customers/{group.pk}/branches/", 8)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("competitor-lines/?within=30", "语音中继"),
        ("agreements/?within=30", "HT-9"),
        ("birthdays/?within=30", "周敏"),
    ],
)
def test_lists_of_what_comes_up(page: Client, world: Scenario, address: str, shown: str) -> None:
    soon = day_of(now()) + timedelta(days=10)
    for unit, mark in ((world.team, ""), (world.datong_team, "他人")):
        customer = a_customer(unit)
        born = soon.replace(year=1980, day=min(soon.day, 28))
        draft = ContactDraft(f"{mark}周敏", birthday=born)
        contact_create(actor=SYSTEM, customer_id=customer.pk, draft=draft)
        _add(customer, CompetitorLineDraft("other", f"{mark}语音中继", ends_on=soon))
        _add(customer, AgreementDraft(f"{mark}HT-9", "宽带", ends_on=soon))
    text = _text(page, f"/customers/{address}")
    assert shown in text
    assert "他人" not in text
    for _each in range(4):
        _add(a_customer(world.team), CompetitorLineDraft("other", "专线", ends_on=soon))
    assert_page_queries(page, "/customers/competitor-lines/", 8)


@pytest.mark.parametrize("tile", ["customers.ending", "customers.birthdays"])
def test_tiles_tell_of_ones_own_accounts(page: Client, world: Scenario, tile: str) -> None:
    soon = day_of(now()) + timedelta(days=3)
    mine = a_customer(world.team, actor=world.manager, name="晋阳云图")
    others = a_customer(world.team, name="汾河大厦")
    for customer in (mine, others):
        born = soon.replace(year=1980, day=min(soon.day, 28))
        contact_create(actor=SYSTEM, customer_id=customer.pk, draft=ContactDraft("周敏", birthday=born))
        _add(customer, AgreementDraft("HT-9", "宽带", ends_on=soon))
    text = _text(page, f"/workbench/tiles/{tile}/")
    assert "晋阳云图" in text
    assert "汾河大厦" not in text
