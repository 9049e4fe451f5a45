"""Text as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.kernel.text import clean_code, clean_line, clean_name, fold_width


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("（太原）", "(太原)"),
        ("甲　乙", "甲 乙"),
        ("，：！", ",:!"),
        ("、。", "、。"),
    ],
)
def test_full_width_becomes_half_width(typed: str, folded: str) -> None:
    assert fold_width(typed) == folded


def test_lines_names_and_codes() -> None:
    assert clean_line(" 太原\u200b  第一\t公司\n") == "太原 第一 公司"
    assert clean_name("，太原第一公司。 ") == "太原第一公司"
    assert clean_name("晋（集团）") == "晋（集团）"
    assert clean_code(" ９１１４ ００００\ufeff") == "91140000"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (fold_width, clean_line, clean_name, clean_code):
        assert clean(clean(text)) == clean(text)
