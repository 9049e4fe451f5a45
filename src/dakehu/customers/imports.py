"""Customers from a spreadsheet: the columns, and how rows are checked, saved and taken back (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.drafts import LONGEST, CustomerDraft
from dakehu.customers.domain.duplicates import Duplicate as Found
from dakehu.customers.domain.duplicates import Likeness
from dakehu.customers.domain.errors import AlikeNames, SameCreditCode
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.importing import CustomerRow
from dakehu.customers.domain.names import NAME_MAX
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.words import Words
from dakehu.customers.services.bulk import customers_create_checked
from dakehu.customers.services.checking import CheckedDraft, check_drafts
from dakehu.customers.services.customers import customers_held
from dakehu.customers.services.removing import customers_take_back
from dakehu.infra.access.api import Actor, require
from dakehu.infra.errors import register_messages
from dakehu.infra.importing.api import (
    Duplicate,
    Finding,
    ImportColumn,
    ImportSpec,
    Made,
    Outcome,
    parsers,
    register_import,
)
from dakehu.kernel.errors import DomainError

NAME = "customers"
_GRADES = {
    "特级": Grade.SPECIAL, "一级": Grade.FIRST, "二级": Grade.SECOND, "三级": Grade.THIRD,
    "小微": Grade.SMALL,
    "特": Grade.SPECIAL, "一": Grade.FIRST, "二": Grade.SECOND, "三": Grade.THIRD, "小微企业": Grade.SMALL,
    "1": Grade.FIRST, "2": Grade.SECOND, "3": Grade.THIRD,
    "special": Grade.SPECIAL, "first": Grade.FIRST, "second": Grade.SECOND, "third": Grade.THIRD,
    "small": Grade.SMALL,
}  # fmt: skip
_STATUSES = {
    "潜在": CustomerStatus.PROSPECT, "在网": CustomerStatus.ACTIVE, "流失": CustomerStatus.LOST,
    "潜在客户": CustomerStatus.PROSPECT, "正常": CustomerStatus.ACTIVE, "在用": CustomerStatus.ACTIVE,
    "离网": CustomerStatus.LOST, "prospect": CustomerStatus.PROSPECT, "active": CustomerStatus.ACTIVE,
    "lost": CustomerStatus.LOST,
}  # fmt: skip

COLUMNS = [
    ImportColumn(
        "name", _("Customer name"), parsers.name(NAME_MAX),
        aliases=("客户", "名称", "单位名称", "企业名称", "公司名称", "客户全称", "全称", "Name", "Company"),
        required=True, example="山西示例商贸有限公司", note=_("As on the business licence."),
    ),
    ImportColumn(
        "credit_code", _("Unified social credit code"),
        parsers.checked(parsers.code(40), read_credit_code),
        aliases=("信用代码", "社会信用代码", "组织机构代码", "税号", "纳税人识别号", "Credit code", "USCC"),
        example="91140100MA0EXAMP0Y", note=_("18 characters; set the column's format to text."), blank="",
    ),
    ImportColumn(
        "org_unit", pgettext_lazy("customer", "Unit"), parsers.text(120),
        aliases=("归属单位", "所属单位", "所属部门", "所属组织", "分公司", "营销中心", "客户中心", "班组",
                 "Organisation"),
        note=_("Name of the unit, where needed behind its city and a slash; blank for your own."), blank="",
    ),
    ImportColumn(
        "owner", _("Account manager"), parsers.text(60),
        aliases=("经理", "客户经理姓名", "客户经理工号", "负责人", "Owner", "Manager"),
        note=_("Name or sign-in name."), blank="",
    ),
    ImportColumn(
        "trade", _("Trade"), parsers.text(40), aliases=("所属行业", "行业分类", "行业类别", "Industry"),
        note=_("An entry of the dictionary of trades."), blank="",
    ),
    ImportColumn(
        "section", _("Trade section"), parsers.text(40), aliases=("门类", "国标行业", "行业门类", "Section"),
        note=_("A letter of GB/T 4754 or its name."), blank="",
    ),
    ImportColumn(
        "grade", _("Grade"), parsers.choice(_GRADES), aliases=("客户级别", "级别", "等级", "Level"),
        choices=("特级", "一级", "二级", "三级", "小微"), note=_("Blank: by revenue."),
    ),
    ImportColumn(
        "status", _("Standing"), parsers.choice(_STATUSES), aliases=("状态", "在网状态", "Status"),
        choices=("潜在", "在网", "流失"), blank=CustomerStatus.PROSPECT,
    ),
    ImportColumn(
        "parent", _("Parent customer"), parsers.text(NAME_MAX),
        aliases=("上级单位", "上级公司", "母公司", "所属集团", "集团名称", "Parent"),
        note=_("Account number or full name of a customer on file."), blank="",
    ),
    ImportColumn(
        "monthly_revenue_fen", _("Monthly revenue (yuan)"), parsers.yuan(),
        aliases=("月收入", "月均收入", "月均出账", "月消费", "月均消费", "Revenue", "Monthly revenue"),
        example="12,500.00", blank=0,
    ),
    ImportColumn(
        "address", _("Address"), parsers.text(LONGEST["address"]),
        aliases=("单位地址", "通信地址", "联系地址", "注册地址"), blank="",
    ),
    ImportColumn(
        "phone", _("Telephone"), parsers.code(LONGEST["phone"], upper=False),
        aliases=("联系电话", "单位电话", "办公电话", "手机", "Phone", "Tel"),
        example="0351-8200000", blank="",
    ),
    ImportColumn(
        "website", _("Website"), parsers.text(LONGEST["website"]), aliases=("网站", "官网"), blank=""
    ),
    ImportColumn(
        "remark", _("Remark"), parsers.text(LONGEST["remark"]), aliases=("说明", "Remarks", "Notes"), blank=""
    ),
]  # fmt: skip


def check(actor: Actor, rows: Sequence[CustomerRow]) -> list[Finding]:
    """Faults with their columns, and what on file is like each row."""
    return [_finding(faults, checked) for faults, checked in _checked(actor, rows)]


def commit(actor: Actor, rows: Sequence[CustomerRow], wanted: Sequence[bool]) -> list[Outcome]:
    """Open files for the rows that are free of faults and of duplicates that nobody has answered."""
    require(actor, Permission.IMPORT)
    outcomes: list[Outcome] = []
    accepted: list[tuple[int, CheckedDraft]] = []
    for place, ((faults, checked), meant) in enumerate(zip(_held(actor, rows), wanted, strict=True)):
        finding = _finding(faults, checked)
        outcomes.append(finding)
        answered = not finding.duplicates or (meant and all(d.importable for d in finding.duplicates))
        if not finding.faults and answered:
            accepted.append((place, checked))
    created = customers_create_checked(actor=actor, checked=[checked for _place, checked in accepted])
    for (place, _checked_draft), customer in zip(accepted, created, strict=True):
        outcomes[place] = Made(str(customer.pk), customer.version)
    return outcomes


def undo(actor: Actor, made: Sequence[Made]) -> list[DomainError | None]:
    return customers_take_back(actor=actor, versions=[(int(item.object_id), item.version) for item in made])


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_messages({
        "customers.several_meant": _("“%(text)s” may mean several: %(others)s. Write one of these."),
        "customers.file_in_use": _("Other records (%(noun)s) refer to “%(name)s” by now, so it stays."),
    })  # fmt: skip
    register_import(
        ImportSpec(
            name=NAME,
            noun="customer",
            title=_("Customers"),
            permission=Permission.IMPORT,
            columns=COLUMNS,
            draft=CustomerRow,
            check=check,
            commit=commit,
            undo=undo,
            keys=CustomerRow.keys,
            unique=frozenset({"credit_code"}),
            url=lambda pk: reverse("customers-customer-record", args=[pk]),
            list_url="customers-customer-list",
        )
    )


def _checked(actor: Actor, rows: Sequence[CustomerRow]) -> list[tuple[list[DomainError], CheckedDraft]]:
    """Each row's own faults of words, and the draft made of it as the services check it."""
    words = Words.of(actor, rows)
    faults: list[list[DomainError]] = [[] for _row in rows]
    drafts = [_draft(words, row, found) for row, found in zip(rows, faults, strict=True)]
    return list(zip(faults, check_drafts(actor, drafts), strict=True))


