"""The one place where scores are written: score, faults and sums in step with the file (KAM-13).

Whoever changes what a rule may look at calls `keep_quality` in the same transaction, after the change. The
lock of the score's row makes two changes of one account follow each other: the second reads what the first
committed. Sums are written as differences (see `QualityTally`), so that accounts of one manager don't wait
for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from dakehu.customers.domain.quality import Fault, Score, rank_of
from dakehu.customers.domain.states import CustomerStatus
from dakehu.customers.models import AccountQuality, Customer, QualityFault, QualityReminder, QualityTally
from dakehu.customers.selectors.qualityfacts import FIELDS, AccountFacts, facts_of, facts_of_file
from dakehu.customers.selectors.qualityrules import RuleBook, rule_book
from dakehu.infra.clock import now
from dakehu.infra.rows import create_many
from dakehu.kernel.clock import day_of

_BATCH = 500
_UNCOUNTED = (CustomerStatus.CLOSED, CustomerStatus.LOST)
_COLUMNS = (
    "org_path", "org_city", "owner", "grade", "score", "completeness", "validity", "freshness", "fault_count",
    "is_poor", "check_on", "stamp", "confirmed",
)  # fmt: skip
_FAULT_COLUMNS = ("kind", "gain", "grade", "rank", "owner", "org_path", "org_city")
_Key = tuple[str, int | None, str]


class _Sums:
    """Differences of the sums, by place, owner and subject."""

    def __init__(self) -> None:
        self._by_key: dict[_Key, list[int]] = defaultdict(lambda: [0, 0, 0])

    def count(self, row: AccountQuality, subjects: Iterable[str], sign: int) -> None:
        of_accounts = self._by_key[row.org_path, row.owner_id, ""]
        of_accounts[0] += sign
        of_accounts[1] += sign * row.score
        of_accounts[2] += sign * row.is_poor
        for subject in subjects:
            self._by_key[row.org_path, row.owner_id, subject][0] += sign

    def write(self) -> None:
        rows = []
        for (path, owner_id, subject), (accounts, points, poor) in self._by_key.items():
            if accounts or points or poor:
                row = QualityTally(
                    owner_id=owner_id, subject=subject, accounts=accounts, points=points, poor=poor
                )
                row.place(path)
                rows.append(row)
        create_many(rows)


def keep_quality(
    customer_ids: Collection[int],
    *,
    touched: Mapping[int, Collection[str]] | None = None,
    book: RuleBook | None = None,
) -> int:
    """Judge the accounts by their files as they are now; how many scores changed. Idempotent.

    `touched` names by account the fields that were entered or found right just now: they are as of today.
    Accounts that are closed or lost have no score. A dozen statements for each 500.
    """
    ids, changed = sorted(set(customer_ids)), 0
    book = book or (rule_book() if ids else None)
    for at in range(0, len(ids), _BATCH):
        if book is not None:
            with transaction.atomic():
                changed += _keep(ids[at : at + _BATCH], touched or {}, book)
    return changed


def open_quality(rows: Sequence[Customer]) -> None:
    """Judge accounts that were just made, in the transaction that made them: nothing but the file is there.

    Several times as fast as `keep_quality`, for imports.
    """
    book, today, sums = rule_book(), day_of(now()), _Sums()
    qualities, faults = list[AccountQuality](), list[QualityFault]()
    for row in rows:
        if row.status in _UNCOUNTED:
            continue
        score = book.judge(AccountFacts(facts=facts_of_file(row, {})), row.grade, today)
        quality = AccountQuality(pk=row.pk)
        _fill(quality, row, score, book)
        qualities.append(quality)
        faults += [_set_fault(QualityFault(subject=fault.subject), quality, fault) for fault in score.faults]
        sums.count(quality, (fault.subject for fault in score.faults), +1)
    create_many(qualities)
    create_many(faults)
    sums.write()


def drop_quality(customer_ids: Collection[int]) -> None:
    """Take the accounts out of all sums and lists: they are closed, or about to be removed."""
    ids = list(customer_ids)
    with transaction.atomic():
        held = list(_locked(ids))
        if held:
            _drop(held, _faults_of(ids))


def _keep(ids: Sequence[int], touched: Mapping[int, Collection[str]], book: RuleBook) -> int:
    today = day_of(now())
    rows = list(Customer.objects.filter(pk__in=ids).order_by("pk"))
    held = _hold([row.pk for row in rows if row.status not in _UNCOUNTED])
    # Read again under the locks: what another writer committed while we waited counts.
    rows = list(Customer.objects.filter(pk__in=held).order_by("pk"))
    for pk, names in touched.items():
        if pk in held:
            held[pk].confirmed |= dict.fromkeys(set(names) & set(FIELDS), today.isoformat())
    facts = facts_of(rows, {pk: row.confirmed for pk, row in held.items()}, today)
    scores = {row.pk: book.judge(facts[row.pk], row.grade, today) for row in rows}
    old_faults, sums = _faults_of(list(held)), _Sums()
    changed = 0
    for row in rows:
        quality, score = held[row.pk], scores[row.pk]
        if quality.stamp:
            sums.count(quality, (fault.subject for fault in old_faults.get(row.pk, ())), -1)
        changed += quality.stamp == 0 or quality.score != score.score
        _fill(quality, row, score, book)
        sums.count(quality, (fault.subject for fault in score.faults), +1)
    _save(list(held.values()))
    _save_faults(held, scores, old_faults)
    sums.write()
    _close_reminders(held.values())
    gone = [pk for pk in ids if pk not in held]
    if gone:
        drop_quality(gone)
    return changed


def _hold(ids: Sequence[int]) -> dict[int, AccountQuality]:
    """The accounts' rows, locked; made where there were none."""
    held = {row.pk: row for row in _locked(ids)}
    if len(held) < len(ids):
        fresh = [AccountQuality(pk=pk) for pk in ids if pk not in held]
        AccountQuality.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=_BATCH)
        held = {row.pk: row for row in _locked(ids)}
    return held


