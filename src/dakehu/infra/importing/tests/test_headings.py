"""Headings as hurried people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dakehu.infra.importing.domain.headings import (
    Known,
    find_heading_row,
    fingerprint,
    fold_heading,
    match_headings,
)

COLUMNS = [
    Known("name", ["客户名称", "Customer name", "单位名称"], required=True),
    Known("code", ["统一社会信用代码", "信用代码"]),
    Known("phone", ["联系电话", "Telephone"]),
    Known("contact", ["联系人"]),
]


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("客户名称*", "客户名称"),
        ("＊客户　名称（必填）", "客户名称"),
        ("Customer  Name:", "customername"),
        ("月收入(元)", "月收入"),
        ("（元）", "元"),
        ("  ", ""),
    ],
)
def test_folding(heading: str, folded: str) -> None:
    assert fold_heading(heading) == folded


@pytest.mark.parametrize(
    ("headings", "places", "alike"),
    [
        (["客户名称", "统一社会信用代码", "联系电话", "联系人"],
         {"name": 0, "code": 1, "phone": 2, "contact": 3}, set()),
        (["联系人", "信用代码", "别的", "单位名称 *"], {"contact": 0, "code": 1, "name": 3}, set()),
        (["CUSTOMER NAME", "telephone"], {"name": 0, "phone": 1}, set()),
        (["统一社会信用代碼", "客户名称"], {"code": 0, "name": 1}, {"code"}),
        (["", "客户名称", ""], {"name": 1}, set()),
        (["序号", "备注"], {}, set()),
    ],
)  # fmt: skip
def test_matching(headings: Sequence[str], places: Mapping[str, int], alike: set[str]) -> None:
    match = match_headings(headings, COLUMNS)
    assert match.places == places
    assert match.alike == alike


def test_two_headings_for_one_column_are_told() -> None:
    match = match_headings(["客户名称", "单位名称"], COLUMNS)
    assert match.places == {"name": 0}
    assert match.torn == {"name"}


def test_what_is_required_and_absent_is_told() -> None:
    assert match_headings(["联系人"], COLUMNS).missing(COLUMNS) == ["name"]


def test_likeness_takes_no_heading_that_fits_two_columns() -> None:
    columns = [Known("a", ["联系电话一"]), Known("b", ["联系电话二"])]
    assert match_headings(["联系电话三"], columns).places == {}


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        ([["客户名称", "联系人"]], 0),
        (
            [
                ["2026年客户清单"],
                ["制表：张三", "", "单位：元"],
                ["客户名称", "联系人", "备注"],
                ["甲", "乙"],
            ],
            2,
        ),
        ([["客户名称"], ["甲"]], 0),
        ([["某表"], ["甲", "乙", "丙"], ["丁", "戊", "己"]], 1),
        ([[""], [""]], 0),
        ([], 0),
    ],
)
def test_the_row_of_headings(rows: Sequence[Sequence[str]], index: int) -> None:
    assert find_heading_row(rows, COLUMNS) == index


def test_the_fingerprint_knows_the_same_headings() -> None:
    assert fingerprint(["客户名称*", "联系人"]) == fingerprint(["客户 名称", "联系人"])
    assert fingerprint(["联系人", "客户名称"]) != fingerprint(["客户名称", "联系人"])
