from __future__ import annotations

import pytest

from dakehu.orders.domain.requests import (
    MOST_ITEMS,
    ItemRequest,
    OrderRequest,
    check_request,
    placed,
)


def order(*items: ItemRequest) -> OrderRequest:
    return OrderRequest(customer_id=1, items=items)


def line(number: str = "", *children: ItemRequest) -> ItemRequest:
    return ItemRequest("x", {"public_number": number}, children=children)


def codes(request: OrderRequest) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in check_request(request)]


def test_positions() -> None:
    items = (line("1", line("2"), line("3")), line("4"))
    assert [(one.position, one.parent) for one in placed(items)] == [
        ("1", ""), ("1.1", "1"), ("1.2", "1"), ("2", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "faults"),
    [
        (order(), [("orders.empty", "items")]),
        (order(line("03517200001")), []),
        (order(line(), line()), []),
        (order(line("7", line("8"), line("7"))), [("orders.number_twice", "1.2.public_number")]),
        (order(*[line()] * (MOST_ITEMS + 1)), [("orders.too_many_members", "items")]),
    ],
)
def test_faults_of_the_whole(request_: OrderRequest, faults: list[tuple[str, str]]) -> None:
    assert codes(request_) == faults
