"""An order as far as it is typed: read from the form, completed with proposals, asked about, shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict

from dakehu.catalogue.api import Characteristic, ProductOffering, ValueType, offering_get
from dakehu.centrex.api import (
    CentrexGroup,
    Group,
    group_value,
    groups_for,
    propose_short_number,
    short_numbers_of,
)
from dakehu.customers.api import Customer
from dakehu.infra.access.api import Actor
from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError
from dakehu.kernel.numbers import parse_public
from dakehu.kernel.text import clean_code
from dakehu.numbering.api import Exchange, FreeNumbers, NumberState, exchanges_for, numbers_for, numbers_free
from dakehu.orders.domain.requests import ItemRequest, OrderRequest
from dakehu.orders.services.checking import CheckedOrder, check_order
from dakehu.orders.web.layouts import Layout, layout_of

FIRST_ROWS = 3
MOST_ROWS = 200
_PROPOSED = 200
_NOT_YET = frozenset(
    {"catalogue.value_missing", "centrex.short_number_not_digits", "centrex.group_not_chosen"}
)


@dataclass
class Draft:
    """One product for one customer, as typed in `data`; `rows` are the row keys in their order."""

    actor: Actor
    customer: Customer
    offering: ProductOffering
    data: QueryDict
    rows: list[str] = field(default_factory=list)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.offering.code)

    @cached_property
    def row_offering(self) -> ProductOffering:
        same = self.layout.rows == self.offering.code
        return self.offering if same else offering_get(self.actor, self.layout.rows)

    @cached_property
    def head_characteristics(self) -> list[Characteristic]:
        every = list(self.offering.specification.characteristics.all())
        return every if self.layout.parent else [c for c in every if c.code in self.layout.lifted]

    @cached_property
    def row_characteristics(self) -> list[Characteristic]:
        left_out = {*self.layout.lifted, *self.layout.hidden}
        every = self.row_offering.specification.characteristics.all()
        return [c for c in every if c.code not in left_out]

    @cached_property
    def exchanges(self) -> list[Exchange]:
        return list(exchanges_for(self.actor))

    @cached_property
    def groups(self) -> list[CentrexGroup]:
        return list(groups_for(self.actor, customer_id=self.customer.pk).select_related("exchange"))

    @property
    def exchange(self) -> Exchange | None:
        """The exchange chosen above, or that of the chosen group."""
        if self.chosen_group is not None:
            return self.chosen_group.exchange
        code = self.head().get("exchange")
        return next((exchange for exchange in self.exchanges if exchange.code == code), None)

    @property
    def chosen_group(self) -> CentrexGroup | None:
        chosen = str(self.head().get("group", ""))
        return next((group for group in self.groups if str(group.pk) == chosen), None)

    def head(self) -> dict[str, object]:
        return self._values("head", self.head_characteristics)

    def row(self, key: str) -> dict[str, object]:
        return self._values(key, self.row_characteristics)

    def request(self) -> OrderRequest:
        """What is asked for so far."""
        rows = [self.row(key) for key in self.rows]
        if self.layout.parent:
            members = tuple(ItemRequest(self.layout.rows, values) for values in rows)
            items: tuple[ItemRequest, ...] = (ItemRequest(self.layout.parent, self.head(), children=members),)
        else:
            items = tuple(ItemRequest(self.layout.rows, {**self.head(), **values}) for values in rows)
        return OrderRequest(
            customer_id=self.customer.pk, items=items, description=self.data.get("description", "")[:500]
        )

    def add_rows(self, count: int) -> None:
        """More rows, each with a free number and its short number proposed."""
        first = max((int(key[1:]) for key in self.rows), default=0) + 1
        for number in range(first, first + min(count, MOST_ROWS - len(self.rows))):
            self.rows.append(f"r{number}")
            self._fill(f"r{number}")

    def complete(self) -> None:
        """Put in what can be proposed: the search number, free numbers, short numbers."""
        if self.exchange is None:
            return
        if any(c.code == "gcn" for c in self.head_characteristics) and not self.data.get("head-gcn"):
            self.data["head-gcn"] = self._proposed_gcn(self.exchange)
        for key in self.rows:
            if not self.data.get(f"{key}-public_number"):
                self._fill(key)
            else:
                self._propose_short(key)

    def asked(self, *, patient: bool) -> tuple[CheckedOrder, dict[str, list[str]]]:
        """What every rule says, and the sentences by field name as the form has it.

        `patient` keeps back what is only not filled in yet.
        """
        checked = check_order(self.actor, self.request())
        return checked, self.placed(checked.faults, patient=patient)

    def placed(self, faults: Iterable[DomainError], *, patient: bool) -> dict[str, list[str]]:
        sentences: dict[str, list[str]] = {}
        for fault in faults:
            if not (patient and fault.code in _NOT_YET):
                name = self._field_of(fault.field or "")
                told = sentences.setdefault(name, [])
                if (sentence := message_for(fault)) not in told:
                    told.append(sentence)
        return sentences

    @cached_property
    def free_numbers(self) -> list[str]:
        """The first free numbers of the exchange, to choose from."""
        if self.exchange is None:
            return []
        return numbers_free(self.actor, FreeNumbers(self.exchange.pk, limit=_PROPOSED))

    def used_numbers(self) -> set[str]:
        area = self.exchange.area_code if self.exchange else ""
        typed = [self.data.get(f"{key}-public_number", "") for key in self.rows]
        return {_national(text, area) for text in [*typed, self.data.get("head-gcn", "")] if text}

    def _field_of(self, field: str) -> str:
        """ "1.2.short_number" as "r5-short_number"; what belongs to no input stands on top ("")."""
        position, _dot, code = field.rpartition(".")
        steps = position.split(".")
        index = len(steps) - 1 if not self.layout.parent else len(steps) - 2
        head = {c.code for c in self.head_characteristics}
        if not position or not steps[-1].isdigit():
            return ""
        if (self.layout.parent and index < 0) or (not self.layout.parent and code in head):
            return f"head-{code}" if code in head else ""
        row, known = int(steps[-1]) - 1, {c.code for c in self.row_characteristics}
        return f"{self.rows[row]}-{code}" if row < len(self.rows) and code in known else ""

    def _values(self, prefix: str, characteristics: list[Characteristic]) -> dict[str, object]:
        values: dict[str, object] = {}
        for each in characteristics:
            name = f"{prefix}-{each.code}"
            if each.value_type == ValueType.BOOLEAN:
                values[each.code] = name in self.data
            elif text := self.data.get(name, "").strip():
                values[each.code] = text
        return values

    def _fill(self, key: str) -> None:
        """The row's defaults of the catalogue, and the next free number."""
        for each in self.row_characteristics:
            name = f"{key}-{each.code}"
            if each.default not in (None, False, "") and name not in self.data:
                self.data[name] = "on" if each.default is True else str(each.default)
        used = self.used_numbers()
        free = next((number for number in self.free_numbers if number not in used), "")
        if free and not self.data.get(f"{key}-public_number"):
            self.data[f"{key}-public_number"] = free
        self._propose_short(key)

    def _propose_short(self, key: str) -> None:
        name, group, exchange = f"{key}-short_number", self._group(), self.exchange
        wanted = any(c.code == "short_number" for c in self.row_characteristics)
        number = self.data.get(f"{key}-public_number", "")
        if not wanted or self.data.get(name) or group is None or exchange is None or not number:
            return
        national = _national(number, exchange.area_code)
        if national:
            self.data[name] = propose_short_number(group, national, self._taken()) or ""

    def _taken(self) -> set[str]:
        typed = {clean_code(self.data.get(f"{key}-short_number", "")) for key in self.rows}
        there = short_numbers_of(self.chosen_group.pk) if self.chosen_group else set()
        return (typed | there) - {""}

    def _group(self) -> Group | None:
        """The group as far as it is stated, for proposals of short numbers."""
        if self.chosen_group is not None:
            return self.chosen_group.value()
        head = self.head()
        length = clean_code(str(head.get("short_length", "")))
        if self.exchange is None or not length.isdigit() or not 2 <= int(length) <= 6:
            return None
        given: Mapping[str, str | int] = {
            "exchange": self.exchange.code,
            "exit_prefix": clean_code(str(head.get("exit_prefix", ""))),
            "attendant_prefix": clean_code(str(head.get("attendant_prefix", ""))),
            "short_length": int(length),
            "capacity": 1,
            "gcn": "",
            "name": "",
        }
        return group_value(given, self.exchange.area_code, self.customer.pk)

    def _proposed_gcn(self, exchange: Exchange) -> str:
        """The exchange's last free number: members take the first ones."""
        free = numbers_for(self.actor).filter(exchange=exchange, state=NumberState.FREE)
        used = self.used_numbers()
        last = free.order_by("-number").values_list("number", flat=True)[: len(used) + 1]
        return next((number for number in last if number not in used), "")


