"""Performance contracts of the known manager and colleagues of the city: closed months, an appeal, drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from dakehu.config.demo.dice import Dice
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.people import Province
from dakehu.customers.api import Customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.kernel.clock import Month, month_add, month_of, months_between
from dakehu.managers.api import (
    AppealEvent,
    Contract,
    ContractDraft,
    ContractEvent,
    Entry,
    IndicatorCode,
    TermDraft,
    appeal_decide,
    appeal_open,
    contract_create,
    contract_step,
    figure_enter,
    month_close,
    new_product_add,
)
from dakehu.organisation.api import User, actor_for

_STREAM = 31
_PEOPLE, _CLOSED = 9, 3
_MONTHS = 12
_E, _I = ContractEvent, IndicatorCode
_AGREED = (_E.PROPOSE, _E.ACCEPT, _E.ENFORCE)


@dataclass(frozen=True, slots=True)
class _Load:
    """What a manager's accounts bring in a month, and how many there are."""

    person: User
    fen: int
    accounts: int


def make_performance(province: Province, row: DemoProvince) -> None:
    """Contracts of the year of the last whole month, its months closed as far as there are three."""
    last = month_add(month_of(row.seeded_at), -1)
    first = max(month_add(last, 1 - _CLOSED), Month(f"{last[:4]}-01"))
    new_product_add(actor=SYSTEM, category="cloud", product="", since=month_add(last, -_MONTHS))
    leader, known = actor_for(province.users["taiyuan"]), province.users["manager"]
    loads = _loads(known)
    for number, load in enumerate(loads):
        dice = Dice(row.seed, _STREAM, number)
        contract = _contract(leader, load, first, dice)
        steps = _AGREED[: max(0, len(loads) - number - 1)]  # the last ones are still being agreed
        for event in steps:
            actor = actor_for(load.person) if event is _E.ACCEPT else leader
            contract = contract_step(
                actor=actor, contract_id=contract.pk, version=contract.version, event=event
            )
        if len(steps) == len(_AGREED):
            _close(leader, contract, months_between(first, last), dice)
            _enter(contract, month_add(last, 1), dice)
    _appeal(leader, known, Contract.objects.filter(manager=known).first(), [first, last])


def _loads(known: User) -> Sequence[_Load]:
    """The known manager and those of the city whose accounts bring most."""
    rows = (
        Customer.objects.filter(org_city=known.org_city, owner__isnull=False)
        .values("owner")
        .annotate(fen=Sum("monthly_revenue_fen"), accounts=Count("pk"))
        .order_by("-fen", "owner")[:_PEOPLE]
    )
    found = {each["owner"]: (each["fen"] or 0, each["accounts"]) for each in rows}
    own = Customer.objects.filter(owner=known).aggregate(fen=Sum("monthly_revenue_fen"), accounts=Count("pk"))
    found = {known.pk: (own["fen"] or 0, own["accounts"]), **found}
    people = User.objects.in_bulk(found)
    return [_Load(people[pk], max(fen, 100), max(accounts, 1)) for pk, (fen, accounts) in found.items()]


def _contract(leader: Actor, load: _Load, first: Month, dice: Dice) -> Contract:
    """A contract that begins with the first month that is closed, so that none before it stands open."""
    months = _MONTHS + 1 - int(first[5:])
    target = load.fen * dice.between(88, 108) // 100
    lines = (
        (_I.REVENUE, 20, target * months),
        (_I.GROWTH, 10, dice.between(3, 9) * 100),
        (_I.ARPU, 10, target // load.accounts),
        (_I.CHURN, 10, 100),
        (_I.NEW_PRODUCTS, 10, target * dice.between(12, 22) // 100 * months),
        (_I.FORECAST, 10, 9_000),
        (_I.SATISFACTION, 20, 9_000),
        (_I.VISITS, 10, 2 * months),
    )
    terms = [TermDraft(code, weight, target, row) for row, (code, weight, target) in enumerate(lines, 1)]
    draft = ContractDraft(int(first[:4]), terms, int(first[5:]), remark="演示数据：虚构目标")
    return contract_create(actor=leader, manager_id=load.person.pk, draft=draft)


def _close(leader: Actor, contract: Contract, months: Sequence[Month], dice: Dice) -> None:
    for month in months:
        _enter(contract, month, dice, _I.SATISFACTION)
        _enter(contract, month, dice)
        month_close(actor=leader, contract_id=contract.pk, month=month)


def _enter(contract: Contract, month: Month, dice: Dice, code: IndicatorCode = _I.FORECAST) -> None:
    """A figure as the statistician would enter it; none of a month of the next year."""
    if int(month[:4]) != contract.year:
        return
    notes = {_I.SATISFACTION: f"{month} 客户满意度回访汇总", _I.FORECAST: f"{month} 销售预测与实绩对照表"}
    entry = Entry(dice.between(8_550, 9_650), notes[code])
    figure_enter(actor=SYSTEM, contract_id=contract.pk, month=month, code=code, entry=entry)


def _appeal(leader: Actor, known: User, contract: Contract | None, months: Sequence[Month]) -> None:
    """One appeal granted, of the first closed month, and one that waits, of the last."""
    if contract is None:
        return
    manager = actor_for(known)
    granted = appeal_open(
        actor=manager, contract_id=contract.pk, month=months[0], code=_I.SATISFACTION,
        reason="有两户回访样本并非本人客户，应予剔除。", wanted=9_300,
    )  # fmt: skip
    appeal_decide(
        actor=leader, appeal_id=granted.pk, version=granted.version, event=AppealEvent.GRANT,
        decision="经核对回访记录，剔除两户后重新计算。", corrected=9_300,
    )  # fmt: skip
    appeal_open(
        actor=manager, contract_id=contract.pk, month=months[-1], code=_I.NEW_PRODUCTS,
        reason="云专线收入记在了专线类别下，请计入新业务。",
    )  # fmt: skip