def _held(actor: Actor, rows: Sequence[CustomerRow]) -> list[tuple[list[DomainError], CheckedDraft]]:
    """The same with the parents locked; looked up once more where one was merged away meanwhile."""
    checked = _checked(actor, rows)
    parents = {each.draft.parent_id for _faults, each in checked if each.draft.parent_id is not None}
    return checked if not parents or customers_held(parents) == parents else _checked(actor, rows)


def _draft(words: Words, row: CustomerRow, faults: list[DomainError]) -> CustomerDraft:
    return CustomerDraft(
        name=row.name,
        org_unit_id=words.unit(row.org_unit, faults),
        credit_code=row.credit_code,
        section=words.section(row.section),
        trade=words.trade(row.trade),
        grade=Grade(row.grade) if row.grade is not None else None,
        status=CustomerStatus(row.status),
        owner_id=words.owner(row.owner, faults),
        parent_id=words.parent(row.parent, faults),
        monthly_revenue_fen=row.monthly_revenue_fen,
        address=row.address,
        phone=row.phone,
        website=row.website,
        remark=row.remark,
    )


def _finding(faults: Sequence[DomainError], checked: CheckedDraft) -> Finding:
    """A word that was not resolved is told once, by its own fault."""
    told = {fault.field for fault in faults}
    all_faults = [*faults, *(fault for fault in checked.faults if fault.field not in told)]
    answered = checked.draft.parent_id in {d.customer_id for d in checked.duplicates if _same(d)}
    duplicates = [_duplicate(d) for d in checked.duplicates if not (answered and _same(d))]
    return Finding(all_faults, duplicates)


def _same(found: Found) -> bool:
    return found.likeness is Likeness.SAME_CODE


def _duplicate(found: Found) -> Duplicate:
    """The same code stands beside another only as its branch, which the column for the parent says."""
    others = [f"{found.name}（{found.code}）"]
    if _same(found):
        return Duplicate(SameCreditCode(field="credit_code", others=others), str(found.customer_id), False)
    return Duplicate(AlikeNames(field="name", others=others), str(found.customer_id))
