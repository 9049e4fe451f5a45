"""The work order that tells the exchange to make a group (CTX-12, 人工调单)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dakehu.centrex.domain.group import Group

FIELDS = (
    "exchange", "area_code", "customer", "group", "gcn",
    "capacity", "exit_prefix", "attendant_prefix", "short_length",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExchangeWorkOrder:
    """What the exchange's staff, or its interface, must set."""

    exchange: str
    area_code: str
    customer: str
    group: str
    gcn: str
    capacity: int
    exit_prefix: str
    attendant_prefix: str
    short_length: int

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Field and value in the order the sheet is read."""
        return tuple((name, str(getattr(self, name))) for name in FIELDS)

    def printed(self, labels: Mapping[str, str], *, blank: str = "-") -> str:
        """The sheet as text, a line a field; `labels` gives each field's name in the reader's language."""
        return "".join(f"{labels[name]}: {value or blank}\n" for name, value in self.rows())


def work_order(group: Group, customer: str) -> ExchangeWorkOrder:
    """The order for a new group; `customer` is the customer's name as the sheet shows it."""
    return ExchangeWorkOrder(
        exchange=group.exchange,
        area_code=group.area_code,
        customer=customer,
        group=group.name,
        gcn=group.gcn,
        capacity=group.capacity,
        exit_prefix=group.exit_prefix,
        attendant_prefix=group.attendant_prefix,
        short_length=group.short_length,
    )
