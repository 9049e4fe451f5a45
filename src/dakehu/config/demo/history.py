"""What happened before the demonstration began: calls of three months, revenue of two years, some orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from dakehu.charging.api import usage_save
from dakehu.config.demo.accountbook import Placed, Progress, placed
from dakehu.config.demo.companies import MONTHS, revenue_months
from dakehu.config.demo.dice import Dice, Weighted
from dakehu.config.demo.models import DemoProvince
from dakehu.config.demo.people import Province
from dakehu.config.demo.voice import Station, by_group
from dakehu.customers.api import Customer, CustomerStatus
from dakehu.infra.access.api import SEGMENT, SYSTEM
from dakehu.kernel.clock import aware
from dakehu.kernel.numbers import CallClass
from dakehu.reporting.api import revenue_write
from dakehu.switch.records import CallRecord, EndCause, Party

_DAYS = 90
_CALLS_A_STATION = 60
_CALL_STREAM, _PRODUCT_STREAM = 7, 8
_REVENUE_CHUNK = 50_000
_PRODUCTS = ("single-line", "centrex-member", "centrex-group")
_PRODUCT = Weighted((6, 3, 1))
_CLASSES = (
    CallClass.IN_GROUP,
    CallClass.LOCAL,
    CallClass.NATIONAL,
    CallClass.INTERNATIONAL,
    CallClass.SPECIAL,
)
_CLASS = Weighted((45, 30, 17, 2, 6))
_AREAS = ("010", "021", "0311", "029", "0371", "0351", "0352", "0357")
_OUTCOME = Weighted((76, 12, 9, 3))
_CAUSES = (EndCause.COMPLETED, EndCause.NO_ANSWER, EndCause.BUSY, EndCause.CANCELLED)
_STATUS = {EndCause.COMPLETED: 200, EndCause.NO_ANSWER: 480, EndCause.BUSY: 486, EndCause.CANCELLED: 487}


def make_calls(stations: Sequence[Station], seed: int, today: datetime) -> None:
    """Rate made-up calls of the last three months; must run inside a transaction."""
    groups = by_group(stations)
    calls = [
        _call(station, groups[station.group_id], Dice(seed, _CALL_STREAM, place * 1000 + number), today)
        for place, station in enumerate(stations)
        for number in range(_CALLS_A_STATION)
    ]
    for at in range(0, len(calls), 1000):
        usage_save(calls[at : at + 1000])


def _call(station: Station, group: Sequence[Station], dice: Dice, today: datetime) -> CallRecord:
    kind = _CLASSES[_CLASS.draw(dice)]
    day = aware(today).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=1 + dice.number(_DAYS)
    )
    begin = day + timedelta(hours=8 + dice.number(10), minutes=dice.number(60), seconds=dice.number(60))
    begin_ms = int(begin.timestamp() * 1000)
    cause = _CAUSES[_OUTCOME.draw(dice)]
    answer_ms = begin_ms + dice.between(2000, 18_000) if cause is EndCause.COMPLETED else 0
    end_ms = (answer_ms or begin_ms + 20_000) + (
        dice.between(5, 60) * dice.between(1, 14) * 1000 if answer_ms else 0
    )
    dialled, called, other = _destination(kind, station, group, dice)
    return CallRecord(
        record_id=f"demo-{station.number}-{begin_ms}-{dice.number(10**9):09d}",
        call_id=f"demo-{dice.number(10**12):012d}",
        calling_number=station.number,
        calling_customer_id=station.customer_id,
        calling_group_id=station.group_id,
        dialled=dialled,
        begin_ms=begin_ms,
        called_number=called,
        called_customer_id=other.customer_id if other else 0,
        called_group_id=other.group_id if other else 0,
        call_class=kind,
        shown_number=station.short_number if other else station.number,
        answer_ms=answer_ms,
        end_ms=end_ms,
        cause=cause,
        ended_by=Party.CALLED if dice.chance(40) else Party.CALLER,
        status=_STATUS[cause],
    )


def _destination(
    kind: CallClass, station: Station, group: Sequence[Station], dice: Dice
) -> tuple[str, str, Station | None]:
    """Digits dialled, number reached, and the colleague reached inside the group."""
    local = f"{dice.between(2, 7)}{dice.number(1_000_000):06d}"
    match kind:
        case CallClass.IN_GROUP:
            others = [other for other in group if other != station]
            other = dice.one_of(others)
            return other.short_number, other.number, other
        case CallClass.LOCAL:
            return f"0{local}", f"{station.area_code}{local}", None
        case CallClass.INTERNATIONAL:
            return f"00081{local}", f"0081{local}", None
        case CallClass.SPECIAL:
            return "0114", "114", None
        case _:
            number = f"{dice.one_of(_AREAS)}{dice.between(2, 8)}{local}"
            return f"0{number}", number, None


def make_revenue(province: Province, first_id: int, row: DemoProvince, progress: Progress) -> None:
    """The last two years' billed revenue of every account into the lake, month by month."""
    months = list(_months_before(row.seeded_at, MONTHS))
    for start in range(0, row.accounts, _REVENUE_CHUNK):
        indexes = range(start, min(start + _REVENUE_CHUNK, row.accounts))
        _revenue_of(province, row.seed, first_id, indexes, months)
        progress(indexes.stop, row.accounts, "revenue")


def _revenue_of(province: Province, seed: int, first_id: int, indexes: range, months: Sequence[str]) -> None:
    found = list(placed(province, seed, first_id, indexes))
    amounts = [revenue_months(seed, c.company.index, _billed(c)) for c in found]
    place: dict[str, list[object]] = {
        "customer_id": [c.id for c in found],
        "org_path": [c.org_path for c in found],
        "org_city": [c.org_path[: 2 * SEGMENT] for c in found],
        "trade": [c.company.trade for c in found],
        "grade": [int(c.company.grade) for c in found],
        "product": [_PRODUCTS[_PRODUCT.draw(Dice(seed, _PRODUCT_STREAM, c.company.index))] for c in found],
    }
    for number, month in enumerate(months):
        columns: dict[str, list[object]] = {**place, "amount_fen": [each[number] for each in amounts]}
        revenue_write(actor=SYSTEM, month=month, source=f"demo-{indexes.start}", columns=columns)


def make_revenue_of(customer: Customer, row: DemoProvince) -> None:
    """The same for one account that stands outside the generated ones."""
    amounts = revenue_months(row.seed, row.accounts, customer.monthly_revenue_fen)
    for month, amount in zip(_months_before(row.seeded_at, MONTHS), amounts, strict=True):
        columns: dict[str, list[object]] = {
            "customer_id": [customer.pk],
            "org_path": [customer.org_path],
            "org_city": [customer.org_city],
            "trade": [customer.trade],
            "grade": [int(customer.grade)],
            "product": [_PRODUCTS[1]],
            "amount_fen": [amount],
        }
        revenue_write(actor=SYSTEM, month=month, source="demo-known", columns=columns)


def _billed(customer: Placed) -> int:
    """A prospect has bought nothing yet."""
    company = customer.company
    return 0 if company.status == CustomerStatus.PROSPECT else company.monthly_revenue_fen


def _months_before(today: datetime, count: int) -> Iterator[str]:
    """The whole months before this one, oldest first."""
    last = aware(today)
    number = last.year * 12 + last.month - 1
    for month in range(number - count, number):
        yield f"{month // 12:04d}-{month % 12 + 1:02d}"
