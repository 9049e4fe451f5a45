"""A few files that were opened twice, as it happens, for the desk of duplicates to show."""

from __future__ import annotations

from dakehu.config.demo.people import Province
from dakehu.customers.api import (
    Answer,
    ContactDraft,
    Customer,
    CustomerDraft,
    contact_create,
    customer_create,
    customers_merge,
    keep_pairs,
    search_pairs,
)
from dakehu.infra.access.api import SYSTEM
from dakehu.organisation.api import actor_for

TWICE = (
    ("霁岚杉语文化传媒有限公司", "0351-8206101", "太原市云帆路17号", "严霁"),
    ("霁岚杉语文化传媒有限责任公司", "", "太原市云帆路17号三层", "苗岚"),
    ("霁岚衫语文化传媒有限公司", "0351-8206102", "", ""),
    ("砚溪桐声餐饮管理有限公司", "0351-8206201", "太原市桥亭街5号", "古砚"),
    ("砚溪桐生餐饮管理有限公司", "", "", ""),
)
"""Name, telephone, address, first contact."""
_STAYS = TWICE[3]
ONCE_MERGED = ("砚溪桐声餐饮管理公司", "0351-8206203", "太原市桥亭街5号北门", "")
"""One more of the same, which was merged already: the history of merges has something to undo."""
_REMARK = "演示数据：虚构单位。"
_MOST_SEARCHED = 20_000
"""Of a larger province the search takes its time: there the steward begins it."""


def make_duplicates(province: Province, accounts: int) -> None:
    """In the known manager's hands, each with what its opener knew."""
    gone, *rows = (_opened(province, known) for known in (ONCE_MERGED, *TWICE))
    kept = rows[TWICE.index(_STAYS)]
    kept.refresh_from_db()
    gone.refresh_from_db()
    versions = (kept.version, gone.version)
    customers_merge(actor=SYSTEM, kept_id=kept.pk, gone_id=gone.pk, versions=versions, taken=("address",))
    if accounts <= _MOST_SEARCHED:
        keep_pairs(SYSTEM, search_pairs(SYSTEM, lambda _done, _total, _note: None))


def _opened(province: Province, known: tuple[str, str, str, str]) -> Customer:
    manager = province.users["manager"]
    actor = actor_for(manager)
    name, phone, address, contact = known
    draft = CustomerDraft(name, manager.org_unit_id, phone=phone, address=address, remark=_REMARK)
    customer = customer_create(actor=actor, draft=draft, answer=Answer(names_differ=True))
    if contact:
        contact_create(actor=actor, customer_id=customer.pk, draft=ContactDraft(name=contact, phone=phone))
    return customer
