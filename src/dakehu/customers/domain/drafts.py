"""A customer file as someone fills it in, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from dakehu.customers.domain.creditcodes import read_credit_code
from dakehu.customers.domain.errors import (
    EntryUnknown,
    NameMissing,
    PhoneMalformed,
    RevenueNegative,
    TextTooLong,
    WebsiteMalformed,
)
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.names import NAME_MAX, display_name
from dakehu.customers.domain.states import CustomerStatus
from dakehu.kernel.errors import DomainError
from dakehu.kernel.text import clean_code, clean_line, fold_width

_PHONE = re.compile(r"[+(]?\d[\d ()-]{3,30}\d(?:(?:转|ext\.?|x|#|,|-) ?\d{1,6})?", re.IGNORECASE)
_WEBSITE = re.compile(
    r"(?:https?://)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE
)
LONGEST = {"name": NAME_MAX, "address": 200, "phone": 40, "website": 200, "remark": 4000}


def is_telephone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None


def is_website(text: str) -> bool:
    return _WEBSITE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What a form, an import row or a program hands to the services. Ids are the organisation's own.

    Without `grade` the thresholds decide; `owner_id` None makes the actor the owner when they are an
    account manager without the right to assign, and leaves the account without one otherwise.
    """

    name: str
    org_unit_id: int
    credit_code: str = ""
    section: str = ""
    trade: str = ""
    grade: Grade | None = None
    status: CustomerStatus = CustomerStatus.PROSPECT
    owner_id: int | None = None
    parent_id: int | None = None
    monthly_revenue_fen: int = 0
    address: str = ""
    phone: str = ""
    website: str = ""
    remark: str = ""
    hand_grade: Grade | None = None
    """What `grade` was before the rules were asked; the check fills it in."""


@dataclass(frozen=True, slots=True)
class Known:
    """The dictionaries' codes that a draft may name."""

    sections: Collection[str] = field(default_factory=frozenset)
    trades: Collection[str] = field(default_factory=frozenset)


def tidy(draft: CustomerDraft, known: Known) -> tuple[CustomerDraft, list[DomainError]]:
    """The draft in the one spelling that is kept, and its faults, each with its field."""
    faults: list[DomainError] = []
    tidied = replace(
        draft,
        name=display_name(draft.name),
        credit_code=_credit_code(draft.credit_code, faults),
        section=clean_code(draft.section).upper(),
        trade=clean_code(draft.trade),
        address=clean_line(fold_width(draft.address)),
        phone=clean_line(fold_width(draft.phone)),
        website=clean_code(draft.website),
        remark=draft.remark.strip(),
    )
    faults += _faults(tidied, known)
    return tidied, faults


def _credit_code(text: str, faults: list[DomainError]) -> str:
    try:
        return read_credit_code(text)
    except DomainError as fault:
        faults.append(fault)
        return ""


def _faults(draft: CustomerDraft, known: Known) -> list[DomainError]:
    faults: list[DomainError] = []
    if not draft.name:
        faults.append(NameMissing(field="name"))
    for name, most in LONGEST.items():
        length = len(getattr(draft, name))
        if length > most:
            faults.append(TextTooLong(field=name, length=length, most=most))
    if draft.section and draft.section not in known.sections:
        faults.append(EntryUnknown(field="section", dictionary="trade_section", text=draft.section))
    if draft.trade and draft.trade not in known.trades:
        faults.append(EntryUnknown(field="trade", dictionary="trade", text=draft.trade))
    if draft.monthly_revenue_fen < 0:
        faults.append(RevenueNegative(field="monthly_revenue_fen"))
    if draft.phone and not is_telephone(draft.phone):
        faults.append(PhoneMalformed(field="phone", text=draft.phone))
    if draft.website and not is_website(draft.website):
        faults.append(WebsiteMalformed(field="website", text=draft.website))
    return faults
