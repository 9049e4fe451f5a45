"""A few files that were opened twice, as it happens, for the desk of duplicates to show."""

from __future__ import annotations

from dakehu.config.demo.people import Province
from dakehu.customers.api import Answer, ContactDraft, CustomerDraft, contact_create, customer_create
from dakehu.organisation.api import actor_for

TWICE = (
    ("霁岚杉语文化传媒有限公司", "0351-8206101", "太原市云帆路17号", "严霁"),
    ("霁岚杉语文化传媒有限责任公司", "", "太原市云帆路17号三层", "苗岚"),
    ("霁岚衫语文化传媒有限公司", "0351-8206102", "", ""),
    ("砚溪桐声餐饮管理有限公司", "0351-8206201", "太原市桥亭街5号", "古砚"),
    ("砚溪桐生餐饮管理有限公司", "", "", ""),
)
"""Name, telephone, address, first contact."""
_REMARK = "演示数据：虚构单位。"


def make_duplicates(province: Province) -> None:
    """In the known manager's hands, each with what its opener knew."""
    manager = province.users["manager"]
    actor = actor_for(manager)
    for name, phone, address, contact in TWICE:
        draft = CustomerDraft(name, manager.org_unit_id, phone=phone, address=address, remark=_REMARK)
        customer = customer_create(actor=actor, draft=draft, answer=Answer(names_differ=True))
        if contact:
            drafted = ContactDraft(name=contact, phone=phone)
            contact_create(actor=actor, customer_id=customer.pk, draft=drafted)
