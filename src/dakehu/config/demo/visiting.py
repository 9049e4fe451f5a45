"""The known manager's days: files of the team, visits paid and planned, promises, a hand-over to sign."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dakehu.config.demo.people import Province
from dakehu.customers.api import Contact, Customer
from dakehu.infra.access.api import SYSTEM, Actor
from dakehu.kernel.clock import day_of, day_start
from dakehu.managers.api import (
    CredentialDraft,
    CredentialKind,
    FileDraft,
    PromiseDraft,
    Visit,
    VisitLog,
    VisitPlan,
    credential_add,
    file_create,
    hand_over_propose,
    visit_comment,
    visit_log,
    visit_plan,
)
from dakehu.organisation.api import User, actor_for

_GRADES = ("senior", "middle", "junior")
_FILES = 12
_PAID = (
    (-1, 9, "专线续约", "客户同意续约两年，要求带宽由 100 兆升到 200 兆。", "送 200 兆报价", 3),
    (-2, 14, "季度走访", "总机语音质量满意；新办公楼明年三月启用。", "提供新楼组网方案", 9),
    (-3, 10, "故障回访", "上周中断原因已说明，客户接受。", "送书面故障报告", -1),
    (-5, 15, "新业务推介", "演示集团彩铃和网页话机，技术负责人有兴趣。", "", 0),
    (-8, 9, "对账", "九月账单核对无误。", "", 0),
)
_AHEAD = (
    (0, 16, "合同签字"),
    (1, 9, "季度走访"),
    (2, 14, "专线勘察"),
    (5, 10, "方案汇报"),
    (7, 15, "季度走访"),
)


def make_visits(province: Province, moment: datetime) -> None:
    """Files for the known manager's colleagues, and what that manager did and plans around `moment`."""
    user = province.users["manager"]
    colleagues = province.managers[user.org_unit_id]
    _make_files(colleagues, day_of(moment))
    manager = actor_for(user)
    leader = next((each for each in colleagues if each.post and each.post.code == "team_leader"), None)
    # The smallest accounts are visited: those whose grade asks for visits then stand in the list of due ones.
    accounts = list(Customer.objects.filter(owner=user).order_by("-grade", "pk")[: len(_PAID) + len(_AHEAD)])
    for (shift, hour, purpose, text, promise, due), customer in zip(_PAID, accounts, strict=False):
        starts_at = day_start(day_of(moment)) + timedelta(days=shift, hours=hour)
        promised = (PromiseDraft(promise, day_of(moment) + timedelta(days=due)),) if promise else ()
        visit = _plan(manager, customer, starts_at, purpose)
        met = frozenset(Contact.objects.filter(customer=customer).values_list("pk", flat=True)[:1])
        log = VisitLog(starts_at, text, met, promised)
        visit = visit_log(actor=manager, visit_id=visit.pk, version=visit.version, log=log)
        if leader and not promised:
            visit_comment(
                actor=actor_for(leader), visit_id=visit.pk, version=visit.version, comment="跟进及时，继续。"
            )
    for (shift, hour, purpose), customer in zip(_AHEAD, accounts[len(_PAID) :], strict=False):
        _plan(manager, customer, day_start(day_of(moment)) + timedelta(days=shift, hours=hour), purpose)
    taker = next((each for each in colleagues if each not in (user, leader)), None)
    if taker and len(accounts) > 1:
        hand_over_propose(
            actor=manager,
            giver_id=user.pk,
            taker_id=taker.pk,
            customer_ids=[each.pk for each in accounts[-2:]],
            reason="片区调整",
        )


def _plan(manager: Actor, customer: Customer, starts_at: datetime, purpose: str) -> Visit:
    plan = VisitPlan(starts_at=starts_at, minutes=60, purpose=purpose)
    return visit_plan(actor=manager, customer_id=customer.pk, plan=plan)


def _make_files(people: list[User], today: date) -> None:
    for number, person in enumerate(people[:_FILES]):
        since = date(today.year - 2 - number % 6, 3, 1)
        draft = FileDraft(_GRADES[number % len(_GRADES)], since, "普通话" if number % 3 else "普通话、英语")
        file = file_create(actor=SYSTEM, user_id=person.pk, draft=draft)
        training = CredentialDraft(
            CredentialKind.TRAINING, "云网融合产品培训", date(today.year, 4, 8), issuer="省公司", hours=16
        )
        credential_add(actor=SYSTEM, file_id=file.pk, draft=training)
