"""Billed revenue from a spreadsheet: one row for each customer, month and product (KAM-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dakehu.customers.domain.errors import EntryUnknown
from dakehu.customers.domain.revenue import AccountUnknown, MonthAhead, RevenueOnFile, RevenueRow
from dakehu.customers.permissions import Permission
from dakehu.customers.selectors.words import account_words, entry_words, one_account
from dakehu.customers.services.customers import customers_held
from dakehu.customers.services.revenue import RevenueEntry, revenue_held, revenue_save, revenue_take_back
from dakehu.infra.access.api import Actor, require
from dakehu.infra.clock import now
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
from dakehu.kernel.clock import Month, month_of
from dakehu.kernel.errors import DomainError
from dakehu.kernel.money import yuan

NAME = "customer-revenue"

COLUMNS = [
    ImportColumn(
        "account", _("Customer"), parsers.text(120),
        aliases=("客户编号", "客户名称", "客户", "单位名称", "Account", "Account number"), required=True,
        example="K03510000001", note=_("Account number or full name of a customer on file."),
    ),
    ImportColumn(
        "month", _("Month"), parsers.month(), aliases=("账期", "月份", "出账月份", "计费月", "Billing month"),
        required=True, example="2026-10",
    ),
    ImportColumn(
        "category", _("Product category"), parsers.text(80),
        aliases=("产品类别", "产品大类", "业务类型", "业务类别", "Category"), required=True,
        note=_("An entry of the dictionary of product categories."),
    ),
    ImportColumn(
        "product", _("Product"), parsers.text(60), aliases=("产品", "产品名称", "业务", "资费项目"), blank="",
    ),
    ImportColumn(
        "amount_fen", _("Revenue (yuan)"), parsers.yuan(),
        aliases=("收入", "出账收入", "金额", "税后收入", "Amount", "Revenue"), required=True,
        example="12,500.00",
    ),
]  # fmt: skip


def check(actor: Actor, rows: Sequence[RevenueRow]) -> list[Finding]:
    """Faults with their columns, and figures that are on file already."""
    read = _read(actor, rows)
    held = revenue_held([entry for entry, _faults in read if entry])
    return [
        Finding(faults, _duplicates(held[entry.key].amount_fen))
        if entry and entry.key in held
        else Finding(faults)
        for entry, faults in read
    ]


def commit(actor: Actor, rows: Sequence[RevenueRow], wanted: Sequence[bool]) -> list[Outcome]:
    """Save the rows that are free of faults; a figure on file gives way where that was meant."""
    require(actor, Permission.LOAD_REVENUE)
    read = _read(actor, rows)
    accounts = {entry.customer_id for entry, _faults in read if entry}
    if customers_held(accounts) != accounts:  # one was merged away meanwhile
        read = _read(actor, rows)
    held = revenue_held([entry for entry, _faults in read if entry])
    outcomes: list[Outcome] = []
    accepted: list[tuple[int, RevenueEntry]] = []
    for place, ((entry, faults), meant) in enumerate(zip(read, wanted, strict=True)):
        known = held.get(entry.key) if entry else None
        outcomes.append(Finding(faults, _duplicates(known.amount_fen) if known else ()))
        if entry and (known is None or meant):
            accepted.append((place, entry))
    saved = revenue_save(actor=actor, entries=[entry for _place, entry in accepted])
    for (place, _entry), row in zip(accepted, saved, strict=True):
        outcomes[place] = Made(str(row.pk), row.version)
    return outcomes


def undo(actor: Actor, made: Sequence[Made]) -> list[DomainError | None]:
    return revenue_take_back(actor=actor, versions=[(int(item.object_id), item.version) for item in made])


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_import(
        ImportSpec(
            name=NAME,
            noun="revenue",
            title=pgettext_lazy("import", "Billed revenue of customers"),
            permission=Permission.LOAD_REVENUE,
            columns=COLUMNS,
            draft=RevenueRow,
            check=check,
            commit=commit,
            undo=undo,
            keys=RevenueRow.keys,
            unique=frozenset({"account"}),
            list_url="customers-customer-list",
            max_rows=1_000_000,
        )
    )


def _duplicates(amount_fen: int) -> list[Duplicate]:
    return [Duplicate(RevenueOnFile(field="amount_fen", amount=yuan(amount_fen)))]


def _read(actor: Actor, rows: Sequence[RevenueRow]) -> list[tuple[RevenueEntry | None, list[DomainError]]]:
    """Each row as an entry, or None with its faults. Two queries."""
    accounts = account_words(actor, {row.account for row in rows})
    categories, this_month = entry_words("product_category"), month_of(now())
    read: list[tuple[RevenueEntry | None, list[DomainError]]] = []
    for row in rows:
        faults: list[DomainError] = []
        account = one_account(
            accounts, row.account, faults, AccountUnknown(field="account", text=row.account), "account"
        )
        category = categories(row.category)
        if category is None:
            faults.append(EntryUnknown(field="category", dictionary="product_category", text=row.category))
        if row.month > this_month:
            faults.append(MonthAhead(field="month", month=row.month))
        entry = None
        if account is not None and category is not None and not faults:
            entry = RevenueEntry(account, Month(row.month), category, row.amount_fen, row.product)
        read.append((entry, faults))
    return read
