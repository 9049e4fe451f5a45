"""KAM-03: which names are alike, and that the signatures find all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.customers.domain.alike import Closeness, closeness, components, nearest, signatures
from dakehu.customers.domain.names import name_key

pytestmark = pytest.mark.req("KAM-03")

_SIGNS = "云图银行长治晋阳汾河鑫源元远信息科技商贸物流恒达泰a7"
_names = st.text(alphabet=_SIGNS, min_size=1, max_size=14)


def _close(one: str, other: str) -> Closeness | None:
    return closeness(name_key(one), name_key(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("山西云图信息技术有限公司", "云图信息技术有限责任公司", Closeness.NAME),
        ("云图信息技术有限公司太原分公司", "云图信息技术太原公司", Closeness.NAME),
        ("太原市汾河恒达物流有限公司", "汾河恒达物流有限公司", Closeness.PLACE),
        ("晋阳云图恒达科技有限公司大同分公司", "晋阳云图恒达科技有限公司", Closeness.PLACE),
        ("大同晋阳云图恒达科技有限公司", "晋阳云图恒达科技有限公司大同分公司", Closeness.PLACE),
        ("晋阳云图恒达科技有限公司大同分公司", "晋阳云图恒达科技有限公司朔州分公司", None),
        ("太原市鑫源商贸有限公司", "太原鑫元商贸有限公司", Closeness.SOUND),
        ("晋阳汾河恒达商贸有限公司", "晋阳汾河恒大商贸有限公司", Closeness.SOUND),
        ("晋阳汾河恒达商贸有限公司", "晋阳汾河恒运商贸有限公司", Closeness.SIGN_SLIP),
        ("晋阳汾河恒达商贸有限公司", "晋阳汾河达商贸有限公司", Closeness.SIGN_SLIP),
        ("晋阳汾河恒达通商贸有限公司", "晋阳汾河恒通商贸有限公司", Closeness.SIGN_SLIP),
        ("晋阳汾河恒达商贸有限公司", "晋阳河汾恒达商贸有限公司", Closeness.SIGN_SLIP),
        ("晋阳云图科技有限公司", "晋阳云图枓技有限公司", Closeness.SIGN_SLIP),
        ("晋阳汾河恒达商贸有限公司", "晋洋汾河恒运商贸有限公司", Closeness.SOUND_SLIP),
        ("太原云图信息技术有限公司", "太原云海信息技术有限公司", Closeness.SHORT_SLIP),
        ("太原云图信息技术有限公司", "大同云图信息技术有限公司", None),
        ("太原市第一中学", "太原市第二中学", None),
        ("东山煤业有限公司", "西山煤业有限公司", None),
        ("云图", "云海", None),
        ("晋阳汾河恒达商贸有限公司", "晋阳汾水恒运商贸有限公司", None),
    ],
)
def test_table(one: str, other: str, expected: Closeness | None) -> None:
    assert _close(one, other) is expected
    assert _close(other, one) is expected


@given(_names, _names)
def test_what_is_alike_shares_a_signature(one: str, other: str) -> None:
    if closeness(one, other) is not None:
        assert set(signatures(one)) & set(signatures(other))


@given(st.lists(_names, min_size=1, max_size=8), st.lists(_names, max_size=8))
def test_many_at_once_are_what_each_is_alone(keys: list[str], others: list[str]) -> None:
    found = nearest(keys, dict(enumerate(others)))
    for key, near in zip(keys, found, strict=True):
        alone = [(closeness(key, other), pk) for pk, other in enumerate(others)]
        assert near == sorted(
            [each for each in alone if each[0] is not None], key=lambda e: (-(e[0] or 0), e[1])
        )


@given(_names, st.data())
def test_one_slip_shares_a_signature(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    sign = data.draw(st.sampled_from(_SIGNS))
    slips = [
        name[:at] + sign + name[at + 1 :],
        name[:at] + name[at + 1 :],
        name[:at] + sign + name[at:],
        name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
    ]
    for slip in slips:
        if closeness(name, slip) is not None:
            assert set(signatures(name)) & set(signatures(slip)), slip
        if min(len(name), len(slip)) >= 4:
            assert set(signatures(name)) & set(signatures(slip)), slip


@given(_names)
def test_a_name_has_few_signatures(name: str) -> None:
    found = signatures(name)
    assert len(found) <= len(name) + 2
    assert len(found) == len(set(found))
    assert all(token.startswith("s") and token.isalnum() for token in found)


def test_components() -> None:
    assert components([(5, 3), (3, 9), (7, 8)]) == {3: 3, 5: 3, 9: 3, 7: 7, 8: 7}
