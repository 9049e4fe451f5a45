"""The named-account list in every state: applications, entries in force, warned, ended, and a dispute."""

from __future__ import annotations

from datetime import timedelta

from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.people import Province
from dakehu.customers.api import (
    Criterion,
    Customer,
    EntryEvent,
    RosterApplication,
    RosterEntry,
    Share,
    dispute_open,
    reclaim_due,
    roster_apply,
    roster_load_days,
    roster_step,
)
from dakehu.infra.access.api import Actor
from dakehu.kernel.clock import day_of
from dakehu.organisation.api import User, actor_for

_IN_FORCE = 6
_WARNED_DAYS, _RECLAIMED_DAYS = 95, 120
_REASONS = {
    Criterion.REVENUE: "近十二个月月均收入达到入选标准",
    Criterion.KEY_TRADE: "属党政军或重点行业客户",
    Criterion.STRATEGIC: "市公司战略客户",
    Criterion.GROWTH: "近两年收入增长较快",
}
_E = EntryEvent


class _Book:
    """Who does what with the accounts that are left."""

    def __init__(self, province: Province, accounts: list[Customer]) -> None:
        self.manager: Actor = actor_for(province.users["manager"])
        self.owner: User = province.users["manager"]
        self.leader, self.director = (actor_for(province.users[name]) for name in ("taiyuan", "province"))
        self.accounts = iter(accounts)
        self.criteria = list(_REASONS)
        self.made = 0

    def entry(
        self, *events: EntryEvent, reason: str = "", shares: tuple[Share, ...] = ()
    ) -> RosterEntry | None:
        """An application for the next account, taken through these steps."""
        row = next(self.accounts, None)
        return self.entry_of(row, *events, reason=reason, shares=shares) if row else None

    def entry_of(
        self, row: Customer, *events: EntryEvent, reason: str = "", shares: tuple[Share, ...] = ()
    ) -> RosterEntry:
        criterion = self.criteria[self.made % len(self.criteria)]
        self.made += 1
        application = RosterApplication(
            row.pk, self.owner.pk, criterion, _REASONS[criterion], shares, duplicates_seen=True
        )
        entry = roster_apply(actor=self.manager, application=application)
        for event in events:
            actor = {_E.WITHDRAW: self.manager, _E.ASK_LEAVE: self.manager, _E.REVIEW: self.leader}.get(
                event, self.director
            )
            said = reason if event is events[-1] or event is _E.ASK_LEAVE else ""
            entry = roster_step(
                actor=actor, entry_id=entry.pk, version=entry.version, event=event, reason=said
            )
        return entry


def make_roster(province: Province, row: DemoProvince, known: Customer) -> None:
    """Entries of the known manager's accounts but the known one, as many as there are accounts for."""
    # The manager's first accounts have orders: nobody would be warned for them, so they come last.
    owned = Customer.objects.filter(owner=province.users["manager"]).exclude(pk=known.pk).order_by("-pk")
    book = _Book(province, list(owned))
    colleague = next((u for u in province.managers[book.owner.org_unit_id] if u.pk != book.owner.pk), None)
    share = (Share(colleague.pk, 30),) if colleague else ()
    _neglect(book, row)
    book.entry()
    book.entry(_E.REVIEW)
    book.entry(_E.REJECT, reason="收入未达标，下季度再报")
    book.entry(_E.WITHDRAW)
    book.entry(_E.REVIEW, _E.APPROVE, _E.ASK_LEAVE, reason="客户迁往外省")
    book.entry(_E.REVIEW, _E.APPROVE, _E.ASK_LEAVE, _E.LEAVE, reason="业务已全部拆机")
    adjusted = book.entry(_E.REVIEW, _E.APPROVE)
    if adjusted and share:
        book.entry_of(adjusted.customer, _E.REVIEW, _E.APPROVE, shares=share)
    _dispute(book, colleague)
    for number in range(_IN_FORCE):
        book.entry(_E.REVIEW, _E.APPROVE, shares=share if number % 2 else ())


def _neglect(book: _Book, row: DemoProvince) -> None:
    """Two accounts that nobody looked after: one is warned, one goes back to the pool."""
    today = day_of(row.seeded_at)
    warned, reclaimed = (book.entry(_E.REVIEW, _E.APPROVE) for _each in range(2))
    if warned:
        roster_load_days(entry_id=warned.pk, since=today - timedelta(days=_WARNED_DAYS))
    if reclaimed:
        roster_load_days(
            entry_id=reclaimed.pk,
            since=today - timedelta(days=_RECLAIMED_DAYS),
            warned_on=today - timedelta(days=20),
        )
    reclaim_due()


def _dispute(book: _Book, colleague: User | None) -> None:
    entry = book.entry(_E.REVIEW, _E.APPROVE)
    if entry and colleague:
        dispute_open(
            actor=actor_for(colleague),
            customer_id=entry.customer_id,
            claimant_id=colleague.pk,
            evidence="该客户去年的合同由我签订，并一直负责其维护。",
        )