def _national(text: str, area_code: str) -> str:
    try:
        return parse_public(text, area_code=area_code)
    except DomainError:
        return ""


def new_draft(actor: Actor, customer: Customer, offering: ProductOffering) -> Draft:
    """An empty form: the catalogue's defaults, the only exchange or group chosen, some rows proposed."""
    draft = Draft(actor, customer, offering, QueryDict(mutable=True))
    for each in draft.head_characteristics:
        if each.default not in (None, False, ""):
            draft.data[f"head-{each.code}"] = "on" if each.default is True else str(each.default)
    codes = {c.code for c in draft.head_characteristics}
    if "group" in codes and len(draft.groups) == 1:
        draft.data["head-group"] = str(draft.groups[0].pk)
    if "exchange" in codes and len(draft.exchanges) == 1:
        draft.data["head-exchange"] = draft.exchanges[0].code
    if "name" in codes:
        draft.data["head-name"] = customer.name
    draft.complete()
    draft.add_rows(FIRST_ROWS)
    return draft


def typed_draft(actor: Actor, customer: Customer, offering: ProductOffering, data: QueryDict) -> Draft:
    """The form as it came back."""
    rows = [key for key in data.getlist("rows") if key[:1] == "r" and key[1:].isdigit() and len(key) < 8]
    return Draft(actor, customer, offering, data.copy(), list(dict.fromkeys(rows))[:MOST_ROWS])
