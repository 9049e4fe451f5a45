"""The whole files of the known manager's accounts: who decides there, what others supply, what ends when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dakehu.config.demo.dice import Dice
from dakehu.config.demo.names import person
from dakehu.config.demo.people import Province
from dakehu.customers.api import (
    AgreementDraft,
    Attitude,
    CompetitorLineDraft,
    Confidence,
    Contact,
    ContactDraft,
    Customer,
    DocumentDraft,
    EquipmentDraft,
    Upload,
    contact_change,
    contact_create,
    holding_add,
)
from dakehu.infra.access.api import Actor
from dakehu.infra.clock import now
from dakehu.kernel.clock import day_of
from dakehu.organisation.api import actor_for

_STREAM = 77
_ACCOUNTS = 12
_PREFERENCES = ("上午十点后方便", "喜欢先看书面方案", "请先打电话再上门", "关心故障恢复时间", "爱下象棋", "")
_RIVAL_PRODUCTS = (("互联网专线", 100), ("数据专线", 20), ("语音中继", None), ("云主机互联", 200))
_DEVICES = (
    ("router", "AR-2200"),
    ("optical", "GP-804"),
    ("pbx", "JY-256"),
    ("switch", "S-5720"),
    ("gateway", "VG-32"),
)
_SUBJECTS = ("互联网专线服务", "集团电话服务", "数据专线租用", "呼叫中心外包")
_POSTS = (("财务总监", "pays"), ("网络主管", "influences"), ("行政主管", "uses"))
# The smallest picture there is: a PNG of one pixel, standing for a network diagram.
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
)


def make_relations(province: Province, known: Customer, seed: int) -> None:
    """The known account's file in full, and a smaller one for some other accounts of its manager."""
    manager = actor_for(province.users["manager"])
    today = day_of(now())
    _decide(manager, known, Dice(seed, _STREAM), today)
    upload = Upload("网络拓扑图.png", [_PICTURE])
    holding_add(
        actor=manager, customer_id=known.pk, draft=DocumentDraft("总部网络拓扑图", "diagram"), upload=upload
    )
    others = Customer.objects.filter(owner=province.users["manager"]).exclude(pk=known.pk)
    for number, customer in enumerate([known, *others.order_by("pk")[:_ACCOUNTS]]):
        _hold(manager, customer, Dice(seed, _STREAM, number + 1), today)


def _decide(manager: Actor, customer: Customer, dice: Dice, today: date) -> None:
    """Reporting lines under the first contact, attitudes, birthdays of which two are near."""
    chief, engineer = Contact.objects.filter(customer=customer).order_by("pk")[:2]
    born = _born(today, 6)
    _add_to(
        manager, chief, ContactDraft(chief.name, attitude=Attitude.FRIENDLY, birthday=born, is_primary=True)
    )
    _add_to(
        manager, engineer, ContactDraft(engineer.name, attitude=Attitude.ADVOCATE, reports_to_id=chief.pk)
    )
    leaders = [chief.pk, engineer.pk, chief.pk]
    attitudes = (Attitude.RESERVED, Attitude.NEUTRAL, Attitude.FRIENDLY)
    for (post, role), leader, attitude in zip(_POSTS, leaders, attitudes, strict=True):
        draft = ContactDraft(
            person(dice),
            post=post,
            role=role,
            phone=f"0351-8208{dice.between(100, 999)}",
            birthday=_born(today, dice.between(1, 300)),
            attitude=attitude,
            reports_to_id=leader,
            preferences=dice.one_of(_PREFERENCES),
        )
        contact_create(actor=manager, customer_id=customer.pk, draft=draft)


def _add_to(manager: Actor, contact: Contact, more: ContactDraft) -> None:
    """Give a contact what `more` says, keeping post, part and telephone."""
    draft = replace(more, post=contact.post, role=contact.role, phone=contact.phone)
    contact_change(actor=manager, contact_id=contact.pk, version=contact.version, draft=draft)


def _hold(manager: Actor, customer: Customer, dice: Dice, today: date) -> None:
    """A competitor's line, two devices and a contract; some of them end soon."""
    product, bandwidth = dice.one_of(_RIVAL_PRODUCTS)
    line = CompetitorLineDraft(
        "other",
        product,
        bandwidth,
        count=dice.between(1, 4),
        monthly_fee_fen=dice.between(8, 90) * 10_000,
        ends_on=today + timedelta(days=dice.between(10, 500)),
        source=dice.one_of(("customer", "visit", "tender")),
        confidence=dice.one_of((Confidence.SURE, Confidence.LIKELY, Confidence.RUMOUR)),
    )
    holding_add(actor=manager, customer_id=customer.pk, draft=line)
    for _each in range(2):
        device, model = dice.one_of(_DEVICES)
        since = today - timedelta(days=dice.between(100, 1500))
        equipment = EquipmentDraft(
            device,
            model,
            serial=f"SN{dice.between(10**7, 10**8 - 1)}",
            place=f"{dice.between(1, 18)} 层弱电间",
            since=since,
            warranty_until=since + timedelta(days=1095),
        )
        holding_add(actor=manager, customer_id=customer.pk, draft=equipment)
    starts = today - timedelta(days=dice.between(30, 700))
    agreement = AgreementDraft(
        f"JY-{starts.year}-{dice.between(100, 999)}",
        dice.one_of(_SUBJECTS),
        starts,
        today + timedelta(days=dice.between(15, 400)),
        amount_fen=dice.between(2, 80) * 1_000_000,
    )
    holding_add(actor=manager, customer_id=customer.pk, draft=agreement)


def _born(today: date, ahead: int) -> date:
    """A birthday that comes so many days from now, for someone in the forties."""
    day = today + timedelta(days=ahead)
    return date(day.year - 45, day.month, min(day.day, 28))