def _locked(ids: Sequence[int]) -> Iterable[AccountQuality]:
    return AccountQuality.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")


def _faults_of(ids: Sequence[int]) -> dict[int, list[QualityFault]]:
    found: dict[int, list[QualityFault]] = defaultdict(list)
    for fault in QualityFault.objects.filter(customer__in=ids):
        found[fault.customer_id].append(fault)
    return found


def _fill(quality: AccountQuality, row: Customer, score: Score, book: RuleBook) -> None:
    quality.place(row.org_path)
    quality.owner_id, quality.grade = row.owner_id, row.grade
    quality.score, quality.completeness = score.score, score.completeness
    quality.validity, quality.freshness = score.validity, score.freshness
    quality.fault_count, quality.is_poor = len(score.faults), score.score < book.least_score
    quality.check_on, quality.stamp = score.check_on, book.stamp


def _save(rows: Sequence[AccountQuality]) -> None:
    if len(rows) == 1:
        rows[0].save(update_fields=_COLUMNS)
    elif rows:
        AccountQuality.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["customer"], update_fields=_COLUMNS, batch_size=_BATCH
        )


def _save_faults(
    held: Mapping[int, AccountQuality],
    scores: Mapping[int, Score],
    old: Mapping[int, Sequence[QualityFault]],
) -> None:
    """Write only what differs."""
    made, moved, gone = list[QualityFault](), list[QualityFault](), list[int]()
    for pk, score in scores.items():
        before = {fault.subject: fault for fault in old.get(pk, ())}
        for fault in score.faults:
            row = before.pop(fault.subject, None)
            fresh = row is None
            row = row or QualityFault(subject=fault.subject)
            was = _shown(row)
            _set_fault(row, held[pk], fault)
            if fresh:
                made.append(row)
            elif was != _shown(row):
                moved.append(row)
        gone += [row.pk for row in before.values()]
    if gone:
        QualityFault.objects.filter(pk__in=gone).delete()
    if moved:
        QualityFault.objects.bulk_create(
            moved,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=_FAULT_COLUMNS,
            batch_size=_BATCH,
        )
    create_many(made)


def _set_fault(row: QualityFault, quality: AccountQuality, fault: Fault) -> QualityFault:
    row.customer_id, row.kind, row.gain = quality.pk, str(fault.kind), fault.gain
    row.grade, row.rank = quality.grade, rank_of(quality.grade, fault.gain)
    row.owner_id = quality.owner_id
    row.place(quality.org_path)
    return row


def _shown(row: QualityFault) -> tuple[object, ...]:
    return row.kind, row.gain, row.grade, row.owner_id, row.org_path


def _drop(held: Sequence[AccountQuality], faults: Mapping[int, Sequence[QualityFault]]) -> None:
    sums, ids = _Sums(), [row.pk for row in held]
    for row in held:
        if row.stamp:
            sums.count(row, (fault.subject for fault in faults.get(row.pk, ())), -1)
    sums.write()
    QualityFault.objects.filter(customer__in=ids).delete()
    AccountQuality.objects.filter(pk__in=ids).delete()
    _end(ids, QualityReminder.State.DROPPED)


def _close_reminders(rows: Iterable[AccountQuality]) -> None:
    mended = [row.pk for row in rows if not row.is_poor]
    if mended:
        _end(mended, QualityReminder.State.MENDED)


def _end(ids: Sequence[int], state: QualityReminder.State) -> None:
    open_ones = QualityReminder.objects.filter(customer__in=ids, state=QualityReminder.State.OPEN)
    open_ones.update(state=state, closed_at=now())
