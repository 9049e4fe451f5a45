"""KAM-03: names as they are kept, compared, sorted and searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.names import display_name, name_key
from dakehu.customers.domain.spelling import spell
from dakehu.customers.domain.tokens import Facts, Query, Term, parse_query, tokens_of

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.req("KAM-03")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("晋阳云图科技有限公司", "晋阳云图科技有限责任公司"),
        ("山西省太原市晋阳云图科技有限公司", "太原晋阳云图科技公司"),
        ("山西晋阳云图科技股份有限公司", "晋阳云图科技"),
        ("晋阳云图（太原）有限公司", "晋阳云图(太原)有限公司"),
        ("晋阳　云图 科技", "晋阳云图科技"),
        ("ＡＢＣ科技", "abc科技"),
        ("晋阳云图集团有限公司", "晋阳云图集团"),
        ("晋阳云图太原市分公司", "晋阳云图太原分公司"),
    ],
)
def test_alike_names_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.req("KAM-03")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("太原云图科技有限公司", "大同云图科技有限公司"),
        ("晋阳云图科技有限公司", "晋阳云图科技有限公司太原分公司"),
        ("太原市政工程有限公司", "太原工程有限公司"),
        ("山西有限公司", "陕西有限公司"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(min_size=1).filter(lambda text: bool(display_name(text))))
def test_no_name_is_without_a_key(text: str) -> None:
    assert name_key(display_name(text))
    assert display_name(display_name(text)) == display_name(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 晋阳云图(太原)有限公司，", "晋阳云图（太原）有限公司"),
        ("ＩＢＭ　中国", "IBM中国"),
        ("General  Electric (China)", "General Electric (China)"),
    ],
)
def test_names_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert display_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "sort", "initials"),
    [
        ("长治银行", "chang zhi yin hang", "czyh"),
        ("重庆工行", "chong qing gong hang", "cqgh"),
        ("朝阳大厦", "chao yang da sha", "cyds"),
        ("IBM（中国）", "i b m zhong guo", "ibmzg"),
        ("绿洲女子", "lv zhou nv zi", "lznz"),
    ],
)
def test_spelling(name: str, sort: str, initials: str) -> None:
    assert spell(name) == (sort, initials)


def test_syllables_sort_before_letters() -> None:
    assert spell("西安").sort < spell("先").sort


def _facts(name: str) -> Facts:
    return Facts(
        name, spell(name).initials, "K03510000123", "91110000600037341L", "0351-8208000", ("00010001",)
    )


def _finds(query: Query, facts: Facts) -> bool:
    tokens = tokens_of(facts)

    def holds(term: Term) -> bool:
        return any(w in tokens for w in term.words) or any(
            token.startswith(prefix) for token in tokens for prefix in term.prefixes
        )

    return bool(query) and all(map(holds, query.terms))


@pytest.mark.req("KAM-03")
@given(st.text(HAN, min_size=2, max_size=30), st.data())
def test_every_part_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    assert _finds(parse_query(name[start:end]), _facts(name))


@pytest.mark.req("KAM-03")
@given(st.text(HAN, min_size=2, max_size=12), st.data())
def test_every_part_of_the_initials_finds_it(name: str, data: st.DataObject) -> None:
    initials = spell(name).initials
    if len(initials) < 2:
        return
    start = data.draw(st.integers(0, len(initials) - 2))
    end = data.draw(st.integers(start + 2, len(initials)))
    assert _finds(parse_query(initials[start:end].upper()), _facts(name))


@pytest.mark.parametrize(
    "text",
    [
        "K0351-0000123",
        "91110000600037341l",
        "600037341",
        "0351-8208000",
        "云图 ibm",
        "阳 云图",
    ],
)
def test_codes_and_several_words_find_it(text: str) -> None:
    assert _finds(parse_query(text), _facts("晋阳云图IBM有限公司"))


@pytest.mark.parametrize("text", ["图云", "k0352", "bmx", "云图 大同", "00010002"])
def test_what_is_not_there_does_not(text: str) -> None:
    assert not _finds(parse_query(text), _facts("晋阳云图IBM有限公司"))


@pytest.mark.parametrize("text", ["", "云", "a", "，。", "（"])
def test_too_short_to_search_by(text: str) -> None:
    assert not parse_query(text)


def test_words_that_every_name_has_are_no_terms() -> None:
    assert parse_query("有限公司").parts
    assert not parse_query("有限公司").terms


@given(st.text(max_size=80))
def test_any_text_is_a_query_of_plain_tokens(text: str) -> None:
    for term in parse_query(text).terms:
        assert all(token.isalnum() for token in (*term.words, *term.prefixes))
